/** Random trees on both sides, and random edits between passes. A failure prints the seed that makes it again. */
import { assertEquals } from "@std/assert";
import { failuresOf, mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { anySeed, diceOf } from "../support/random.ts";
import { randomTree } from "../support/random_tree.ts";
import { assertInSync, harvest, inFolder, inMemory, plant } from "../support/tree.ts";

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
      plant(`${at}/replica`, randomTree(dice, 3));
      for (let round = 0; round < 3; round++) {
        const source = `${at}/source${round}`;
        plant(source, randomTree(dice, 3));
        const before = harvest(source);
        const outcome = await mirror(source, `${at}/replica`, { pool, checksum, limits });
        assertEquals([outcome.report.ended, failuresOf(outcome)], ["complete", []]);
        assertInSync(source, `${at}/replica`);
        assertEquals(harvest(source), before);
        assertEquals((await mirror(source, `${at}/replica`, { pool, checksum, limits })).changes, []);
      }
    }));
}
