/** What the doctor makes of facts, by rows; each remark that is not ok comes of a fact that brings it, and has words. */
import { assert, assertEquals } from "@std/assert";
import { adviceText, remarkText } from "../../sync/cli/doctor_words.ts";
import { EVERYTHING } from "../../sync/engine/capabilities.ts";
import type { DiskFacts, Facts, FoundFacts, PairFacts } from "../../sync/engine/doctor/facts.ts";
import { familyOf, typeOfNumber } from "../../sync/engine/doctor/file_systems.ts";
import { judge } from "../../sync/engine/doctor/judge.ts";
import { CODES, type Remark, worst } from "../../sync/engine/doctor/remark.ts";
import { UNTOLD, untold } from "../../sync/engine/doctor/told.ts";

const TREE = { folders: 1, entries: 3, bytes: 30, largest: 20, complete: true };
const TOP = { names: 3, complete: true, unreadable: 0, example: null, misnamed: [], empty: false };
const FOUND: FoundFacts = {
  path: "/s",
  mode: 0o755,
  uid: 1000,
  othersWrite: false,
  top: TOP,
  tree: TREE,
  leftOvers: 0,
  writable: true,
};
const DISK: DiskFacts = {
  device: 1,
  type: "ext4",
  mount: { point: "/", depth: 2, options: ["rw", "relatime"] },
  inside: [],
  space: { free: 1e9, total: 1e10, freeInodes: 1e6 },
  rotational: false,
};
const PAIR: PairFacts = {
  job: null,
  source: { side: "source", path: "/s", fault: null, found: FOUND, disk: DISK },
  replica: {
    side: "replica",
    path: "/r",
    fault: null,
    found: { ...FOUND, path: "/r" },
    disk: { ...DISK, device: 2 },
  },
  relation: "apart",
  shared: 3,
  lock: { kind: "free" },
  trash: "none",
  beside: [],
  objections: [],
  logIn: [],
  schedule: ["cron"],
  asked: { checksum: false, watch: false, owners: true, dryRun: false, allowEmptySource: false, tries: true },
  tried: { capabilities: EVERYTHING, reason: null, skew: 3 },
};
const EDGE = { edge: "native", why: null, sandbox: "here", landlock: 7, watch: "inotify" } as const;
const FINE: Facts = {
  program: {
    version: "1.2.3",
    commit: "abc",
    standalone: false,
    place: "/main.ts",
    deno: "2.9.6",
    v8: "15",
    typescript: "6",
    target: "x86_64-unknown-linux-gnu",
    packages: ["a@1"],
  },
  host: {
    os: "linux",
    arch: "x86_64",
    title: "Debian",
    kernel: "6.1",
    library: "glibc 2.36",
    processor: "a model",
    cores: 4,
    quota: Infinity,
    memory: 8e9,
    memoryLimit: Infinity,
    container: "none",
    zone: "UTC",
    now: 1.8e12,
    locale: "C.UTF-8",
    terminal: false,
  },
  grants: {
    all: false,
    ffi: true,
    statfs: true,
    uid: true,
    mkfifo: true,
    lack: null,
    writesSource: false,
    denies: true,
    ownModules: true,
    command: "deno run main.ts",
  },
  user: { uid: 1000, umask: 0o022, capabilities: 0n },
  limits: {
    openFiles: 20_000,
    fileSize: Infinity,
    processes: 1e5,
    watches: 1e5,
    instances: 128,
    threads: 4,
  },
  edge: EDGE,
  pair: PAIR,
};

const host = (change: Partial<Facts["host"]>): Facts => ({ ...FINE, host: { ...FINE.host, ...change } });
const grants = (change: Partial<Facts["grants"]>): Facts => ({
  ...FINE,
  grants: { ...FINE.grants, ...change },
});
const user = (change: Partial<Facts["user"]>): Facts => ({ ...FINE, user: { ...FINE.user, ...change } });
const limits = (change: Partial<Facts["limits"]>): Facts => ({
  ...FINE,
  limits: { ...FINE.limits, ...change },
});
const pair = (change: Partial<PairFacts>): Facts => ({ ...FINE, pair: { ...PAIR, ...change } });
const asked = (change: Partial<PairFacts["asked"]>) => ({ asked: { ...PAIR.asked, ...change } });
const of = (side: "source" | "replica", found: Partial<FoundFacts>, disk: Partial<DiskFacts> = {}): Facts =>
  pair({
    [side]: {
      ...PAIR[side],
      found: { ...PAIR[side].found!, ...found },
      disk: { ...PAIR[side].disk!, ...disk },
    },
  });
const onDisk = (side: "source" | "replica", disk: Partial<DiskFacts>) => of(side, {}, disk);
const tried = (change: Partial<typeof EVERYTHING>): Facts =>
  pair({ tried: { capabilities: { ...EVERYTHING, ...change }, reason: null, skew: 0 } });
const edge = (change: Partial<Exclude<Facts["edge"], { untold: true }>>, facts = FINE): Facts => ({
  ...facts,
  edge: { ...EDGE, ...change },
});
const missing = (side: "source" | "replica", fault: PairFacts["source"]["fault"]): Facts =>
  pair({ [side]: { ...PAIR[side], fault, found: null }, relation: null, shared: null });
const MOUNT = { point: "/mnt", depth: 5, options: ["rw"] };

/** What is said, as "verdict code kind", beyond what is ok. */
const ROWS: readonly (readonly [Facts, ...string[]])[] = [
  [FINE],
  [{ ...FINE, pair: null }],
  // the machine
  [host({ os: "windows", kernel: UNTOLD }), "note os", "unknown os kernel"],
  // what nothing there would tell is not told of
  [
    {
      ...host({ os: "darwin" }),
      limits: { ...FINE.limits, openFiles: UNTOLD, watches: untold("--allow-ffi") },
    },
    "note os",
    "unknown watches",
  ],
  [limits({ openFiles: UNTOLD }), "unknown open-files"],
  [host({ quota: 0.5 }), "note processor"],
  [host({ memoryLimit: 1e8 }), "note memory"],
  [host({ memory: untold("--allow-ffi") }), "unknown memory"],
  [host({ container: "Docker" }), "note container"],
  [host({ now: 0 }), "unsafe clock"],
  [host({ locale: "C" }), "note locale"],
  [{ ...FINE, program: { ...FINE.program, commit: null } }, "unknown commit"],
  [{ ...FINE, program: { ...FINE.program, deno: "2.8.9" } }, "note deno"],
  [{ ...FINE, program: { ...FINE.program, deno: "3.0.0" } }],
  // permissions
  [grants({ lack: "Deno may not write" }), "fails grants"],
  [grants({ all: true, writesSource: true }), "note all-granted"],
  [grants({ writesSource: true }), "note writes-source"],
  [
    grants({ ffi: false, statfs: false, uid: false, mkfifo: false }),
    "note ffi",
    "note statfs",
    "note uid",
    "note mkfifo",
  ],
  [grants({ ownModules: false }), "slow threads own-modules"],
  [user({ uid: 0, capabilities: 0x1fn }), "note user"],
  [user({ uid: 0, capabilities: 0x1en }), "note user", "note capabilities"],
  [user({ umask: 0o777 }), "note umask"],
  // limits
  [limits({ openFiles: 64 }), "unsafe open-files"],
  [limits({ openFiles: 127 }), "unsafe open-files"],
  [limits({ openFiles: 128 })],
  [limits({ fileSize: 20 }), "note file-size"],
  [limits({ fileSize: 19 }), "unsafe file-size"],
  [limits({ processes: 10 }), "note processes"],
  [limits({ watches: 1 }), "slow watches"],
  [limits({ instances: 1 }), "note instances"],
  [onDisk("replica", { space: { free: 0, total: 1, freeInodes: null } }), "unsafe free-space"],
  [of("source", { tree: { ...TREE, bytes: 31 } }, {})],
  [
    pair({
      source: { ...PAIR.source, found: { ...FOUND, tree: { ...TREE, bytes: 131, entries: 9 } } },
      replica: {
        ...PAIR.replica,
        disk: { ...DISK, device: 2, space: { free: 100, total: 200, freeInodes: 5 } },
      },
    }),
    "fails free-space",
    "fails free-inodes",
  ],
  [
    pair({
      source: { ...PAIR.source, found: { ...FOUND, tree: { ...TREE, bytes: 131 } } },
      replica: {
        ...PAIR.replica,
        found: { ...FOUND, tree: { ...TREE, complete: false } },
        disk: { ...DISK, device: 2, space: { free: 100, total: 200, freeInodes: null } },
      },
    }),
    "note free-space",
  ],
  [
    pair({
      source: { ...PAIR.source, found: { ...FOUND, tree: { ...TREE, complete: false } } },
      replica: {
        ...PAIR.replica,
        disk: { ...DISK, device: 2, space: { free: 0, total: 200, freeInodes: null } },
      },
    }),
    "fails free-space",
  ],
  [onDisk("replica", { space: untold("--allow-sys=statfs") }), "unknown free-space"],
  [onDisk("replica", { mount: { ...MOUNT, options: ["rw", "usrquota"] } }), "note quota"],
  [onDisk("replica", { mount: { ...MOUNT, options: ["rw", "noquota"] } })],
  // the folders
  [missing("source", { code: "absent" }), "fails root absent"],
  [missing("source", { code: "silent" }), "fails root silent"],
  [missing("source", { code: "not-allowed" }), "unknown root"],
  [missing("source", { code: "strange-link", link: "/l", owner: 5 }), "fails root strange-link"],
  [missing("source", { code: "fault", reason: { code: "EACCES" } }), "fails root fault"],
  [missing("source", { code: "fault", reason: { code: "NOTCAPABLE" } }), "fails root fault"],
  [missing("replica", { code: "no-parent", parent: "/x" }), "fails root no-parent"],
  [missing("replica", null)],
  [of("source", { top: { ...TOP, unreadable: 1, example: "a" } }), "unsafe readable"],
  [of("replica", { top: { ...TOP, unreadable: 1, example: "a" } }), "note readable"],
  [of("source", { top: { ...TOP, misnamed: ["a:b", "con.txt"] } }), "unsafe readable names"],
  [of("replica", { writable: "EROFS" })],
  [
    pair({ replica: { ...PAIR.replica, found: { ...FOUND, writable: "EROFS" } }, tried: null }),
    "fails writable",
    "unknown holds unix",
  ],
  ...(["UNTRIED", "EROFS", "EPERM"] as const).map((reason) =>
    [
      pair({ tried: { capabilities: null, reason, skew: null } }),
      "fails writable",
      "unknown holds unix",
    ] as const
  ),
  [
    pair({ tried: { capabilities: null, reason: "RELATED", related: "same", skew: null } }),
    "fails relation same",
    "unknown holds unix",
  ],
  [of("replica", { mode: 0o2755 }), "note replica-bits setgid"],
  ...(["same", "replica-in-source", "source-in-replica"] as const).map((how) =>
    [pair({ relation: how }), `fails relation ${how}`] as const
  ),
  [onDisk("source", { device: 2 }), "note same-disk"],
  [of("replica", { othersWrite: true }), "note others-write"],
  [
    { ...of("source", { othersWrite: true }), user: { ...FINE.user, uid: 0, capabilities: 0x1fn } },
    "note user",
    "note others-write",
  ],
  [
    {
      ...of("source", { othersWrite: true }),
      user: { ...FINE.user, uid: 0, capabilities: 0x1fn },
      edge: { ...EDGE, edge: "portable", why: null },
    },
    "note user",
    "unsafe others-write",
    "slow edge",
  ],
  [pair({ lock: { kind: "no-locks" } }), "unsafe lock no-locks"],
  [pair({ lock: { kind: "taken", by: "/r" } }), "fails lock taken"],
  [pair({ lock: { kind: "unknown" } }), "unknown lock"],
  [of("source", { top: { ...TOP, empty: true } }), "fails empty-source refused"],
  [
    pair({
      source: { ...PAIR.source, found: { ...FOUND, top: { ...TOP, empty: true } } },
      ...asked({ allowEmptySource: true }),
    }),
    "unsafe empty-source allowed",
  ],
  [pair({ shared: 0 }), "unsafe kept"],
  [of("replica", { leftOvers: 2 }), "note left-overs"],
  [pair({ trash: "others" }), "note trash others"],
  [pair({ trash: "not-a-trash" }), "note trash not-a-trash"],
  [pair({ trash: "ours", beside: ["a (state)"] })],
  [pair({ logIn: ["source"] }), "note log"],
  [pair({ objections: ["no"] }), "fails objection"],
  [pair({ schedule: untold("--allow-run=crontab") }), "unknown schedule"],
  [pair(asked({ dryRun: true })), "note writable dry-run"],
  // the disks
  [onDisk("replica", { type: "tmpfs" }), "note file-system memory"],
  [onDisk("source", { type: "tmpfs" })],
  [onDisk("source", { type: "overlay" }), "note file-system overlay"],
  [onDisk("replica", { type: "vfat" }), "note file-system fat"],
  [
    pair({
      source: { ...PAIR.source, found: { ...FOUND, tree: { ...TREE, largest: 2 ** 32 } } },
      replica: {
        ...PAIR.replica,
        disk: { ...DISK, device: 2, type: "vfat", space: { free: 1e10, total: 1e10, freeInodes: null } },
      },
    }),
    "unsafe file-system fat-large",
  ],
  [onDisk("replica", { type: "exfat" }), "note file-system exfat"],
  [onDisk("replica", { type: "ntfs3" }), "note file-system ntfs"],
  [onDisk("replica", { type: "fuse.bindfs" }), "note file-system fuse"],
  [onDisk("source", { type: "nfs4" }), "note file-system network"],
  [
    pair({ source: { ...PAIR.source, disk: { ...DISK, type: "cifs" } }, ...asked({ watch: true }) }),
    "slow file-system network-watch",
  ],
  [onDisk("source", { type: UNTOLD }), "unknown file-system"],
  [onDisk("replica", { mount: { ...MOUNT, options: ["ro"] } }), "fails mount read-only"],
  [onDisk("source", { mount: { ...MOUNT, options: ["ro"] } })],
  [onDisk("replica", { mount: { ...MOUNT, options: ["rw", "sync"] } }), "slow mount sync"],
  [onDisk("replica", { mount: { ...MOUNT, depth: 0 } }), "unsafe mount-point"],
  [onDisk("replica", { mount: { ...MOUNT, depth: 1 } }), "unsafe mount-point"],
  [onDisk("replica", { mount: { ...MOUNT, depth: 2 } })],
  [onDisk("source", { inside: ["m"] }), "note mounts-inside"],
  // what it holds
  [pair({ tried: null }), "unknown holds unix"],
  [pair({ tried: { capabilities: null, reason: "ABSENT", skew: null } }), "unknown holds unix"],
  [tried({ links: false }), "note lacks links"],
  [tried({ step: 2000 }), "note lacks times"],
  [tried({ latest: Date.parse("2038-01-19") }), "note lacks times-after"],
  [tried({ owners: false, lackedXattrs: ["user"] }), "note lacks owners", "note lacks xattrs"],
  [pair({ tried: { capabilities: EVERYTHING, reason: null, skew: 90_000 } }), "note skew"],
  [pair({ tried: { capabilities: EVERYTHING, reason: null, skew: -90_000 } }), "note skew"],
  // calls and threads
  [edge({ edge: "portable", why: "not-allowed" }), "slow edge"],
  [edge({ edge: "portable", why: "no-library" }), "note edge"],
  [{ ...FINE, edge: untold("--allow-read") }, "unknown edge"],
  [edge({ sandbox: "no-landlock", landlock: 0 }), "note sandbox"],
  [edge({ sandbox: "old-landlock", landlock: 1 }), "note sandbox"],
  [edge({ watch: "Deno" }), "note watch no-queue"],
  [
    edge({ edge: "portable", why: "no-library", watch: "Deno" }, pair(asked({ watch: true }))),
    "note edge",
    "slow watch",
  ],
  [limits({ threads: 1 }), "slow threads count"],
  [pair(asked({ checksum: true })), "slow asked-checksum"],
];

function named({ verdict, code, kind }: Remark): string {
  return [verdict, code, ...kind === undefined ? [] : [kind]].join(" ");
}

for (const [i, [facts, ...expected]] of ROWS.entries()) {
  Deno.test(`judge() says ${expected.join(", ") || "nothing is amiss"} (row ${i})`, () => {
    const said = judge(facts).filter(({ verdict }) => verdict !== "ok").map(named);
    assertEquals(said.sort(), [...expected].sort());
  });
}

Deno.test("every code has a remark in some row, and all but those that only tell have one that is not ok", () => {
  const all = ROWS.flatMap(([facts]) => judge(facts));
  assertEquals([...new Set(all.map(({ code }) => code))].sort(), [...CODES]);
  const amiss = new Set(all.filter(({ verdict }) => verdict !== "ok").map(({ code }) => code));
  const only = CODES.filter((code) => !amiss.has(code));
  assertEquals(only, ["beside", "lockstep", "packages", "time-zone"]);
});

Deno.test("the doctor says which flag Deno asks for where it may not look at a folder", () => {
  const facts = missing("source", { code: "fault", reason: { code: "NOTCAPABLE" } });
  const advice = judge(facts).filter(({ code }) => code === "root").map(adviceText);
  assert(advice.some((text) => text?.includes("--allow-all")), advice.join());
});

Deno.test("every remark has words on one line, and what is amiss has one sentence of what to do", () => {
  for (const remark of ROWS.flatMap(([facts]) => judge(facts))) {
    const [text, advice] = [remarkText(remark), adviceText(remark)];
    assert(text !== "" && !/\n|undefined|NaN|\[object|\.$/.test(text), `${named(remark)}: ${text}`);
    if (remark.verdict === "ok") assertEquals(advice, null, named(remark));
    else if (["note", "slow", "unsafe", "fails"].includes(remark.verdict)) {
      // the words of a refusal have their own, and a dry run needs none
      const isSaid = ["strange-link", "dry-run"].includes(remark.kind ?? "");
      assert(
        isSaid || (advice !== null && !/\n|undefined|NaN|\.$/.test(advice)),
        `${named(remark)}: ${advice}`,
      );
    }
    if (remark.by) assert(advice?.includes(remark.by), named(remark));
  }
});

Deno.test("worst() tells what ends a run from what is unsafe, and both from all else", () => {
  const remark = (verdict: Remark["verdict"]): Remark => ({
    section: "system",
    code: "os",
    verdict,
    values: {},
  });
  assertEquals(worst([remark("ok"), remark("slow"), remark("unknown")]), "fine");
  assertEquals(worst([remark("unsafe"), remark("note")]), "unsafe");
  assertEquals(worst([remark("unsafe"), remark("fails")]), "fails");
});

Deno.test("familyOf() and typeOfNumber() know file systems by name and by number", () => {
  const rows = [
    ["ext4", "unix"],
    ["fuse.sshfs", "network"],
    ["fuse.rclone", "network"],
    ["fuseblk", "fuse"],
    ["fuse.exfat-fuse", "exfat"],
    ["fuse.lowntfs-3g", "ntfs"],
    ["nfs4", "network"],
    ["squashfs", "other"],
  ] as const;
  for (const [type, family] of rows) assertEquals([type, familyOf(type)], [type, family]);
  assertEquals(typeOfNumber(0xff534d42 | 0), "cifs");
  assertEquals(typeOfNumber(1), null);
});
