/**
 * The edge: this module makes and removes entries of the replica, `listing.ts` looks at those of both sides,
 * `content.ts` reads and copies what is in files, and no other module of the engine touches a disk while a pass runs
 * but `probe.ts`, in a folder of its own, `roots.ts`, for the two folders themselves, and `apply.ts`, to clear up. The
 * source is only ever read.
 *
 * RACE: paths are resolved by name at every call, since Deno has no calls relative to an open folder. Someone who can
 * write into the source or the replica while a pass runs can put a link in the place of a folder on the way between
 * two calls; the worst outcome is that a file outside is read into the replica, or written, removed or given another
 * mode outside it, with the rights of the program.
 */
import { lchownSync, lutimesSync } from "node:fs";
import { type Fifo, type Folder, type Link, type Mirrored } from "../../engine/entry.ts";
import { Fault, fault, reason } from "../fault.ts";

/** What of an entry's attributes is to be set. */
export interface Attributes {
  readonly modes: boolean;
  readonly owners: boolean;
  /** Force everything to the disk before it counts as done. */
  readonly durable: boolean;
  /** The step of the replica's times, in ms. */
  readonly step: number;
}

/** Make a link at `temporary`, with its attributes. Throws a fault; then nothing is left there. */
export function copyLink(temporary: string, entry: Link, set: Attributes): void {
  prepare(temporary, () => {
    Deno.symlinkSync(entry.target, temporary);
    setAll(temporary, entry, set);
  });
}

/** Make a FIFO at `temporary`, by the system's `mkfifo`. Throws a fault; then nothing is left there. */
export function copyFifo(temporary: string, entry: Fifo, set: Attributes): void {
  prepare(temporary, () => {
    const made = new Deno.Command("mkfifo", { args: ["-m", "600", "--", temporary], stderr: "piped" })
      .outputSync();
    if (!made.success) {
      const text = new TextDecoder().decode(made.stderr).trim().replace(/^.*: /s, "").toLowerCase();
      throw new Fault("create", "replica", { code: "MKFIFO", text: `mkfifo: ${text}` });
    }
    setAll(temporary, entry, set);
  });
}

/** Make `temporary` another name of the file at `twin`. Throws a fault; then nothing is left there. */
export function makeHardLink(temporary: string, other: string): void {
  prepare(temporary, () => Deno.linkSync(other, temporary));
}

function prepare(temporary: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    const cause = fault("create", "replica", error);
    discard(temporary);
    throw cause;
  }
}

/** Put what was made at `temporary` in its place at once. Throws a fault; then what stood there is as it was. */
export function rename(temporary: string, path: string): void {
  prepare(temporary, () => Deno.renameSync(temporary, path));
}

/** Make a folder that can be written into; its attributes come when it is settled. Throws a fault. */
export function makeFolder(path: string, entry: Folder): void {
  try {
    Deno.mkdirSync(path, { mode: (entry.mode & 0o777) | 0o700 });
  } catch (error) {
    throw fault("create", "replica", error);
  }
}

/** Give another name to what stands in the way of a new folder. Throws a fault; then it stands where it stood. */
export function moveAside(path: string, aside: string): void {
  try {
    Deno.renameSync(path, aside);
  } catch (error) {
    throw fault("create", "replica", error);
  }
}

/** Undo that, if the place is free. What stays aside is not in the source, and goes with the next pass. */
export function moveBack(aside: string, path: string): void {
  try {
    Deno.renameSync(aside, path);
  } catch (error) {
    if (reason(error) === null) throw error;
  }
}

/** Set the attributes of what stands at `place` in the replica. Throws a fault. */
export function setAttributes(path: string, entry: Mirrored, set: Attributes): void {
  try {
    setAll(path, entry, set);
  } catch (error) {
    throw fault("attributes", "replica", error);
  }
}

/**
 * Owner first, for it takes setuid bits away; time last. What is right already is left alone.
 *
 * RACE: chmod and utime follow a link put here since the look; the worst outcome is another mode or time on a file
 * outside.
 */
function setAll(path: string, entry: Mirrored, set: Attributes): void {
  const found = Deno.lstatSync(path);
  if (found.isSymlink !== (entry.kind === "link")) {
    throw new Fault("attributes", "replica", {
      code: "CHANGING",
      text: "something else has taken its place",
    });
  }
  const owned = !set.owners || (found.uid === entry.uid && found.gid === entry.gid);
  if (!owned) lchownSync(path, entry.uid, entry.gid);
  const mode = (found.mode ?? 0) & 0o7777;
  if (set.modes && entry.kind !== "link" && (mode !== entry.mode || !owned)) setMode(path, entry.mode);
  if (found.mtime?.getTime() === entry.mtime) return;
  if (entry.kind === "link") {
    const time = linkTime(entry.mtime);
    lutimesSync(path, time, time);
  } else Deno.utimeSync(path, new Date(entry.mtime), new Date(entry.mtime));
}

/** Set permission bits. The system drops the setgid bit without a word for somebody who is not of the group. */
export function setMode(path: string, mode: number): void {
  Deno.chmodSync(path, mode);
  if (mode > 0o777 && ((Deno.lstatSync(path).mode ?? 0) & 0o7777) !== mode) {
    throw new Fault("attributes", "replica", {
      code: "EPERM",
      text: "the system does not let us set its mode",
    });
  }
}

/**
 * A time in ms as what `lutimes` takes to mean just that. As a number it is cut off, and may come to 1 ms less: a
 * hundredth of a ms helps. A number below 0 means now, so the years before 1970 need a date, and have whole seconds.
 */
function linkTime(ms: number): number | Date {
  return ms < 0 ? new Date(Math.floor(ms / 1000) * 1000) : (ms + 0.01) / 1000;
}

/** Force what is known of a file or folder of the replica, its names included, to the disk. Throws a fault. */
export function sync(path: string): void {
  try {
    using file = Deno.openSync(path);
    file.syncSync();
  } catch (error) {
    throw fault("attributes", "replica", error);
  }
}

/** Let the owner write into a folder of the replica; its mode is put right when it is settled. */
export function makeWritable(folder: string): void {
  Deno.chmodSync(folder, ((Deno.lstatSync(folder).mode ?? 0) & 0o7777) | 0o700);
}

/** Take away a file, a link or an empty folder. Whatever is gone already is fine. Throws a fault. */
export function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (reason(error)?.code === "ENOENT") return;
    throw fault("remove", "replica", error);
  }
}

/** Take away what was begun. It is not in the source, so the next pass removes it if this fails. */
export function discard(temporary: string): void {
  try {
    Deno.removeSync(temporary);
  } catch (error) {
    if (reason(error) === null) throw error;
  }
}
