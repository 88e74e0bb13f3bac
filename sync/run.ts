/** One run of the program: looks at what it was given, and makes pass after pass. Wires everything together. */
import { resolve } from "node:path";
import { allowFile } from "./cli/allow.ts";
import { announce, confinedLine, startLine, stoppedAfter, watchedBy, watchLine } from "./cli/announce.ts";
import { complain } from "./cli/answer.ts";
import { edgeLine } from "./cli/edge.ts";
import { finalStatus, STATUS } from "./cli/exit_status.ts";
import { listen } from "./cli/listen.ts";
import type { Line } from "./cli/line.ts";
import type { Log } from "./cli/log.ts";
import { reopen } from "./cli/log_file.ts";
import type { Options } from "./cli/options.ts";
import { permits } from "./cli/permit.ts";
import { type Complaint, prepare, type Prepared } from "./cli/prepare.ts";
import { listenToSignals } from "./cli/signals.ts";
import { rhythmOf, type When } from "./cli/when.ts";
import { chooseEdge } from "./disk/edge.ts";
import { makesFifos } from "./disk/fifo.ts";
import { relation } from "./disk/relation.ts";
import type { Roots } from "./disk/roots.ts";
import { confinement } from "./disk/sandbox.ts";
import type { Config } from "./engine/config.ts";
import type { Decided } from "./engine/decided.ts";
import type { Memory } from "./engine/edits.ts";
import { type Mirror, mirror } from "./mirror.ts";
import { observersOf } from "./observers/mod.ts";
import type { Job, Observer } from "./observers/observer.ts";
import type { Companion } from "./pass/companion.ts";
import type { Pool } from "./pass/pool.ts";
import { type Agenda, agenda } from "./timing/agenda.ts";
import { systemClock } from "./timing/clock.ts";
import { renewal } from "./timing/renewal.ts";
import { repeat } from "./timing/repeat.ts";

/** What a run is limited to, and what goes along with it, beside what its options ask for. */
export interface Beside {
  readonly companions?: readonly Companion[];
  /** All that may be done; whatever is needed when left out. */
  readonly decided?: Decided;
  /** Which folders the roots must be, any when undefined; or why nothing may be done. Asked before the first pass. */
  readonly rootsOf?: (config: Config) => Promise<Roots | Complaint | undefined>;
}

/** Run passes until there is no more to do, and close the pool; returns the exit status. */
export async function run(options: Options, pool: Pool, beside: Beside = {}): Promise<number> {
  const begun = await begin(options, beside);
  if ("status" in begun) {
    pool.close();
    return complain(begun.text, begun.status);
  }
  const { prepared, roots } = begun;
  const along = await companionsOf(prepared.config, options);
  if (typeof along === "string") {
    pool.close();
    return complain(along, STATUS.usage);
  }
  const { config, log: file } = prepared;
  const isHeldBack = config.pace !== undefined || config.nice !== undefined;
  const lack = isHeldBack ? await (await import("./pass/held_back.ts")).holdBack(config, pool) : null;
  if (lack !== null) {
    pool.close();
    return complain(lack, STATUS.usage);
  }
  const { when } = options;
  const isLoop = when.rhythm.kind !== "once";
  const allow = isLoop ? allowFile(options.log, [config.source, config.replica]) : null;
  const observers: Observer[] = [];
  const job = jobOf(config, options);
  const listeners = listen(options, file, config, allow, (event, report) => {
    for (const one of observers) one.event?.(job, event, report, Date.now());
  });
  const { log, emit } = listeners;
  const stop = new AbortController();
  const todo = agenda(when.settle ?? 0);
  const permit = permits(config, {
    listeners,
    signal: stop.signal,
    allow,
    mayAsk: !options.json && beside.decided === undefined,
    asks: options.ask,
  });
  const one = mirror(config, {
    pool,
    companions: [...along.companions, ...beside.companions ?? []],
    ...(along.memory && { memory: along.memory }),
    ...(roots && { roots }),
    ...(beside.decided && { decided: beside.decided }),
    emit,
    stop,
    logs: () => file?.paths() ?? [],
    now: systemClock.now,
    permit: permit.next,
  });
  const exit = () => {
    listeners.clear();
    Deno.exit(STATUS.interrupted);
  };
  listenToSignals(log, { stop, exit, pass: todo.ask, reopen: () => reopen(file, options.log, log) });
  // these lines come between passes, too
  const tell = (line: Line) => {
    log.write(line);
    log.flush();
  };
  observers.push(...await observersOf(options.observe, { tell, now: Date.now }));
  for (const one of observers) one.jobs?.([job]);
  const { late, waiting } = announce(when, log);
  try {
    log.write(startLine(config, when));
    log.write(edgeLine(config.edge, prepared.why));
    for (const line of threadLines(pool)) log.write(line);
    log.flush();
    if (when.settle !== null) await watchBoth(config, when, log, one, todo, stop.signal);
    const onePass: Parameters<typeof repeat>[1] = async (round) => {
      const passed = await one.pass(round);
      if (round.due === null && one.last()?.ended === "complete") permit.settled();
      log.flush();
      return passed;
    };
    await repeat(rhythmOf(when), onePass, {
      late,
      waiting(until) {
        waiting(until);
        for (const observer of observers) observer.waiting?.(job, until, Date.now());
      },
      clock: systemClock,
      signal: stop.signal,
      agenda: todo,
      sift: one.sift,
    });
    if (isLoop) log.write(stoppedAfter(one.passes()));
  } finally {
    await one.close();
    for (const observer of observers) await observer.close();
    log.flush();
    pool.close();
  }
  return finalStatus(when, one.passes(), one.last());
}

function jobOf({ source, replica, trash }: Config, options: Options): Job {
  return { name: null, source, replica, trash: trash?.folder ?? null, options };
}

/** Look at everything before the first pass; or what is wrong. */
async function begin(
  options: Options,
  { rootsOf }: Beside,
): Promise<{ readonly prepared: Prepared; readonly roots: Roots | undefined } | Complaint> {
  const prepared = await prepare(options, { relation, chooseEdge, makesFifos });
  if ("status" in prepared) return prepared;
  const roots = await rootsOf?.(prepared.config);
  return roots !== undefined && "status" in roots ? roots : { prepared, roots };
}

/** What goes along with each pass, and what knows of the last one. */
interface Along {
  readonly companions: readonly Companion[];
  readonly memory?: Memory;
}

/** Or a text that says why something of it cannot be used. */
async function companionsOf(config: Config, { undo, check }: Options): Promise<Along | string> {
  const { trash, dryRun } = config;
  const companions: Companion[] = [];
  if (trash !== null && !dryRun && (trash.keep !== null || trash.max !== null)) {
    const { expiring } = await import("./pass/expiring.ts");
    companions.push(expiring(trash, Date.now));
  }
  if (check.manifest !== null) {
    const { keeper } = await import("./check/keeper.ts");
    companions.push(keeper(resolve(check.manifest), config));
  }
  const { state, edits } = undo;
  if (state === null) return { companions };
  const { openMemory } = await import("./records/memory.ts");
  const memory = await openMemory(resolve(state), config, edits === "bring-back");
  if (typeof memory === "string") return memory;
  companions.push(memory);
  if (edits === "bring-back") {
    const { bringsAlong } = await import("./pass/bring_along.ts");
    companions.push(bringsAlong(config, memory));
  }
  return { companions, memory };
}

/** Follow both folders; resolves when they are watched. */
async function watchBoth(
  { source, replica, edge, oneFileSystem, choice: { rules, deleteExcluded } }: Config,
  when: When,
  log: Log,
  { ignores }: Mirror,
  agenda: Agenda,
  signal: AbortSignal,
): Promise<void> {
  const { systemWatch } = await import("./timing/system_watch.ts");
  const { watch } = await import("./timing/watch.ts");
  const { by, open } = systemWatch(edge, oneFileSystem);
  log.write(watchedBy(by));
  const both = renewal();
  const watchOne = (root: string, side: "source" | "replica") =>
    watch(root, {
      side,
      clock: systemClock,
      signal,
      agenda,
      open,
      ignores,
      // what is excluded and stands in the replica is to go
      exclusions: side === "replica" && deleteExcluded ? null : { rules, source },
      renewal: both,
      tell(news) {
        log.write(watchLine(news, side, when));
        log.flush();
      },
    });
  await Promise.all([watchOne(source, "source"), watchOne(replica, "replica")]);
}

/** What there is to say of the threads. */
function threadLines({ isThreaded }: Pool): Line[] {
  if (isThreaded) return [confinedLine(confinement())];
  const text = `one thread only: for more, add --allow-read=${new URL("./", import.meta.url).pathname}`;
  return [confinedLine("inline"), { level: "debug", text }];
}
