/**
 * The log file as a target for lines: appended to, named by where it really is, begun anew when somebody asks for it
 * (logrotate) or when it is large enough, and never a reason to stop. Lines that the disk will not take are counted,
 * and their number is said in the file when it takes lines again.
 */
import { shown } from "../engine/entry.ts";
import type { Target } from "./log.ts";
import { namesOf } from "./places.ts";

export interface LogFile extends Target {
  /** Absolute paths under which a tree could hold the file or one that was renamed: as given, and with links resolved. */
  paths(): readonly string[];
  /** Open the file by its name again, making it if it is not there. Throws what the system throws; then all is as before. */
  reopen(): void;
}

/** When a log file is renamed and begun anew. */
export interface Rotation {
  /** The size in bytes that no file grows beyond, one longer line excepted; null for any size. */
  readonly most: number | null;
  /** How many renamed files are kept: "sync.log.1" is the youngest. */
  readonly keep: number;
}

/**
 * What a log at `path` would spoil, as a line for a person; null when nothing. A file that Lockstep has not written is
 * not appended to in the source, in the replica, or where it has another name that may lie there, and is not renamed.
 */
export function spoilt(
  path: string,
  { most, keep }: Rotation,
  trees: Readonly<Record<"source" | "replica", string>>,
): string | null {
  const names = namesOf(path);
  let isInside = false;
  for (const [side, root] of Object.entries(trees)) {
    for (const tree of namesOf(root)) {
      if (names.includes(tree)) return `The log file and the ${side} have the same name, ${shown(path)}`;
      isInside ||= names.some((name) => name.startsWith(tree.endsWith("/") ? tree : `${tree}/`));
    }
  }
  if (isFifo(path)) return `The log file ${shown(path)} is a FIFO, which waits for a reader: give a file`;
  const renamed = most === null ? [] : Array.from({ length: keep }, (_, number) => `${path}.${number + 1}`);
  const spoils = renamed.find((name) => othersNames(name) !== null) ??
    ((othersNames(path) ?? 0) > (isInside ? 0 : 1) ? path : undefined);
  if (spoils === undefined) return null;
  return `${shown(spoils)} is there already and is no log of Lockstep: choose another name for the log file`;
}

function isFifo(path: string): boolean {
  try {
    return Deno.statSync(path).isFifo === true;
  } catch {
    return false;
  }
}

/** How many names a file has that holds something else than our lines; null when there is none. */
function othersNames(path: string): number | null {
  try {
    const found = Deno.statSync(path);
    if (!found.isFile || found.size === 0) return null;
    using file = Deno.openSync(path);
    const start = new Uint8Array(64);
    const text = new TextDecoder().decode(start.subarray(0, file.readSync(start) ?? 0));
    return OURS.test(text) ? null : found.nlink ?? 1;
  } catch {
    return null; // not there, or not to be read: then it cannot be told
  }
}

/** How our lines begin. */
const OURS = /^(\d{4,}-\d\d-\d\dT[\d:.]+\S* (DEBUG|INFO|WARN|ERROR)|\d+ lines are missing here)/;

/**
 * Open `path` to append whole lines to it, making it if it is not there. With `later` that is done with the first line:
 * its folder will be there only after the first pass has begun (a log inside a new replica). Throws what the system
 * throws.
 */
export function openLogFile(path: string, { most, keep }: Rotation, later = false): LogFile {
  let file: Deno.FsFile | null = null;
  let size = 0;
  /** Lines that were lost since the last one that was written. */
  let lost = 0;
  /** The last line was cut off. */
  let torn = false;
  /** How many bytes of what is put are in the file. */
  let sent = 0;

  function open(): Deno.FsFile {
    const opened = Deno.openSync(path, { append: true, create: true });
    file?.close();
    file = opened;
    size = opened.seekSync(0, Deno.SeekMode.End);
    return opened;
  }

  /** Whether a file more can be made: if not, each try to begin anew would push the oldest out for nothing. */
  function hasRoom(): boolean {
    const oldest = `${path}.${keep}`;
    try {
      Deno.openSync(oldest, { write: true, createNew: true }).close();
      Deno.removeSync(oldest);
      return true;
    } catch (error) {
      return error instanceof Deno.errors.AlreadyExists;
    }
  }

  /** Rename the files: whoever holds the old one open goes on reading it. A file that cannot be renamed grows on. */
  function rotate(): Deno.FsFile {
    if (!hasRoom()) return file ?? open();
    try {
      for (let number = keep - 1; number >= 0; number--) {
        const name = number === 0 ? path : `${path}.${number}`;
        try {
          Deno.renameSync(name, `${path}.${number + 1}`);
        } catch (error) {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        }
      }
      return open();
    } catch {
      return file ?? open();
    }
  }

  function put(bytes: Uint8Array): void {
    sent = 0;
    let to = file ?? open();
    if (most !== null && size > 0 && size + bytes.length > most) to = rotate();
    while (sent < bytes.length) {
      const count = to.writeSync(bytes.subarray(sent));
      sent += count;
      size += count;
      torn = sent < bytes.length;
    }
  }

  if (!later) open();
  return {
    paths: () =>
      namesOf(path).flatMap((name) => [
        name,
        ...most === null ? [] : Array.from({ length: keep }, (_, number) => `${name}.${number + 1}`),
      ]),
    reopen: () => void open(),
    writeSync(bytes) {
      let rest = bytes;
      let begun = false;
      try {
        if (torn) put(NEWLINE);
        if (lost > 0) {
          put(new TextEncoder().encode(`${lost} lines are missing here: the log could not be written\n`));
        }
        lost = 0;
        for (let end = piece(rest, most, size); rest.length > 0; end = piece(rest, most, size)) {
          begun = true;
          put(rest.subarray(0, end));
          rest = rest.subarray(end);
        }
      } catch (error) {
        for (const byte of rest.subarray(begun ? sent : 0)) if (byte === NEWLINE[0]) lost++;
        throw error;
      }
      return bytes.length;
    },
  };
}

const NEWLINE = new Uint8Array([10]);

/** How many of `bytes` go to a file next: as many whole lines as there is room for there or in a new one, at least one. */
function piece(bytes: Uint8Array, most: number | null, size: number): number {
  if (most === null || size + bytes.length <= most) return bytes.length;
  for (const room of [most - size, most]) {
    const end = room > 0 ? bytes.lastIndexOf(10, room - 1) + 1 : 0;
    if (end > 0) return end;
  }
  return bytes.indexOf(10) + 1 || bytes.length;
}
