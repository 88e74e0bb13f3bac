import { SYSTEM } from "../../sync/system.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { linesOf, summary } from "../../sync/cli/line.ts";
import type { Event } from "../../sync/engine/event.ts";
import { BLANK } from "../../sync/engine/report.ts";
import { FILE, FOLDER } from "../support/entries.ts";

const file = { ...FILE, size: 5 };

function words(event: Event): string[] {
  return linesOf(event, BLANK).map(({ level, text }) => `${level}: ${text}`);
}

const link = {
  kind: "link",
  target: "t",
  mode: 0o777,
  uid: 1,
  gid: 1,
  mtime: 0,
  nlink: 1,
  id: null,
} as const;
const total = { entries: 0, bytes: 0 };

const ROWS: readonly (readonly [Event, ...string[]])[] = [
  [{ kind: "start", pass: 3, dryRun: false, whole: true }, "debug: pass 3 begins"],
  [
    { kind: "start", pass: 4, dryRun: true, whole: false },
    "debug: pass 4 begins, of some folders (dry run)",
  ],
  [{ kind: "progress", phase: "apply", entries: 0, bytes: 0, total }],
  [{ kind: "compared", source: 1, replica: 2 }],
  [
    { kind: "change", planned: false, change: { kind: "create", path: "a\tb", entry: file, was: link } },
    `info: remove link "a\\tb"`,
    `info: create file "a\\tb" 5 bytes`,
  ],
  [
    { kind: "change", planned: false, change: { kind: "create", path: "a", entry: FILE } },
    `info: create file "a" 1 byte`,
  ],
  [
    {
      kind: "change",
      planned: true,
      change: { kind: "update", path: "a", entry: file, was: FILE },
      differences: [{ what: "size" }, { what: "edited" }],
    },
    `info: update file "a" 5 bytes: size, edited in the replica (planned)`,
  ],
  [
    {
      kind: "change",
      planned: false,
      change: { kind: "attributes", path: "a", entry: file, was: FILE },
      differences: [
        { what: "mode", from: 0o644, to: 0o4600 },
        { what: "owner", from: { uid: 1, gid: 2 }, to: { uid: 3, gid: 4 } },
      ],
    },
    `info: attributes file "a": ${
      SYSTEM.hasModes ? "mode 0644 -> 4600" : "not read-only any more"
    }, owner 1:2 -> 3:4`,
  ],
  [
    {
      kind: "change",
      planned: false,
      change: { kind: "attributes", path: "foo", entry: file, was: FILE, spelled: "Foo" },
      differences: [{ what: "name", from: "Foo" }, { what: "time" }],
    },
    `info: attributes file "foo": name "Foo", time`,
  ],
  [
    { kind: "vanished", count: 59, first: "m/a" },
    `warning: 59 entries vanished from the source while being read, the first "m/a": the next pass looks again`,
  ],
  [
    { kind: "vanished", count: 1, first: "m" },
    `warning: 1 entry vanished from the source while being read, "m": the next pass looks again`,
  ],
  [
    { kind: "change", planned: false, change: { kind: "create", path: "b", entry: file, hardLinkTo: "a" } },
    `info: create file "b" as another name of "a"`,
  ],
  [
    { kind: "change", planned: false, change: { kind: "update", path: "a", entry: link, was: link } },
    `info: update link "a"`,
  ],
  [
    { kind: "change", planned: true, change: { kind: "attributes", path: "", entry: FOLDER, was: FOLDER } },
    `info: attributes folder "." (planned)`,
  ],
  [
    { kind: "change", planned: true, change: { kind: "remove", path: "d", was: FOLDER } },
    `info: remove folder "d" (planned)`,
  ],
  [
    { kind: "failure", action: "copy", side: "source", path: "x", reason: { code: "EIO" } },
    `error: Cannot copy "x" in the source: input/output error`,
  ],
  [
    { kind: "failure", action: "attributes", side: "replica", path: "a", reason: { code: "EPERM" } },
    `error: Cannot set the attributes of "a" in the replica: operation not permitted`,
  ],
  [
    { kind: "left", path: "m", why: "edited" },
    `warning: Left "m": it was edited in the replica`,
  ],
  [
    { kind: "left", path: "m", why: "stuck" },
    `warning: Left "m": it cannot be brought back, for something else stands in the source, or it is excluded`,
  ],
  [
    { kind: "conflict", path: "m" },
    `warning: Conflict at "m": it was edited in the replica, and the source changed, too; the source wins, and the ` +
    "replica's version goes to the trash",
  ],
  [
    { kind: "brought-back", change: { kind: "update", path: "m", entry: file, was: FILE } },
    `info: bring back file "m" 5 bytes: the source's version goes to the trash`,
  ],
  [
    { kind: "brought-back", change: { kind: "create", path: "d", entry: FOLDER } },
    `info: bring back folder "d": new in the source`,
  ],
  [
    { kind: "state-unwritten", path: "/state", reason: { code: "ENOSPC" } },
    `error: Cannot write the state file "/state": no space left; what this pass changes may be taken for an edit ` +
    "until it can be written again",
  ],
  [
    { kind: "unmirrored", what: "socket", paths: ["s", "t", "u"] },
    `warning: Not mirrored: socket "s" and 2 more`,
  ],
  [
    { kind: "unmirrored", what: "fifo", paths: ["f"] },
    `warning: Not mirrored: fifo "f"; run with --allow-run=mkfifo to have them made`,
  ],
  [
    { kind: "decided", steps: 1, hold: 1, done: 0, left: 0, others: 0 },
    "info: Of 1 step decided on, 1 holds",
  ],
  [
    { kind: "decided", steps: 2000, hold: 1997, done: 1, left: 2, others: 1 },
    "info: Of 2,000 steps decided on, 1,997 hold, 1 is done already, 2 left; " +
    "1 other change waits for the next pass",
  ],
  [
    { kind: "refused", rule: "declined", changes: 3 },
    "error: Not done, as you said: 3 changes would have been made; nothing was touched",
  ],
  [{ kind: "interrupted" }, "warning: Asked to stop: the pass is not complete"],
];

for (const [event, ...expected] of ROWS) {
  Deno.test(`linesOf() puts ${JSON.stringify(event).slice(0, 70)} into words`, () =>
    assertEquals(words(event), expected));
}

Deno.test("linesOf() says at the end of a pass what it came to, as a warning unless all went well", () => {
  const end = { kind: "end", duration: 12 } as const;
  const level = (ended: typeof BLANK.ended, failed = 0) =>
    linesOf(end, { ...BLANK, ended, failed })[0]?.level;
  // what vanished has had its warning
  assertEquals(linesOf(end, { ...BLANK, vanished: 1 })[0]?.level, "info");
  assertEquals([level("complete"), level("complete", 1), level("interrupted")], [
    "info",
    "warning",
    "warning",
  ]);
});

Deno.test("summary() is short when there was nothing to do, and has all counts when there was", () => {
  const idle = { ...BLANK, entries: { source: 1234, replica: 1234 }, duration: 12 };
  assertEquals(summary(idle), "in sync: nothing to do for 1,234 entries, 12ms");
  assertEquals(
    summary({ ...idle, entries: { source: 1, replica: 1 } }),
    "in sync: nothing to do for 1 entry, 12ms",
  );
  const busy = {
    ...BLANK,
    created: 1,
    updated: 2,
    attributes: 3,
    removed: 4,
    failed: 5,
    bytes: 2048,
    duration: 1500,
  };
  const counts = "created 1, updated 2, attributes 3, removed 4, failed 5, 2 KiB in 1.5s";
  assertEquals(summary(busy), `not all in sync: ${counts}`);
  assertEquals(
    summary({ ...busy, failed: 0, unmirrored: 7 }),
    `in sync: ${counts.replace("failed 5,", "failed 0, not mirrored 7,")}`,
  );
  assertEquals(summary({ ...busy, ended: "interrupted" }), `interrupted: ${counts}`);
  assertEquals(
    summary({ ...busy, ended: "halted", halted: "full" }),
    `cut short, the replica is full: ${counts}`,
  );
  assertEquals(summary({ ...busy, dryRun: true }), `planned: ${counts}`);
  assertEquals(summary({ ...busy, dryRun: true, ended: "refused" }), `planned, but refused: ${counts}`);
  assertMatch(
    summary({ ...busy, failed: 0, vanished: 2 }),
    /^in sync but for what vanished: .*failed 0, vanished 2, 2 KiB/,
  );
});

Deno.test("summary() does not say that a replica is in sync when only what was decided on was done", () => {
  const decided = { ...BLANK, decided: true, duration: 3 };
  assertEquals(summary(decided), "nothing is left to do of what was decided, 3ms");
  const done = { ...decided, created: 1 };
  for (const report of [done, { ...done, left: 1 }, { ...done, failed: 1 }, { ...done, vanished: 1 }]) {
    assert(!/in sync/.test(summary(report)) && /as decided/.test(summary(report)), summary(report));
  }
});

Deno.test("summary() has no line of zeros for a pass that changed nothing", () => {
  assertEquals(
    summary({ ...BLANK, ended: "locked", duration: 3 }),
    "not possible: nothing was changed, 3ms",
  );
  assertEquals(
    summary({ ...BLANK, failed: 1, duration: 3 }),
    "not all in sync: 1 entry failed, nothing was changed, 3ms",
  );
});
