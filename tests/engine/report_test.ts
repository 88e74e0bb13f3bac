import { assertEquals } from "@std/assert";
import { FILE } from "../support/entries.ts";
import type { Event, Failure } from "../../sync/engine/event.ts";
import { BLANK, fold, type Report } from "../../sync/engine/report.ts";

const file = { ...FILE, size: 5 };

function failed(code: string, side: Failure["side"] = "source"): Event {
  return { kind: "failure", action: "read", side, path: "a", reason: { code } };
}

function reportOf(...events: Event[]): Report {
  return events.reduce(fold, BLANK);
}

Deno.test("fold() counts changes, what gives way, failures and bytes", () => {
  const report = reportOf(
    { kind: "start", pass: 1, dryRun: true, whole: true },
    { kind: "change", planned: true, change: { kind: "create", path: "a", entry: file } },
    { kind: "change", planned: true, change: { kind: "create", path: "b", entry: file, was: file } },
    { kind: "change", planned: true, change: { kind: "update", path: "c", entry: file, was: file } },
    { kind: "change", planned: true, change: { kind: "attributes", path: "d", entry: file, was: file } },
    { kind: "change", planned: true, change: { kind: "remove", path: "e", was: file } },
    failed("EACCES"),
    failed("ENOENT"),
  );
  assertEquals(report, {
    ...BLANK,
    dryRun: true,
    created: 2,
    updated: 1,
    attributes: 1,
    removed: 2,
    failed: 2,
    fleeting: 1,
    bytes: 15,
  });
});

Deno.test("fold() begins anew with each pass, and has the counts and the time of its end", () => {
  const start: Event = { kind: "start", pass: 1, dryRun: false, whole: true };
  const report = reportOf(
    start,
    failed("EACCES"),
    { kind: "interrupted" },
    start,
    { kind: "compared", source: 3, replica: 2 },
    { kind: "unmirrored", what: "socket", paths: ["a", "b"] },
    { kind: "end", duration: 12 },
  );
  assertEquals(report, { ...BLANK, entries: { source: 3, replica: 2 }, unmirrored: 2, duration: 12 });
});

Deno.test("fold() knows what cut a pass short", () => {
  const ends: Event[] = [
    { kind: "refused", rule: "empty-source", replica: 1 },
    { kind: "unusable", side: "source", path: "/a", fault: { code: "absent" } },
    { kind: "locked", path: "/b" },
    { kind: "halted", code: "lost", path: "/b" },
    { kind: "interrupted" },
  ];
  for (const event of ends) assertEquals(reportOf(event).ended, event.kind as Report["ended"]);
});

Deno.test("fold() counts what vanished by itself", () => {
  assertEquals(reportOf({ kind: "vanished", count: 59, first: "a" }), { ...BLANK, vanished: 59 });
});
