/** Random numbers that a seed makes again, so that a test that fails by chance can be made to fail by intent. */

/** Random numbers below `limit`. */
export interface Dice {
  readonly seed: number;
  below(limit: number): number;
}

/** The seed that LOCKSTEP_SEED gives, or another one each time. */
export function anySeed(): number {
  return Number(Deno.env.get("LOCKSTEP_SEED") ?? Math.floor(Math.random() * 2 ** 31));
}

/** The numbers that a seed makes (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed;
  return {
    seed,
    below(limit) {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return Math.floor(((t ^ (t >>> 14)) >>> 0) / 4294967296 * limit);
    },
  };
}

/** Run with random numbers; whatever is thrown names the seed that makes them again. */
export async function seeded(test: (dice: Dice) => void | Promise<void>): Promise<void> {
  const seed = anySeed();
  try {
    await test(diceOf(seed));
  } catch (error) {
    throw new Error(`With LOCKSTEP_SEED=${seed}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
