/** One mirror in the page: first the answer, then what it is made of. Pure, but for the time zone. */
import { number } from "../../cli/quantity.ts";
import { showDuration } from "../../timing/duration.ts";
import type { Job } from "../observer.ts";
import { type Html, html, name, NOTHING, prose } from "./escape.ts";
import { moment, shortMoment } from "./numbers.ts";
import { disk } from "./disk.ts";
import { passes, RESULTS } from "./passes.ts";
import { changed, changesText, standouts } from "./paths.ts";
import { isGood, type Kind, kindOf, type Outcome, type Record } from "./record.ts";
import { type Sign, sign } from "./signs.ts";
import { strip } from "./strip.ts";

/** So many passes are shown of each job where there are several. */
const PASSES_OF_MANY = 30;

/** What is shown of a job. */
export interface Shown {
  readonly job: Job;
  readonly record: Record;
  /** When the pass began that is under way, in ms since 1970; null when none is. */
  readonly running: number | null;
  /** When its next whole pass begins; null for none, undefined when that is not known. */
  readonly next: number | null | undefined;
  /** Nothing more happens in this run. */
  readonly isOver: boolean;
}

export const VERDICTS: Readonly<{ [outcome in Outcome]: string }> = {
  ok: "In sync",
  partly: "In sync, with exceptions",
  failed: "Not all in sync: some entries failed",
  refused: "Refused: nothing was changed",
  unusable: "Not possible: a folder cannot be used",
  locked: "Not possible: another run is at work",
  halted: "Cut short: not all was copied",
  interrupted: "Stopped before it was complete",
};

/** How things are; null before the first pass. */
export function kindOfJob({ record: { state } }: Shown): Kind | null {
  return state === null ? null : kindOf(state.outcome);
}

export function signOf(shown: Shown): Sign {
  return kindOfJob(shown) ?? "none";
}

/** In a few words. */
export function verdictOf({ record: { state }, running }: Shown): string {
  if (state !== null) return VERDICTS[state.outcome];
  return running === null ? "No pass was made yet" : "The first pass is under way";
}

/** A job's name as a heading: of the only one of a command line, where it leads to. */
export function titleOf({ name: own, source, replica }: Job): Html {
  return own === null ? html`${name(source)} → ${name(replica)}` : name(own);
}

/** `id`: that no other job of the page has. `isLone`: it is the only one. */
export function section(shown: Shown, now: number, id: string, isLone: boolean): Html {
  const { job, record } = shown;
  const { days, changed: what, state, largest, often, from } = record;
  const isLast = what !== null && what.began === (record.passes.at(-1)?.began ?? state?.began);
  const first = strip(days, now, id);
  const others = html`${passes(isLone ? record.passes : record.passes.slice(-PASSES_OF_MANY), id)}${
    changed(what, isLast, id)
  }${standouts(largest, often, from, id)}${disk(days, now, job.trash !== null, id)}`;
  const rest = isLone ? html`<div class="grid">${first}${others}</div>` : html`
    <details class="more">
      <summary>Days, passes, changes and space of ${titleOf(job)}</summary>
      <div class="grid">${first}${others}</div>
    </details>
  `;
  return html`
    <section class="job${isLone ? " lone" : ""}" id="${id}" aria-labelledby="${id}-name">
    <h2 id="${id}-name">${titleOf(job)}</h2>${job.name === null
      ? NOTHING
      : html`<p class="way">${name(job.source)} → ${name(job.replica)}</p>`}
    ${answer(shown, isLone)}
    ${rest}
    </section>
  `;
}

function answer(shown: Shown, isLone: boolean): Html {
  const verdict = isLone
    ? NOTHING
    : html`<p class="verdict">${sign(signOf(shown))}<span>${verdictOf(shown)}</span></p>`;
  return html`<div class="answer ${signOf(shown)}">${verdict}
<dl class="facts">${since(shown)}${last(shown)}${next(shown)}</dl>
${trouble(shown)}</div>`;
}

function fact(what: string, value: string, more: string): Html {
  return html`
    <div>
      <dt>${what}<dd>${value}${more === "" ? NOTHING : html`<span>${more}</span>`}</div>
  `;
}

function since({ record: { state } }: Shown): Html {
  if (state === null) return NOTHING;
  if (isGood(state.outcome)) {
    return fact(
      "In sync since",
      moment(state.since),
      `as of the pass that ended ${shortMoment(state.ended)}`,
    );
  }
  const lastOk = state.lastOk === null ? "never seen in sync" : `last in sync ${moment(state.lastOk)}`;
  return fact("Out of sync since", moment(state.since), lastOk);
}

function last({ record: { passes, state } }: Shown): Html {
  const pass = passes.at(-1);
  if (pass === undefined) return state === null ? NOTHING : fact("Last pass", moment(state.began), "");
  const { began, ms, changes, bytes, outcome } = pass;
  const how = isGood(outcome) || changes > 0 ? changesText(changes, bytes) : RESULTS[outcome];
  return fact("Last pass", moment(began), `${how}, in ${showDuration(ms)}`);
}

function next({ job: { options: { when } }, running, next: until, isOver }: Shown): Html {
  const isOnce = when.rhythm.kind === "once";
  if (running !== null) {
    return fact("Under way", `since ${shortMoment(running)}`, "what stands here is of before");
  }
  if (isOver) {
    return isOnce
      ? fact(
        "Next pass",
        "when it is started again",
        "each run makes one pass; cron, systemd or you decide when",
      )
      : fact("Next pass", "none: it was stopped", "start Lockstep again to go on");
  }
  const follows = when.settle === null ? "" : "changes are followed as they come";
  if (until === undefined || until === null) {
    return follows === "" ? NOTHING : fact("Next pass", "at the next change", follows);
  }
  return fact(when.settle === null ? "Next pass" : "Next pass over all", moment(until), follows);
}

function trouble({ record: { state } }: Shown): Html {
  if (state === null || state.problems.length === 0) return NOTHING;
  const { problems, more, advice } = state;
  const advised = advice.length === 0 ? NOTHING : html`
    <h3>What to do</h3>
    <ul>${advice.map((text) => html`<li>${prose(text)}</li>`)}</ul>
  `;
  const others = more <= 0 ? NOTHING : html`<li>and ${number(more)} more: the log has all of them</li>`;
  return html`<div class="trouble"><h3>${isGood(state.outcome) ? "Exceptions" : "What is wrong"}</h3><ul>${
    problems.map((text) => html`<li>${prose(text)}</li>`)
  }${others}</ul>${advised}</div>`;
}
