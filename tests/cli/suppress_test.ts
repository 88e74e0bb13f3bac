/** What is said, and what is not said again, while the program keeps running. */
import { assertEquals } from "@std/assert";
import { newNotices, suppress } from "../../sync/cli/suppress.ts";
import type { Event, Refusal, RootFault } from "../../sync/engine/event.ts";
import { BLANK, fold } from "../../sync/engine/report.ts";

function away(side: "source" | "replica", code: "absent" | "disk-away" = "absent"): Refusal {
  const fault: RootFault = { code };
  return { kind: "unusable", side, path: `/${side}`, fault };
}

function tooMany(removals: number): Refusal {
  return { kind: "refused", rule: "max-delete", removals, replica: 9, bound: { unit: "entries", value: 0 } };
}

const EMPTY: Refusal = { kind: "refused", rule: "empty-source", replica: 4 };

/** The events of a pass that ends with a refusal, or with nothing to do. */
function pass(refusal: Refusal | null = null, whole = true): Event[] {
  return [
    { kind: "start", pass: 1, dryRun: false, whole },
    ...refusal === null ? [] : [refusal],
    { kind: "end", duration: 1 },
  ];
}

/** The lines from "info" on that a row of passes gets, an hour after each other. */
function said(...passes: Event[][]): string[] {
  return saidEvery(3_600_000, passes);
}

function saidEvery(ms: number, passes: readonly Event[][], allow: string | null = null): string[] {
  let now = 0;
  let report = BLANK;
  const lines = suppress(() => now, allow);
  return passes.flat().flatMap((event) => {
    if (event.kind === "start") now += ms;
    report = fold(report, event);
    return lines(event, report).filter(({ level }) => level !== "debug").map(({ text }) =>
      text.split(/[:;]/)[0]!
    );
  });
}

Deno.test("suppress() says once that the source is away and once that it is back, after a whole day too", () => {
  const day = Array.from({ length: 24 }, () => pass(away("source")));
  assertEquals(said(pass(), ...day, pass(), pass()), [
    "in sync",
    'Cannot use the source "/source"',
    "not possible",
    "The source can be used again after 1d",
    "in sync",
    "in sync",
  ]);
});

Deno.test("suppress() does not say again that a root is away when it is away in another manner", () => {
  assertEquals(said(pass(away("source")), pass(away("source", "disk-away"))).length, 2);
});

Deno.test("suppress() says each trouble that follows another", () => {
  const passes = [pass(away("source")), pass(EMPTY), pass(EMPTY), pass(away("replica")), pass()];
  assertEquals(saidEvery(60_000, passes), [
    'Cannot use the source "/source"',
    "not possible",
    "Refused",
    "refused",
    'Cannot use the replica "/replica"',
    "not possible",
    "The replica can be used again after 1m",
    "in sync",
  ]);
});

Deno.test("suppress() says a refusal again each hour, and the other troubles once", () => {
  const half = 1_800_000;
  assertEquals(saidEvery(half, Array.from({ length: 5 }, () => pass(EMPTY))).length, 2 * 3);
  assertEquals(saidEvery(half, Array.from({ length: 5 }, () => pass(away("source")))).length, 2);
  const relieved = saidEvery(half, [pass(EMPTY), pass(EMPTY), pass(EMPTY), pass()]);
  assertEquals(relieved.at(-2), "Nothing is refused any more after 1h 30m");
});

Deno.test("suppress() names the file that lets a refused plan through once, where there is one", () => {
  const lines = saidEvery(1, [pass(tooMany(7)), pass(away("source"))], "/log.allow");
  assertEquals(lines, [
    "Refused",
    'To let it through once, put "--max-delete 7" into the file "/log.allow"',
    "refused",
    'Cannot use the source "/source"',
    "not possible",
  ]);
});

Deno.test("suppress() says once that the replica is locked, and once that it is free", () => {
  const locked: Refusal = { kind: "locked", path: "/replica" };
  assertEquals(said(pass(locked), pass(locked), pass()), [
    'Another run of Lockstep has locked the replica "/replica" or a folder in it',
    "not possible",
    "The replica is free again after 2h",
    "in sync",
  ]);
});

Deno.test("suppress() has no line for some folders that need nothing", () => {
  assertEquals(said(pass(null, false)), []);
  assertEquals(said(pass(away("source"), false), pass(null, false)).length, 4);
});

Deno.test("suppress() says a refusal again when its numbers are others", () => {
  assertEquals(saidEvery(1, [pass(tooMany(1)), pass(tooMany(1)), pass(tooMany(7))]), [
    "Refused",
    "refused",
    "Refused",
    "refused",
  ]);
});

Deno.test("suppress() does not take some folders for all when something is refused", () => {
  assertEquals(said(pass(EMPTY), pass(null, false), pass()), [
    "Refused",
    "refused",
    "Nothing is refused any more after 2h",
    "in sync",
  ]);
});

Deno.test("newNotices() knows a notice again by its code and fields", () => {
  const isNew = newNotices();
  const notices = [
    { kind: "notice", code: "put-back", path: "a" },
    { kind: "notice", code: "put-back", path: "b" },
    { kind: "notice", code: "put-back", path: "a" },
    { kind: "notice", code: "untried" },
    { kind: "notice", code: "untried" },
  ] as const;
  assertEquals(notices.map(isNew), [true, true, false, true, false]);
});
