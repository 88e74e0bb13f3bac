/** A run of the jobs of a file, in one process. */
import { chosenJobs } from "./cli/check_jobs.ts";
import { complain } from "./cli/answer.ts";
import { STATUS } from "./cli/exit_status.ts";
import { displayFor } from "./cli/listen.ts";
import { openLog, soon } from "./cli/log.ts";
import type { Options } from "./cli/options.ts";
import { print } from "./cli/print.ts";
import type { Running } from "./cli/run_jobs.ts";
import { listenToSignals } from "./cli/signals.ts";
import { jobSet } from "./job_set.ts";
import { type JobFile, readJobFile } from "./jobs/file.ts";
import { observersOf } from "./observers/mod.ts";
import type { Observer } from "./observers/observer.ts";
import { poolOf } from "./pass/pool.ts";

/** Run jobs until none has more to do, or a signal ends them. Returns the exit status. */
export async function runJobs(asked: Running): Promise<number> {
  const file = await jobsOf(asked);
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

  async function readAgain(): Promise<void> {
    const next = await jobsOf(asked);
    if (stop.signal.aborted) return;
    if ("faults" in next) {
      for (const text of next.faults) log.write({ level: "warning", text });
      log.write({ level: "warning", text: "The jobs go on as they were" });
    } else {
      if (JSON.stringify(next.observe) !== JSON.stringify(observe)) {
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
      if (stop.signal.aborted) jobs.stop();
    }
    log.flush();
  }

  listenToSignals(log, {
    stop,
    exit() {
      for (const one of jobs.open()) one.clear();
      Deno.exit(STATUS.interrupted);
    },
    pass() {
      for (const one of jobs.open()) one.ask();
    },
    reopen() {
      for (const one of jobs.open()) one.reopen();
      asides = asides.then(readAgain);
    },
  });
  stop.signal.addEventListener("abort", jobs.stop);
  observers = await observersOf(observe, { tell: soon(log), now: Date.now }, true);
  log.write({ level: "info", text: `${countText(file.jobs.length)} of ${file.path}` });
  log.flush();
  try {
    await jobs.begin(file.jobs);
    for (let before: Promise<void> | null = null; before !== asides;) {
      before = asides;
      await jobs.over();
      await asides;
    }
    // those that were begun meanwhile
    await jobs.over();
  } finally {
    for (const one of observers) await one.close();
    for (const one of jobs.open()) one.close();
    log.close();
    pool.close();
  }
  return jobs.status();
}

function countText(count: number): string {
  return count === 1 ? "1 job" : `${count} jobs`;
}

/** The jobs that are asked for, as they are to run. */
async function jobsOf(asked: Running): Promise<JobFile | { readonly faults: readonly string[] }> {
  const file = await readJobFile(asked.config);
  if ("faults" in file) return file;
  const jobs = chosenJobs(file.jobs, asked.jobs);
  if (typeof jobs === "string") return { faults: [jobs] };
  const observe = { ...file.observe };
  for (const name of ["status", "metrics", "report"] as const) {
    observe[name] = asked.observe[name] ?? observe[name];
  }
  return {
    ...file,
    observe,
    jobs: jobs.map(({ name, options }) => ({ name, options: asOfRun(options, asked) })),
  };
}

/** What is the run's and not the job's. */
function asOfRun(options: Options, { shown, once, dryRun, nice }: Running): Options {
  const { when, pace } = options;
  return {
    ...options,
    ...shown,
    pace: { ...pace, nice },
    dryRun: options.dryRun || dryRun,
    when: once ? { ...when, rhythm: { kind: "once" }, settle: null, life: null, passes: null } : when,
  };
}
