/** Lines, the log and the progress line, without a console. */
import { assertEquals, assertMatch } from "@std/assert";
import { FILE } from "../support/entries.ts";
import { BLANK, type Event } from "../../sync/engine/event.ts";
import { jsonLine } from "../../sync/cli/json.ts";
import { linesOf, summary } from "../../sync/cli/line.ts";
import { openLog, type Target, timeOf } from "../../sync/cli/log.ts";
import { progressLine, progressOn } from "../../sync/cli/progress.ts";

const file = { ...FILE, size: 5 };

/** A target that remembers, or fails. */
function memory(fails = false): Target & { text: string } {
  return {
    text: "",
    writeSync(bytes) {
      if (fails) throw new Error("no space left");
      this.text += new TextDecoder().decode(bytes);
      return bytes.length;
    },
  };
}

Deno.test("linesOf() puts each change into words, a change of kind into two lines", () => {
  const words = (event: Event) => linesOf(event).map(({ level, text }) => `${level}: ${text}`);
  const change = {
    kind: "create",
    path: "a\tb",
    entry: file,
    was: { kind: "link", target: "t", mode: 0o777, uid: 1, gid: 1, mtime: 0, nlink: 1 },
  } as const;
  assertEquals(words({ kind: "change", planned: false, change }), [
    `info: remove link "a\\tb"`,
    `info: create file "a\\tb" 5 bytes`,
  ]);
  assertEquals(
    words({
      kind: "change",
      planned: true,
      change: {
        kind: "remove",
        path: "d",
        was: { kind: "folder", mode: 0, mtime: 0, uid: 1, gid: 1, device: 1, inode: 9 },
      },
    }),
    [
      `info: remove folder "d" (planned)`,
    ],
  );
  assertEquals(
    words({
      kind: "failure",
      action: "copy",
      side: "source",
      path: "x",
      reason: { code: "EIO", text: "input/output error" },
    }),
    [`error: Cannot copy "x" in the source: input/output error`],
  );
  assertEquals(words({ kind: "unmirrored", what: "socket", paths: ["s", "t", "u"] }), [
    `warning: Not mirrored: socket "s" and 2 more`,
  ]);
});

Deno.test("summary() is short when there was nothing to do, and has all counts when there was", () => {
  assertEquals(
    summary({ ...BLANK, entries: { source: 1234, replica: 1234 }, duration: 12 }),
    "in step: nothing to do for 1,234 entries, 12ms",
  );
  assertEquals(
    summary({
      ...BLANK,
      created: 1,
      updated: 2,
      attributes: 3,
      removed: 4,
      failed: 5,
      bytes: 2048,
      duration: 1500,
    }),
    "not all in step: created 1, updated 2, attributes 3, removed 4, failed 5, 2 kiB in 1.5s",
  );
  assertMatch(summary({ ...BLANK, ended: "interrupted" }), /^interrupted: /);
  assertMatch(summary({ ...BLANK, planned: true, created: 1 }), /^planned: /);
});

Deno.test("openLog() writes the same line to console and file, braces and all, troubles on the second stream", () => {
  const [out, err, kept] = [memory(), memory(), memory()];
  const log = openLog({ out, err, level: "info" }, kept, () => {});
  log.write({ level: "info", text: `create file "{a} %s"` });
  log.write({ level: "debug", text: "detail" });
  log.write({ level: "error", text: "trouble" });
  log.flush();
  assertMatch(out.text, /^[\d-]+T[\d:.]+[+-]\d\d:\d\d INFO create file "\{a\} %s"\n$/);
  assertMatch(err.text, / ERROR trouble\n$/);
  assertEquals(kept.text, out.text + err.text);
});

Deno.test("openLog() is quiet on the console when asked, and never in the file", () => {
  const [out, err, kept] = [memory(), memory(), memory()];
  const log = openLog({ out, err, level: "warning" }, kept, () => {});
  log.write({ level: "info", text: "a" });
  log.write({ level: "warning", text: "b" });
  log.flush();
  assertEquals([out.text, err.text.includes(" WARN b"), kept.text.split("\n").length], ["", true, 3]);
});

Deno.test("openLog() goes on when the file takes no more, and says so", () => {
  const out = memory();
  const failures: unknown[] = [];
  const log = openLog({ out, err: memory(), level: "info" }, memory(true), (error) => failures.push(error));
  log.write({ level: "info", text: "a" });
  log.flush();
  assertEquals([out.text.includes("INFO a"), failures.length], [true, 1]);
});

Deno.test("timeOf() is RFC 3339 with ms and zone, and means the same moment", () => {
  for (const ms of [0, 1_700_000_000_123, -1, 4_300_000_000_999]) {
    const text = timeOf(ms);
    assertMatch(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
    assertEquals(Date.parse(text), ms);
  }
});

Deno.test("jsonLine() carries version, time and the event's own fields, and no progress", () => {
  const line = jsonLine({ kind: "notice", text: "x\n" }, 0);
  assertEquals(JSON.parse(line ?? ""), { v: 1, time: timeOf(0), kind: "notice", text: "x\n" });
  assertEquals(
    jsonLine({ kind: "progress", phase: "apply", entries: 0, bytes: 0, total: { entries: 0, bytes: 0 } }, 0),
    null,
  );
});

Deno.test("progressLine() has files, bytes, rate and the time that is left", () => {
  const event = {
    kind: "progress",
    phase: "apply",
    entries: 500,
    bytes: 1 << 20,
    total: { entries: 1000, bytes: 2 << 20 },
  } as const;
  assertEquals(
    progressLine(event, 2000),
    "applying: 500 of 1,000 changes, 1 MiB of 2 MiB, 512 kiB/s, about 2s left",
  );
  assertEquals(progressLine(event, 100), "applying: 500 of 1,000 changes, 1 MiB of 2 MiB");
  assertEquals(progressLine({ ...event, phase: "compare" }, 5), "comparing: 500 entries looked at");
});

Deno.test("progressOn() draws in place, not too often and not too wide, and wipes itself away", () => {
  const terminal = memory();
  let now = 0;
  const progress = progressOn(terminal, () => 20, () => now);
  const event = {
    kind: "progress",
    phase: "compare",
    entries: 1,
    bytes: 0,
    total: { entries: 0, bytes: 0 },
  } as const;
  progress.show(event);
  progress.show(event);
  assertEquals(terminal.text, "\rcomparing: 1 entrie\x1b[K");
  now = 200;
  progress.show(event);
  progress.wipe();
  progress.wipe();
  assertEquals(terminal.text, "\rcomparing: 1 entrie\x1b[K".repeat(2) + "\r\x1b[K");
});
