/** One mirror of a run, from its options to its last pass. Wires everything together that it has for itself. */
import { fileURLToPath } from "node:url";
import { wholePath } from "./whole_path.ts";
import { allowFile } from "./cli/allow.ts";
import { announce, confinedLine, startLine, stoppedAfter, watchedBy, watchLine } from "./cli/announce.ts";
import { beyondLine, edgeLine } from "./cli/edge.ts";
import { finalStatus, STATUS } from "./cli/exit_status.ts";
import { type Display, listen } from "./cli/listen.ts";
import type { Line } from "./cli/line.ts";
import { type Log, reopen } from "./cli/log.ts";
import type { openLogFile } from "./cli/log_file.ts";
import type { Options } from "./cli/options.ts";
import { permits } from "./cli/permit.ts";
import { type Complaint, prepare, type Prepared } from "./cli/prepare.ts";
import { trashFolder } from "./cli/undo.ts";
import { rhythmOf, type When } from "./cli/when.ts";
import { chooseEdge } from "./disk/edge.ts";
import { makesFifos } from "./disk/fifo.ts";
import { relation } from "./disk/relation.ts";
import type { Roots } from "./disk/roots.ts";
import { confinement } from "./disk/sandbox.ts";
import type { Config } from "./engine/config.ts";
import type { Decided } from "./engine/decided.ts";
import type { Memory } from "./engine/edits.ts";
import type { Reason } from "./engine/entry.ts";
import type { Emit, Event } from "./engine/event.ts";
import { isRest } from "./engine/part.ts";
import { type Kept, type Mirror, mirror } from "./mirror.ts";
import type { Job, Observer } from "./observers/observer.ts";
import type { Companion } from "./pass/companion.ts";
import type { Pool } from "./pass/pool.ts";
import { type Agenda, agenda } from "./timing/agenda.ts";
import { systemClock } from "./timing/clock.ts";
import { type Passed, repeat, type Round } from "./timing/repeat.ts";

/** What a mirror is limited to, and what goes along with it, beside what its options ask for. */
export interface Beside {
  readonly companions?: readonly Companion[];
  /** All that may be done; whatever is needed when left out. */
  readonly decided?: Decided;
  /** Which folders the roots must be, any when undefined; or why nothing may be done. Asked before the first pass. */
  readonly rootsOf?: (config: Config) => Promise<Roots | Complaint | undefined>;
}

/** What a mirror has of the run that it is of. */
export interface Around {
  /** null for the only mirror of a command line. */
  readonly name: string | null;
  readonly pool: Pool;
  readonly display: Display;
  /** Aborted to end this mirror. */
  readonly stop: AbortController;
  /** Those who hear of its events, by now. */
  readonly observers: () => readonly Observer[];
  /** Opens its log file, which it may share with others. */
  readonly openLog?: typeof openLogFile;
  /**
   * Waits until a pass may be made, and gives what is to be called when it is over; null when the mirror is to end, or why
   * no pass may be made.
   */
  readonly enter?: (config: Config, round: Round) => Promise<(() => void) | Reason | null>;
  /** What another one with these folders knew of them, that is closed. */
  readonly kept?: Kept;
}

/** A mirror that was looked at, and has its log open. */
export interface OpenJob {
  readonly job: Job;
  readonly log: Log;
  /** Run passes until there is no more to do. Returns the exit status. */
  work(): Promise<number>;
  /** Ask for a whole pass now. */
  ask(): void;
  /** Begin the log file anew. */
  reopen(): void;
  /** What it knows of its folders, for one that takes its place. */
  kept(): Kept;
  /** Take the progress line away. */
  clear(): void;
  /** Let go of the log, when nothing more is said. */
  close(): void;
}

/** Look at everything before the first pass; or what is wrong. */
export async function openJob(
  options: Options,
  beside: Beside,
  around: Around,
): Promise<OpenJob | Complaint> {
  const begun = await begin(options, beside, around);
  if ("status" in begun) return begun;
  const { prepared, roots, along } = begun;
  const { config, log: file } = prepared;
  const { name, display, observers, stop } = around;
  const { when } = options;
  const allow = when.rhythm.kind !== "once"
    ? allowFile(options.log, [config.source, config.replica], around.name)
    : null;
  const job = jobOf(name, options, config);
  const listeners = listen(options, file, config, {
    display,
    name,
    allow,
    heard(event, report) {
      for (const one of observers()) one.event?.(job, event, report, Date.now());
    },
  });
  const { log } = listeners;
  const todo = agenda(when.settle ?? 0);
  const permit = permits(config, {
    listeners,
    signal: stop.signal,
    allow,
    mayAsk: name === null && !options.json && beside.decided === undefined,
    asks: options.ask,
  });
  const one = mirror(config, {
    pool: around.pool,
    companions: [...along.companions, ...beside.companions ?? []],
    ...(along.memory && { memory: along.memory }),
    ...(roots && { roots }),
    ...(around.kept && { kept: around.kept }),
    ...(beside.decided && { decided: beside.decided }),
    emit: listeners.emit,
    stop,
    logs: () => file?.paths() ?? [],
    now: systemClock.now,
    permit: permit.next,
  });
  const turns = turnsOf(around, config, listeners.emit);
  const onePass = (round: Round) =>
    turns.take(round, async () => {
      const passed = await one.pass(round);
      if (round.due === null && one.last()?.ended === "complete") permit.settled();
      log.flush();
      return when.settle === null ? { failed: passed.failed } : passed;
    });
  return {
    job,
    log,
    ask: todo.ask,
    reopen: () => reopen(file, options.log, log),
    kept: one.kept,
    clear: listeners.clear,
    close() {
      listeners.close();
      file?.close();
    },
    async work() {
      try {
        await passes(prepared, when, { ...around, log, todo, one, job, onePass });
      } finally {
        for (const observer of observers()) observer.waiting?.(job, null, Date.now());
        await one.close();
        log.flush();
      }
      if (turns.hindered() !== null && when.rhythm.kind === "once") return STATUS.unusable;
      return finalStatus(when, one.passes(), one.last());
    },
  };
}

/** What a mirror is to those who hear of it. `roots`: absolute paths. */
export function jobOf(
  name: string | null,
  options: Options,
  { source, replica }: Pick<Config, "source" | "replica">,
): Job {
  const { trash } = options.undo;
  return { name, source, replica, trash: trash && trashFolder(trash, replica), options };
}

/** The events of a pass that is not made. */
export function unusableBy(
  reason: Reason,
  { replica, dryRun }: Pick<Config, "replica" | "dryRun">,
  { number, due }: Round,
): Event[] {
  return [
    { kind: "start", pass: number, dryRun, whole: due === null },
    { kind: "unusable", side: "replica", path: replica, fault: { code: "fault", reason } },
    { kind: "end", duration: 0 },
  ];
}

interface Turns {
  /** Make a pass when it may be made; what hinders it is an event. */
  take(round: Round, make: () => Promise<Passed>): Promise<Passed>;
  /** Why the last pass was not made; null where it was, or the mirror is to end. */
  hindered(): Reason | null;
}

function turnsOf({ enter = () => Promise.resolve(() => {}) }: Around, config: Config, emit: Emit): Turns {
  let hindered: Reason | null = null;
  return {
    hindered: () => hindered,
    async take(round, make) {
      const leave = await enter(config, round);
      hindered = leave === null || typeof leave === "function" ? null : leave;
      if (hindered !== null) {
        for (const event of unusableBy(hindered, config, round)) emit(event);
      }
      if (typeof leave !== "function") return { failed: [] };
      try {
        return await make();
      } finally {
        leave();
      }
    },
  };
}

interface Working extends Around {
  readonly log: Log;
  readonly todo: Agenda;
  readonly one: Mirror;
  readonly job: Job;
  readonly onePass: (round: Round) => Promise<Passed>;
}

/** Make pass after pass, and say when. */
async function passes({ config, why }: Prepared, when: When, working: Working): Promise<void> {
  const { log, pool, stop, todo, one, job, observers, onePass } = working;
  log.write(startLine(config, when));
  log.write(edgeLine(config.edge, why));
  const beyond = beyondLine();
  if (beyond !== null) log.write(beyond);
  for (const line of await threadLines(pool)) log.write(line);
  log.flush();
  if (when.settle !== null) await watchBoth(config, when, log, one, todo, stop.signal);
  const { late, waiting } = announce(when, log, working.name !== null);
  await repeat(rhythmOf(when), onePass, {
    late,
    waiting(until) {
      waiting(until);
      for (const observer of observers()) observer.waiting?.(job, until, Date.now());
    },
    clock: systemClock,
    signal: stop.signal,
    agenda: todo,
    sift: one.sift,
  });
  if (when.rhythm.kind !== "once") log.write(stoppedAfter(one.passes()));
}

interface Begun {
  readonly prepared: Prepared;
  /** The roots that it must have; any when undefined. */
  readonly roots: Roots | undefined;
  readonly along: Along;
}

/** What a mirror works with; or what is wrong. */
async function begin(
  options: Options,
  { rootsOf }: Beside,
  { openLog, pool }: Around,
): Promise<Begun | Complaint> {
  const prepared = await prepare(options, {
    relation,
    chooseEdge,
    makesFifos,
    ofWhole: async (part) => await (await import("./disk/whole.ts")).ofWhole(part),
    ...(openLog && { openLog }),
  });
  if ("status" in prepared) return prepared;
  const roots = await rootsOf?.(prepared.config);
  if (roots !== undefined && "status" in roots) return roots;
  const { config } = prepared;
  const along = await companionsOf(config, options);
  if (typeof along === "string") return { text: along, status: STATUS.usage };
  const isHeldBack = config.pace !== undefined || config.nice !== undefined;
  const lack = isHeldBack ? await (await import("./pass/held_back.ts")).holdBack(config, pool) : null;
  return lack === null ? { prepared, roots, along } : { text: lack, status: STATUS.usage };
}

/** What goes along with each pass, and what knows of the last one. */
interface Along {
  readonly companions: readonly Companion[];
  readonly memory?: Memory;
}

/** Or a text that says why something of it cannot be used. */
async function companionsOf(config: Config, { undo, check }: Options): Promise<Along | string> {
  const { trash, dryRun, part } = config;
  const companions: Companion[] = [];
  if (part && isRest(part) && !dryRun) {
    companions.push((await import("./pass/note_whole.ts")).notesWhole(part));
  }
  if (trash !== null && !dryRun && (trash.keep !== null || trash.max !== null)) {
    const { expiring } = await import("./pass/expiring.ts");
    companions.push(expiring(trash, Date.now));
  }
  if (check.manifest !== null) {
    const { keeper } = await import("./check/keeper.ts");
    companions.push(keeper(wholePath(check.manifest), config));
  }
  const { state, edits } = undo;
  if (state === null) return { companions };
  const { openMemory } = await import("./records/memory.ts");
  const memory = await openMemory(wholePath(state), config, edits === "bring-back");
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
  const { renewal } = await import("./timing/renewal.ts");
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
async function threadLines({ isThreaded }: Pool): Promise<Line[]> {
  if (isThreaded) return [confinedLine(await confinement())];
  const text = `one thread only: for more, add --allow-read=${fileURLToPath(new URL("./", import.meta.url))}`;
  return [confinedLine("inline"), { level: "debug", text }];
}
