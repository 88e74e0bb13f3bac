/** Something that may not be known, and why not. Pure. */

/** What could not be told. `by`: the flag of Deno with which it could be; null where the system itself does not tell. */
export interface Untold {
  readonly untold: true;
  readonly by: string | null;
}

export type Told<T> = T | Untold;

/** What no flag would help with. */
export const UNTOLD: Untold = { untold: true, by: null };

/** What a flag of Deno would help with: "--allow-ffi". */
export function untold(by: string): Untold {
  return { untold: true, by };
}

export function isUntold(told: unknown): told is Untold {
  return typeof told === "object" && told !== null && "untold" in told;
}

/** What is known; `otherwise` where nothing is. */
export function known<T, U>(told: Told<T>, otherwise: U): T | U {
  return isUntold(told) ? otherwise : told;
}
