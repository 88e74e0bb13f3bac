/**
 * Keeps a manifest beside the passes of a mirror. A digest is that of when the file was copied, or first met: it is never
 * taken anew as long as size and time are as noted, so that rot stays to be found. A file is noted only when the source's
 * has the same digest.
 */
import { reason, Stopped } from "../disk/fault.ts";
import { mountPoints } from "../disk/mounts.ts";
import { isAsNoted, type Noted, type Seen } from "../engine/checked.ts";
import { type Moved, movedTo, noMoves, noteMove } from "../engine/moved_to.ts";
import { below, type Path, within } from "../engine/entry.ts";
import { formerPath } from "../engine/change.ts";
import type { Config } from "../engine/config.ts";
import type { Emit, Event, Failure } from "../engine/event.ts";
import type { After, Companion } from "../pass/companion.ts";
import { type PassConfig, passConfig } from "../pass/config.ts";
import type { Pool } from "../pass/pool.ts";
import { inSlices } from "../pass/slices.ts";
import type { FilesOf } from "../pass/task.ts";
import {
  hasManifest,
  ManifestFault,
  type NotedFile,
  readManifestIfAny,
  writeManifest,
} from "../records/manifest.ts";
import { screened } from "./screen.ts";
import { factsAt, nameAt, sideBySide } from "./beside.ts";
import { progress, readUnits } from "./read.ts";
import { partsOf, type Unit, unitsOf, walk } from "./walk.ts";

/** The companion that keeps the manifest at a path. */
export function keeper(path: string, asked: Config): Companion {
  /** Whether the manifest has just what the replica has, but for what was touched. */
  let isKnown = false;
  let touched = new Set<Path>();
  let moves = noMoves();
  /** Edits that were left, and are in the manifest no more. */
  const left = new Set<Path>();
  return {
    listen(event) {
      if (event.kind === "left" && !left.has(event.path)) {
        left.add(event.path);
        isKnown = false;
      }
      if (event.kind === "change" && !event.planned) {
        const from = formerPath(event.change);
        if (from !== null) noteMove(moves, { from, path: event.change.path });
      }
      const paths = touchedBy(event);
      if (paths === null) isKnown = false;
      else {
        for (const one of paths) {
          left.delete(one);
          if (isKnown) touched.add(one);
        }
      }
    },
    async screen(changes, config, pool, tell) {
      return await guarded(tell, () => screened(path, changes, config, pool, tell)) ?? changes;
    },
    async finish(after) {
      const { report, tell } = after;
      const isOver = report.ended === "complete" || report.halted === "full";
      if (report.dryRun || !isOver) {
        isKnown = false;
      } else if (!isKnown || touched.size > 0) {
        isKnown = await guarded(tell, () => renew(path, asked, after, isKnown ? touched : null, moves)) ??
          false;
      }
      touched = new Set();
      moves = noMoves();
    },
  };
}

/** The files that an event may have changed; null when that cannot be told. */
function touchedBy(event: Event): readonly Path[] | null {
  if (event.kind !== "brought-back" && (event.kind !== "change" || event.planned)) {
    return event.kind === "failure" ? null : [];
  }
  const { change } = event;
  // what lies in a folder has another path by now, too
  if (formerPath(change) !== null) return null;
  switch (change.kind) {
    case "create":
    case "update":
    case "attributes":
      return change.entry.kind === "file" || (change.kind === "create" && change.was) ? [change.path] : [];
    case "remove":
      return change.was.kind === "file" ? [change.path] : [];
    default:
      return null;
  }
}

/** Tell what is wrong with the manifest, or its disk; null then. */
async function guarded<T>(tell: Emit, act: () => Promise<T>): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Stopped) return null;
    const why = error instanceof ManifestFault ? { code: "MANIFEST", detail: error.code } : reason(error);
    if (why === null) throw error;
    tell({ kind: "failure", action: "note", side: "replica", path: "", reason: why });
    return null;
  }
}

/** Bring the manifest up to date. `touched`: only these files may have changed. Whether all of it is known then. */
async function renew(
  path: string,
  asked: Config,
  after: After,
  touched: ReadonlySet<Path> | null,
  moves: Moved,
): Promise<boolean> {
  const { roots, pool, tell, config: { criteria, shared } } = after;
  const config: PassConfig = {
    ...passConfig({ ...asked, checksum: true, dryRun: true }, roots, await mountPoints(asked.edge) ?? []),
    shared,
    checking: { alone: false, rate: null },
  };
  const held = { ...config, criteria: { ...config.criteria, capabilities: criteria.capabilities } };
  return touched === null
    ? await renewAll(path, held, after, moves)
    : await renewTouched(path, held, pool, touched, tell);
}

/** Look at all files, and digest those that are not as noted, where they are or where they were moved from. */
async function renewAll(
  path: string,
  config: PassConfig,
  { roots, pool, tell }: After,
  moves: Moved,
): Promise<boolean> {
  const walked = await walk(config, pool, roots, () => {});
  if ("kind" in walked) return false;
  const { files, failed } = walked;
  /** Rows whose digest is to be taken, and what was noted of files that were moved, by where they are now. */
  const wanted = new Map<FilesOf, Set<number>>();
  const moved = new Map<Path, Noted>();
  let isOther = !await hasManifest(path);
  for await (const { noted, there } of sideBySide(readManifestIfAny(path), files)) {
    const isKept = noted !== null &&
      (there === null ? within(below(noted.folder, noted.name), failed) : isAsNoted(noted, factsAt(there)));
    if (isKept) continue;
    isOther ||= noted !== null;
    const to = noted && movedTo(below(noted.folder, noted.name), moves);
    if (noted && to) moved.set(to, notedOf(noted));
    if (there === null || there.part.twins[there.row] !== "same") continue;
    const rows = wanted.get(there.part) ?? new Set();
    wanted.set(there.part, rows.add(there.row));
  }
  const isWanted = (part: FilesOf, row: number) => {
    if (!wanted.get(part)!.has(row)) return false;
    const before = moved.get(below(part.folder, part.names[row]!));
    return before === undefined || !isAsNoted(before, factsAt({ part, row }));
  };
  const units = await inSlices(unitsOf(wanted.keys(), isWanted), config.shared);
  const { fresh } = await digested(config, pool, units, tell);
  if (isOther || fresh.size > 0) await writeManifest(path, all());
  return true;

  async function* all(): AsyncGenerator<NotedFile> {
    for await (const { noted, there } of sideBySide(readManifestIfAny(path), files)) {
      if (there === null) {
        if (within(below(noted!.folder, noted!.name), failed)) yield noted!;
        continue;
      }
      const at = nameAt(there);
      const key = below(at.folder, at.name);
      const before = moved.get(key);
      if (noted !== null && isAsNoted(noted, factsAt(there))) yield noted;
      else if (before && isAsNoted(before, factsAt(there))) yield { ...at, ...before };
      else if (fresh.has(key)) yield { ...at, ...fresh.get(key)! };
    }
  }
}

/** Digest what was touched, and keep the rest. */
async function renewTouched(
  path: string,
  config: PassConfig,
  pool: Pool,
  touched: ReadonlySet<Path>,
  tell: Emit,
): Promise<boolean> {
  const parts = await inSlices(partsOf(touched), config.shared);
  const units = await inSlices(unitsOf(parts, () => true), config.shared);
  const now = new Map<Path, Seen>();
  const { fresh } = await digested(config, pool, units, tell, now);
  await writeManifest(path, all());
  return true;

  async function* all(): AsyncGenerator<NotedFile> {
    for await (const { noted, there } of sideBySide(readManifestIfAny(path), parts)) {
      if (there === null) {
        yield noted!;
        continue;
      }
      const at = nameAt(there);
      const key = below(at.folder, at.name);
      const seen = now.get(key);
      const other = fresh.get(key);
      if (noted !== null && seen?.kind === "file" && isAsNoted(noted, seen)) yield noted;
      else if (other) yield { ...at, ...other };
    }
  }
}

/**
 * What is worth noting of units, since both sides have it; `now` gets what the replica holds. Tells what differs. Throws
 * `Stopped`.
 */
async function digested(
  config: PassConfig,
  pool: Pool,
  units: readonly Unit[],
  tell: Emit,
  now?: Map<Path, Seen>,
): Promise<{ readonly fresh: Map<Path, Noted> }> {
  const fresh = new Map<Path, Noted>();
  let files = 0;
  using _progress = progress(config, units, () => files, tell);
  await readUnits(config, pool, units, {
    sides: "both",
    first: 0,
    isOver: () => false,
    take({ path, source, replica }) {
      files++;
      now?.set(path, replica);
      if (replica.kind === "unreadable") tell(cannotNote(path, replica.reason));
      if (source?.kind !== "file" || replica.kind !== "file" || source.size !== replica.size) return;
      if (source.sha256 === replica.sha256) fresh.set(path, notedOf(replica));
      else tell(cannotNote(path, { code: "DIFFERS" }));
    },
  });
  return { fresh };
}

function notedOf({ size, mtime, nanos, sha256 }: Noted): Noted {
  return { size, mtime, ...(nanos !== undefined && { nanos }), sha256 };
}

function cannotNote(path: Path, reason: Failure["reason"]): Failure {
  return { kind: "failure", action: "note", side: "replica", path, reason };
}
