/** What there is to check: both trees compared as in a dry run, and the files of the replica in order. Writes nothing. */
import { Stopped } from "../disk/fault.ts";
import { type Roots, unusable } from "../disk/roots.ts";
import type { Changes } from "../engine/changes.ts";
import { nameOf, parent, type Path } from "../engine/entry.ts";
import type { Emit, Failure, Unusable } from "../engine/event.ts";
import type { Linked } from "../engine/plan.ts";
import { forEach, sorted, type Steps } from "../engine/steps.ts";
import { compare } from "../pass/compare.ts";
import type { PassConfig } from "../pass/config.ts";
import { changesOf } from "../pass/decide.ts";
import { type Found, nothingFound } from "../pass/found.ts";
import type { Pool } from "../pass/pool.ts";
import { stack } from "../pass/queue.ts";
import { stopping } from "../pass/shared.ts";
import { inSlices } from "../pass/slices.ts";
import type { FilesOf } from "../pass/task.ts";

export interface Walked {
  /** By folder, and by name. */
  readonly files: readonly FilesOf[];
  /** What a pass would do, as far as that can be told without reading contents. */
  readonly changes: Changes;
  readonly linked: readonly Linked[];
  /** What could not be looked at: nothing is known of what lies there. */
  readonly failed: ReadonlySet<Path>;
  /** Folders that get changes inside, as the source has them. */
  readonly disturbed: Found["disturbed"];
}

/** Compare both trees. The config is that of a check, in a dry run. Throws `Stopped`. */
export async function walk(
  config: PassConfig,
  pool: Pool,
  roots: Roots,
  tell: Emit,
): Promise<Walked | Unusable> {
  if (config.checking?.alone) return await walkAlone(config, pool, roots, tell);
  const compared = await compare(config, pool, roots, undefined, tell);
  if ("kind" in compared) return compared;
  const { found } = compared;
  const unlisted = found.failures.find((failure) => failure.path === "");
  if (unlisted) {
    const { side, reason } = unlisted;
    return unusable(side, roots[side]?.path ?? "", { code: "fault", reason });
  }
  const changes = await changesOf(compared, {}, () => {});
  const files = await inSlices(sorted(found.files, compareParts), config.shared);
  return {
    files,
    changes,
    linked: found.linked,
    failed: pathsOf(found.failures),
    disturbed: found.disturbed,
  };
}

/** List the replica, which has no source beside it. */
async function walkAlone(
  config: PassConfig,
  pool: Pool,
  roots: Roots,
  tell: Emit,
): Promise<Walked | Unusable> {
  const found = nothingFound();
  const failures: Failure[] = [];
  const tasks = stack([{ kind: "compare", pair: { path: "", sides: "replica" } }]);
  await pool.run(config, tasks, (turn) => {
    for (const part of turn.files) found.files.push(part);
    for (const failure of turn.failures) failures.push(failure);
  });
  if (stopping(config.shared)) throw new Stopped();
  for (const failure of failures) {
    if (failure.path === "") {
      return unusable("replica", roots.source.path, { code: "fault", reason: failure.reason });
    }
    tell({ ...failure, action: failure.action === "list" ? "list" : "read" });
  }
  const files = await inSlices(sorted(found.files, compareParts), config.shared);
  return { files, changes: found.changes, linked: [], failed: pathsOf(failures), disturbed: found.disturbed };
}

function pathsOf(failures: readonly Failure[]): Set<Path> {
  return new Set(failures.map(({ path }) => path));
}

function compareParts(a: FilesOf, b: FilesOf): number {
  if (a.folder !== b.folder) return a.folder < b.folder ? -1 : 1;
  const [first = "", other = ""] = [a.names[0], b.names[0]];
  return first < other ? -1 : first === other ? 0 : 1;
}

/** Files that are checked together. */
export interface Unit {
  readonly folder: Path;
  readonly names: readonly string[];
  /** In bytes, on one side. */
  readonly bytes: number;
}

/** A unit has no more than this, unless it is one file. */
const MOST = { files: 64, bytes: 32 * 1024 * 1024 };

/** The files that are `wanted`, as units, in their order. */
export function* unitsOf(
  parts: Iterable<FilesOf>,
  wanted: (part: FilesOf, row: number) => boolean,
): Steps<Unit[]> {
  const units: Unit[] = [];
  yield* forEach(parts, (part) => {
    const { folder, names, sizes } = part;
    let unit: string[] = [];
    let bytes = 0;
    const close = () => {
      if (unit.length > 0) units.push({ folder, names: unit, bytes });
      [unit, bytes] = [[], 0];
    };
    for (const [row, name] of names.entries()) {
      if (!wanted(part, row)) continue;
      if (unit.length === MOST.files || bytes + sizes[row]! > MOST.bytes) close();
      unit.push(name);
      bytes += sizes[row]!;
    }
    close();
  });
  return units;
}

/** Paths as the files of folders, in order, of which no more is known. */
export function* partsOf(paths: Iterable<Path>): Steps<FilesOf[]> {
  const files: { readonly folder: Path; readonly name: string }[] = [];
  yield* forEach(paths, (path) => files.push({ folder: parent(path), name: nameOf(path) }));
  const inOrder = yield* sorted(files, (a, b) => {
    if (a.folder !== b.folder) return a.folder < b.folder ? -1 : 1;
    return a.name < b.name ? -1 : 1;
  });
  const parts: FilesOf[] = [];
  yield* forEach(inOrder, ({ folder, name }) => {
    let part = parts.at(-1);
    if (part?.folder !== folder) {
      part = { folder, names: [], sizes: [], times: [], nanos: [], twins: [] };
      parts.push(part);
    }
    part.names.push(name);
    part.sizes.push(0);
    part.times.push(0);
    part.nanos.push(-1);
    part.twins.push("other");
  });
  return parts;
}
