import { assertEquals } from "@std/assert";
import { jsonLine } from "../../sync/cli/json.ts";
import { timeOf } from "../../sync/cli/log.ts";
import { BLANK, type Event } from "../../sync/engine/event.ts";

function read(event: Event, report = BLANK): Record<string, unknown> {
  return JSON.parse(jsonLine(event, report, 0) ?? "null");
}

const HEAD = { v: 1, time: timeOf(0) };

Deno.test("jsonLine() has version, time and the event's own fields on one line, and no line for progress", () => {
  const start = { kind: "start", pass: 1, dryRun: false, whole: true } as const;
  assertEquals(read(start), { ...HEAD, ...start });
  assertEquals(jsonLine({ kind: "notice", code: "put-back", path: "a\n" }, BLANK, 0)?.split("\n").length, 2);
  const total = { entries: 0, bytes: 0 };
  const progress = { kind: "progress", phase: "apply", entries: 0, bytes: 0, total } as const;
  assertEquals(jsonLine(progress, BLANK, 0), null);
});

Deno.test("jsonLine() puts a text for people beside every code", () => {
  const fault = { code: "fault", reason: { code: "EIO" } } as const;
  const withTexts: [Event, Record<string, unknown>][] = [
    [{ kind: "notice", code: "put-back", path: "a" }, {
      text: '"a" was put back: the folder in its place was still empty',
    }],
    [{ kind: "failure", action: "read", side: "source", path: "a", reason: { code: "EACCES" } }, {
      reason: { code: "EACCES", text: "permission denied" },
    }],
    [{ kind: "unusable", side: "replica", path: "/r", fault }, {
      fault: { code: "fault", reason: { code: "EIO", text: "input/output error" } },
      text: 'Cannot use the replica "/r": input/output error; nothing was touched',
    }],
    [{ kind: "unusable", side: "replica", path: "/r", fault: { code: "absent" } }, {
      text: 'Cannot use the replica "/r": it is not there; nothing was touched',
    }],
    [{ kind: "locked", path: "/r" }, {
      text: 'Another run of Lockstep has locked the replica "/r" or a folder in it; wait for it or stop it',
    }],
    [{ kind: "halted", code: "lost", path: "/r" }, {
      text: 'The replica "/r" went away during the pass; nothing more was touched',
    }],
  ];
  for (const [event, more] of withTexts) assertEquals(read(event), { ...HEAD, ...event, ...more });
});

Deno.test("jsonLine() gives the report with the end of a pass", () => {
  const report = { ...BLANK, created: 2, duration: 7 };
  assertEquals(read({ kind: "end", duration: 7 }, report), { ...HEAD, kind: "end", duration: 7, report });
});
