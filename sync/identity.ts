/** Which folder something is, whatever its path: by what the system told of it. Pure. */
import { SYSTEM, type System } from "./system.ts";

/**
 * Device and number of what was looked at, and its time of birth where numbers are used again: another disk in the same
 * drive may have the same two numbers. Where Deno rounds the number, from 2^53 on, it does so in the same way each time: so
 * what is still there is known again, but two may have one identity (`isExactNumber`).
 */
export function identityOf(
  { dev, ino, birthtime }: Pick<Deno.FileInfo, "dev" | "ino" | "birthtime">,
  { reusesFileNumbers }: Pick<System, "reusesFileNumbers"> = SYSTEM,
): string {
  return reusesFileNumbers ? `${dev}:${ino}:${birthtime?.getTime()}` : `${dev}:${ino}`;
}

/** Whether no other file of its disk has the number that Deno gives: it was not rounded, and there is one. */
export function isExactNumber({ dev, ino }: Pick<Deno.FileInfo, "dev" | "ino">): boolean {
  return ino !== null && ino !== 0 && Number.isSafeInteger(ino) && Number.isSafeInteger(dev);
}
