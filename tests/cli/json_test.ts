/** Events as JSON, held to the schema in docs/json.md. */
import { assert, assertEquals } from "@std/assert";
import { jsonLine } from "../../sync/cli/json.ts";
import { jsonError } from "../../sync/cli/json_line.ts";
import { timeOf } from "../../sync/cli/time.ts";
import type { Finding } from "../../sync/engine/checked.ts";
import type { Device, Fifo, Link } from "../../sync/engine/entry.ts";
import type { Event, RootFault } from "../../sync/engine/event.ts";
import { BLANK, fold } from "../../sync/engine/report.ts";
import { FILE, FOLDER } from "../support/entries.ts";
import { schemaOfEvents, violations } from "../support/json_schema.ts";

const SCHEMA = schemaOfEvents();
const roots = { source: "/s", replica: "/r" };
const HEAD = { v: 2, time: timeOf(0) };

function read(event: Event, report = BLANK): Record<string, unknown> {
  const line = jsonLine(event, report, { roots, progress: true }, 0)!;
  assertEquals(line.indexOf("\n"), line.length - 1);
  const object = JSON.parse(line);
  assertEquals(violations(object, SCHEMA), [], line);
  return object;
}

const LINK: Link = { kind: "link", target: "t", mode: 0o777, uid: 1, gid: 1, mtime: -1, nlink: 2, id: null };
const FIFO: Fifo = { kind: "fifo", mode: 0o600, uid: 1, gid: 1, mtime: 8e15, nlink: 1, id: null };
const DEVICE: Device = { ...FIFO, kind: "device", type: "block", major: 8, minor: 1 };
const SHARED = { ...FILE, nlink: 2, id: "1:2", holes: true, mode: 0o4755 };
const total = { entries: 3, bytes: 4 };

const FAULTS: readonly RootFault[] = [
  { code: "absent" },
  { code: "nested", path: "a" },
  { code: "blocked", path: "a", by: "link" },
  { code: "no-parent", parent: "/a" },
  { code: "strange-link", link: "/a", owner: 1000 },
  { code: "fault", reason: { code: "EIO", detail: "x" } },
];

const FINDINGS: readonly Finding[] = [
  { what: "missing" },
  { what: "extra" },
  { what: "differs", differences: [{ what: "content" }, { what: "mode", from: 0o600, to: 0o644 }] },
  { what: "differs", differences: [] },
  { what: "content" },
  { what: "gone" },
  { what: "unnoted" },
  { what: "edited" },
  { what: "rot", side: "source" },
  { what: "rot", side: "both" },
  { what: "rot", side: "replica", why: "source-gone" },
  { what: "healed" },
  { what: "changing" },
];

const EVENTS: readonly Event[] = [
  { kind: "start", pass: 1, dryRun: false, whole: true },
  { kind: "notice", code: "untried" },
  { kind: "notice", code: "cannot-hold", missing: { what: "times", limit: 2000 } },
  { kind: "notice", code: "cannot-hold", missing: { what: "names", limit: 143 } },
  { kind: "notice", code: "cannot-hold", missing: { what: "hard-links" } },
  { kind: "notice", code: "inexact-ids", side: "source" },
  { kind: "notice", code: "links-elsewhere", files: 3 },
  { kind: "notice", code: "drive" },
  { kind: "notice", code: "unlocked", reason: { code: "EROFS" } },
  { kind: "notice", code: "locked-alone", reason: { code: "EROFS" } },
  { kind: "notice", code: "assumed" },
  { kind: "notice", code: "cannot-hold", missing: { what: "devices" } },
  { kind: "notice", code: "cannot-hold", missing: { what: "xattrs", kinds: ["user", "acls"] } },
  { kind: "notice", code: "own-log", side: "source", path: "a" },
  { kind: "notice", code: "put-back", path: "a\n" },
  { kind: "notice", code: "kept-aside", path: "a", as: "b" },
  { kind: "notice", code: "trash", folder: "/r.trash/2026-01-01T00-00-00Z" },
  { kind: "notice", code: "trash-attributes" },
  { kind: "notice", code: "trash-journal", reason: { code: "ENOSPC" } },
  { kind: "notice", code: "trash-expired", passes: 2, bytes: 1000 },
  { kind: "notice", code: "trash-room", folder: "/r.trash/2026-01-01T00-00-00Z" },
  { kind: "notice", code: "trash-unkept", reason: { code: "EACCES" } },
  { kind: "untrashed", count: 3, reason: { code: "TRASH", detail: "ENOSPC" } },
  { kind: "progress", phase: "compare", entries: 0, bytes: 0, total },
  { kind: "progress", phase: "apply", entries: 1, bytes: 2, total, path: "a" },
  { kind: "compared", source: 1, replica: 2 },
  { kind: "change", planned: false, change: { kind: "create", path: "a", entry: FILE, hardLinkTo: "b" } },
  { kind: "change", planned: false, change: { kind: "create", path: "a", entry: FOLDER, was: LINK } },
  {
    kind: "change",
    planned: true,
    change: { kind: "create", path: "a", entry: FIFO, was: { kind: "socket" } },
  },
  {
    kind: "change",
    planned: false,
    change: { kind: "update", path: "a", entry: DEVICE, was: { ...DEVICE, minor: 4 } },
    differences: [{ what: "device" }, { what: "xattrs" }],
  },
  {
    kind: "change",
    planned: false,
    change: { kind: "update", path: "a", entry: SHARED, was: FILE },
    differences: [{ what: "size" }, { what: "hard-links" }, { what: "edited" }],
  },
  {
    kind: "change",
    planned: false,
    change: { kind: "attributes", path: "", entry: FOLDER, was: FOLDER, comparedAt: 5 },
    differences: [
      { what: "name", from: "A" },
      { what: "mode", from: 0o600, to: 0o644 },
      { what: "owner", from: { uid: 1, gid: 2 }, to: { uid: 3, gid: 4 } },
    ],
  },
  { kind: "change", planned: false, change: { kind: "remove", path: "a", was: LINK } },
  { kind: "change", planned: true, change: { kind: "move", path: "b", from: "a", entry: FILE, was: FILE } },
  { kind: "failure", action: "read", side: "source", path: "a", reason: { code: "EACCES" } },
  { kind: "vanished", count: 59, first: "a" },
  { kind: "left", path: "a", why: "edited" },
  { kind: "decided", steps: 6, hold: 3, done: 2, left: 1, others: 9 },
  { kind: "left", path: "a", why: "unsure" },
  { kind: "conflict", path: "a" },
  { kind: "brought-back", change: { kind: "update", path: "a", entry: FILE, was: FILE } },
  { kind: "brought-back", change: { kind: "create", path: "l", entry: LINK } },
  { kind: "state-unwritten", path: "/state", reason: { code: "ENOSPC" } },
  { kind: "unmirrored", what: "socket", paths: ["a", "b"] },
  { kind: "refused", rule: "empty-source", replica: 1 },
  { kind: "refused", rule: "nothing-kept", removals: 12, replica: 13, examples: ["a"] },
  {
    kind: "refused",
    rule: "shrinking",
    removals: 12,
    left: 40,
    peak: 100,
    bound: { unit: "percent", value: 50 },
  },
  { kind: "refused", rule: "max-delete", removals: 1, replica: 9, bound: { unit: "percent", value: 0.5 } },
  { kind: "refused", rule: "free-space", needed: 5, free: 4 },
  { kind: "refused", rule: "declined", changes: 5 },
  ...FAULTS.map((fault): Event => ({ kind: "unusable", side: "replica", path: "/r", fault })),
  { kind: "locked", path: "/r" },
  {
    kind: "halted",
    code: "full",
    path: "a",
    reason: { code: "ENOSPC" },
    bytesLeft: 5,
    removing: true,
  },
  { kind: "halted", code: "lost", path: "/r" },
  { kind: "halted", code: "failing", path: "a", reason: { code: "EIO" }, failed: 101 },
  { kind: "interrupted" },
  { kind: "failure", action: "note", side: "replica", path: "", reason: { code: "MANIFEST", detail: "cut" } },
  ...FINDINGS.map((finding): Event => ({ kind: "finding", path: "a", finding })),
  {
    kind: "verified",
    files: 1,
    bytes: 2,
    of: { files: 3, bytes: 4 },
    findings: 5,
    healed: 6,
    changing: 7,
    failed: 8,
    ended: "slice",
    runs: 9,
    duration: 1.5,
  },
  { kind: "end", duration: 7.4 },
];

for (const event of EVENTS) {
  Deno.test(`jsonLine() holds to docs/json.md with ${JSON.stringify(event).slice(0, 90)}`, () => {
    assertEquals([read(event).v, read(event).kind], [2, event.kind]);
  });
}

Deno.test("jsonLine() tells every kind of event that docs/json.md names, and no other", () => {
  const text = Deno.readTextFileSync(new URL("../../docs/json.md", import.meta.url));
  const kinds = text.slice(0, text.indexOf("## Codes of reasons"));
  const named = [...kinds.matchAll(/^\| `([\w-]+)` /gm)].map(([, kind]) => kind!);
  const told = new Set<string>(EVENTS.map(({ kind }) => kind));
  assertEquals(named.toSorted(), [...told, "error", "explained", "plan", "split", "summary"].sort());
});

Deno.test("the schema of docs/json.md notices a field too many, one that is missing, and a wrong value", () => {
  const end = read({ kind: "end", duration: 7 });
  for (const wrong of [{ ...end, id: 1 }, { ...end, status: undefined }, { ...end, durationMs: "7" }, {}]) {
    assert(violations(JSON.parse(JSON.stringify(wrong)), SCHEMA).length > 0, JSON.stringify(wrong));
  }
});

Deno.test("jsonLine() has nothing of the engine's insides, modes in octal and times by RFC 3339", () => {
  const change = { kind: "update", path: "a", entry: SHARED, was: { ...FILE, mtime: -8e15 } } as const;
  const { entry, was } = read({ kind: "change", planned: false, change });
  const common = { kind: "file", size: 1, uid: 1, gid: 1 };
  assertEquals(entry, { ...common, mode: "4755", mtime: "1970-01-01T00:00:00.000Z" });
  assertEquals(was, { ...common, mode: "0644", mtime: null });
  const exact = { ...change, entry: { ...SHARED, nanos: 1020 }, path: "b\udcff" } as const;
  const made = read({ kind: "change", planned: false, change: exact });
  assertEquals((made.entry as { mtime: string }).mtime, "1970-01-01T00:00:00.000001020Z");
  // each byte that is no UTF-8 can be told from what it prints
  assertEquals(made.path, "b\udcff");
  const line = jsonLine(
    { kind: "change", planned: false, change: exact },
    BLANK,
    { roots, progress: true },
    0,
  );
  assert(line!.includes(String.raw`"b\udcff"`));
});

Deno.test("jsonLine() says at the start which mirror it is, and at the end what it came to and the exit status", () => {
  const start: Event = { kind: "start", pass: 1, dryRun: false, whole: true };
  assertEquals(read(start), {
    ...HEAD,
    kind: "start",
    ...roots,
    job: null,
    pass: 1,
    whole: true,
    dryRun: false,
  });
  const events: Event[] = [start, { kind: "vanished", count: 2, first: "a" }, { kind: "end", duration: 7.4 }];
  const { status, durationMs, vanished, ended } = read(events.at(-1)!, events.reduce(fold, BLANK));
  assertEquals([status, durationMs, vanished, ended], [24, 7, 2, "complete"]);
});

Deno.test("jsonLine() tells of progress on request only", () => {
  const progress: Event = { kind: "progress", phase: "apply", entries: 1, bytes: 2, total };
  assertEquals(jsonLine(progress, BLANK, { roots, progress: false }, 0), null);
  assertEquals(read(progress), { ...HEAD, ...progress });
});

Deno.test("jsonError() is an object with the exit status", () => {
  const error = JSON.parse(jsonError("Give a source", 1, 0));
  assertEquals(violations(error, SCHEMA), []);
  assertEquals(error, { ...HEAD, kind: "error", status: 1, text: "Give a source" });
});
