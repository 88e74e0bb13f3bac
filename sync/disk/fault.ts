/**
 * Errors of the file system as plain data. An error loses its class on its way out of a worker, so it is turned into
 * a reason in the thread where it happened.
 */
import type { Reason, Side } from "../engine/entry.ts";
import type { Failure } from "../engine/event.ts";

/** Words for the codes that a mirror meets. */
const TEXTS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "in use by the system",
  EDQUOT: "the disk quota is used up",
  EEXIST: "something else stands there",
  EFBIG: "too large for the file system",
  EINTR: "it was interrupted",
  EIO: "input/output error",
  EINVAL: "the file system does not take it",
  EISDIR: "a folder stands there",
  ELOOP: "too many links on the way",
  EMFILE: "too many open files",
  EMLINK: "too many links",
  ENAMETOOLONG: "the name or the path is too long",
  ENOENT: "it is not there any more",
  ENOSPC: "no space left",
  ENOTCONN: "the file system behind it is gone",
  ENOTDIR: "a folder on the way is not there any more",
  ENOTEMPTY: "the folder is not empty",
  EPERM: "operation not permitted",
  EROFS: "the file system is read-only",
  ESTALE: "the network file system lost it",
  ETIMEDOUT: "the file system did not answer in time",
  EUCLEAN: "the file system is damaged",
  ETXTBSY: "the program is running",
};

/** Codes that do not come by name, by their number on Linux. */
const NUMBERS: Readonly<Record<string, string>> = {
  4: "EINTR",
  12: "ENOMEM",
  23: "ENFILE",
  26: "ETXTBSY",
  27: "EFBIG",
  107: "ENOTCONN",
  110: "ETIMEDOUT",
  116: "ESTALE",
  117: "EUCLEAN",
  122: "EDQUOT",
};

/** Codes with which a disk says that it takes no more. */
export const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EROFS"]);

/** An error of one side of the mirror, to be reported for one entry. */
export class Fault extends Error {
  override readonly name = "Fault";
  constructor(readonly action: Failure["action"], readonly side: Side, readonly reason: Reason) {
    super(reason.text);
  }
}

/** The work was put down because the program is asked to stop; nothing of it is left in the replica. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Turn what a call on the disk threw into a fault. Anything else is a bug (or a stop) and is thrown on as it is. */
export function fault(action: Failure["action"], side: Side, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const why = reason(error);
  if (why === null) throw error;
  return new Fault(action, side, why);
}

/** Why a call on the disk failed; null when the error does not come from the disk. */
export function reason(error: unknown): Reason | null {
  if (!(error instanceof Error) || error instanceof Stopped) return null;
  if (error instanceof Deno.errors.NotCapable) {
    return {
      code: "NOTCAPABLE",
      text: `Deno may not do it (${error.message.replace(/^Requires /, "it needs ")})`,
    };
  }
  // the name is not UTF-8, which Deno can neither return nor open
  if (error instanceof Deno.errors.InvalidData) return { code: "EILSEQ", text: "it is not UTF-8" };
  // Deno's own errors name the code, or only the number in their message; those of node:fs have both as properties
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  const number = typeof errno === "number" ? Math.abs(errno) : /\(os error (\d+)\)/.exec(error.message)?.[1];
  const known = typeof code === "string" && /^E[A-Z0-9]+$/.test(code)
    ? code
    : number && (NUMBERS[number] ?? `E${number}`);
  if (known === undefined || known === "" || known === 0) return null;
  return { code: known, text: TEXTS[known] ?? firstWords(error.message) };
}

/** "Disk full (os error 28): write '/a/b'" without the number and the path. */
function firstWords(message: string): string {
  return message.replace(/ ?\(os error.*$/s, "").replace(/^[A-Z]+: /, "").replace(/, \w+ '.*$/s, "")
    .toLowerCase();
}
