/**
 * Where lines go: the console and the log file, through LogTape. A line is put together once for both. What is
 * written is gathered and goes out at the latest when `flush` is called, at the end of a pass and of the program; a
 * file or a console that fails stops its own lines and never the mirror.
 */
import { configureSync, getLevelFilter, getLogger, type LogRecord, withFilter } from "@logtape/logtape";
import type { Level, Line } from "./line.ts";
import { type Target, writeAll } from "./print.ts";
import { isSystemError } from "../system_error.ts";

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
  onFileFailure: (error: Error) => void,
): Log {
  const out = console && gather(console.out, () => {});
  const err = console && gather(console.err, () => {});
  const kept = file && gather(file, onFileFailure);
  const toConsole = (record: LogRecord) => {
    const isWarning = record.level === "warning" || record.level === "error";
    // what was gathered goes out first, so that a terminal shows the lines in their order
    if (isWarning) out?.flush();
    (isWarning ? err : out)?.add(lineOf(record));
    if (isWarning) err?.flush();
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
  onFailure: (error: Error) => void,
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
      if (!isSystemError(error)) throw error;
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

/** The last time that was put into words: many lines come in the same millisecond. */
let last = { ms: NaN, words: "" };

/** A time (ms since 1970) by RFC 3339, in local time with ms and zone. */
export function timeOf(ms: number): string {
  if (last.ms === ms) return last.words;
  const zone = -new Date(ms).getTimezoneOffset();
  const hours = String(Math.floor(Math.abs(zone) / 60)).padStart(2, "0");
  const minutes = String(Math.abs(zone) % 60).padStart(2, "0");
  const local = new Date(ms + zone * 60_000).toISOString().slice(0, -1);
  last = { ms, words: `${local}${zone < 0 ? "-" : "+"}${hours}:${minutes}` };
  return last.words;
}
