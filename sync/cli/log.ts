/**
 * Where lines go: the console and the log file, through LogTape. A line is put together once for both. What is
 * written is gathered and goes out at the latest when `flush` is called, at the end of a pass and of the program; a
 * file or a console that fails stops its own lines and never the mirror.
 */
import {
  configureSync,
  getLevelFilter,
  getLogger,
  type LogRecord,
  type Sink,
  withFilter,
} from "@logtape/logtape";
import { shown } from "../engine/entry.ts";
import type { Level, Line } from "./line.ts";
import type { LogFile } from "./log_file.ts";
import { type Target, writeAll } from "./print.ts";
import { timeOf } from "./time.ts";
import { SYSTEM, type TextForm } from "../system.ts";
import { isSystemError, systemText } from "../system_error.ts";

export interface Log {
  write(line: Line): void;
  /** Hand everything that is gathered to the system. */
  flush(): void;
}

/** Why a log file could not be opened, as a line for a person. Throws what is no error of the system. */
export function cannotOpen(path: string, error: unknown): string {
  return `Cannot open the log file ${shown(path)}: ${systemText(error)}`;
}

/** Begin the log file anew, as logrotate asks for by SIGHUP. Says so when that cannot be done. */
export function reopen(file: LogFile | null, path: string | null, log: Log): void {
  log.flush();
  try {
    file?.reopen();
  } catch (error) {
    log.write({ level: "warning", text: `${cannotOpen(path ?? "", error)}; the old one is written on` });
    log.flush();
  }
}

/** The lines to gather, in characters, before they go out. */
const GATHERED = 32 * 1024;

const CATEGORY = ["lockstep"];

/** Where a person sees lines. */
export interface Console {
  /** The least level that it shows. */
  readonly level: Level;
  /** Show a line, written at `time` (ms since 1970): soon, and in the order of the lines. */
  add(line: Line, time: number): void;
  flush(): void;
}

/** A console of two streams: warnings and errors go to the second one. */
export function streams(out: Target, err: Target, level: Level): Console {
  const info = gather(out, () => {});
  const trouble = gather(err, () => {});
  return {
    level,
    add(line, time) {
      const isTrouble = line.level === "warning" || line.level === "error";
      // what was gathered goes out first, so that both streams have the lines in their order
      if (isTrouble) info.flush();
      (isTrouble ? trouble : info).add(lineOf(line, time));
      if (isTrouble) trouble.flush();
    },
    flush() {
      info.flush();
      trouble.flush();
    },
  };
}

/** A log of its own, with all that it goes to. */
export interface OpenLog extends Log {
  /** It takes no more lines. */
  close(): void;
}

/** Writes lines that come between passes, too: at once. */
export function soon(log: Log): (line: Line) => void {
  return (line) => {
    log.write(line);
    log.flush();
  };
}

/** The logs that are open, by their category. */
const logs = new Map<string, { readonly sinks: Sinks; readonly fileLevel: Level }>();
let opened = 0;

interface Sinks {
  readonly console: Console | null;
  readonly file: { add(line: string): void } | null;
}

/**
 * A log to the console, where there is one, and to a file, where there is one; the file has everything from "info" on.
 * When the file takes no more, `onFileFailure` is called for each time that lines were lost. `name` stands before each
 * line, where several mirrors have one console.
 */
export function openLog(
  console: Console | null,
  file: Target | null,
  onFileFailure: (error: Error) => void,
  name: string | null = null,
  { lineEnd }: TextForm = SYSTEM.text,
): OpenLog {
  const kept = file && gather(file, onFileFailure);
  const category = `${++opened}`;
  logs.set(category, {
    sinks: { console, file: kept && { add: (line) => kept.add(ended(line, lineEnd)) } },
    fileLevel: console?.level === "debug" ? "debug" : "info",
  });
  configure();
  const logger = getLogger([...CATEGORY, category]);
  const mark = name === null ? "" : `[${name}] `;
  const flush = () => {
    console?.flush();
    kept?.flush();
  };
  return {
    write: ({ level, text, mark: of }) => logger[level](mark + text, of && { mark: of }),
    flush,
    close() {
      flush();
      logs.delete(category);
      configure();
    },
  };
}

/** Tell LogTape of all logs that are open. */
function configure(): void {
  const sinks: Record<string, Sink> = {};
  for (const [category, { sinks: { console, file }, fileLevel }] of logs) {
    if (console !== null) {
      const show = (record: LogRecord) => console.add(lineOfRecord(record), record.timestamp);
      sinks[`console ${category}`] = withFilter(show, getLevelFilter(console.level));
    }
    if (file !== null) {
      const keep = (record: LogRecord) => file.add(lineOf(lineOfRecord(record), record.timestamp));
      sinks[`file ${category}`] = withFilter(keep, getLevelFilter(fileLevel));
    }
  }
  const loggers = [...logs.keys()].map((category) => ({
    category: [...CATEGORY, category],
    sinks: [`console ${category}`, `file ${category}`].filter((sink) => Object.hasOwn(sinks, sink)),
    lowestLevel: "debug" as const,
  }));
  configureSync({ reset: true, sinks, loggers: [...loggers, { category: ["logtape", "meta"], sinks: [] }] });
}

/** The line that a record was made of. The raw message: braces in a name are no template. */
function lineOfRecord({ level, rawMessage, properties }: LogRecord): Line {
  const mark = properties["mark"] as Line["mark"];
  return { level: level as Level, text: rawMessage as string, ...(mark && { mark }) };
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

/** A line as the file has it. */
function ended(line: string, end: string): string {
  return end === "\n" ? line : `${line.slice(0, -1)}${end}`;
}

/** "2026-03-01T12:00:00.123+01:00 INFO create file "a/b" 12 bytes". */
function lineOf({ level, text }: Line, time: number): string {
  return `${timeOf(time)} ${LABELS[level]} ${text}\n`;
}

/** How a level is called in a line. */
export const LABELS: Readonly<Record<Level, string>> = {
  debug: "DEBUG",
  info: "INFO",
  warning: "WARN",
  error: "ERROR",
};
