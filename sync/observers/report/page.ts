/**
 * The whole page: one file that loads nothing and runs nothing, which is said to the browser as well. It comes in pieces, one
 * for each job, so that nobody waits for all of it. Pure, but for the time zone.
 */
import { REPORT_START } from "../../cli/observe.ts";
import { type Html, html, NOTHING } from "./escape.ts";
import type { Kind } from "./record.ts";
import { kindOfJob, section, type Shown, signOf, titleOf, verdictOf } from "./job.ts";
import { moment, shortMoment, zoneOf } from "./numbers.ts";
import { sign, SIGNS } from "./signs.ts";
import { STYLE } from "./style.ts";

export type { Shown };

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The colours of the icon in a tab. */
const ICON: Readonly<{ [kind in Kind | "none"]: string }> = {
  ok: "146c43",
  partly: "285f86",
  failed: "b36b00",
  blocked: "c0271e",
  none: "8d887e",
};

/** What needs somebody first. */
const ORDER: readonly (Kind | null)[] = ["blocked", "failed", "partly", null, "ok"];

/** The page of some jobs, as it is at `now`, in pieces. */
export function* page(jobs: readonly Shown[], now: number): Generator<string> {
  const sorted = jobs.map((shown, i) => ({ shown, id: `j${i + 1}` }))
    .sort((a, b) => rank(a.shown) - rank(b.shown));
  const isLone = jobs.length === 1;
  yield REPORT_START;
  yield head(sorted.map(({ shown }) => shown), now).markup;
  if (!isLone) yield overview(sorted).markup;
  for (const { shown, id } of sorted) yield section(shown, now, id, isLone).markup;
  yield foot(now).markup;
}

function rank(shown: Shown): number {
  return ORDER.indexOf(kindOfJob(shown));
}

function head(sorted: readonly Shown[], now: number): Html {
  const answer = answerOf(sorted);
  const [first] = sorted;
  const colour = ICON[first === undefined ? "none" : kindOfJob(first) ?? "none"];
  const icon =
    `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'%3E%3Ccircle cx='4.5' cy='4.5' r='4' fill='%23${colour}'/%3E%3C/svg%3E`;
  return html`
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${POLICY}">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <meta name="referrer" content="no-referrer">
        <title>${answer} – Lockstep</title>
        <link rel="icon" href="${icon}">
        <style>${{ markup: STYLE }}</style>
      </head>
      <body>
    ${SIGNS}
    <header class="top">
    <p class="brand">Lockstep report</p>
    <h1>${sorted.length === 1 ? sign(signOf(sorted[0]!)) : NOTHING}<span>${answer}</span></h1>
    <p class="asof">As of <b>${moment(now)}</b>. All times are those of the machine that mirrors (${zoneOf(
      now,
    )} at that moment). This page does not refresh itself: if it is older than a pass that should have been made, Lockstep did not run.</p>
    </header>
    <main>
  `;
}

/** The answer for all jobs. */
function answerOf(jobs: readonly Shown[]): string {
  const [only] = jobs;
  if (only === undefined) return "There is nothing to mirror";
  if (jobs.length === 1) return verdictOf(only);
  const kinds = jobs.map(kindOfJob);
  const bad = kinds.filter((kind) => kind === "blocked" || kind === "failed").length;
  const open = kinds.filter((kind) => kind === null).length;
  if (bad > 0) return `${bad} of ${jobs.length} ${bad === 1 ? "needs" : "need"} you`;
  if (open > 0) return `${jobs.length - open} of ${jobs.length} in sync, ${open} without a pass yet`;
  return kinds.includes("partly")
    ? `All ${jobs.length} in sync, with exceptions`
    : `All ${jobs.length} in sync`;
}

function overview(sorted: readonly { readonly shown: Shown; readonly id: string }[]): Html {
  const rows = sorted.map(({ shown, id }) =>
    html`<li>${sign(signOf(shown))}<div><b><a href="#${id}">${titleOf(shown.job)}</a></b><span>${
      verdictOf(shown)
    }</span><span>${lastOf(shown)}</span></div></li>`
  );
  return html`
    <nav class="all" aria-labelledby="all">
      <h2 id="all">All mirrors</h2>
      <ul>${rows}</ul>
    </nav>
  `;
}

function lastOf({ record: { state, passes }, running }: Shown): string {
  if (running !== null) return `under way since ${shortMoment(running)}`;
  const began = passes.at(-1)?.began ?? state?.began;
  return began === undefined ? "" : `last pass ${shortMoment(began)}`;
}

function foot(now: number): Html {
  return html`
    </main>
    <footer>
      <p>Written by Lockstep, ${moment(
        now,
      )}. It runs no script and loads nothing. The history of 90 days is in the file beside it.</p>
    </footer>
    </body>
    </html>
  `;
}
