/** Walks a source depth by depth, until it can be cut into parts of about equal weight. Writes nothing. */
import { inTheWay } from "../disk/in_the_way.ts";
import { canShareLocks } from "../disk/lock.ts";
import { type Roots, unusable } from "../disk/roots.ts";
import type { Path } from "../engine/entry.ts";
import type { Failure, Unusable } from "../engine/event.ts";
import type { IgnoreFile } from "../engine/filter.ts";
import { forEach, type Steps } from "../engine/steps.ts";
import { type Cut, cut, isEnough } from "../fleet/cut.ts";
import { addDepth, isWhole, newSeen, pathAt, type Seen } from "../fleet/seen.ts";
import type { PassConfig } from "../pass/config.ts";
import { listFolders } from "../pass/level.ts";
import type { Pool } from "../pass/pool.ts";
import { inSlices } from "../pass/slices.ts";
import type { ListedFolder } from "../pass/task.ts";

export interface Walking {
  /** For how many tasks. */
  readonly into: number;
  /** Walk to the end. */
  readonly whole: boolean;
  /** How many depths are walked at the least, if there are so many. */
  readonly depths: number;
  /** How long the path of a part may be. */
  readonly longest: number;
  /** Called again and again, with how many entries were seen by then. */
  progress(entries: number): void;
}

export interface Walked {
  readonly cut: Cut;
  /** How many entries were seen, by depth. */
  readonly seen: readonly number[];
  /** Whether those were all. */
  readonly whole: boolean;
  /** What could not be listed. */
  readonly failures: readonly Failure[];
}

/** After so many folders it is told how far the walk is. */
const OFTEN = 256;

/** Walk the source, and cut it. Throws `Stopped`. */
export async function walkAndCut(
  config: PassConfig,
  pool: Pool,
  roots: Roots,
  asked: Walking,
): Promise<Walked | Unusable> {
  const seen = newSeen();
  const failures: Failure[] = [];
  const sums: number[] = [];
  let [total, folders] = [0, 0];
  let ignoreFiles: readonly (readonly IgnoreFile[])[] = [[]];
  for (;;) {
    const begin = seen.depths.at(-1)!;
    const held = new Array<ListedFolder | undefined>(seen.names.length - begin);
    sums.push(0);
    await listFolders(config, pool, held.length, (i) => {
      return { number: begin + i, path: pathAt(seen, begin + i), ignoreFiles: ignoreFiles[i]! };
    }, {
      take(listed) {
        held[listed.number - begin] = listed;
        total += listed.entries;
        sums[sums.length - 1]! += listed.entries;
        if (++folders % OFTEN === 0) asked.progress(total);
      },
      fail: (failure) => failures.push(failure),
    });
    if (begin === 0 && held[0] === undefined) return unlisted(roots, failures);
    await inSlices(addDepth(seen, held, asked.longest), config.shared);
    ignoreFiles = await inSlices(ignoreFilesBelow(held, ignoreFiles), config.shared);
    const whole = isWhole(seen);
    const isDeep = sums.length >= asked.depths && isEnough(total, asked.into);
    if (!whole && (asked.whole || !isDeep)) continue;
    const made = await cutAround(seen, asked.into, config, roots);
    if (whole || !made.isDeeper) return { cut: made, seen: sums, whole, failures };
  }
}

function unlisted({ source }: Roots, failures: readonly Failure[]): Unusable {
  const [failure] = failures;
  return unusable(
    "source",
    source.path,
    failure ? { code: "fault", reason: failure.reason } : { code: "went-away" },
  );
}

/** The ignore files of each folder that was found, in their order. */
function* ignoreFilesBelow(
  held: readonly (ListedFolder | undefined)[],
  above: readonly (readonly IgnoreFile[])[],
): Steps<(readonly IgnoreFile[])[]> {
  const below: (readonly IgnoreFile[])[] = [];
  yield* forEach(held.keys(), (i) => {
    const one = held[i];
    const files = one?.ignoreFiles ?? above[i]!;
    for (let count = one?.folders ?? 0; count > 0; count--) below.push(files);
  });
  return below;
}

/**
 * Cut so that no part has its root where the replica has something that is no folder: top replaces that. Several can work in
 * one folder at once where the folder itself is locked, which they share.
 */
async function cutAround(seen: Seen, into: number, config: PassConfig, roots: Roots): Promise<Cut> {
  for (;;) {
    const made = await inSlices(cut(seen, into, canShareLocks()), config.shared);
    if (roots.replica === null) return made;
    const found = await inTheWay(roots.replica.path, made.pieces.map(({ path }) => path));
    if (found.size === 0) return made;
    for (const { number } of made.pieces) bar(seen, number, found);
  }
}

/** Bar the folders at some paths, as far as they lie on the way to one. */
function bar(seen: Seen, number: number, paths: ReadonlySet<Path>): void {
  for (let at = number; at > 0; at = seen.parents[at]!) {
    if (paths.has(pathAt(seen, at))) seen.barred[at] = 1;
  }
}
