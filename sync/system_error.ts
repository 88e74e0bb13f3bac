/**
 * Errors of the system, told from bugs. Who goes on after an error does so only for the former: a bug always ends the
 * program. A bug is a TypeError, a RangeError and the like; we throw no plain `Error` that is meant to be passed over.
 */

const CLASSES = Object.values(Deno.errors);

/**
 * Whether an error comes from the system or from Deno's permissions. Deno has classes for the common ones; the others,
 * and those of a watch, are a plain `Error`; those of `node:fs` have a code.
 */
export function isSystemError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return Object.getPrototypeOf(error) === Error.prototype ||
    CLASSES.some((type) => error instanceof type) ||
    (typeof code === "string" && /^(E[A-Z0-9]+|UNKNOWN)$/.test(code));
}

/** What an error of the system says, without its number and the path that the caller names anyway. Throws any other. */
export function systemText(error: unknown): string {
  if (!isSystemError(error)) throw error;
  return error.message.replace(/ \(os error.*/s, "").toLowerCase();
}

/** What `look` gives; `otherwise` when the system says no. Throws what is no error of the system. */
export function orElse<T, U>(look: () => T, otherwise: U): T | U {
  try {
    return look();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return otherwise;
  }
}
