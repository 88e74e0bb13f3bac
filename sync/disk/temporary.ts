/** The temporary names in the replica: their format, and how they are recognized. No disk. */

/** The name for a change, by its number. It does not contain the final name, which may be 255 bytes long already. */
export function temporaryName(passId: string, number: number): string {
  return `.lockstep-${passId}-${number.toString(36)}`;
}

/** The name of a folder while it is tried whether it can be moved, by the number of the change that is to remove it. */
export function movedName(passId: string, number: number): string {
  return `.lockstep-${passId}-_${number.toString(36)}`;
}

/** The name of the folder in which the replica is probed. */
export function probeName(passId: string): string {
  return `.lockstep-${passId}-probe`;
}

/** A random id for a pass, which its temporary names contain. */
export function newPassId(): string {
  return crypto.randomUUID().slice(0, 8);
}

/** Whether a path is of our own making, left over by a killed run or not; so is what is in the folder of a probe. */
export function isTemporary(path: string): boolean {
  return /(^|\/)\.lockstep-[0-9a-f]{8}-(\w+|probe\/[^/]+)$/.test(path);
}

/** Whether a path is of our own making, or lies in what is. */
export function isLeftOver(path: string): boolean {
  return /(^|\/)\.lockstep-[0-9a-f]{8}-\w+(\/|$)/.test(path);
}
