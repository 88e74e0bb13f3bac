/** The listeners that a user asks for, put together: console, log file, progress line, JSON. */
import type { Event } from "../engine/event.ts";
import { BLANK, fold, type Report } from "../engine/report.ts";
import { jsonLine, type Roots } from "./json.ts";
import type { Level } from "./line.ts";
import { type Console, type Log, openLog, streams } from "./log.ts";
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
}

/**
 * `allow`: the file by which what is refused in a loop is let through once; null where there is none. `heard`: called with
 * each event, and what the pass came to with it.
 */
export function listen(
  options: Options,
  file: Target | null,
  roots: Roots,
  allow: string | null,
  heard: (event: Event, report: Report) => void = () => {},
): Listeners {
  const { console, bar } = consoleFor(options);
  const log = logFor(console, file, (text) => {
    bar?.progress(null);
    print(Deno.stderr, `lockstep: ${text}`);
  });
  const lines = suppress(() => performance.now(), allow);
  const isNew = newNotices();
  const wait = options.loudness === "verbose" ? longestWait() : null;
  let report = BLANK;
  let phase: { readonly name: string; readonly began: number } | null = null;
  const showProgress = (event: Event) => {
    if (event.kind !== "progress") return;
    if (phase?.name !== event.phase) phase = { name: event.phase, began: performance.now() };
    bar?.progress(progressLine(event, performance.now() - phase.began));
  };
  const clear = () => {
    phase = null;
    bar?.progress(null);
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
      ? jsonLine(event, report, { roots, progress: options.progress }, Date.now())
      : null;
    if (json !== null) print(Deno.stdout, json.trimEnd());
  };
  return { log, emit, clear };
}

/**
 * Lines go to standard output, warnings and errors to standard error. Where one of them is a terminal it is a screen;
 * where both are, it is one for both. The progress line is for whoever looks at standard error.
 */
function consoleFor(options: Options): { console: Console; bar: Screen | null } {
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
  return { console, bar: options.loudness === "quiet" || options.json ? null : err };
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

function logFor(console: Console, file: Target | null, say: (text: string) => void): Log {
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
  });
}

/** The least level that the console shows. */
function levelOf({ json, loudness }: Options): Level {
  if (json || loudness === "quiet") return "warning";
  return loudness === "verbose" ? "debug" : "info";
}
