/** The listeners that a user asks for, put together: console, log file, progress line, JSON. */
import { BLANK, type Event, fold } from "../engine/event.ts";
import { jsonLine } from "./json.ts";
import type { Level } from "./line.ts";
import { type Log, openLog } from "./log.ts";
import type { Options } from "./options.ts";
import { print, type Target } from "./print.ts";
import { noProgress, type Progress, progressOn } from "./progress.ts";
import { newNotices, suppress } from "./suppress.ts";
import { systemText } from "../system_error.ts";

/** The log, and what is to be called with every event. */
export function listen(options: Options, file: Target | null): { log: Log; emit: (event: Event) => void } {
  const progress = progressFor(options);
  const log = logFor(options, file);
  const lines = suppress(() => performance.now());
  const isNew = newNotices();
  let report = BLANK;
  const emit = (event: Event) => {
    report = fold(report, event);
    if (event.kind === "notice" && !isNew(event)) return;
    for (const line of lines(event, report)) {
      progress.wipe();
      log.write(line);
    }
    if (event.kind === "progress" || event.kind === "end") log.flush();
    progress.show(event);
    const json = options.json ? jsonLine(event, report, Date.now()) : null;
    if (json !== null) print(Deno.stdout, json.trimEnd());
  };
  return { log, emit };
}

function progressFor({ loudness, json }: Options): Progress {
  const onTerminal = Deno.stdout.isTerminal() && Deno.stderr.isTerminal();
  return onTerminal && loudness !== "quiet" && !json
    ? progressOn(Deno.stderr, columns, () => performance.now())
    : noProgress;
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

function logFor(options: Options, file: Target | null): Log {
  /** The last lines for the log file were lost. */
  let failing = false;
  const watched: Target | null = file && {
    writeSync(bytes) {
      const count = file.writeSync(bytes);
      if (failing) print(Deno.stderr, "lockstep: The log file takes lines again");
      failing = false;
      return count;
    },
  };
  return openLog({ out: Deno.stdout, err: Deno.stderr, level: levelOf(options) }, watched, (error) => {
    const text = systemText(error);
    if (!failing) print(Deno.stderr, `lockstep: The log file takes no more, its lines are lost: ${text}`);
    failing = true;
  });
}

/** The least level that the console shows. */
function levelOf({ json, loudness }: Options): Level {
  if (json || loudness === "quiet") return "warning";
  return loudness === "verbose" ? "debug" : "info";
}
