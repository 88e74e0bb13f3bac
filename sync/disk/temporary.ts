/** The temporary names in the replica: their format, and how they are recognized. No disk. */

/** The name for a change, by its number. It does not contain the final name, which may be 255 bytes long already. */
export function temporaryName(passId: string, number: number): string {
  return `.lockstep-${passId}-${number.toString(36)}`;
}

/** The longest name that any file system takes, in bytes. */
const LONGEST_NAME = 255;

/**
 * The name of a folder while it is tried whether it can be moved, by the number of the change that is to remove it. It
 * tells the folder's own name, where there is room for that.
 */
export function movedName(passId: string, number: number, name: string): string {
  const short = `.lockstep-${passId}-_${number.toString(36)}`;
  const long = `${short}-${name}`;
  return new TextEncoder().encode(long).length <= LONGEST_NAME ? long : short;
}

/** What a path was called before something on the way got such a name; the same where it cannot be told. */
export function pathBefore(path: string): string {
  return path.replaceAll(/(^|\/)\.lockstep-[0-9a-f]{8}-_[0-9a-z]+-([^/]+)/g, "$1$2");
}

/**
 * A name for what the replica has while the case of its own name changes, by the number of that change. It is no temporary
 * one: what is there is whole, and nothing else, so a pass that is killed must not leave it to be deleted.
 */
export function betweenName(number: number, attempt: number): string {
  return `lockstep-between-${number.toString(36)}${attempt === 0 ? "" : `-${attempt}`}`;
}

/** Whether a name is such a one. */
export function isBetween(name: string): boolean {
  return /^lockstep-between-[0-9a-z]+(-\d+)?$/i.test(name);
}

/** The name of the folder in which the replica is probed. */
export function probeName(passId: string): string {
  return `.lockstep-${passId}-probe`;
}

/**
 * The name of the file that is locked in a replica where a folder cannot be: the same for all runs, and one of the temporary
 * names, so that no pass mirrors it.
 */
export const LOCK_NAME = ".lockstep-00000000-LOCK";

/** A random id for a pass, which its temporary names contain. */
export function newPassId(): string {
  return crypto.randomUUID().slice(0, 8);
}

/** Whether a path is of our own making, left over by a killed run or not; so is what is in the folder of a probe. */
export function isTemporary(path: string): boolean {
  return /(^|\/)\.lockstep-[0-9a-f]{8}-(\w+|_[0-9a-z]+-[^/]+|probe\/[^/]+)$/.test(path);
}

/** Whether a path is of our own making, or lies in what is. */
export function isLeftOver(path: string): boolean {
  return /(^|\/)\.lockstep-[0-9a-f]{8}-(\w+|_[0-9a-z]+-[^/]+)(\/|$)/.test(path);
}

/** Whether a path is, or lies in, what was moved out of its place: no half copy, but what the replica had. */
export function isMoved(path: string): boolean {
  return /(^|\/)\.lockstep-[0-9a-f]{8}-_[0-9a-z]+(-[^/]+)?(\/|$)/.test(path);
}
