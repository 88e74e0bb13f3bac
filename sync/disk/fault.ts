/**
 * Errors of the file system as plain data. An error loses its class on its way out of a worker, so it is turned into a
 * reason in the thread where it happened. `cli/reason.ts` has the words.
 */
import type { Reason, Side } from "../engine/entry.ts";
import type { Failure } from "../engine/event.ts";
import { SYSTEM, type System } from "../system.ts";
import { DARWIN, DARWIN_CODES, LINUX, WINDOWS, WINDOWS_CODES } from "./numbers.ts";

/** Codes of a disk that takes no more data. */
export const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EROFS"]);

/** Codes with which a system says that it will not set an attribute, and nothing worse. */
export const UNSETTABLE: ReadonlySet<string> = new Set([
  "MODE",
  "XATTRS",
  "EPERM",
  "EACCES",
  "EINVAL",
  "EOVERFLOW",
  "ENOSYS",
  "ENOTSUP",
  "EOPNOTSUPP",
]);

/** Codes that say of a name that nothing is there, or could be. */
export const ABSENT: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "EINVAL"]);

/** An error on one side of the mirror, to be reported for one entry. */
export class Fault extends Error {
  override readonly name = "Fault";
  constructor(readonly action: Failure["action"], readonly side: Side, readonly reason: Reason) {
    super(reason.code);
  }
}

/** The work was put down because the pass is stopped or the turn is over. It leaves nothing in the replica. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Turn what a call on the disk threw into a fault. Throws anything else, a bug or `Stopped`, as it is. */
export function fault(action: Failure["action"], side: Side, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const why = reason(error);
  if (why === null) throw error;
  return new Fault(action, side, why);
}

/** Why a call on the disk failed; null when the error does not come from the disk. */
export function reason(error: unknown, { errors }: Pick<System, "errors"> = SYSTEM): Reason | null {
  if (error instanceof Fault) return error.reason;
  if (!(error instanceof Error) || error instanceof Stopped) return null;
  if (error instanceof Deno.errors.NotCapable) {
    return { code: "NOTCAPABLE", detail: error.message.replace(/^Requires /, "") };
  }
  // the name is not UTF-8, which Deno can neither return nor open
  if (error instanceof Deno.errors.InvalidData) return { code: "EILSEQ" };
  // what Deno says of a call that it has not on this system
  if (error instanceof Deno.errors.NotSupported) return { code: "EOPNOTSUPP" };
  const known = codeOn(errors, error);
  if (known === null) return null;
  return { code: known, detail: firstWords(error.message) };
}

/** `node:fs` has UNKNOWN for numbers of Windows that it has no code for. */
const CODE = /^(E[A-Z0-9]+|UNKNOWN)$/;

/** What an error is called; null when it is none of the disk. */
function codeOn(errors: System["errors"], error: Error): string | null {
  switch (errors) {
    case "windows":
      return codeOnWindows(error);
    case "darwin": {
      const code = codeOnPosix(error, DARWIN);
      return code === null ? null : DARWIN_CODES[code] ?? code;
    }
    case "linux":
      return codeOnPosix(error, LINUX);
  }
}

function numberIn({ message }: Error): string | undefined {
  return /\(os error (\d+)\)/.exec(message)?.[1];
}

/** Deno's own errors have the code, or only its number in their message; those of `node:fs` have both as properties. */
function codeOnPosix(error: Error, numbers: Readonly<Record<string, string>>): string | null {
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  if (typeof code === "string" && CODE.test(code)) return code;
  const number = typeof errno === "number" ? String(Math.abs(errno)) : numberIn(error);
  return number === undefined || number === "0" ? null : numbers[number] ?? `E${number}`;
}

/** There the code says less than the number, which only errors of `node:fs` have not. */
function codeOnWindows(error: Error): string | null {
  const { code } = error as { code?: unknown };
  const named = typeof code === "string" && CODE.test(code) ? WINDOWS_CODES[code] ?? code : null;
  const number = numberIn(error);
  if (number === undefined) return named;
  return WINDOWS[number] ?? named ?? `E${number}`;
}

/** "disk full", from "Disk full (os error 28): write '/a/b'". */
function firstWords(message: string): string {
  return message.replace(/\.? ?\(os error.*$/s, "").replace(/^[A-Z]+: /, "").replace(/, \w+ '.*$/s, "")
    .toLowerCase();
}
