/**
 * Tells programs what passes came to: `--on-failure`, `--on-success` and `--on-change` of each job. No two of a job and
 * kind run at once: while one does, the newest pass waits, and takes the place of one that waited before. A failure is
 * told when it begins, and then each hour for as long as it lasts, however many passes fail.
 */
import { call, type Called } from "../cli/call.ts";
import { STATUS, status } from "../cli/exit_status.ts";
import { endFields, failureFields } from "../cli/json.ts";
import { lineOf } from "../cli/json_line.ts";
import { failureText, linesOf, summary } from "../cli/line.ts";
import { type Command, commandsOf, type Why } from "../cli/observe.ts";
import { counted } from "../cli/quantity.ts";
import { printable } from "../cli/reason.ts";
import { haltedText, refusalText } from "../cli/refusal.ts";
import { timeOf } from "../cli/time.ts";
import { shown } from "../engine/entry.ts";
import type { Event } from "../engine/event.ts";
import type { Report } from "../engine/report.ts";
import type { Job, Observer, Observing } from "./observer.ts";

/** In ms. */
export interface Times {
  /** How long a command may take. */
  readonly limit: number;
  /** How long it has to end when it is asked to. */
  readonly grace: number;
  /** How often a failure that lasts is told. */
  readonly again: number;
}

const TIMES: Times = { limit: 30_000, grace: 5_000, again: 3_600_000 };

/** So many failures of a pass are told; the others are counted. */
const FAILURES = 20;

/** What is known of a pass while it runs. */
interface Pass {
  readonly number: number;
  readonly whole: boolean;
  readonly failures: object[];
  /** Why it was refused, or cut short. */
  refusal: { readonly mark: string; readonly text: string } | null;
  broughtBack: number;
}

/** A failure that lasts. */
interface Failing {
  readonly mark: string;
  readonly status: number;
  /** ms since 1970. */
  readonly since: number;
  readonly told: number;
}

/** One command of a job. */
interface Line {
  running: Promise<void> | null;
  waiting: { readonly command: Command; readonly fields: object } | null;
  /** How many passes were to be told since the last one that was. */
  skipped: number;
}

interface State {
  pass: Pass;
  failing: Failing | null;
  readonly lines: ReadonlyMap<Why, Line>;
}

/** An observer that tells the commands of each job. */
export function teller({ tell, now }: Observing, times: Times = TIMES): Observer {
  const states = new Map<string, State>();
  /** The same, found without a key: a pass may have a million events. */
  const known = new WeakMap<Job, State>();
  /** When the last command has to have ended; null while the run goes on. */
  let deadline: number | null = null;

  function stateOf(job: Job): State {
    const found = known.get(job);
    if (found !== undefined) return found;
    // a job that was read anew is another value
    const key = JSON.stringify([job.name, job.source, job.replica]);
    let state = states.get(key);
    if (state === undefined) {
      const lines = (["failure", "success", "change"] as const).map((why) =>
        [why, { running: null, waiting: null, skipped: 0 }] as [Why, Line]
      );
      state = { pass: newPass(0, true), failing: null, lines: new Map(lines) };
      states.set(key, state);
    }
    known.set(job, state);
    return state;
  }

  function ended(job: Job, state: State, report: Report, at: number): void {
    if (report.dryRun) return;
    const reasons = reasonsOf(report, state.pass);
    const due = failureIsDue(state, report, reasons, at, times.again);
    for (const [why, command] of commandsOf(job.options.observe)) {
      if (command === null || !reasons.includes(why) || (why === "failure" && !due)) continue;
      const since = state.failing && timeOf(state.failing.since);
      put(job, why, command, { ...summaryOf(job, state.pass, report), failingSince: since });
    }
  }

  /** Tell a command, or let it wait for the one that runs. */
  function put(job: Job, why: Why, command: Command, fields: object): void {
    const line = stateOf(job).lines.get(why)!;
    if (line.waiting !== null) line.skipped++;
    line.waiting = { command, fields };
    line.running ??= run(job, why, line);
  }

  async function run(job: Job, why: Why, line: Line): Promise<void> {
    for (let next = line.waiting; next !== null; next = line.waiting) {
      const left = deadline === null ? times.limit : Math.min(times.limit, deadline - now());
      line.waiting = null;
      if (left <= 0) return;
      const { command, fields } = next;
      const skipped = line.skipped;
      line.skipped = 0;
      const input = lineOf({ kind: "summary", why, ...fields, skipped }, now());
      const called = await call(command, { input, env: envOf(why, fields), limit: left, grace: times.grace });
      for (const one of wordsOf(job, why, command, called, left)) tell(one);
    }
    // at once: what is put from now on finds nobody at work
    line.running = null;
  }

  return {
    event(job, event, report, at) {
      const { onFailure, onSuccess, onChange } = job.options.observe;
      if (onFailure === null && onSuccess === null && onChange === null) return;
      const state = stateOf(job);
      if (event.kind === "start") state.pass = newPass(event.pass, event.whole);
      else if (event.kind === "end") ended(job, state, report, at);
      else note(state.pass, event, report);
    },
    async close() {
      deadline = now() + times.limit;
      const lines = [...states.values()].flatMap((state) => [...state.lines.values()]);
      await Promise.all(lines.map((line) => line.running));
    },
  };
}

function newPass(number: number, whole: boolean): Pass {
  return { number, whole, failures: [], refusal: null, broughtBack: 0 };
}

/** Keep what the summary tells of an event. */
function note(pass: Pass, event: Event, report: Report): void {
  switch (event.kind) {
    case "failure":
      if (pass.failures.length >= FAILURES) return;
      return void pass.failures.push({ ...failureFields(event), text: failureText(event) });
    case "state-unwritten":
      if (pass.failures.length >= FAILURES) return;
      return void pass.failures.push({ path: event.path, text: linesOf(event, report)[0]!.text });
    case "brought-back":
      pass.broughtBack++;
      return;
    case "refused":
      pass.refusal = { mark: `refused ${event.rule}`, text: refusalText(event, report.dryRun) };
      return;
    case "unusable":
      pass.refusal = { mark: `unusable ${event.side} ${event.fault.code}`, text: refusalText(event) };
      return;
    case "locked":
      pass.refusal = { mark: "locked", text: refusalText(event) };
      return;
    case "halted":
      pass.refusal = { mark: `halted ${event.code}`, text: haltedText(event) };
      return;
    default:
      return;
  }
}

/**
 * What there is to tell of a pass. Entries that vanished, kept changing or were left alone (status 24) are for the next
 * pass, so it is a success. A pass that somebody stopped is neither a success nor a failure.
 */
function reasonsOf(report: Report, { broughtBack }: Pass): readonly Why[] {
  const { created, updated, attributes, removed, moved, ended } = report;
  const changed = created + updated + attributes + removed + moved + broughtBack > 0;
  const reached = status(report);
  const isGood = reached === STATUS.inSync || reached === STATUS.fleeting;
  const reasons: Why[] = ended === "interrupted" ? [] : [isGood ? "success" : "failure"];
  return changed ? [...reasons, "change"] : reasons;
}

/** Whether a failure is to be told now; keeps how long it lasts. */
function failureIsDue(
  state: State,
  report: Report,
  reasons: readonly Why[],
  now: number,
  again: number,
): boolean {
  const { failing, pass } = state;
  if (reasons.includes("success")) {
    // a pass over some folders does not find what failed in the others
    if (pass.whole || failing?.status !== STATUS.failures) state.failing = null;
    return false;
  }
  if (!reasons.includes("failure")) return false;
  const mark = pass.refusal?.mark ?? report.ended;
  const isKnown = failing?.mark === mark && Math.abs(now - failing.told) < again;
  const since = failing?.since ?? now;
  state.failing = { mark, status: status(report), since, told: isKnown ? failing.told : now };
  return !isKnown;
}

function summaryOf({ name, source, replica }: Job, pass: Pass, report: Report) {
  return {
    job: name,
    source,
    replica,
    pass: pass.number,
    whole: pass.whole,
    ...endFields(report),
    text: summary(report),
    refusal: pass.refusal?.text ?? null,
    failures: pass.failures,
  };
}

/** What a script without a reader of JSON can use. */
function envOf(why: Why, fields: object): Record<string, string> {
  const { job, status, text, refusal } = fields as {
    readonly job: string | null;
    readonly status: number;
    readonly text: string;
    readonly refusal: string | null;
  };
  return {
    LOCKSTEP_WHY: why,
    LOCKSTEP_JOB: job ?? "",
    LOCKSTEP_STATUS: `${status}`,
    LOCKSTEP_TEXT: refusal ?? text,
  };
}

/** The most of what a command printed that is said, in lines and in characters of one. */
const PRINTED = { lines: 20, characters: 500 };

/** What there is to say of a command that ended. What it printed matters to others than its author only when it failed. */
function wordsOf(
  { name }: Job,
  why: Why,
  [program]: Command,
  called: Called,
  limit: number,
): Parameters<Observing["tell"]>[0][] {
  const who = `--on-${why}${name === null ? "" : ` of job ${shown(name)}`}, ${shown(program)},`;
  const how = endOf(called, limit);
  const level = how === null ? "debug" : "warning";
  const { lines, more } = called.kind === "unstarted" ? { lines: [], more: 0 } : called.output;
  const said = lines.slice(0, PRINTED.lines).map((line) => printable(line.slice(0, PRINTED.characters)));
  const left = lines.length > PRINTED.lines || more > 0;
  return [
    { level, text: `The command of ${who} ${how ?? "was told"}` },
    ...said.map((line) => ({ level, text: `${program}: ${line}` }) as const),
    ...left ? [{ level, text: `${program}: and more, which is not shown` } as const] : [],
  ];
}

/** Why a command did not do its work; null when it did. */
function endOf(called: Called, limit: number): string | null {
  switch (called.kind) {
    case "ended":
      return called.status === 0 ? null : `ended with status ${called.status}`;
    case "signalled":
      return `was ended by ${called.signal}`;
    case "late":
      return `was ended: it took longer than ${counted(Math.round(limit / 1000), "second")}`;
    case "unstarted":
      return `could not be started: ${called.text}`;
  }
}
