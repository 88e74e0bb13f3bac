/**
 * Moves: what goes and what is new in the plan, and seems to be the same, becomes a rename. What is moved is decided by
 * `engine/moved_folders.ts`, `moved_inside.ts` and `moved_files.ts`; here, files are read where only their contents tell.
 */
import { Stopped } from "../disk/fault.ts";
import { isLeftOver } from "../disk/temporary.ts";
import type { Changes } from "../engine/changes.ts";
import { type Folder, type Leaf, parent, type Path } from "../engine/entry.ts";
import type { Contents, Reading, Seeking } from "../engine/evidence.ts";
import { candidatesIn, type Group, isAnyAlike, provenMoves, withFilesMoved } from "../engine/moved_files.ts";
import { type FolderMove, pairFolders, pairKey } from "../engine/moved_folders.ts";
import { type Doubt, doubtsOf, isRefuted, type Rewritten, withFoldersMoved } from "../engine/moved_inside.ts";
import type { Linked } from "../engine/plan.ts";
import { forEach, forEachOf, type Steps } from "../engine/steps.ts";
import type { PassConfig } from "./config.ts";
import type { Found } from "./found.ts";
import type { Pool } from "./pool.ts";
import { stackOf } from "./queue.ts";
import { stopping } from "./shared.ts";
import { inSlices } from "./slices.ts";

/** How often folders are looked for: what lies in moved folders is found only when those have been. */
const ROUNDS = 8;

/** A plan with moves in the place of removals and creations. Nothing is written. Throws `Stopped`. */
export async function withMoves(
  changes: Changes,
  linked: readonly Linked[],
  { devices }: Pick<Found, "devices">,
  config: PassConfig,
  pool: Pool,
): Promise<Rewritten> {
  const seeking = { criteria: config.criteria, devices, isOurs: isLeftOver, began: config.began };
  if (!await inSlices(isAnyAlike(changes, seeking), config.shared)) {
    return { changes, linked, disturbed: new Map() };
  }
  const folders = await moveFolders({ changes, linked, disturbed: new Map() }, seeking, config, pool);
  const { moved, disturbed } = folders;
  const origin = originBy(moved);
  const { shared } = config;
  const { moves, doubtful } = await inSlices(candidatesIn(folders.changes, seeking), shared);
  const contents = await read(readingsOf(doubtful, origin), config, pool);
  const proven = await inSlices(provenMoves(doubtful, contents, origin, seeking), shared);
  const all = await inSlices(withFilesMoved(folders.changes, folders.linked, [...moves, ...proven]), shared);
  return { ...all, disturbed };
}

/** The paths of moved folders, with those that they have now. */
type Moved = ReadonlyMap<Path, Path>;

/** Move folders, round by round, and what lies in those that were moved in a round before. */
async function moveFolders(
  given: Rewritten,
  seeking: Seeking,
  config: PassConfig,
  pool: Pool,
): Promise<Rewritten & { readonly moved: Moved }> {
  const { shared } = config;
  const moved = new Map<Path, Path>();
  const refused = new Set<string>();
  const needed = new Set<Path>();
  const disturbed = new Map<Path, Folder>();
  let plan = given;
  for (let round = 0; round < ROUNDS; round++) {
    const pairs = await inSlices(pairFolders(plan.changes, seeking, { refused, needed }), shared);
    if (pairs.length === 0) break;
    const origin = originBy(moved);
    const doubts = await inSlices(doubtsOf(plan.changes, pairs, origin, seeking), shared);
    const contents = await read(readingsFor(doubts), config, pool);
    const wrong = new Set<FolderMove>();
    await inSlices(
      forEach(doubts, (doubt) => isRefuted(doubt, contents, seeking) && wrong.add(doubt.move)),
      shared,
    );
    const moves = pairs.filter((move) => !wrong.has(move));
    for (const move of wrong) refused.add(pairKey(move));
    if (moves.length === 0) continue;
    plan = await inSlices(
      withFoldersMoved(plan.changes, plan.linked, moves, contents, origin, seeking),
      shared,
    );
    for (const [path, entry] of plan.disturbed) disturbed.set(path, entry);
    for (const { from, path } of moves) {
      moved.set(path, from);
      for (let at = parent(path); at !== "" && !needed.has(at); at = parent(at)) needed.add(at);
    }
  }
  return { ...plan, disturbed, moved };
}

/** Gives where the replica has a path now. */
function originBy(moved: Moved): (path: Path) => Path {
  return (path) => {
    for (let at = path; at !== "" && moved.size > 0; at = parent(at)) {
      const from = moved.get(at);
      if (from === undefined) continue;
      path = from + path.slice(at.length);
      at = `${path}/`;
    }
    return path;
  };
}

function* readingsFor(doubts: readonly Doubt[]): Steps<Reading[]> {
  const readings: Reading[] = [];
  yield* forEach(doubts, ({ path, from, entry, was }) => {
    const holes = entry.holes || was.holes;
    readings.push({ side: "source", path, size: entry.size, holes });
    readings.push({ side: "replica", path: from, size: was.size, holes });
  });
  return readings;
}

function* readingsOf(groups: readonly Group[], origin: (path: Path) => Path): Steps<Reading[]> {
  const readings: Reading[] = [];
  yield* forEachOf(groups, function* ({ old, made }) {
    const hasHoles = (one: Leaf) => one.kind === "file" && one.holes;
    const holes = old.some(({ was }) => hasHoles(was)) || made.some(({ entry }) => hasHoles(entry));
    const note = (side: Reading["side"], path: Path, entry: Leaf) => {
      if (entry.kind === "file") readings.push({ side, path, size: entry.size, holes });
    };
    yield* forEach(old, ({ path, was }) => note("replica", origin(path), was));
    yield* forEach(made, ({ path, entry }) => note("source", path, entry));
  });
  return readings;
}

/** Read files. One that cannot be read is copied like any other, which tells why it failed. */
async function read(steps: Steps<Reading[]>, config: PassConfig, pool: Pool): Promise<Contents> {
  const [source, replica] = [new Map<Path, string>(), new Map<Path, string>()];
  const readings = await inSlices(steps, config.shared);
  const readAt = Date.now();
  if (readings.length > 0) {
    const tasks = await inSlices(
      stackOf(readings, (reading) => ({ kind: "digest", reading })),
      config.shared,
    );
    await pool.run(config, tasks, ({ digests }) => {
      for (const { side, path, digest } of digests) (side === "source" ? source : replica).set(path, digest);
    });
    if (stopping(config.shared)) throw new Stopped();
  }
  return { source, replica, readAt };
}
