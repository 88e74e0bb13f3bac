/** The observer behind the page: what it hears, when it writes, and what it does when it cannot. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Line } from "../../../sync/cli/line.ts";
import type { Event } from "../../../sync/engine/event.ts";
import { BLANK, fold, type Report } from "../../../sync/engine/report.ts";
import type { Job, Observer } from "../../../sync/observers/observer.ts";
import { readHistory } from "../../../sync/observers/report/history.ts";
import { keyOf, pageObserver } from "../../../sync/observers/report/mod.ts";
import { FILE } from "../../support/entries.ts";
import { least } from "../../support/least.ts";
import { until } from "../../support/program.ts";
import { inFolder, isThere } from "../../support/tree.ts";
import { jobOf } from "./samples.ts";

const NOW = new Date(2026, 10, 22, 8, 12).getTime();
/** Everything at once, and never again before the end. */
const ONCE = { soon: 0, least: 1e9, begun: 1e8, idle: 1e9 };

interface Told {
  readonly observer: Observer;
  readonly lines: Line[];
  pass(job: Job, events: Iterable<Event>, now?: number): void;
}

async function observerAt(path: string, haste = ONCE): Promise<Told> {
  const lines: Line[] = [];
  const observer = await pageObserver(path, { tell: (line) => void lines.push(line), now: () => NOW }, haste);
  return {
    observer,
    lines,
    pass(job, events, now = NOW) {
      let report: Report = BLANK;
      const tell = (event: Event) => {
        report = fold(report, event);
        observer.event!(job, event, report, now);
      };
      tell({ kind: "start", pass: 1, dryRun: false, whole: true });
      for (const event of events) tell(event);
      tell({ kind: "end", duration: 5 });
    },
  };
}

function created(path: string, size = 1): Event {
  return { kind: "change", change: { kind: "create", path, entry: { ...FILE, size } }, planned: false };
}

function read(path: string): string {
  return Deno.readTextFileSync(path);
}

const REFUSED: Event = {
  kind: "refused",
  rule: "max-delete",
  removals: 51,
  replica: 60,
  bound: { unit: "percent", value: 50 },
};

/** Write a page of a pass with 100,000 changes; returns the longest time (ms) in which nothing else was done. */
async function pageOfMany(at: string): Promise<number> {
  const { observer, pass } = await observerAt(`${at}/r.html`);
  const job = jobOf("many", `${at}/s`, `${at}/r`);
  observer.jobs!([job]);
  pass(
    job,
    (function* () {
      for (let i = 0; i < 100_000; i++) {
        // each in a folder of its own, half of them in the root
        yield created(i % 2 === 0 ? `folder ${i} with a name of some length/f` : `big/${i}/f`, i);
        yield {
          kind: "failure",
          action: "copy",
          side: "source",
          path: `failed/${i}`,
          reason: { code: "EIO" },
        };
      }
    })(),
  );
  let [longest, last] = [0, performance.now()];
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await observer.close();
  clearInterval(timer);
  return longest;
}

Deno.test("a page of a pass with 100,000 changes comes within a second, has less than 500 kB, and keeps few names", () =>
  inFolder(async (at) => {
    let rounds = 0;
    const longest = await least(1000, () => {
      Deno.mkdirSync(`${at}/${rounds}`);
      return pageOfMany(`${at}/${rounds++}`);
    });
    assert(longest < 1000, `${longest}`);
    const page = read(`${at}/0/r.html`);
    assert(page.length < 500_000, `${page.length}`);
    assertStringIncludes(page, "and 99,990 more");
    assertStringIncludes(page, "<bdi>big</bdi>");
    assert(read(`${at}/0/r.html.history`).length < 30_000);
  }));

Deno.test("what is known of a job outlives runs, and a list of jobs that is read anew", () =>
  inFolder(async (at) => {
    const path = `${at}/r.html`;
    const [photos, books] = [jobOf("photos", "/a", "/b", "1h"), jobOf("books", "/c", "/d", "1h")];
    for (let run = 0; run < 3; run++) {
      const { observer, pass } = await observerAt(path);
      observer.jobs!([photos, books]);
      pass(photos, [created("x")], NOW - (3 - run) * 86_400_000);
      if (run === 0) pass(books, [REFUSED], NOW - 3 * 86_400_000);
      await observer.close();
    }
    assertStringIncludes(read(path), "1 of 2 needs you");
    assertStringIncludes(read(path), "more than the limit of 50%");
    const { observer, pass } = await observerAt(path);
    observer.jobs!([photos, books]);
    observer.jobs!([photos]);
    pass(photos, []);
    await observer.close();
    const page = read(path);
    assert(!page.includes("books"), "a job that is no more is shown");
    assertStringIncludes(page, "The last 4 passes");
    // it is known again when it is back
    const records = await readHistory(`${path}.history`);
    if (typeof records === "string") throw new Error(records);
    assertEquals(records.get(keyOf(books))!.state!.outcome, "refused");
    assertEquals(records.get("photos")!.days.map(({ ok }) => ok), [1, 1, 1, 1]);
  }));

Deno.test("a page is written after a pass, not for each change nor again at once, and at the end", () =>
  inFolder(async (at) => {
    const path = `${at}/r.html`;
    const { observer, pass } = await observerAt(path);
    const job = jobOf(null, "/a", "/b", "1h");
    observer.jobs!([job]);
    assertEquals(isThere(path), false);
    pass(job, [created("first")]);
    observer.waiting!(job, NOW + 3_600_000, NOW);
    await until("a page is there", () => isThere(path));
    assertStringIncludes(read(path), "Sun 22 Nov 2026, 09:12");
    const { ino } = Deno.statSync(path);
    for (let i = 0; i < 50; i++) pass(job, [created(`more ${i}`)]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assertEquals(Deno.statSync(path).ino, ino);
    await observer.close();
    assertStringIncludes(read(path), "The last 51 passes");
    assertStringIncludes(read(path), "it was stopped");
  }));

Deno.test("passes that find nothing to do write no page after the first, for a while", () =>
  inFolder(async (at) => {
    const path = `${at}/r.html`;
    const { observer, pass } = await observerAt(path, { soon: 0, least: 0, begun: 5, idle: 1e9 });
    const job = jobOf(null, "/a", "/b", "1s");
    observer.jobs!([job]);
    pass(job, []);
    await until("a page is there", () => isThere(path) && read(path).includes("The last pass"));
    const { ino } = Deno.statSync(path);
    for (let i = 0; i < 5; i++) {
      pass(job, []);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assertEquals(Deno.statSync(path).ino, ino);
    // news are shown
    pass(job, [REFUSED]);
    await until("it is shown", () => read(path).includes("Refused"));
    await observer.close();
  }));

Deno.test("a pass that takes long is shown while it goes on, with what was before", () =>
  inFolder(async (at) => {
    const path = `${at}/r.html`;
    const { observer, pass } = await observerAt(path, { soon: 0, least: 0, begun: 0, idle: 0 });
    const job = jobOf("slow", "/a", "/b", "1h");
    observer.jobs!([job]);
    pass(job, [REFUSED]);
    await until("a page is there", () => isThere(path) && read(path).includes("Refused"));
    observer.event!(job, { kind: "start", pass: 2, dryRun: false, whole: true }, BLANK, NOW);
    await until("it is shown", () => read(path).includes("what stands here is of before"));
    assertStringIncludes(read(path), "more than the limit of 50%");
    await observer.close();
  }));

Deno.test("when the next pass over all is lasts through passes over some folders", () =>
  inFolder(async (at) => {
    const path = `${at}/r.html`;
    const { observer, pass } = await observerAt(path, { soon: 0, least: 0, begun: 1e8, idle: 0 });
    const job = jobOf(null, "/a", "/b", "--watch");
    observer.jobs!([job]);
    pass(job, []);
    observer.waiting!(job, NOW + 600_000, NOW);
    observer.event!(job, { kind: "start", pass: 2, dryRun: false, whole: false }, BLANK, NOW);
    observer.event!(job, created("x"), { ...BLANK, created: 1 }, NOW);
    observer.event!(job, { kind: "end", duration: 1 }, { ...BLANK, created: 1 }, NOW);
    await until("it is shown", () => isThere(path) && read(path).includes("The last 2 passes"));
    for (const text of ["Next pass over all", "08:22", "changes are followed as they come"]) {
      assertStringIncludes(read(path), text);
    }
    await observer.close();
  }));

Deno.test("a page that cannot be written is one line, and passes do not hear of it", () =>
  inFolder(async (at) => {
    Deno.mkdirSync(`${at}/gone`);
    const { observer, lines, pass } = await observerAt(`${at}/gone/r.html`, {
      soon: 0,
      least: 0,
      begun: 0,
      idle: 0,
    });
    const job = jobOf(null, "/a", "/b", "1h");
    observer.jobs!([job]);
    Deno.removeSync(`${at}/gone`);
    pass(job, [created("x")]);
    await until("it is told", () => lines.length > 0);
    pass(job, [created("y")]);
    await observer.close();
    assertEquals(lines.map(({ level }) => level), ["warning"]);
    assertStringIncludes(lines[0]!.text, "Cannot write the report");
  }));

Deno.test("a history that is not ours is told, not used, and not written over", () =>
  inFolder(async (at) => {
    const foreign = '{"lockstep":"report-history","version":99}\n';
    Deno.writeTextFileSync(`${at}/r.html.history`, foreign);
    const { observer, lines, pass } = await observerAt(`${at}/r.html`);
    const job = jobOf(null, "/a", "/b");
    observer.jobs!([job]);
    pass(job, []);
    await observer.close();
    assertEquals([lines.length, read(`${at}/r.html.history`)], [1, foreign]);
    assertStringIncludes(read(`${at}/r.html`), "In sync");
  }));

Deno.test("a dry run is no pass of a page", () =>
  inFolder(async (at) => {
    const { observer } = await observerAt(`${at}/r.html`);
    const job = jobOf(null, "/a", "/b", "--dry-run");
    observer.jobs!([job]);
    observer.event!(
      job,
      { kind: "start", pass: 1, dryRun: true, whole: true },
      { ...BLANK, dryRun: true },
      NOW,
    );
    observer.event!(job, { kind: "end", duration: 1 }, { ...BLANK, dryRun: true }, NOW);
    await observer.close();
    assertEquals(isThere(`${at}/r.html`), false);
  }));

Deno.test("each trouble comes with what to do about it", () =>
  inFolder(async (at) => {
    const rows: readonly [Event, ...string[]][] = [
      [REFUSED, "--max-delete 51", "x.log.allow"],
      [
        { kind: "unusable", side: "replica", path: "/b", fault: { code: "disk-away" } },
        "the disk that it was on is away",
        "Plug in or mount the disk of the replica",
      ],
      [{ kind: "locked", path: "/b" }, "Another run of Lockstep has locked", "look for one that hangs"],
      [
        {
          kind: "halted",
          code: "full",
          path: "p",
          reason: { code: "ENOSPC" },
          bytesLeft: 5,
          removing: false,
        },
        "takes no more",
        "Free some space",
      ],
      [
        { kind: "failure", action: "read", side: "source", path: "secret", reason: { code: "EACCES" } },
        "secret",
        "let the user who runs Lockstep read",
      ],
      [{ kind: "left", path: "edited", why: "edited" }, "edited in the replica", "lockstep bring-back"],
    ];
    for (const [event, ...texts] of rows) {
      const { observer, pass } = await observerAt(`${at}/${event.kind}.html`);
      const job = jobOf(null, "/a", "/b", "1h", "--log-file", `${at}/x.log`);
      observer.jobs!([job]);
      pass(job, [event]);
      await observer.close();
      const page = read(`${at}/${event.kind}.html`).replaceAll(/<\/?(code|bdi)>/g, "");
      const what = event.kind === "left" ? "Exceptions" : "What is wrong";
      for (const text of [what, "What to do", ...texts]) assertStringIncludes(page, text);
    }
  }));
