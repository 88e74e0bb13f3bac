/**
 * The log file as a target for lines: appended to, named by where it really is, begun anew when somebody asks for it
 * (logrotate) or when it is large enough, and never a reason to stop. Lines that the disk does not take are counted,
 * and their number is written to the file when it takes lines again.
 */
import { nextPiece, rotate, type Rotation } from "./log_rotation.ts";
import { namesOf } from "./paths.ts";
import type { Target } from "./print.ts";
import { isSystemError } from "../system_error.ts";

export interface LogFile extends Target {
  /** Absolute paths under which a tree could hold the file: as given, and with links resolved. */
  paths(): readonly string[];
  /** Open the file by its name again, making it if it is not there. Throws what the system throws; then all is as before. */
  reopen(): void;
}

const NEWLINE = new Uint8Array([10]);

/**
 * Open `path` to append whole lines to it, making it if it is not there. With `later` that is done with the first line:
 * its folder will be there only after the first pass has begun (a log inside a new replica). Throws what the system
 * throws.
 */
export function openLogFile(path: string, rotation: Rotation, later = false): LogFile {
  const { most } = rotation;
  const file = appendTo(path, rotation);
  /** Lines that were lost since the last one that was written. */
  let lost = 0;
  if (!later) file.open();
  return {
    paths: () => namesOf(path),
    reopen: file.open,
    writeSync(bytes) {
      let rest = bytes;
      let begun = false;
      try {
        if (file.torn()) file.append(NEWLINE);
        if (lost > 0) file.append(missingLines(lost));
        lost = 0;
        while (rest.length > 0) {
          const end = nextPiece(rest, most, file.size());
          begun = true;
          file.append(rest.subarray(0, end));
          rest = rest.subarray(end);
        }
      } catch (error) {
        for (const byte of rest.subarray(begun ? file.sent() : 0)) if (byte === NEWLINE[0]) lost++;
        throw error;
      }
      return bytes.length;
    },
  };
}

function missingLines(count: number): Uint8Array {
  const lines = count === 1 ? "1 line is" : `${count} lines are`;
  return new TextEncoder().encode(`${lines} missing here: the log could not be written\n`);
}

/** A file that grows, and is begun anew before it grows too large. */
interface Appended {
  open(): void;
  /** Throws what the system throws, with a part of `bytes` in the file. */
  append(bytes: Uint8Array): void;
  /** In bytes. */
  size(): number;
  /** How many bytes of those appended last are in the file. */
  sent(): number;
  /** Whether not all of them are. */
  torn(): boolean;
}

function appendTo(path: string, { most, keep }: Rotation): Appended {
  let file: Deno.FsFile | null = null;
  let size = 0;
  let sent = 0;
  let torn = false;

  function open(): Deno.FsFile {
    const opened = Deno.openSync(path, { append: true, create: true });
    file?.close();
    file = opened;
    size = opened.seekSync(0, Deno.SeekMode.End);
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
    if (most !== null && size > 0 && size + bytes.length > most) to = beginAnew(to);
    while (sent < bytes.length) {
      const count = to.writeSync(bytes.subarray(sent));
      sent += count;
      size += count;
      torn = sent < bytes.length;
    }
  }

  return { open: () => void open(), append, size: () => size, sent: () => sent, torn: () => torn };
}
