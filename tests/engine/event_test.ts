import { assertEquals } from "@std/assert";
import { FILE } from "../support/entries.ts";
import { BLANK, type Event, type Failure, fold, type Report, status } from "../../sync/engine/event.ts";

const file = { ...FILE, size: 5 };

function failed(code: string, side: Failure["side"] = "source"): Event {
  return { kind: "failure", action: "read", side, path: "a", reason: { code, text: code } };
}

function reportOf(...events: Event[]): Report {
  return events.reduce(fold, BLANK);
}

Deno.test("fold() counts changes, what gives way, failures and bytes", () => {
  const report = reportOf(
    { kind: "start", pass: 1, planned: true, whole: true },
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
    planned: true,
    created: 2,
    updated: 1,
    touched: 1,
    removed: 2,
    failed: 2,
    fleeting: 1,
    bytes: 15,
  });
});

Deno.test("status() gives each end of a pass its number", () => {
  const rows: [Event[], number][] = [
    [[], 0],
    [[failed("EACCES")], 23],
    [[failed("ENOENT")], 24],
    [[failed("CHANGING")], 24],
    [[failed("ENOENT"), failed("EIO")], 23],
    [[failed("ENOENT", "replica")], 23],
    [[{ kind: "refused", rule: "max-delete", text: "" }], 25],
    [[{ kind: "unusable", side: "source", text: "" }], 3],
    [[{ kind: "locked", text: "" }], 40],
    [[{ kind: "halted", side: "replica", text: "" }], 11],
    [[{ kind: "interrupted" }], 20],
    [[failed("EACCES"), { kind: "halted", side: "replica", text: "" }], 11],
  ];
  for (const [events, expected] of rows) assertEquals(status(reportOf(...events)), expected);
});
