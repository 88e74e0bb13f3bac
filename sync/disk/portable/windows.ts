/**
 * The calls of the edge on Windows. A read-only file cannot be replaced, removed or given a time there; a file that
 * another program has open often cannot either, for a moment where a virus scanner looks at what was just written; a
 * link has a type, and making one is a right. Each call tries first what always works on a Unix.
 *
 * Only the replica is ever changed here: of the source, names, targets and modes are asked.
 */
import type { LinkType, Reason } from "../../engine/entry.ts";
import { whyNoName, whyNoPath } from "../../engine/windows_names.ts";
import { systemOf } from "../../system.ts";
import { isSystemError } from "../../system_error.ts";
import { Fault, reason } from "../fault.ts";
import { newPassId, temporaryName } from "../temporary.ts";
import type { Calls } from "./system_calls.ts";

/** What is asked of Deno, so that a test can have it answer as Windows does. */
export type DenoCalls = Pick<
  typeof Deno,
  | "chmodSync"
  | "lstatSync"
  | "openSync"
  | "readLinkSync"
  | "removeSync"
  | "renameSync"
  | "statSync"
  | "symlinkSync"
  | "utimeSync"
>;

const READ_ONLY = 0o444;
const WRITABLE = 0o666;
const FOLDER = 0o777;
const WINDOWS = systemOf("windows");

/** Waits for another program to let go of a file, in ms: a scanner takes some hundredths of a second. */
const WAITS_MS = [20, 60, 120];
/** How long a thread waits in all within a while, in ms: where many files are open, waiting for each would take hours. */
const MOST_MS = 2000;
const WHILE_MS = 60_000;

/** Waits so many ms; null where that must not be: the first thread listens to signals. */
export type Wait = ((ms: number) => void) | null;

/** `wait`, `now`: how time passes. */
export function windowsCalls(
  deno: DenoCalls = Deno,
  wait: Wait = isWorker() ? (ms) => Atomics.wait(NEVER, 0, 0, ms) : null,
  now: () => number = () => performance.now(),
): Calls {
  const patiently = patience(wait, now);
  return {
    whyNoName,
    whyNoPath,
    modeOf,
    targetOf: (path, target) => {
      const plain = plainTarget(target);
      if (plain === null) throw linkFault("MOUNTED");
      const type = typeOf(deno, path, plain);
      return { target: plain, ...(type !== undefined && { type }) };
    },
    readLink: (path) => readLink(deno, path),
    createLink: (target, path, type) => createLink(deno, target, path, type),
    // no attribute keeps anybody from writing into a folder there
    makeWritable() {
      throw new Fault("attributes", "replica", { code: "EACCES" });
    },
    setTime: (path, time) => loosened(deno, path, () => deno.utimeSync(path, time, time)),
    rename: (path, as) => patiently(() => rename(deno, path, as)),
    remove: (path) => patiently(() => loosened(deno, path, () => deno.removeSync(path))),
    // FlushFileBuffers wants a file that is open for writing
    syncFile: (path) =>
      loosened(deno, path, () => {
        using file = deno.openSync(path, { read: true, write: true });
        file.syncSync();
      }),
    // a folder cannot be opened for that, and NTFS keeps a journal of names
    syncFolder() {},
  };
}

const NEVER = new Int32Array(new SharedArrayBuffer(4));

function isWorker(): boolean {
  return "WorkerGlobalScope" in globalThis;
}

/** The read-only attribute of a file, as permission bits. That of a folder means nothing to anybody but the shell. */
export function modeOf({ mode, isDirectory }: Pick<Deno.FileInfo, "mode" | "isDirectory">): number {
  if (isDirectory) return FOLDER;
  return mode === null || (mode & 0o200) !== 0 ? WRITABLE : READ_ONLY;
}

/** Do something again, after a while, that another program's hold of a file keeps from being done. */
function patience(wait: Wait, now: () => number): (act: () => void) => void {
  let [since, waited] = [-Infinity, 0];
  return (act) => {
    for (let attempt = 0;; attempt++) {
      try {
        return act();
      } catch (error) {
        const ms = WAITS_MS[attempt];
        if (wait === null || ms === undefined || codeOf(error) !== "IN_USE") throw error;
        if (now() - since > WHILE_MS) [since, waited] = [now(), 0];
        if (waited + ms > MOST_MS) throw error;
        waited += ms;
        wait(ms);
      }
    }
  };
}

function codeOf(error: unknown): string | undefined {
  return reason(error, WINDOWS)?.code;
}

/** Whether access was denied, which is also what a read-only file and a folder in the place of a file give. */
function isDenied(error: unknown): boolean {
  return codeOf(error) === "EACCES";
}

/**
 * Do something with a path; where a read-only attribute is in the way, without it. What is still there afterwards is
 * read-only again, done or not.
 *
 * Where the file has other names, one that is removed takes the attribute with it: the next pass sets it again. Windows
 * 10 and later remove a read-only file as it is.
 */
function loosened(deno: DenoCalls, path: string, act: () => void): void {
  try {
    return act();
  } catch (error) {
    if (!isDenied(error) || !isReadOnly(deno, path)) throw error;
  }
  deno.chmodSync(path, WRITABLE);
  try {
    act();
  } finally {
    tighten(deno, path);
  }
}

/** Also of a folder: RemoveDirectory refuses one. Never of what a link leads to. */
function isReadOnly(deno: DenoCalls, path: string): boolean {
  try {
    const { mode, isSymlink } = deno.lstatSync(path);
    return !isSymlink && mode !== null && (mode & 0o200) === 0;
  } catch (error) {
    if (reason(error, WINDOWS) === null) throw error;
    return false;
  }
}

/** Nothing is there any more when it was removed. */
function tighten(deno: DenoCalls, path: string): void {
  try {
    if (!deno.lstatSync(path).isSymlink) deno.chmodSync(path, READ_ONLY);
  } catch (error) {
    if (reason(error, WINDOWS) === null) throw error;
  }
}

/** Rename over whatever stands there but a folder. When it fails, that is as it was. */
function rename(deno: DenoCalls, path: string, as: string): void {
  try {
    return deno.renameSync(path, as);
  } catch (error) {
    if (!isDenied(error)) throw error;
    const found = orNull(() => deno.lstatSync(as));
    if (found === null || found.isDirectory) throw error;
    if (found.isSymlink) return renameOverLink(deno, path, as);
    if (!isReadOnly(deno, as)) throw isOpen(deno, as) ? new Fault("create", "replica", IN_USE) : error;
  }
  deno.chmodSync(as, WRITABLE);
  try {
    deno.renameSync(path, as);
  } catch (error) {
    // with nothing renamed, `as` is what it was
    tighten(deno, as);
    throw isDenied(error) && isOpen(deno, as) ? new Fault("create", "replica", IN_USE) : error;
  }
}

const IN_USE: Reason = { code: "IN_USE" };

/**
 * Whether a file, which cannot be replaced, is open in another program: it cannot be opened for writing for that, or it
 * can, so that no right is missing. Nothing is written.
 */
function isOpen(deno: DenoCalls, path: string): boolean {
  try {
    deno.openSync(path, { read: true, write: true }).close();
    return true;
  } catch (error) {
    return codeOf(error) === "IN_USE";
  }
}

/**
 * A link to a folder, and a junction, are folders to a rename and not replaced by it: the old one steps aside, under a
 * temporary name that the next pass clears should this one be killed.
 */
function renameOverLink(deno: DenoCalls, path: string, as: string): void {
  const folder = as.slice(0, as.lastIndexOf("/") + 1);
  const aside = folder + temporaryName(newPassId(), 0);
  deno.renameSync(as, aside);
  try {
    deno.renameSync(path, as);
  } catch (error) {
    deno.renameSync(aside, as);
    throw error;
  }
  deno.removeSync(aside);
}

/** The forms in which Windows and Deno give the place that a link leads to. */
const PREFIX = /^(?:\\\\\?\\|\\\?\?\\)/;
const DRIVE = /^[A-Za-z]:\\/;

/**
 * Where a link leads, in one spelling: with `\`, without prefixes and an end that say nothing. Null when that is a disk:
 * a folder on which one is mounted has such a link.
 */
export function plainTarget(target: string): string | null {
  const bare = target.replace(PREFIX, "");
  if (PREFIX.test(target) && /^Volume\{/i.test(bare)) return null;
  const unc = PREFIX.test(target) ? bare.replace(/^UNC\\/i, "\\\\") : bare;
  const back = unc.replaceAll("/", "\\");
  return /^[A-Za-z]:\\$|^\\$/.test(back) ? back : back.replace(/\\+$/, "") || back;
}

/**
 * Of what type a link is. Deno does not tell, so what it leads to does: a folder at an absolute path of this machine is
 * what junctions are for, which need no right. Left out when nothing is there.
 */
function typeOf(deno: DenoCalls, path: string, target: string): LinkType | undefined {
  const found = orNull(() => deno.statSync(path));
  if (found === null) return undefined;
  if (!found.isDirectory) return "file";
  return DRIVE.test(target) ? "junction" : "folder";
}

/** A kind of reparse point that Deno does not know gives an error without a number. */
function readLink(deno: DenoCalls, path: string): string {
  try {
    return deno.readLinkSync(path);
  } catch (error) {
    if (reason(error, WINDOWS) === null && isSystemError(error)) throw linkFault("REPARSE");
    throw error;
  }
}

/** Which side and what was done is known to who catches it. */
function linkFault(code: string): Fault {
  return new Fault("read", "source", { code });
}

/**
 * A junction that Deno makes leads to what its target really is: one that is reached by another link, or is not there,
 * cannot be one, and becomes a link to a folder. So does each where the file system has no junctions.
 */
function createLink(deno: DenoCalls, target: string, path: string, type: LinkType | undefined): void {
  const back = target.replaceAll("/", "\\");
  if (type === "junction" && madeJunction(deno, back, path)) return;
  deno.symlinkSync(back, path, { type: type === undefined || type === "file" ? "file" : "dir" });
  // Wine says that it made one, and did not
  if (!orNull(() => deno.lstatSync(path))?.isSymlink) {
    throw new Fault("create", "replica", { code: "EOPNOTSUPP" });
  }
}

/** Nothing is left there when it was not made. */
function madeJunction(deno: DenoCalls, target: string, path: string): boolean {
  if (orNull(() => deno.lstatSync(path)) !== null) throw new Fault("create", "replica", { code: "EEXIST" });
  try {
    deno.symlinkSync(target, path, { type: "junction" });
    if (plainTarget(readLink(deno, path)) === target) return true;
  } catch (error) {
    if (reason(error, WINDOWS) === null) throw error;
  }
  // where the file system has none, an empty folder is left
  orNull(() => deno.removeSync(path));
  return false;
}

/** Null where the system says no. */
function orNull<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (reason(error, WINDOWS) === null) throw error;
    return null;
  }
}
