/**
 * A file by which somebody lets a plan through once that a loop refuses: `<log>.allow`, with the option that the refusal
 * names. It is taken only when it was written after the refusal, only once, and only as far as it goes: a plan that has
 * grown meanwhile is refused again.
 */
import { isWithinFolder, wholePath } from "../whole_path.ts";
import type { Limits } from "../engine/guard.ts";
import { parse } from "./options.ts";
import { namesOf } from "./paths.ts";
import { orElse } from "../system_error.ts";

/** More bytes than an option has. */
const MOST_BYTES = 256;
/** The coarsest step, in ms, in which a file system counts times. */
const STEP_MS = 2000;

/**
 * Where the file lies; null where there is none: with no log, with one in the source or the replica, in which it would
 * be an entry like any other, and where Deno may not read the file and take it away. `name`: of a job, for several may
 * have one log.
 */
export function allowFile(
  log: string | null,
  roots: readonly string[],
  name: string | null = null,
): string | null {
  if (log === null) return null;
  const path = `${wholePath(log)}${name === null ? "" : `.${name}`}.allow`;
  const trees = roots.flatMap(namesOf);
  const isInside = namesOf(path).some((name) => trees.some((tree) => isWithinFolder(name, tree)));
  const mayTake = (["read", "write"] as const).every((name) =>
    Deno.permissions.querySync({ name, path }).state === "granted"
  );
  return isInside || !mayTake ? null : path;
}

/**
 * Take the file away and read it: the limits that it sets in the place of some of `limits`, and its words; null when it
 * is not there, is older than `since` (ms since 1970), cannot be removed, or says something else.
 */
export function takeAllowed(
  path: string,
  since: number,
  limits: Limits,
): { limits: Limits; words: string } | null {
  return orElse(() => {
    const found = Deno.lstatSync(path);
    const written = found.mtime?.getTime() ?? -Infinity;
    if (!found.isFile || found.size > MOST_BYTES || written < Math.floor(since / STEP_MS) * STEP_MS) {
      return null;
    }
    const words = Deno.readTextFileSync(path).trim();
    const allowed = readAllowed(words, limits);
    // what cannot be taken away would let every pass through
    if (allowed !== null) Deno.removeSync(path);
    return allowed && { limits: allowed, words };
  }, null);
}

/** The limits with what one of the overriding options sets; null for any other text. */
export function readAllowed(text: string, limits: Limits): Limits | null {
  if (!/^--(max-delete[ =]\d+|allow-empty-source|ignore-free-space)$/.test(text)) return null;
  const command = parse(["source", "replica", ...text.split(" ")]);
  if (command.kind !== "mirror") return null;
  const { maxDelete, allowEmptySource, ignoreFreeSpace } = command.options;
  return {
    maxDelete: maxDelete ?? limits.maxDelete,
    allowEmptySource: allowEmptySource || limits.allowEmptySource,
    ignoreFreeSpace: ignoreFreeSpace || limits.ignoreFreeSpace,
  };
}
