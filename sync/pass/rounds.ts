/**
 * Comparing folder by folder, in rounds. A round ends with the first folder in which there is something to do on a file
 * system of which nothing is known. That is tried then, and the next round goes on.
 */
import type { Roots } from "../disk/roots.ts";
import { add } from "../engine/changes.ts";
import { parent, type Path, within } from "../engine/entry.ts";
import type { Emit, Unusable } from "../engine/event.ts";
import type { Pair } from "../engine/plan.ts";
import { type Criteria, isKnown, sameAttributes } from "../engine/same.ts";
import { collect, type Found, type Scope } from "./found.ts";
import type { Pool } from "./pool.ts";
import { type Stack, stack } from "./queue.ts";
import type { FoundPair, Stranger } from "./task.ts";
import { type Known, tellAllApart, tryOut } from "./try_out.ts";

/** What came of comparing. */
export interface Rounds {
  readonly known: Known;
  /** Whether all was compared. If not, it has to begin anew with what is known now. */
  readonly isDone: boolean;
}

/** Compare the trees, or a part of them, and add to what was found. Unusable when the replica's disk is in trouble. */
export async function rounds(
  begun: Known,
  found: Found,
  pool: Pool,
  roots: Roots,
  scope: Scope | undefined,
  tell: Emit,
): Promise<Rounds | Unusable> {
  let known = begun;
  const strangers: Stranger[] = [];
  const pairs = await firstPairs(known, found, pool, roots, scope, strangers);
  const left = stack(pairs.map((pair) => ({ kind: "compare", pair })));
  for (;;) {
    await pool.run(known.config, untilMet(left, strangers), (turn) => {
      collect(found, turn);
      for (const one of turn.strangers) strangers.push(one);
      for (const pair of turn.deferred) left.push({ kind: "compare", pair });
    });
    if (strangers.length === 0) return { known, isDone: true };
    const tried = await tryOut(known, strangers, pool, tell);
    if ("kind" in tried) return tried;
    // parts of a folder, and the folders near what was asked for, might be others
    if (scope !== undefined || !tellAllApart(tried)) return { known: tried, isDone: false };
    known = tried;
    strangers.length = 0;
  }
}

/** Work of which nothing more is handed out when a stranger was met. */
function untilMet(tasks: Stack, strangers: readonly Stranger[]): Stack {
  const isOver = () => strangers.length > 0;
  return {
    push: tasks.push,
    left: () => isOver() ? { entries: 0, bytes: 0 } : tasks.left(),
    draw: (entries, bytes) => isOver() ? [] : tasks.draw(entries, bytes),
  };
}

/** The folders to begin with: the roots, or those of the scope, each once and as near as both sides have it. */
async function firstPairs(
  known: Known,
  found: Found,
  pool: Pool,
  roots: Roots,
  scope: Scope | undefined,
  strangers: Stranger[],
): Promise<Pair[]> {
  const root: Pair = { path: "", sides: roots.replica ? "both" : "source", entry: roots.source.entry };
  if (scope === undefined || root.sides === "source") return [root];
  const near: FoundPair[] = [];
  const asked = new Set([...scope.folders, ...scope.branches]);
  await pool.run(known.config, stack([...asked].map((path) => ({ kind: "find", path }))), (turn) => {
    for (const failure of turn.failures) found.failures.push(failure);
    for (const pair of turn.pairs) near.push(pair);
  });
  const { criteria } = known.config;
  const compared = pairsOf(near, new Set(scope.branches));
  planFound(compared, found, criteria, strangers);
  return compared.map(({ path, entry, was, ignoreFiles, whole }) => ({
    path,
    ignoreFiles,
    sides: "both",
    entry: entry ?? roots.source.entry,
    ...(was && was.device !== criteria.roots.replica.device && { device: was.device }),
    ...(!whole && { shallow: true }),
  }));
}

/** The pairs to compare, each once, without those in a branch that is compared with everything below it (`whole`). */
function pairsOf(
  near: readonly FoundPair[],
  branches: ReadonlySet<Path>,
): (FoundPair & { readonly whole: boolean })[] {
  const whole = new Set(near.filter(({ asked, path }) => asked === path && branches.has(path)).map(pathOf));
  const compared = new Map<Path, FoundPair & { readonly whole: boolean }>();
  for (const pair of near) {
    const isCovered = pair.path !== "" && within(parent(pair.path), whole);
    if (!isCovered) compared.set(pair.path, { ...pair, whole: whole.has(pair.path) });
  }
  return [...compared.values()];
}

function pathOf({ path }: FoundPair): Path {
  return path;
}

/** Plan the attributes of the folders to begin with, which no other folder lists. */
function planFound(
  pairs: readonly FoundPair[],
  { changes }: Found,
  criteria: Criteria,
  strangers: Stranger[],
): void {
  const compared = new Set(pairs.map(pathOf));
  for (const { path, entry, was } of pairs) {
    // the roots' attributes are planned already, and those of a folder in one that is compared will be
    if (!entry || !was || compared.has(parent(path)) || sameAttributes(entry, was, criteria)) continue;
    add(changes, { kind: "attributes", path, entry, was });
    if (isKnown(was.device, criteria)) continue;
    strangers.push({ path, device: was.device, sourceDevice: entry.device });
  }
}
