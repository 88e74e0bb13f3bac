/** What two folders, as they were found, mean for a mirror of one into the other; and what the replica can hold. Pure. */
import { SYSTEM } from "../../system.ts";
import { missing } from "../missing.ts";
import type { Facts, FoundFacts, PairFacts, RootFacts } from "./facts.ts";
import { familyOf } from "./file_systems.ts";
import { type Remark, remark, told, type Value } from "./remark.ts";
import { known } from "./told.ts";

export function rootRemarks(pair: PairFacts, facts: Pick<Facts, "user" | "edge">): Remark[] {
  const { source, replica, asked } = pair;
  return [
    ...[source, replica].map(rootRemark),
    ...[source, replica].flatMap((root) => root.found === null ? [] : readable(root, root.found)),
    ...relationRemarks(pair),
    ...replica.found === null ? [] : writableRemarks(replica.found, pair),
    ...othersWrite(pair, facts),
    ...lockRemarks(pair),
    ...emptySource(pair),
    ...kept(pair),
    ...(replica.found?.leftOvers ?? 0) > 0
      ? [remark("roots", "left-overs", "note", { count: replica.found!.leftOvers })]
      : [],
    ...pair.trash === "none" ? [] : [
      remark("roots", "trash", pair.trash === "ours" ? "ok" : "note", {}, { kind: pair.trash }),
    ],
    ...pair.beside.length === 0 ? [] : [remark("roots", "beside", "ok", { files: pair.beside })],
    ...pair.logIn.map((side) => remark("roots", "log", "note", {}, { side })),
    ...pair.objections.map((text) => remark("roots", "objection", "fails", { text })),
    told(pair.schedule, ["roots", "schedule"], (entries) => remark("roots", "schedule", "ok", { entries })),
    ...asked.dryRun ? [remark("roots", "writable", "note", {}, { kind: "dry-run" })] : [],
  ];
}

function rootRemark({ side, path, fault, found }: RootFacts): Remark {
  if (fault === null) {
    return remark("roots", "root", "ok", { path }, { side, kind: found === null ? "to-be-made" : "folder" });
  }
  const { code, ...rest } = fault;
  if (code === "not-allowed") {
    return { ...remark("roots", "root", "unknown", { path }, { side }), by: "--allow-read" };
  }
  const values: Record<string, Value> = { path };
  for (const [name, value] of Object.entries(rest as Record<string, unknown>)) {
    if (typeof value === "string" || typeof value === "number") values[name] = value;
    else if (typeof value === "object" && value !== null) Object.assign(values, { reason: codeIn(value) });
  }
  return remark("roots", "root", "fails", values, { side, kind: code });
}

function codeIn(reason: object): string {
  return "code" in reason ? String(reason.code) : "";
}

function readable({ side }: RootFacts, { top }: FoundFacts): Remark[] {
  const { names, complete, unreadable, example, misnamed } = top;
  // of the source it is left out at every pass; what the replica has may be replaced without being read
  const amiss = side === "source" ? "unsafe" : "note";
  const of = { names, complete };
  return [
    remark("roots", "readable", unreadable === 0 ? "ok" : amiss, { ...of, unreadable, example }, { side }),
    ...misnamed.length === 0
      ? []
      : [remark("roots", "readable", amiss, { ...of, paths: misnamed }, { side, kind: "names" })],
  ];
}

function relationRemarks({ relation, source, replica, tried }: PairFacts): Remark[] {
  if (relation === null) return [];
  const [from, to] = [source.disk?.device, replica.disk?.device];
  return [
    told(
      // what was seen of a trial tells more than numbers of folders
      tried?.related ?? relation,
      ["roots", "relation"],
      (how) => remark("roots", "relation", how === "apart" ? "ok" : "fails", {}, { kind: how }),
    ),
    ...from === undefined || to === undefined
      ? []
      : [remark("roots", "same-disk", from === to ? "note" : "ok", {
        same: from === to,
        turns: replica.disk === null ? null : known(replica.disk.rotational, null),
      })],
  ];
}

/** Why a trial could make nothing in the replica. */
const UNWRITTEN: ReadonlySet<string> = new Set(["UNTRIED", "EROFS", "EPERM", "EACCES"]);

function writableRemarks({ writable, mode }: FoundFacts, { asked, tried }: PairFacts): Remark[] {
  const hasWritten = tried !== null && tried.capabilities !== null;
  const refused = UNWRITTEN.has(tried?.reason ?? "") && !asked.dryRun ? tried!.reason : null;
  return [
    hasWritten
      ? remark("roots", "writable", "ok", {}, { kind: "tried" })
      : refused !== null
      ? remark("roots", "writable", "fails", { reason: refused })
      : told(
        writable,
        ["roots", "writable"],
        (code) =>
          code === true
            ? remark("roots", "writable", "ok")
            : remark("roots", "writable", asked.dryRun ? "note" : "fails", { reason: code }),
      ),
    ...(mode & 0o2000) === 0 ? [] : [remark("roots", "replica-bits", "note", {}, { kind: "setgid" })],
  ];
}

/** By what others may write to, who else can lead the program elsewhere. */
function othersWrite(
  { source, replica }: PairFacts,
  { user, edge }: Pick<Facts, "user" | "edge">,
): Remark[] {
  const open = [source, replica].filter(({ found }) => found?.othersWrite);
  const used = known(edge, null);
  const isConfined = used?.edge === "native" && used.sandbox === "here";
  const isRoot = known(user.uid, null) === 0;
  return open.map(({ side }) =>
    remark("roots", "others-write", isRoot && !isConfined ? "unsafe" : "note", { isRoot, isConfined }, {
      side,
    })
  );
}

function lockRemarks({ lock, replica }: PairFacts): Remark[] {
  if (replica.found === null) return [];
  switch (lock.kind) {
    case "free":
      return [remark("roots", "lock", "ok")];
    case "no-locks":
      return [remark("roots", "lock", "unsafe", {}, { kind: "no-locks" })];
    case "taken":
      return [remark("roots", "lock", "fails", { folder: lock.by }, { kind: "taken" })];
    case "unknown":
      return [{ ...remark("roots", "lock", "unknown"), by: null }];
  }
}

function emptySource({ source, replica, asked }: PairFacts): Remark[] {
  if (source.found?.top.empty !== true) return [];
  const holds = replica.found !== null && !replica.found.top.empty;
  if (!holds) return [remark("roots", "empty-source", "note", {}, { kind: "both" })];
  return [remark("roots", "empty-source", asked.allowEmptySource ? "unsafe" : "fails", {}, {
    kind: asked.allowEmptySource ? "allowed" : "refused",
  })];
}

function kept({ shared, source, replica }: PairFacts): Remark[] {
  if (shared === null || source.found === null || replica.found === null) return [];
  const [given, there] = [source.found.top, replica.found.top];
  if (given.empty || there.empty || !given.complete || !there.complete) return [];
  return [remark("roots", "kept", shared === 0 ? "unsafe" : "ok", { shared, of: there.names })];
}

/** What the file system of the replica can hold: as it was tried, else by its type. */
export function holdRemarks({ replica: { disk }, tried, asked }: PairFacts): Remark[] {
  if (tried === null || tried.capabilities === null) {
    const type = disk === null ? null : known(disk.type, null);
    const values = { type, reason: tried?.reason ?? null, asked: asked.tries };
    return [remark("holds", "holds", "unknown", values, { kind: type === null ? "other" : familyOf(type) })];
  }
  const { capabilities, skew } = tried;
  const { step, earliest, latest, longestName, recase, expands } = capabilities;
  const { modes, owners, links, devices, hardLinks, hardLinksToLinks, cases, forms, dropped } = capabilities;
  return [
    remark("holds", "holds", "ok", {
      modes,
      owners,
      links,
      devices,
      hardLinks,
      hardLinksToLinks,
      cases,
      recase,
      expands,
      forms,
      dropped,
      stepMs: step,
      earliest,
      latest,
      longestName,
      lackedXattrs: capabilities.lackedXattrs,
    }, { kind: "tried" }),
    // links, too, which a pass on Windows speaks of only when it meets one
    ...missing(capabilities, asked.owners, { ...SYSTEM, typesLinks: false }).map(lacks),
    ...latest < FAR_ENOUGH ? [lacks({ what: "times-after", limit: latest })] : [],
    ...skew === null
      ? []
      : [remark("holds", "skew", isSkewed(skew, step) ? "note" : "ok", { ms: Math.round(skew) })],
  ];
}

/** Until then no file is dated by a clock that goes right: 2100-01-01. */
const FAR_ENOUGH = 4_102_444_800_000;

/** Clocks of one machine differ by a tick; times are cut off to the step of the file system. */
function isSkewed(skew: number, step: number): boolean {
  return skew > 1000 || skew < -1000 - step;
}

function lacks(
  missing: { readonly what: string; readonly limit?: number; readonly kinds?: readonly string[] },
): Remark {
  const { what, limit = null, kinds = [] } = missing;
  return remark("holds", "lacks", "note", { limit, kinds }, { kind: what });
}
