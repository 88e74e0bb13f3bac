/** How a batch engine starts Lockstep: the words in front of its own. Pure. */

/** The executable, or Deno with its permissions and the main module. */
export type Program = readonly [string, ...string[]];
