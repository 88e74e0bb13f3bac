/** What the disks of two folders mean for a mirror: their file systems, their mounts, and what they still take. Pure. */
import type { DiskFacts, PairFacts, RootFacts } from "./facts.ts";
import { type Family, familyOf } from "./file_systems.ts";
import { finite, type Remark, remark, told, type Verdict } from "./remark.ts";
import { isUntold, known } from "./told.ts";

export function diskRemarks(pair: PairFacts): Remark[] {
  const { source, replica } = pair;
  return [
    ...[source, replica].flatMap((root) =>
      root.disk === null ? [] : [
        fileSystem(root, root.disk, pair),
        mount(root, root.disk, pair),
        ...inside(root, root.disk),
        ...quota(root, root.disk),
      ]
    ),
    ...replica.disk === null ? [] : [
      ...mountPoint(replica, replica.disk),
      ...space(pair, replica.disk),
    ],
  ];
}

/** FAT takes no larger files, in bytes. */
const LARGEST_OF_FAT = 2 ** 32 - 1;

function fileSystem({ side }: RootFacts, { type }: DiskFacts, { asked, source }: PairFacts): Remark {
  return told(type, ["roots", "file-system"], (type) => {
    const family = familyOf(type);
    const largest = source.found?.tree.largest ?? 0;
    if (side === "replica" && family === "fat" && largest > LARGEST_OF_FAT) {
      return remark("roots", "file-system", "unsafe", { type, largest }, { side, kind: "fat-large" });
    }
    if (family === "network" && asked.watch) {
      return remark("roots", "file-system", "slow", { type }, { side, kind: "network-watch" });
    }
    return remark("roots", "file-system", verdictOf(family, side), { type }, { side, kind: family });
  }, { side });
}

function verdictOf(family: Family, side: RootFacts["side"]): Verdict {
  switch (family) {
    case "unix":
    case "other":
      return "ok";
    case "network":
    case "overlay":
    case "fuse":
      return "note";
    // what these do not have matters where something is to be put
    case "memory":
    case "fat":
    case "exfat":
    case "ntfs":
      return side === "replica" ? "note" : "ok";
  }
}

function mount({ side }: RootFacts, disk: DiskFacts, { asked }: PairFacts): Remark {
  return told(disk.mount, ["roots", "mount"], ({ point, options }) => {
    const values = { point, options };
    if (side === "replica" && options.includes("ro")) {
      return remark("roots", "mount", asked.dryRun ? "note" : "fails", values, { side, kind: "read-only" });
    }
    const waits = ["sync", "dirsync"].some((one) => options.includes(one));
    return waits && side === "replica"
      ? remark("roots", "mount", "slow", values, { side, kind: "sync" })
      : remark("roots", "mount", "ok", values, { side });
  }, { side });
}

function inside({ side }: RootFacts, disk: DiskFacts): Remark[] {
  const paths = known(disk.inside, []);
  return paths.length === 0 ? [] : [remark("roots", "mounts-inside", "note", { paths }, { side })];
}

function quota({ side }: RootFacts, disk: DiskFacts): Remark[] {
  const options = known(disk.mount, null)?.options ?? [];
  const limits = options.filter((one) => /^(usr|grp|prj|u|g|p)?quota($|=)|^(usr|grp)jquota=./.test(one));
  return side === "source" || limits.length === 0
    ? []
    : [remark("limits", "quota", "note", { options: limits }, { side })];
}

/** A folder nearer to the mount point may be made on the disk below, when the right one is away. */
const DEEP_ENOUGH = 2;

function mountPoint({ found }: RootFacts, { mount }: DiskFacts): Remark[] {
  if (isUntold(mount) || mount.point === "/") return [];
  const depth = mount.depth + (found === null ? 1 : 0);
  return depth >= DEEP_ENOUGH
    ? []
    : [remark("roots", "mount-point", "unsafe", { point: mount.point, depth })];
}

function space({ source, replica, asked }: PairFacts, disk: DiskFacts): Remark[] {
  const given = source.found?.tree;
  const there = replica.found?.tree ?? { bytes: 0, entries: 0, complete: replica.fault === null };
  const needed = (given?.bytes ?? 0) - there.bytes;
  const needsEntries = (given?.entries ?? 0) - there.entries;
  const complete = given?.complete === true && there.complete;
  // what the replica holds beyond what was counted is as good as copied
  const judged = (free: number, needed: number): Verdict => {
    if (free < needed) return there.complete ? "fails" : "note";
    if (free > 0 || asked.dryRun) return "ok";
    // what it holds already may be all that it needs, until something changes
    return complete ? "unsafe" : "fails";
  };
  return [
    told(
      disk.space,
      ["limits", "free-space"],
      ({ free, total }) =>
        remark("limits", "free-space", judged(free, needed), {
          free,
          total,
          needed: Math.max(needed, 0),
          complete,
        }),
    ),
    ...isUntold(disk.space) || disk.space.freeInodes === null ? [] : [
      remark("limits", "free-inodes", judged(disk.space.freeInodes, needsEntries), {
        free: finite(disk.space.freeInodes),
        needed: Math.max(needsEntries, 0),
        complete,
      }),
    ],
  ];
}
