/** A run of the jobs of a file, in one process. */
import { chosenJobs } from "./cli/check_jobs.ts";
import { complain } from "./cli/answer.ts";
import { STATUS } from "./cli/exit_status.ts";
import { displayFor } from "./cli/listen.ts";
import { type Log, openLog, soon } from "./cli/log.ts";
import type { Options } from "./cli/options.ts";
import { print } from "./cli/print.ts";
import type { Running } from "./cli/run_jobs.ts";
import { listenToSignals } from "./cli/signals.ts";
import { TOP_JOB } from "./engine/part.ts";
import { type JobSet, jobSet } from "./job_set.ts";
import { envOf, type Faulty, type JobFile, type NamedJob, readJobFile } from "./jobs/file.ts";
import { placeFault } from "./jobs/places.ts";
import { ofSplit, statusFileOf } from "./jobs/split.ts";
import { togetherOf } from "./jobs/together.ts";
import { ENGINE_VARIABLES, jobsOfTask, notExpected, taskByEngine, type TaskNumber } from "./jobs/task.ts";
import { inTurns } from "./jobs/turns.ts";
import { observersOf } from "./observers/mod.ts";
import type { Job, Observer, Observing } from "./observers/observer.ts";
import type { JobFiles } from "./observers/status_files.ts";
import { poolOf } from "./pass/pool.ts";

/** Run jobs until none has more to do, or a signal ends them. Returns the exit status. */
export async function runJobs(asked: Running): Promise<number> {
  const first = await jobsOf(asked);
  const file = "faults" in first ? first : await withPlaces(first);
  if ("faults" in file) {
    for (const fault of file.faults.slice(0, -1)) print(Deno.stderr, `lockstep: ${fault}`);
    return complain(file.faults.at(-1)!, STATUS.usage);
  }
  const { observe } = file;
  const { shown, isParallel } = asked;
  const display = displayFor(shown);
  const log = openLog(display.console, null, () => {});
  const pool = poolOf(asked.threads, true);
  const stop = new AbortController();
  let observers: readonly Observer[] = [];
  const jobs = jobSet({ pool, display, log, observers: () => observers, isParallel, json: shown.json });
  /** When all is done that signals have asked for. */
  let asides: Promise<void> = Promise.resolve();

  const readAgain = rereading(asked, observe, { jobs, log, signal: stop.signal });
  let isDone = false;
  listenToSignals(log, {
    stop,
    isDone: () => isDone,
    exit() {
      for (const one of jobs.open()) one.clear();
      Deno.exit(STATUS.interrupted);
    },
    pass() {
      for (const one of jobs.open()) one.ask();
    },
    reopen() {
      for (const one of jobs.open()) one.reopen();
      // the parts of a split are what they were when it was made
      if (file.split === null) asides = asides.then(readAgain);
    },
  });
  stop.signal.addEventListener("abort", jobs.stop);
  observers = await observersOf(
    observe,
    { tell: soon(log), now: Date.now, others: file.others, ...splitTold(file) },
    { files: jobFilesOf(file, asked) },
  );
  log.write({
    level: "info",
    text: `${countText(file.jobs.length)} of ${file.path}${taskText(file, asked)}`,
  });
  log.flush();
  try {
    if (file.split === null) await jobs.begin(file.jobs);
    else await jobs.inTurn(turnsOf(file.jobs), stop.signal);
    await allOver(jobs, () => asides);
  } finally {
    isDone = true;
    for (const one of observers) await one.close();
    for (const one of jobs.open()) one.close();
    log.close();
    pool.close();
  }
  return jobs.status();
}

/** Wait until no job has more to do. Others may be begun as long as the file is being read again (`asides`). */
async function allOver(jobs: JobSet, asides: () => Promise<void>): Promise<void> {
  for (let before: Promise<void> | null = null; before !== asides();) {
    await jobs.over();
    before = asides();
    await before;
    await jobs.over();
  }
}

/** What the file of jobs is read again for. */
interface Reread {
  readonly jobs: JobSet;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** A function that reads the file again and changes the jobs by it. `observe`: where the files of all jobs are kept. */
function rereading(
  asked: Running,
  observe: JobFile["observe"],
  { jobs, log, signal }: Reread,
): () => Promise<void> {
  /** What was said last of the files of all jobs. */
  let told = observe;
  return async () => {
    const read = await jobsOf(asked);
    if (signal.aborted) return;
    const next = "faults" in read ? read : await withPlaces({ ...read, observe });
    if (signal.aborted) return;
    if ("faults" in next) {
      for (const text of next.faults) log.write({ level: "warning", text });
      log.write({ level: "warning", text: "The jobs go on as they were" });
    } else {
      if (!("faults" in read) && JSON.stringify(read.observe) !== JSON.stringify(told)) {
        told = read.observe;
        log.write({
          level: "warning",
          text: "status, metrics and report stay what they were until a restart",
        });
      }
      const { same, begun, ended } = await jobs.change(next.jobs);
      log.write({
        level: "info",
        text: `${next.path} was read again: ${same} go on, ${begun} begin, ${ended} ended`,
      });
      if (signal.aborted) jobs.stop();
    }
    log.flush();
  };
}

/** The split as a status file has it. */
function splitTold({ split, jobs, others }: Chosen): Pick<Observing, "split"> {
  return split === null ? {} : { split: ofSplit(split, jobs.length + others.length) };
}

/** Where each job of a split keeps its status; null where none does. */
function jobFilesOf({ split, jobs }: Chosen, { dryRun }: Running): JobFiles | null {
  if (split === null || dryRun) return null;
  return {
    folder: split.status,
    fileOf: (job) => statusFileOf(split, job),
    jobs: jobs.map(({ name }) => name),
  };
}

/** The parts of a split, and then `top`, to which they leave the rest. */
function turnsOf(jobs: Chosen["jobs"]): Chosen["jobs"][] {
  const isTop = ({ name }: NamedJob) => name === TOP_JOB;
  return [jobs.filter((job) => !isTop(job)), jobs.filter(isTop)];
}

/** Which task this is; or that a split is run as a whole, which may not be meant where an engine's number cannot be read. */
function taskText({ task, split }: Chosen, { expectSplit, jobs: named }: Running): string {
  if (task === null) {
    if (split === null || named.length > 0) return "";
    const isUntold = expectSplit !== null && ENGINE_VARIABLES.some((name) => envOf(name) === null);
    return `, the whole split${isUntold ? ": Deno may not read the number of a task (--allow-env)" : ""}`;
  }
  return `, task ${task.index}${task.by === null ? "" : ` by ${task.by}`}`;
}

function countText(count: number): string {
  return count === 1 ? "1 job" : `${count} jobs`;
}

/** A file of jobs with those that are asked for, and where the others are. */
interface Chosen extends JobFile {
  readonly others: readonly Pick<Job, "name" | "source" | "replica">[];
  /** Which task of an engine this is; null when it is none. */
  readonly task: TaskNumber | null;
}

/** The same, if the files of all jobs can be where they are asked for. */
async function withPlaces(file: Chosen): Promise<Chosen | Faulty> {
  const fault = await inTurns(placeFault(file));
  return fault === null ? file : { faults: [fault] };
}

/** The jobs that are asked for, as they are to run. */
async function jobsOf(asked: Running): Promise<Chosen | Faulty> {
  const file = await readJobFile(asked.config);
  if ("faults" in file) return file;
  const unexpected = asked.expectSplit === null ? null : notExpected(file, asked.expectSplit);
  if (unexpected !== null) return { faults: [unexpected] };
  const task = taskOf(asked, file);
  if (typeof task === "string") return { faults: [task] };
  const names = task === null ? asked.jobs : jobsOfTask(file, task.index);
  const jobs = typeof names === "string" ? names : chosenJobs(file.jobs, names);
  if (typeof jobs === "string") return { faults: [jobs] };
  const observe = { ...file.observe };
  for (const name of ["status", "metrics", "report"] as const) {
    observe[name] = asked.observe[name] ?? observe[name];
  }
  const chosen = new Set(jobs.map(({ name }) => name));
  const others = file.jobs.filter(({ name }) => !chosen.has(name));
  const together = togetherOf(jobs);
  return {
    ...file,
    task,
    observe,
    others: others.map(({ name, options: { source, replica } }) => ({ name, source, replica })),
    jobs: jobs.map(({ name, options }) => {
      const part = options.part && together ? { ...options.part, together } : options.part;
      return { name, options: asOfRun({ ...options, part }, asked) };
    }),
  };
}

/** Which task of an engine this is; null for none. Of a file that is no split, variables of an engine say nothing. */
function taskOf({ jobIndex, jobs }: Running, { split }: JobFile): TaskNumber | string | null {
  if (jobIndex !== null) return { index: jobIndex, by: null };
  return split === null || jobs.length > 0 ? null : taskByEngine(envOf);
}

/** What is the run's and not the job's. */
function asOfRun(options: Options, { shown, once, dryRun, nice }: Running): Options {
  const { when, pace } = options;
  return {
    ...options,
    ...shown,
    pace: { ...pace, nice },
    dryRun: options.dryRun || dryRun,
    // what would be done is said once
    when: once || dryRun
      ? { ...when, rhythm: { kind: "once" }, settle: null, life: null, passes: null }
      : when,
  };
}
