/** Random trees on both sides, and random edits between passes. A failure prints the seed that makes it again. */
import { assertEquals } from "@std/assert";
import { failuresOf, mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { anySeed, type Dice, diceOf } from "../support/random.ts";
import {
  assertInSync,
  file,
  folder,
  hardLink,
  harvest,
  inFolder,
  inMemory,
  link,
  plant,
  Planted,
  sparse,
  type Tree,
} from "../support/tree.ts";

const NAMES = ["a", "b", "c", "d", "é", "x y", "-f", "n\nl"];

/** Few names, sizes and times, so that the two sides often meet in some and differ in others. */
function tree(dice: Dice, depth: number): Tree {
  const made: Record<string, Tree[string]> = {};
  const one = <T>(...of: readonly T[]) => of[dice.below(of.length)]!;
  for (const name of NAMES) {
    const kind = dice.below(100);
    const mtime = one(1_000_000_000_000, 1_000_000_000_001, 1_500_000_000_500);
    const others = Object.keys(made).filter((other) => made[other] instanceof Planted && made[other].isFile);
    if (kind < 30) {
      made[name] = file("xyz".repeat(dice.below(3)) + dice.below(3), one(0o644, 0o600, 0o755), mtime);
    } else if (kind < 35) made[name] = sparse(20_000, `${dice.below(3)}`, 0o644, mtime);
    else if (kind < 45) made[name] = link(one("a", "..", "/nowhere"), mtime);
    else if (kind < 70 && depth > 0) made[name] = folder(tree(dice, depth - 1), one(0o755, 0o700), mtime);
    else if (kind > 90 && others.length > 0) made[name] = hardLink(one(...others));
  }
  return made;
}

const POOLS = poolsOfFile();
const checksum = true; // a model that knows contents needs them compared: times are few on purpose
const limits = { ...UNLIMITED, allowEmptySource: true };

for (let run = 0; run < 24; run++) {
  const seed = anySeed();
  const [how, pool] = POOLS[run % POOLS.length]!;
  const within = how === "inline" ? inFolder : inMemory;
  Deno.test(`pass() brings random trees in sync, ${how}, LOCKSTEP_SEED=${seed} (${run})`, () =>
    within(async (at) => {
      const dice = diceOf(seed);
      plant(`${at}/replica`, tree(dice, 3));
      for (let round = 0; round < 3; round++) {
        const source = `${at}/source${round}`;
        plant(source, tree(dice, 3));
        const before = harvest(source);
        const outcome = await mirror(source, `${at}/replica`, { pool, checksum, limits });
        assertEquals([outcome.report.ended, failuresOf(outcome)], ["complete", []]);
        assertInSync(source, `${at}/replica`);
        assertEquals(harvest(source), before);
        assertEquals((await mirror(source, `${at}/replica`, { pool, checksum, limits })).changes, []);
      }
    }));
}
