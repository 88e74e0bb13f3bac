/** Random trees on both sides, and random edits between passes. A failure prints the seed that makes it again. */
import { assertEquals } from "@std/assert";
import { CRITERIA, failuresOf, LIMITS, mirror, POOLS } from "../support/mirror.ts";
import { assertInStep, file, folder, harvest, inFolder, link, plant, type Tree } from "../support/tree.ts";

/** A generator of numbers from 0 to below 1 (mulberry32). */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const NAMES = ["a", "b", "c", "d", "é", "x y", "-f", "n\nl"];

/** Few names, sizes and times, so that the two sides often meet in some and differ in others. */
function tree(next: () => number, depth: number): Tree {
  const made: Record<string, Tree[string]> = {};
  for (const name of NAMES) {
    const dice = next();
    const mtime = [1_000_000_000_000, 1_000_000_000_001, 1_500_000_000_500][Math.floor(next() * 3)]!;
    if (dice < 0.35) {
      made[name] = file(
        "xyz".repeat(Math.floor(next() * 3)) + Math.floor(next() * 3),
        [0o644, 0o600, 0o755][Math.floor(next() * 3)]!,
        mtime,
      );
    } else if (dice < 0.45) made[name] = link(["a", "..", "/nowhere"][Math.floor(next() * 3)]!, mtime);
    else if (dice < 0.7 && depth > 0) {
      made[name] = folder(tree(next, depth - 1), [0o755, 0o700][Math.floor(next() * 2)]!, mtime);
    }
  }
  return made;
}

for (let run = 0; run < 24; run++) {
  const seed = Number(Deno.env.get("LOCKSTEP_SEED") ?? Math.floor(Math.random() * 2 ** 31));
  const [how, pool] = POOLS[run % POOLS.length]!;
  Deno.test(`pass() brings random trees in step, ${how}, LOCKSTEP_SEED=${seed} (${run})`, () =>
    inFolder(async (at) => {
      const next = random(seed);
      plant(`${at}/replica`, tree(next, 3));
      for (let round = 0; round < 3; round++) {
        const source = `${at}/source${round}`;
        plant(source, tree(next, 3));
        const before = harvest(source);
        const checksum = true; // a model that knows contents needs them compared: times are few on purpose
        const limits = {
          ...LIMITS,
          allowEmptySource: true,
          maxDelete: { unit: "percent", value: 100 } as const,
        };
        const outcome = await mirror(source, `${at}/replica`, {
          pool: pool(),
          criteria: { ...CRITERIA, checksum },
          limits,
        });
        assertEquals(failuresOf(outcome), []);
        assertInStep(source, `${at}/replica`);
        assertEquals(harvest(source), before);
        assertEquals((await mirror(source, `${at}/replica`, { limits })).changes, []);
      }
    }));
}
