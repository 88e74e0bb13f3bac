/** Lockstep: argv to exit status. Wires everything together and decides nothing that could be decided elsewhere. */
import { resolve } from "@std/path";
import { shown } from "./sync/engine/entry.ts";
import { type Event, type Report, STATUS, status } from "./sync/engine/event.ts";
import { type Order, type Outcome, pass } from "./sync/engine/pass.ts";
import { inline, type Pool, threads } from "./sync/engine/pool.ts";
import { relation, type Roots } from "./sync/engine/roots.ts";
import { help, VERSION } from "./sync/faces/help.ts";
import { jsonLine } from "./sync/faces/json.ts";
import { type Level, linesOf } from "./sync/faces/line.ts";
import { type Log, openLog, type Target, writeAll } from "./sync/faces/log.ts";
import { type LogFile, openLogFile, openLogFileLater } from "./sync/faces/log_file.ts";
import { parse, type Wish } from "./sync/faces/options.ts";
import { missing, type Need } from "./sync/faces/permissions.ts";
import { ambiguous } from "./sync/faces/places.ts";
import { noProgress, progressOn } from "./sync/faces/progress.ts";
import { systemClock } from "./sync/timing/clock.ts";
import { showDuration } from "./sync/timing/duration.ts";
import { everyInterval } from "./sync/timing/interval.ts";

/** How long a stop waits, in ms, for work on a file system that does not answer. */
const PATIENCE_MS = 4000;

const encoder = new TextEncoder();

function print(target: Target, text: string): void {
  try {
    writeAll(target, encoder.encode(text + "\n"));
  } catch {
    // whoever was reading has gone
  }
}

/** Run the program; returns its exit status. */
async function main(words: readonly string[]): Promise<number> {
  const command = parse(words);
  switch (command.kind) {
    case "help":
      print(Deno.stdout, help());
      return STATUS.inStep;
    case "version":
      print(Deno.stdout, `lockstep ${VERSION}`);
      return STATUS.inStep;
    case "usage":
      return complain(command.text, STATUS.usage);
    case "mirror":
      return await prepare(command.wish);
  }
}

function complain(text: string, exit: number): number {
  print(Deno.stderr, `lockstep: ${text}`);
  return exit;
}

/** Everything that can be wrong before the first pass. */
async function prepare(wish: Wish): Promise<number> {
  for (const path of [wish.source, wish.replica, wish.log ?? ""]) {
    const unclear = ambiguous(path);
    if (unclear !== null) return complain(unclear, STATUS.usage);
  }
  const source = resolve(wish.source);
  let replica = resolve(wish.replica);
  const lacking = missing(needs(wish, source, replica));
  if (lacking !== null) return complain(lacking, STATUS.usage);
  if (await relation(source, replica).catch(() => "apart") === "same") {
    const beside = `${source}_copy`;
    if (!askedToCopyBeside(source, beside)) {
      const way = `to copy it beside itself, run: lockstep ${quoted(source)} ${quoted(beside)}`;
      return complain(
        `The source and the replica are the same folder, ${shown(source)}; ${way}`,
        STATUS.unusable,
      );
    }
    replica = beside;
    const stillLacking = missing(needs(wish, source, replica));
    if (stillLacking !== null) return complain(stillLacking, STATUS.usage);
  }
  let file: LogFile | null = null;
  if (wish.log !== null) {
    try {
      file = openLogFile(wish.log);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound && resolve(wish.log).startsWith(`${replica}/`))) {
        const why = error instanceof Error
          ? error.message.replace(/ \(os error.*/s, "").toLowerCase()
          : String(error);
        return complain(`Cannot open the log file ${shown(wish.log)}: ${why}`, STATUS.usage);
      }
      file = openLogFileLater(wish.log);
    }
  }
  const order: Order = {
    source,
    replica,
    judgement: {
      checksum: wish.checksum,
      owners: wish.owners,
      fifos: Deno.permissions.querySync({ name: "run", command: "mkfifo" }).state === "granted",
      oneFileSystem: wish.oneFileSystem,
    },
    limits: {
      allowEmptySource: wish.allowEmptySource,
      maxDelete: wish.maxDelete,
      ignoreRoom: wish.ignoreRoom,
    },
    durable: wish.durable,
    planned: wish.dryRun,
    acceptNewRoot: wish.acceptNewRoot,
    ours: [],
  };
  return await mirror(wish, order, file);
}

function needs(wish: Wish, source: string, replica: string): Need[] {
  return [
    { name: "read", path: source },
    { name: "read", path: replica },
    ...wish.dryRun ? [] : [{ name: "write", path: replica } as const],
    ...wish.log === null ? [] : [{ name: "write", path: resolve(wish.log) } as const],
  ];
}

/** Warn that source and replica are one, and ask what to do; no where there is nobody to ask. */
function askedToCopyBeside(source: string, beside: string): boolean {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return false;
  print(Deno.stderr, `lockstep: Warning: the source and the replica are the same folder, ${shown(source)}`);
  const there = isThere(beside)
    ? " It is there already: what is not in the source will be removed from it."
    : "";
  return confirm(`Keep the replica beside it, as ${shown(beside)}?${there}`);
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** For a shell. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** Run passes until there is no more to do; returns the exit status. */
async function mirror(wish: Wish, order: Order, file: LogFile | null): Promise<number> {
  const stop = new AbortController();
  const { log, emit } = faces(wish, file);
  const pool = poolFor(wish, log);
  let roots: Roots | null = null;
  let last: Report | null = null;
  let passes = 0;
  listenToSignals(stop, log);
  try {
    const rhythm = wish.interval === null ? "once" : `every ${showDuration(wish.interval)}`;
    log.write({ level: "info", text: `mirror ${shown(order.source)} to ${shown(order.replica)}, ${rhythm}` });
    const onePass = async (number: number) => {
      const outcome: Outcome = await pass(
        { ...order, ours: file?.paths() ?? [] },
        { number, before: roots },
        pool,
        emit,
        stop.signal,
      );
      roots = outcome.roots;
      last = outcome.report;
      passes = number;
      log.flush();
      // whoever holds the replica will hold it longer than the first pass
      if (number === 1 && last.ended === "held") stop.abort();
    };
    if (wish.interval === null) await onePass(1);
    else {
      await everyInterval(wish.interval, onePass, {
        clock: systemClock,
        signal: stop.signal,
        late(took) {
          log.write({
            level: "info",
            text: `the pass took ${
              showDuration(took)
            }, longer than the interval: the next one begins at once`,
          });
        },
      });
      log.write({ level: "info", text: `stopped after ${passes} ${passes === 1 ? "pass" : "passes"}` });
    }
  } finally {
    log.flush();
    pool.close();
  }
  return exitStatus(wish, last);
}

/** In a loop a stop is a good end, whatever the passes came to: they have been reported. */
function exitStatus(wish: Wish, last: Report | null): number {
  if (last === null) return STATUS.interrupted;
  return wish.interval === null || last.ended === "held" ? status(last) : STATUS.inStep;
}

/** The log and the listeners that are wished for. */
function faces(wish: Wish, file: LogFile | null): { log: Log; emit: (event: Event) => void } {
  const onTerminal = Deno.stdout.isTerminal() && Deno.stderr.isTerminal();
  const progress = onTerminal && wish.loudness !== "quiet" && !wish.json
    ? progressOn(Deno.stderr, () => Deno.consoleSize().columns, () => performance.now())
    : noProgress;
  const level: Level = wish.json || wish.loudness === "quiet"
    ? "warning"
    : wish.loudness === "verbose"
    ? "debug"
    : "info";
  let lost = false;
  const log = openLog({ out: Deno.stdout, err: Deno.stderr, level }, file, (error) => {
    if (!lost) print(Deno.stderr, `lockstep: The log file takes no more, its lines are lost: ${error}`);
    lost = true;
  });
  const said = new Set<string>();
  const emit = (event: Event) => {
    if (event.kind === "notice") {
      if (said.has(event.text)) return;
      said.add(event.text);
    }
    const lines = linesOf(event);
    if (lines.length > 0) progress.wipe();
    for (const line of lines) log.write(line);
    if (event.kind === "progress" || event.kind === "end") log.flush();
    progress.show(event);
    const json = wish.json ? jsonLine(event, Date.now()) : null;
    if (json !== null) print(Deno.stdout, json.trimEnd());
  };
  return { log, emit };
}

/** Worker threads, or this thread where Deno may not load the worker's module. */
function poolFor(wish: Wish, log: Log): Pool {
  const size = wish.threads ?? navigator.hardwareConcurrency;
  const folder = new URL("./sync/", import.meta.url);
  if (Deno.permissions.querySync({ name: "read", path: folder }).state === "granted") return threads(size);
  log.write({ level: "debug", text: `one thread only: for more, add --allow-read=${folder.pathname}` });
  return inline();
}

/** The first signal ends the pass under way, a second one the program; so does a file system that keeps us waiting. */
function listenToSignals(stop: AbortController, log: Log): void {
  const exit = () => {
    log.flush();
    Deno.exit(STATUS.interrupted);
  };
  const onSignal = () => {
    if (stop.signal.aborted) exit();
    stop.abort();
    setTimeout(() => {
      log.write({
        level: "warning",
        text: "stopped without waiting any longer for a file system that does not answer",
      });
      exit();
    }, PATIENCE_MS);
  };
  Deno.addSignalListener("SIGINT", onSignal);
  if (Deno.build.os !== "windows") {
    Deno.addSignalListener("SIGTERM", onSignal);
    // a file that grows over a limit of the system is an error of that file, not the end of the program
    Deno.addSignalListener("SIGXFSZ", () => {});
  }
}

if (import.meta.main) {
  let exit: number = STATUS.bug;
  try {
    exit = await main(Deno.args);
  } catch (error) {
    print(
      Deno.stderr,
      `lockstep: This is a bug in Lockstep:\n${error instanceof Error ? error.stack : error}`,
    );
  }
  Deno.exit(exit);
}
