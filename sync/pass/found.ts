/** What was found in the trees while they were compared, and told of them. */
import { append, type Changes, noChanges } from "../engine/changes.ts";
import type { Folder, Path, Side } from "../engine/entry.ts";
import type { Emit, Failure, Notice, Unmirrored } from "../engine/event.ts";
import type { Linked } from "../engine/plan.ts";
import type { Remembered } from "../engine/remembered.ts";
import type { Report } from "../engine/report.ts";
import { forEach } from "../engine/steps.ts";
import { addNotice } from "./notices.ts";
import type { Shared } from "./shared.ts";
import { inSlices } from "./slices.ts";
import type { FilesOf, Stranger, Turn } from "./task.ts";

/** A part of the trees: paths as either side spells them, "" for the roots. They need not exist any more. */
export interface Scope {
  /** Compared without the folders in them that both sides have. Folders that only one side has are compared whole. */
  readonly folders: readonly Path[];
  /** Compared with everything below them, where they are folders. */
  readonly branches: readonly Path[];
  /** How many entries each side has, by the last whole pass and the changes since. The guard needs them. */
  readonly known: Report["entries"];
}

/** What was found in the trees. */
export interface Found {
  readonly changes: Changes;
  linked: Linked[];
  /** File systems on which they are and of which nothing is known, by device. */
  readonly linkedOn: Map<number, Stranger>;
  /** Folders that get changes inside, as the source has them. */
  readonly disturbed: Map<Path, Folder>;
  /** Those of them that are on another device than the root of the replica. */
  readonly devices: Map<Path, number>;
  readonly failures: Failure[];
  readonly unmirrored: Unmirrored[];
  /** File systems of which nothing is known, where removals of folders may be all that there is to do. */
  readonly doubtful: Stranger[];
  /** Something excluded in each folder that only the replica has and that stays for it. */
  readonly kept: Path[];
  /** What only the replica has and is newer than the folder of the source around it, where edits are kept. */
  readonly newer: Set<Path>;
  /** What both sides have, where all is to be remembered. */
  readonly listing: Remembered[];
  readonly notices: Notice[];
  /** In a check: the files of the replica. */
  readonly files: FilesOf[];
  /** Mount points of the source that were compared, with the numbers of their devices. */
  readonly mounts: Map<Path, number>;
  /** Entries listed, by side. */
  readonly listed: { source: number; replica: number };
  /** Whether a side has inode numbers that cannot be told exactly. */
  readonly inexactIds: Record<Side, boolean>;
  /** How many of those listed in the replica are parts that other mirrors have. */
  others: number;
  /** How many names there are, by side, that other mirrors have: those, and what slices have. */
  readonly there: { source: number; replica: number };
  /** How many of those listed in the replica are folders and empty files. */
  blank: number;
  /** The bytes, on both sides, of the files whose contents are compared. */
  undecidedBytes: number;
}

const SIDES = ["source", "replica"] as const;

export function nothingFound(): Found {
  return {
    changes: noChanges(),
    linked: [],
    linkedOn: new Map(),
    disturbed: new Map(),
    devices: new Map(),
    failures: [],
    unmirrored: [],
    doubtful: [],
    kept: [],
    newer: new Set(),
    listing: [],
    notices: [],
    files: [],
    mounts: new Map(),
    listed: { source: 0, replica: 0 },
    inexactIds: { source: false, replica: false },
    others: 0,
    there: { source: 0, replica: 0 },
    blank: 0,
    undecidedBytes: 0,
  };
}

/** Add what a turn came to. */
export function collect(found: Found, turn: Turn): void {
  append(found.changes, turn.changes);
  for (const one of turn.linked) found.linked.push(one);
  for (const one of turn.linkedOn) found.linkedOn.set(one.device, one);
  for (const { path, entry, device } of turn.disturbed) {
    found.disturbed.set(path, entry);
    if (device !== undefined) found.devices.set(path, device);
  }
  for (const failure of turn.failures) found.failures.push(failure);
  for (const one of turn.unmirrored) found.unmirrored.push(one);
  for (const one of turn.doubtful) found.doubtful.push(one);
  for (const path of turn.kept) found.kept.push(path);
  for (const path of turn.newer) found.newer.add(path);
  for (const one of turn.listing) found.listing.push(one);
  for (const { path, device } of turn.mounts) found.mounts.set(path, device);
  for (const one of turn.files) found.files.push(one);
  for (const notice of turn.notices) addNotice(found.notices, notice);
  found.listed.source += turn.listed.source;
  found.listed.replica += turn.listed.replica;
  found.others += turn.others;
  found.there.source += turn.there.source;
  found.there.replica += turn.there.replica;
  found.blank += turn.blank;
  found.undecidedBytes += turn.undecidedBytes;
  for (const side of SIDES) found.inexactIds[side] ||= turn.inexactIds[side];
}

/** Tell what was found beside the changes. */
export async function tellOf(found: Found, shared: Shared, tell: Emit): Promise<void> {
  for (const notice of found.notices) tell(notice);
  for (const side of SIDES) if (found.inexactIds[side]) tell({ kind: "notice", code: "inexact-ids", side });
  // a root that could not be listed ends the pass, and is told as a refusal
  await inSlices(forEach(found.failures, (failure) => failure.path !== "" && tell(failure)), shared);
  const paths = { link: [] as Path[], fifo: [] as Path[], socket: [] as Path[], device: [] as Path[] };
  await inSlices(forEach(found.unmirrored, ({ what, path }) => paths[what].push(path)), shared);
  for (const what of ["link", "fifo", "socket", "device"] as const) {
    if (paths[what].length > 0) tell({ kind: "unmirrored", what, paths: paths[what] });
  }
  tell({ kind: "compared", ...found.listed });
}
