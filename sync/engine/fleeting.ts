/**
 * Which failures are fleeting: they come from entries of the source that went or kept changing while they were read.
 * The next pass may well not meet them, and a run that met no others ends with a status of its own.
 */
import type { Failure } from "./event.ts";

/** Codes of failures that the next pass may well not meet again. */
const FLEETING = new Set([
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
  "ELOOP",
  "CHANGED",
  "CHANGING",
  "UNSTEADY",
  "REPLACED",
  "LINKED",
  "EDITED",
]);

/** Whether what failed is likely to be done soon, and no event of a watch tells when: another program had a file open. */
export function isInUse({ reason: { code, detail } }: Failure): boolean {
  return code === "IN_USE" || ((code === "TRASH" || code === "UNTRASHED") && detail === "IN_USE");
}

/** Whether a failure comes from an entry of the source that vanished or kept changing. */
export function fleeting({ side, reason: { code, detail = "" } }: Failure): boolean {
  return side === "source" && FLEETING.has(code === "IGNORE_FILE" ? detail : code);
}
