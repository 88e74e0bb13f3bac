/** Lockstep: argv to exit status. Wires everything together and decides nothing that could be decided elsewhere. */
import { resolve } from "node:path";
import { shown } from "./sync/engine/entry.ts";
import { type Report, STATUS, status } from "./sync/engine/event.ts";
import { type Config, type Outcome, pass } from "./sync/pass/pass.ts";
import { inline, type Pool, threads } from "./sync/pass/pool.ts";
import { relation, type Roots } from "./sync/disk/root.ts";
import { askedToCopyBeside, quoted } from "./sync/cli/beside.ts";
import { help, VERSION } from "./sync/cli/help.ts";
import { listen, print } from "./sync/cli/listen.ts";
import { type Log, timeOf } from "./sync/cli/log.ts";
import { type LogFile, openLogFile, spoilt } from "./sync/cli/log_file.ts";
import { type Options, parse } from "./sync/cli/options.ts";
import { missing, needs } from "./sync/cli/permissions.ts";
import { ambiguous } from "./sync/cli/places.ts";
import { carryOut, lacking, parseSchedule, programOf } from "./sync/cli/schedule.ts";
import { listenToSignals } from "./sync/cli/signals.ts";
import { rhythmOf, watchLine, type When, wordsOf } from "./sync/cli/when.ts";
import { agenda } from "./sync/timing/agenda.ts";
import { foldersNamed } from "./sync/timing/branch.ts";
import { systemClock } from "./sync/timing/clock.ts";
import { showDuration } from "./sync/timing/duration.ts";
import { repeat, type Round } from "./sync/timing/repeat.ts";
import { type News, watch, type Watching } from "./sync/timing/watch.ts";

/** Run the program; returns its exit status. */
async function main(words: readonly string[]): Promise<number> {
  if (words[0] === "schedule") return await schedule(words.slice(1));
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
      return await prepare(command.options);
  }
}

/** Speak to the system's own scheduler. */
async function schedule(words: readonly string[]): Promise<number> {
  const asked = parseSchedule(words, programOf(import.meta.url));
  if (asked.kind === "usage") return complain(asked.text, STATUS.usage);
  const lack = asked.kind === "show" ? null : lacking(asked.scheduler);
  if (lack !== null) return complain(lack, STATUS.usage);
  try {
    print(Deno.stdout, await carryOut(asked));
    return STATUS.inStep;
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "it is not on this system" : (error as Error).message;
    return complain(`Cannot ${asked.kind} with ${asked.scheduler}: ${why}`, STATUS.unusable);
  }
}

function complain(text: string, exit: number): number {
  print(Deno.stderr, `lockstep: ${text}`);
  return exit;
}

/** Everything that can be wrong before the first pass. */
async function prepare(options: Options): Promise<number> {
  for (const path of [options.source, options.replica, options.log ?? ""]) {
    const unclear = ambiguous(path);
    if (unclear !== null) return complain(unclear, STATUS.usage);
  }
  const source = resolve(options.source);
  let replica = resolve(options.replica);
  const lack = missing(needs(options, source, replica));
  if (lack !== null) return complain(lack, STATUS.usage);
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
    const stillLacking = missing(needs(options, source, replica));
    if (stillLacking !== null) return complain(stillLacking, STATUS.usage);
  }
  let file: LogFile | null = null;
  if (options.log !== null) {
    const rotation = { most: options.logMaxSize, keep: options.logKeep };
    const spoils = spoilt(options.log, rotation, { source, replica });
    if (spoils !== null) return complain(spoils, STATUS.usage);
    try {
      file = openLogFile(options.log, rotation);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound && resolve(options.log).startsWith(`${replica}/`))) {
        return complain(cannotOpen(options.log, error), STATUS.usage);
      }
      file = openLogFile(options.log, rotation, true);
    }
  }
  const config: Config = {
    source,
    replica,
    criteria: {
      checksum: options.checksum,
      owners: options.owners,
      fifos: Deno.permissions.querySync({ name: "run", command: "mkfifo" }).state === "granted",
      oneFileSystem: options.oneFileSystem,
    },
    limits: {
      allowEmptySource: options.allowEmptySource,
      maxDelete: options.maxDelete,
      ignoreRoom: options.ignoreRoom,
    },
    durable: options.durable,
    planned: options.dryRun,
    acceptNewRoot: options.acceptNewRoot,
    ownLogs: [],
  };
  return await mirror(options, config, file);
}

function cannotOpen(log: string, error: unknown): string {
  const why = error instanceof Error
    ? error.message.replace(/ \(os error.*/s, "").toLowerCase()
    : String(error);
  return `Cannot open the log file ${shown(log)}: ${why}`;
}

/** Run passes until there is no more to do; returns the exit status. */
async function mirror(options: Options, config: Config, file: LogFile | null): Promise<number> {
  const stop = new AbortController();
  const { log, emit } = listen(options, file);
  const pool = poolFor(options, log);
  const { when } = options;
  /** The log file's names, which depend on what is there by now. */
  const ownLogs = new Set<string>();
  const now = (): Config => {
    for (const path of file?.paths() ?? []) ownLogs.add(path);
    return { ...config, ownLogs: [...ownLogs] };
  };
  const todo = agenda(when.settle ?? 0);
  let roots: Roots | null = null;
  let last: Report | null = null;
  let passes = 0;
  const exit = () => {
    log.flush();
    Deno.exit(STATUS.interrupted);
  };
  const reopen = () => {
    log.flush();
    try {
      file?.reopen();
    } catch (error) {
      log.write({
        level: "warning",
        text: `${cannotOpen(options.log ?? "", error)}; the old one is written on`,
      });
      log.flush();
    }
  };
  listenToSignals(log, { stop, exit, pass: todo.ask, reopen });
  /** How many entries there are, as far as is known since all was compared last. */
  let known: Report["entries"] | null = null;
  const onePass = async ({ number, due }: Round) => {
    const folders = due && known && await foldersNamed(config.source, due, todo.hints, systemClock.now());
    const occasion = { number, before: roots, ...folders && known && { scope: { folders, known } } };
    const outcome: Outcome = await pass(now(), occasion, pool, emit, stop.signal);
    roots = outcome.roots;
    last = outcome.report;
    passes = number;
    if (last.ended === "complete") known = entriesAfter(last, folders === null ? null : known);
    log.flush();
    // whoever holds the replica will hold it longer than the first pass
    if (number === 1 && last.ended === "locked") stop.abort();
  };
  const say = (text: string) => log.write({ level: "info", text });
  try {
    say(`mirror ${shown(config.source)} to ${shown(config.replica)}, ${wordsOf(when)}`);
    log.flush();
    if (when.settle !== null) {
      await watchBoth(now(), when, log, { agenda: todo, signal: stop.signal, ownLogs });
    }
    await repeat(rhythmOf(when), onePass, {
      clock: systemClock,
      signal: stop.signal,
      agenda: todo,
      late(took) {
        if (when.rhythm.kind !== "interval") return;
        say(`the pass took ${showDuration(took)}, longer than the interval: the next one begins at once`);
      },
      waiting(until) {
        if (when.rhythm.kind !== "cron") return;
        say(`the next pass is at ${timeOf(until)}`);
        log.flush();
      },
    });
    if (when.rhythm.kind !== "once") say(`stopped after ${passes} ${passes === 1 ? "pass" : "passes"}`);
  } finally {
    log.flush();
    pool.close();
  }
  return exitStatus(options, passes, last);
}

/** How many entries there are after a pass: over all, or over some folders of what was `known`. */
function entriesAfter(
  { entries, created, removed }: Report,
  known: Report["entries"] | null,
): Report["entries"] {
  const { source, replica } = known ?? entries;
  const more = created - removed;
  // after a pass over all, the source was counted as it is
  return { source: known === null ? source : source + more, replica: replica + more };
}

/** Follow both folders; resolves when they are watched. */
async function watchBoth(
  { source, replica }: Config,
  when: When,
  log: Log,
  options: Pick<Watching, "agenda" | "signal" | "ownLogs">,
): Promise<void> {
  const tell = (news: News) => {
    const side = news.root === source ? "source" : "replica";
    log.write(watchLine(news, side, when));
    log.flush();
  };
  const watching = { ...options, clock: systemClock, tell };
  await Promise.all([watch(source, watching), watch(replica, watching)]);
}

/**
 * In a loop a stop is a good end, whatever the passes came to: they have been reported. Where a number of passes was
 * asked for and made, it is the last one's.
 */
function exitStatus({ when }: Options, passes: number, last: Report | null): number {
  const once = when.rhythm.kind === "once";
  if (last === null) return once ? STATUS.interrupted : STATUS.inStep;
  return once || passes === when.passes || last.ended === "locked" ? status(last) : STATUS.inStep;
}

/** Worker threads, or this thread where Deno may not load the worker's module. */
function poolFor(options: Options, log: Log): Pool {
  const size = options.threads ?? navigator.hardwareConcurrency;
  const folder = new URL("./sync/", import.meta.url);
  if (Deno.permissions.querySync({ name: "read", path: folder }).state === "granted") return threads(size);
  log.write({ level: "debug", text: `one thread only: for more, add --allow-read=${folder.pathname}` });
  return inline();
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
