/** The listeners that a user asks for, put together: console, log file, progress line, JSON. */
import type { Event } from "../engine/event.ts";
import { BLANK, fold, type Report } from "../engine/report.ts";
import { jsonLine, type Roots } from "./json.ts";
import type { Level } from "./line.ts";
import { type Console, type Log, type OpenLog, openLog, streams } from "./log.ts";
import { longestWait } from "./longest_wait.ts";
import type { Options } from "./options.ts";
import { print, type Target } from "./print.ts";
import { progressLine } from "./progress.ts";
import { type Screen, screen } from "./screen.ts";
import { newNotices, suppress } from "./suppress.ts";
import { systemText } from "../system_error.ts";

/** What a mirror's events and the program's own lines go to. */
export interface Listeners {
  readonly log: Log;
  readonly emit: (event: Event) => void;
  /** Take the progress line away and show all lines: something is asked. */
  clear(): void;
  /** Nothing more comes. */
  close(): void;
}

/** The console and the progress line, of all mirrors of a run. */
export interface Display {
  readonly console: Console;
  readonly bar: Bar | null;
}

/** How far the passes are that are under way. */
export interface Bar {
  /** `name`: of the mirror, where there are several; `text`: null when its pass is over. */
  progress(name: string | null, text: string | null): void;
}

export interface ListenOptions {
  readonly display: Display;
  /** Of the mirror, where there are several. */
  readonly name?: string | null;
  /** The file by which what is refused in a loop is let through once; null where there is none. */
  readonly allow?: string | null;
  /** Called with each event, and what the pass came to with it. */
  readonly heard?: (event: Event, report: Report) => void;
}

export function listen(
  options: Options,
  file: Target | null,
  roots: Roots,
  { display: { console, bar }, name = null, allow = null, heard = () => {} }: ListenOptions,
): Listeners {
  const fail = (text: string) => {
    bar?.progress(name, null);
    print(Deno.stderr, `lockstep: ${name === null ? "" : `[${name}] `}${text}`);
  };
  const log = logFor(console, file, name, fail);
  const lines = suppress(() => performance.now(), allow);
  const isNew = newNotices();
  const wait = options.loudness === "verbose" ? longestWait() : null;
  let report = BLANK;
  let phase: { readonly name: string; readonly began: number } | null = null;
  const showProgress = (event: Event) => {
    if (event.kind !== "progress") return;
    if (phase?.name !== event.phase) phase = { name: event.phase, began: performance.now() };
    bar?.progress(name, progressLine(event, performance.now() - phase.began));
  };
  const clear = () => {
    phase = null;
    bar?.progress(name, null);
    log.flush();
  };
  const emit = (event: Event) => {
    if (event.kind === "start") wait?.begin();
    report = fold(report, event);
    heard(event, report);
    if (event.kind === "notice" && !isNew(event)) return;
    // the summary is the last line of a pass
    if (event.kind === "end" && wait) {
      log.write({ level: "debug", text: `longest wait of the main thread: ${wait.end()} ms` });
    }
    for (const line of lines(event, report)) log.write(line);
    if (event.kind === "end") clear();
    else if (event.kind === "progress") log.flush();
    showProgress(event);
    const json = options.json
      ? jsonLine(event, report, { roots, job: name, progress: options.progress }, Date.now())
      : null;
    if (json !== null) print(Deno.stdout, json.trimEnd());
  };
  return { log, emit, clear, close: log.close };
}

/**
 * Lines go to standard output, warnings and errors to standard error. Where one of them is a terminal it is a screen;
 * where both are, it is one for both. The progress line is for whoever looks at standard error.
 */
export function displayFor(options: Shown): Display {
  const level = levelOf(options);
  const isTerminal = { out: Deno.stdout.isTerminal(), err: Deno.stderr.isTerminal() };
  const onScreen = (target: Target) =>
    screen(target, { columns, now: () => performance.now(), colors: !Deno.noColor });
  const err = isTerminal.err ? onScreen(isTerminal.out ? Deno.stdout : Deno.stderr) : null;
  const out = isTerminal.out ? err ?? onScreen(Deno.stdout) : null;
  const plain = streams(Deno.stdout, Deno.stderr, level);
  const console: Console = {
    level,
    add(line, time) {
      if (!options.lines && line.mark === "operation") return;
      const isTrouble = line.level === "warning" || line.level === "error";
      if (isTrouble && out !== err) console.flush();
      ((isTrouble ? err : out) ?? plain).add(line, time);
    },
    flush() {
      out?.flush();
      plain.flush();
      if (err !== out) err?.flush();
    },
  };
  const hasBar = err !== null && options.loudness !== "quiet" && !options.json;
  return { console, bar: hasBar ? barOn(err) : null };
}

/** What of the options says what is shown. */
export type Shown = Pick<Options, "loudness" | "lines" | "json">;

/** Of several mirrors the one is shown that told last, until it is done. */
function barOn(screen: Screen): Bar {
  const texts = new Map<string | null, string>();
  return {
    progress(name, text) {
      texts.delete(name);
      if (text !== null) texts.set(name, name === null ? text : `[${name}] ${text}`);
      screen.progress([...texts.values()].at(-1) ?? null);
    },
  };
}

/** How wide the terminal is; what is usual where it does not say, or has been closed. */
function columns(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    // whatever the reason: Deno throws a plain error here, and a width can always be guessed
    return 80;
  }
}

function logFor(
  console: Console,
  file: Target | null,
  name: string | null,
  say: (text: string) => void,
): OpenLog {
  /** The last lines for the log file were lost. */
  let failing = false;
  const watched: Target | null = file && {
    writeSync(bytes) {
      const count = file.writeSync(bytes);
      if (failing) say("The log file takes lines again");
      failing = false;
      return count;
    },
  };
  return openLog(console, watched, (error) => {
    const text = systemText(error);
    if (!failing) say(`The log file takes no more, its lines are lost: ${text}`);
    failing = true;
  }, name);
}

/** The least level that the console shows. */
function levelOf({ json, loudness }: Shown): Level {
  if (json || loudness === "quiet") return "warning";
  return loudness === "verbose" ? "debug" : "info";
}
