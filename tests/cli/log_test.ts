/** The log to console and file, without a console. */
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { openLog, streams } from "../../sync/cli/log.ts";
import { timeOf } from "../../sync/cli/time.ts";
import { systemOf } from "../../sync/system.ts";
import { memory } from "./memory.ts";

Deno.test("openLog() writes the same line to console and file, braces and all, warnings and errors on the second stream", () => {
  const [out, err, kept] = [memory(), memory(), memory()];
  const log = openLog(streams(out, err, "info"), kept, () => {}, null, systemOf("linux").text);
  log.write({ level: "info", text: `create file "{a} %s"` });
  log.write({ level: "debug", text: "detail" });
  log.write({ level: "error", text: "trouble" });
  log.flush();
  assertMatch(out.text, /^[\d-]+T[\d:.]+[+-]\d\d:\d\d INFO create file "\{a\} %s"\n$/);
  assertMatch(err.text, / ERROR trouble\n$/);
  assertEquals(kept.text, out.text + err.text);
});

Deno.test("openLog() ends lines of a file as the system does, and those of the console as ever", () => {
  const [out, kept] = [memory(), memory()];
  const log = openLog(streams(out, memory(), "info"), kept, () => {}, null, systemOf("windows").text);
  for (const text of ["a", "b"]) log.write({ level: "info", text });
  log.flush();
  assertMatch(kept.text, /^[^\r\n]* INFO a\r\n[^\r\n]* INFO b\r\n$/);
  assertEquals(out.text, kept.text.replaceAll("\r", ""));
});

Deno.test("openLog() is quiet on the console when asked, and never in the file", () => {
  const [out, err, kept] = [memory(), memory(), memory()];
  const log = openLog(streams(out, err, "warning"), kept, () => {});
  log.write({ level: "info", text: "a" });
  log.write({ level: "warning", text: "b" });
  log.flush();
  assertEquals([out.text, err.text.includes(" WARN b"), kept.text.split("\n").length], ["", true, 3]);
});

Deno.test("openLog() goes on when the file takes no more, and says so", () => {
  const out = memory();
  const failures: unknown[] = [];
  const log = openLog(streams(out, memory(), "info"), memory(true), (error) => failures.push(error));
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

Deno.test("openLog() does not take a bug for a file that takes no more", () => {
  const broken = {
    writeSync(): number {
      throw new TypeError("a bug");
    },
  };
  const log = openLog(streams(memory(), memory(), "info"), broken, () => {});
  log.write({ level: "info", text: "a" });
  assertThrows(() => log.flush(), TypeError, "a bug");
});
