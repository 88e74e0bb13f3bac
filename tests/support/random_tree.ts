/** Random trees, and random edits in them: few names, sizes and times, so that two of them often meet in some and differ in others. */
import type { Dice } from "./random.ts";
import {
  file,
  folder,
  hardLink,
  IS_WINDOWS,
  isThere,
  link,
  plant,
  Planted,
  removeIfThere,
  sparse,
  type Tree,
} from "./tree.ts";

export const NAMES = ["a", "b", "c", "d", "é", "x y", "-f", IS_WINDOWS ? "n~l" : "n\nl"];

const TIMES = [1_000_000_000_000, 1_000_000_000_001, 1_500_000_000_500];

function one<T>(dice: Dice, of: readonly T[]): T {
  return of[dice.below(of.length)]!;
}

export function randomTree(dice: Dice, depth: number): Tree {
  const made: Record<string, Tree[string]> = {};
  for (const name of NAMES) {
    const kind = dice.below(100);
    const mtime = one(dice, TIMES);
    const others = Object.keys(made).filter((other) => made[other] instanceof Planted && made[other].isFile);
    if (kind < 30) {
      made[name] = file("xyz".repeat(dice.below(3)) + dice.below(3), one(dice, [0o644, 0o600, 0o755]), mtime);
    } else if (kind < 35) made[name] = sparse(20_000, `${dice.below(3)}`, 0o644, mtime);
    else if (kind < 45) made[name] = link(one(dice, ["a", "..", "/nowhere"]), mtime);
    else if (kind < 70 && depth > 0) {
      made[name] = folder(randomTree(dice, depth - 1), one(dice, [0o755, 0o700]), mtime);
    } else if (kind > 90 && others.length > 0) made[name] = hardLink(one(dice, others));
  }
  return made;
}

/** Remove, make, replace or change something in a folder or one below it. */
export function randomEdit(root: string, dice: Dice): void {
  let at = root;
  for (let depth = dice.below(3); depth > 0; depth--) {
    const folders = [...Deno.readDirSync(at)].filter(({ isDirectory }) => isDirectory);
    if (folders.length > 0) at = `${at}/${one(dice, folders.map(({ name }) => name).sort())}`;
  }
  const path = `${at}/${one(dice, NAMES)}`;
  const kind = dice.below(6);
  if (kind === 4) {
    const there = [...Deno.readDirSync(at)].filter(({ isSymlink }) => !isSymlink).map(({ name }) => name)
      .sort();
    return Deno.chmodSync(there.length === 0 ? at : `${at}/${one(dice, there)}`, one(dice, [0o700, 0o755]));
  }
  if (kind === 5) {
    const [from, to] = [`${at}/${one(dice, NAMES)}`, `${root}/${one(dice, NAMES)}-${dice.below(99)}`];
    if (isThere(from) && !isThere(to)) Deno.renameSync(from, to);
    return;
  }
  removeIfThere(path);
  if (kind === 0) return;
  const name = path.slice(at.length + 1);
  if (kind === 1) plant(at, { [name]: file(`edited ${dice.below(9)}`, 0o644, one(dice, TIMES)) });
  else if (kind === 2) plant(at, { [name]: folder(randomTree(dice, 1), 0o755, one(dice, TIMES)) });
  else plant(at, { [name]: link("elsewhere", one(dice, TIMES)) });
}
