/** The listeners that a user wishes for, put together: console, log file, progress line, JSON. */
import type { Event } from "../engine/event.ts";
import { jsonLine } from "./json.ts";
import type { Level } from "./line.ts";
import { type Log, openLog, type Target, writeAll } from "./log.ts";
import type { Options } from "./options.ts";
import { noProgress, progressOn } from "./progress.ts";
import { suppress } from "./suppress.ts";

const encoder = new TextEncoder();

/** Print a line that is no part of the log. */
export function print(target: Target, text: string): void {
  try {
    writeAll(target, encoder.encode(text + "\n"));
  } catch {
    // whoever was reading has gone
  }
}

/** How wide the terminal is; what is usual where it does not say, or has been closed. */
function columns(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}

/** The log, and what is to be called with every event. */
export function listen(options: Options, file: Target | null): { log: Log; emit: (event: Event) => void } {
  const onTerminal = Deno.stdout.isTerminal() && Deno.stderr.isTerminal();
  const progress = onTerminal && options.loudness !== "quiet" && !options.json
    ? progressOn(Deno.stderr, columns, () => performance.now())
    : noProgress;
  const level: Level = options.json || options.loudness === "quiet"
    ? "warning"
    : options.loudness === "verbose"
    ? "debug"
    : "info";
  let failing = false;
  const log = openLog({ out: Deno.stdout, err: Deno.stderr, level }, file && watched(file), (error) => {
    if (!failing) print(Deno.stderr, `lockstep: The log file takes no more, its lines are lost: ${error}`);
    failing = true;
  });
  function watched(file: Target): Target {
    return {
      writeSync(bytes) {
        const count = file.writeSync(bytes);
        if (failing) print(Deno.stderr, "lockstep: The log file takes lines again");
        failing = false;
        return count;
      },
    };
  }
  const lines = suppress(() => performance.now());
  const said = new Set<string>();
  const emit = (event: Event) => {
    if (event.kind === "notice") {
      if (said.has(event.text)) return;
      said.add(event.text);
    }
    for (const line of lines(event)) {
      progress.wipe();
      log.write(line);
    }
    if (event.kind === "progress" || event.kind === "end") log.flush();
    progress.show(event);
    const json = options.json ? jsonLine(event, Date.now()) : null;
    if (json !== null) print(Deno.stdout, json.trimEnd());
  };
  return { log, emit };
}
