/**
 * Where lines go: the console and the log file, through LogTape. A line is put together once for both. What is
 * written is gathered and goes out at the latest when `flush` is called, at the end of a pass and of the program; a
 * file or a console that fails stops its own lines and never the mirror.
 */
import { configureSync, getLevelFilter, getLogger, type LogRecord, withFilter } from "@logtape/logtape";
import type { Level, Line } from "./line.ts";

/** Something that takes bytes: the console's streams, an open file. */
export interface Target {
  writeSync(bytes: Uint8Array): number;
}

export interface Log {
  write(line: Line): void;
  /** Hand everything that is gathered to the system. */
  flush(): void;
}

/** The lines to gather, in characters, before they go out. */
const GATHERED = 32 * 1024;

const CATEGORY = ["lockstep"];

/** What goes to the console: lines of `level` and above, warnings and errors on its second stream. */
export interface Console {
  readonly out: Target;
  readonly err: Target;
  readonly level: Level;
}

/**
 * A log to the console, where there is one, and to a file, where there is one; the file has everything from "info" on.
 * When the file takes no more, `onFileFailure` is called for each time that lines were lost.
 */
export function openLog(
  console: Console | null,
  file: Target | null,
  onFileFailure: (error: unknown) => void,
): Log {
  const out = console && gather(console.out, () => {});
  const err = console && gather(console.err, () => {});
  const kept = file && gather(file, onFileFailure);
  const toConsole = (record: LogRecord) => {
    const isTrouble = record.level === "warning" || record.level === "error";
    // what was gathered goes out first, so that a terminal shows the lines in their order
    if (isTrouble) out?.flush();
    (isTrouble ? err : out)?.add(lineOf(record));
    if (isTrouble) err?.flush();
  };
  const toFile = (record: LogRecord) => kept?.add(lineOf(record));
  const fileLevel = console?.level === "debug" ? "debug" : "info";
  configureSync({
    reset: true,
    sinks: {
      console: withFilter(toConsole, getLevelFilter(console?.level ?? "info")),
      file: withFilter(toFile, getLevelFilter(fileLevel)),
    },
    loggers: [
      {
        category: CATEGORY,
        sinks: [...console ? ["console"] : [], ...file ? ["file"] : []],
        lowestLevel: "debug",
      },
      { category: ["logtape", "meta"], sinks: [] },
    ],
  });
  const logger = getLogger(CATEGORY);
  return {
    write: ({ level, text }) => logger[level](text),
    flush() {
      out?.flush();
      err?.flush();
      kept?.flush();
    },
  };
}

/** Text for a target, gathered into larger pieces. */
function gather(
  target: Target,
  onFailure: (error: unknown) => void,
): { add(line: string): void; flush(): void } {
  const encoder = new TextEncoder();
  let text = "";
  function flush(): void {
    if (text === "") return;
    const bytes = encoder.encode(text);
    text = "";
    try {
      writeAll(target, bytes);
    } catch (error) {
      onFailure(error);
    }
  }
  return {
    add(line) {
      text += line;
      if (text.length >= GATHERED) flush();
    },
    flush,
  };
}

/** Write all of `bytes`, waiting for a reader that is slow. Throws what the target throws. */
export function writeAll(target: Target, bytes: Uint8Array): void {
  for (let sent = 0; sent < bytes.length;) {
    try {
      sent += target.writeSync(bytes.subarray(sent));
    } catch (error) {
      // a pipe that was set not to block is full
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED_MS);
    }
  }
}

/** How long to wait, in ms, before a pipe that is full is tried again. */
const BLOCKED_MS = 5;

/** "2026-03-01T12:00:00.123+01:00 INFO create file "a/b" 12 bytes". The raw message: braces in a name are no template. */
function lineOf({ timestamp, level, rawMessage }: LogRecord): string {
  return `${timeOf(timestamp)} ${LABELS[level]} ${rawMessage as string}\n`;
}

const LABELS: Readonly<Record<LogRecord["level"], string>> = {
  trace: "TRACE",
  debug: "DEBUG",
  info: "INFO",
  warning: "WARN",
  error: "ERROR",
  fatal: "FATAL",
};

/** The last time that was put into words: most lines come many to a millisecond. */
let said = { ms: NaN, words: "" };

/** A time (ms since 1970) by RFC 3339, in local time with ms and zone. */
export function timeOf(ms: number): string {
  if (said.ms === ms) return said.words;
  const zone = -new Date(ms).getTimezoneOffset();
  const hours = String(Math.floor(Math.abs(zone) / 60)).padStart(2, "0");
  const minutes = String(Math.abs(zone) % 60).padStart(2, "0");
  const local = new Date(ms + zone * 60_000).toISOString().slice(0, -1);
  said = { ms, words: `${local}${zone < 0 ? "-" : "+"}${hours}:${minutes}` };
  return said.words;
}
