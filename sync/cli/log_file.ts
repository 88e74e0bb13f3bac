/**
 * The log file as a target for lines: appended to, named by where it really is, begun anew when somebody asks for it
 * (logrotate) or when it is large enough, and never a reason to stop. Lines that the disk does not take are counted,
 * and their number is written to the file when it takes lines again.
 */
import { nextPiece, rotate, type Rotation } from "./log_rotation.ts";
import { namesOf } from "./paths.ts";
import type { Target } from "./print.ts";
import { SYSTEM, type System } from "../system.ts";
import { isSystemError } from "../system_error.ts";

export interface LogFile extends Target {
  /** Absolute paths under which a tree could hold the file: as given, and with links resolved. */
  paths(): readonly string[];
  /** Open the file by its name again, making it if it is not there. Throws what the system throws; then all is as before. */
  reopen(): void;
  /** It takes no more lines, and others may remove it. */
  close(): void;
}

const NEWLINE = 10;
const encoder = new TextEncoder();

/**
 * Open `path` to append whole lines to it, making it if it is not there. With `later` that is done with the first line:
 * its folder will be there only after the first pass has begun (a log inside a new replica). Throws what the system
 * throws.
 */
export function openLogFile(
  path: string,
  rotation: Rotation,
  later = false,
  system: Pick<System, "text" | "hasUserSignals"> = SYSTEM,
): LogFile {
  const { most } = rotation;
  const { head, lineEnd } = system.text;
  const file = appendTo(path, rotation, encoder.encode(head));
  /** Lines that were lost since the last one that was written. */
  let lost = 0;
  if (!later) file.open();
  return {
    paths: () => namesOf(path),
    reopen: file.open,
    close: file.close,
    writeSync(bytes) {
      let rest = bytes;
      let begun = false;
      try {
        if (!system.hasUserSignals) file.follow();
        if (file.torn()) file.append(encoder.encode(lineEnd));
        if (lost > 0) file.append(missingLines(lost, lineEnd));
        lost = 0;
        while (rest.length > 0) {
          const end = nextPiece(rest, most, file.size(), head === "" ? 0 : encoder.encode(head).length);
          begun = true;
          file.append(rest.subarray(0, end));
          rest = rest.subarray(end);
        }
      } catch (error) {
        for (const byte of rest.subarray(begun ? file.sent() : 0)) if (byte === NEWLINE) lost++;
        throw error;
      }
      return bytes.length;
    },
  };
}

function missingLines(count: number, end: string): Uint8Array {
  const lines = count === 1 ? "1 line is" : `${count} lines are`;
  return encoder.encode(`${lines} missing here: the log could not be written${end}`);
}

/** A file that grows, and is begun anew before it grows too large. */
interface Appended {
  open(): void;
  close(): void;
  /** Open the name again if the file has no longer got it: whoever renames it cannot tell us where signals are few. */
  follow(): void;
  /** Throws what the system throws, with a part of `bytes` in the file. */
  append(bytes: Uint8Array): void;
  /** In bytes, with what stands first in a file. */
  size(): number;
  /** How many bytes of those appended last are in the file. */
  sent(): number;
  /** Whether not all of them are. */
  torn(): boolean;
}

function appendTo(path: string, { most, keep }: Rotation, head: Uint8Array): Appended {
  let file: Deno.FsFile | null = null;
  let size = 0;
  /** How many bytes of what stands first are not there yet. */
  let headLeft = head.length;
  let sent = 0;
  let torn = false;

  function open(): Deno.FsFile {
    const opened = Deno.openSync(path, { append: true, create: true });
    file?.close();
    file = opened;
    size = opened.seekSync(0, Deno.SeekMode.End);
    headLeft = size === 0 ? head.length : 0;
    return opened;
  }

  /** Rename the file and open a new one: whoever holds the old one open goes on reading it. When that fails, it grows on. */
  function beginAnew(old: Deno.FsFile): Deno.FsFile {
    try {
      return rotate(path, keep) ? open() : old;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return old;
    }
  }

  function append(bytes: Uint8Array): void {
    sent = 0;
    let to = file ?? open();
    if (most !== null && size > head.length && size + bytes.length > most) to = beginAnew(to);
    while (headLeft > 0) {
      const count = to.writeSync(head.subarray(-headLeft));
      headLeft -= count;
      size += count;
    }
    while (sent < bytes.length) {
      const count = to.writeSync(bytes.subarray(sent));
      sent += count;
      size += count;
      torn = sent < bytes.length;
    }
  }

  function follow(): void {
    if (file !== null && !isAt(path, file)) open();
  }

  function close(): void {
    file?.close();
    file = null;
  }

  return {
    open: () => void open(),
    close,
    follow,
    append,
    size: () => size + headLeft,
    sent: () => sent,
    torn: () => torn,
  };
}

/** Whether a path leads to the file that is open. */
function isAt(path: string, file: Deno.FsFile): boolean {
  try {
    const [named, open] = [Deno.statSync(path), file.statSync()];
    return named.ino === open.ino && named.dev === open.dev;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // when it cannot be told, the file goes on
    return !(error instanceof Deno.errors.NotFound);
  }
}
