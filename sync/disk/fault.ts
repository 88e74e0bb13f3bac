/**
 * Errors of the file system as plain data. An error loses its class on its way out of a worker, so it is turned into a
 * reason in the thread where it happened. `cli/reason.ts` has the words.
 */
import type { Reason, Side } from "../engine/entry.ts";
import type { Failure } from "../engine/event.ts";
import { NUMBERS_OF_DARWIN } from "./errors_of_darwin.ts";

/** Codes that Deno gives only as a number, and those of the C library, by their number on Linux. */
const NUMBERS: Readonly<Record<string, string>> = {
  1: "EPERM",
  2: "ENOENT",
  4: "EINTR",
  5: "EIO",
  12: "ENOMEM",
  13: "EACCES",
  17: "EEXIST",
  20: "ENOTDIR",
  23: "ENFILE",
  26: "ETXTBSY",
  27: "EFBIG",
  28: "ENOSPC",
  30: "EROFS",
  36: "ENAMETOOLONG",
  38: "ENOSYS",
  40: "ELOOP",
  75: "EOVERFLOW",
  95: "EOPNOTSUPP",
  103: "ECONNABORTED",
  107: "ENOTCONN",
  110: "ETIMEDOUT",
  116: "ESTALE",
  117: "EUCLEAN",
  122: "EDQUOT",
};

/** The codes of a system by their number there. */
function numbersOf(os: typeof Deno.build.os): Readonly<Record<string, string>> {
  return os === "darwin" ? NUMBERS_OF_DARWIN : NUMBERS;
}

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
export function reason(error: unknown, os: typeof Deno.build.os = Deno.build.os): Reason | null {
  if (error instanceof Fault) return error.reason;
  if (!(error instanceof Error) || error instanceof Stopped) return null;
  if (error instanceof Deno.errors.NotCapable) {
    return { code: "NOTCAPABLE", detail: error.message.replace(/^Requires /, "") };
  }
  // the name is not UTF-8, which Deno can neither return nor open
  if (error instanceof Deno.errors.InvalidData) return { code: "EILSEQ" };
  // Deno's own errors have the code, or only its number in their message; those of node:fs have both as properties
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  const number = typeof errno === "number" ? Math.abs(errno) : /\(os error (\d+)\)/.exec(error.message)?.[1];
  const known = typeof code === "string" && /^E[A-Z0-9]+$/.test(code)
    ? code
    : number && (numbersOf(os)[number] ?? `E${number}`);
  if (known === undefined || known === "" || known === 0) return null;
  return { code: known, detail: firstWords(error.message) };
}

/** "disk full", from "Disk full (os error 28): write '/a/b'". */
function firstWords(message: string): string {
  return message.replace(/ ?\(os error.*$/s, "").replace(/^[A-Z]+: /, "").replace(/, \w+ '.*$/s, "")
    .toLowerCase();
}
