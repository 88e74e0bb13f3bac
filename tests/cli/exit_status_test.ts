import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EXIT_STATUSES, STATUS, status } from "../../sync/cli/exit_status.ts";
import { help } from "../../sync/cli/help.ts";
import { OPTIONS } from "../../sync/cli/option_table.ts";
import { parse } from "../../sync/cli/options.ts";
import type { Event, Failure } from "../../sync/engine/event.ts";
import { BLANK, fold, type Report } from "../../sync/engine/report.ts";
import { optionRows, statusRows } from "./readme_rows.ts";

function failed(code: string, side: Failure["side"] = "source"): Event {
  return { kind: "failure", action: "read", side, path: "a", reason: { code } };
}

function reportOf(...events: Event[]): Report {
  return events.reduce(fold, BLANK);
}

const HALTED: Event = { kind: "halted", code: "lost", path: "/replica" };

const ROWS: readonly (readonly [readonly Event[], number])[] = [
  [[], 0],
  [[failed("EACCES")], 23],
  [[failed("ENOENT")], 24],
  [[failed("CHANGING")], 24],
  [[failed("UNSTEADY")], 24],
  [[{ kind: "vanished", count: 2, first: "a" }], 24],
  [[{ kind: "vanished", count: 2, first: "a" }, failed("EIO")], 23],
  [[failed("ENOENT"), failed("EIO")], 23],
  [[failed("ENOENT", "replica")], 23],
  [[{ kind: "refused", rule: "empty-source", replica: 1 }], 25],
  [[{ kind: "unusable", side: "source", path: "/source", fault: { code: "absent" } }], 3],
  [[{ kind: "locked", path: "/replica" }], 40],
  [[HALTED], 11],
  [[{ kind: "interrupted" }], 20],
  [[failed("EACCES"), HALTED], 11],
];

for (const [events, expected] of ROWS) {
  Deno.test(`status() is ${expected} after ${events.map(({ kind }) => kind).join(" and ") || "nothing"}`, () =>
    assertEquals(status(reportOf(...events)), expected));
}

Deno.test("every exit status has a number and a meaning of its own, in order, and stands in the help", () => {
  const numbers = EXIT_STATUSES.map(({ number }) => number);
  assertEquals(numbers, [0, 1, 3, 11, 20, 23, 24, 25, 40, 41, 42, 70]);
  assertEquals(Object.values(STATUS), numbers);
  assertEquals(Object.keys(STATUS), EXIT_STATUSES.map(({ name }) => name));
  assertEquals(new Set(EXIT_STATUSES.map(({ meaning }) => meaning)).size, numbers.length);
  const text = help().replaceAll(/\s+/g, " ");
  for (const { number, brief } of EXIT_STATUSES) assertStringIncludes(text, `${number} ${brief}`);
});

Deno.test("help() fits a terminal of 80 columns and 60 lines, and begins with examples that the program takes", () => {
  const lines = help().split("\n");
  assert(lines.length < 60, `${lines.length}`);
  for (const line of lines) assert(line.length <= 80, line);
  const examples = lines.slice(0, 8).filter((line) => line.startsWith("  lockstep "));
  assertEquals(examples.length, 5);
  for (const example of examples) {
    const words = example.trim().replace(/ {2,}.*/, "").split(" ").slice(1);
    if (words[0] !== "schedule") assertEquals(parse(words).kind, "mirror", example);
  }
});

Deno.test("help() has the options that most need, says how to see the others, and fits 80 columns with them", () => {
  const usual = help();
  const all = help("all");
  const has = (text: string, name: string) => new RegExp(`^ .{5}--${name}[ \n]`, "m").test(text);
  for (const { name, more } of OPTIONS) {
    assertEquals([name, has(usual, name), has(all, name)], [name, !more, true]);
  }
  const left = OPTIONS.filter(({ more }) => more).length;
  assertEquals(
    usual.split("\n").at(-1),
    `There are ${left} more options: --help --verbose shows all of them.`,
  );
  assertEquals(all.includes("more options"), false);
  for (const line of all.split("\n")) assert(line.length <= 80, line);
});

Deno.test("the rows for the manual are those of a table with two columns", () => {
  assertEquals(statusRows()[0], "| 0 | in sync, or a loop that was stopped by a signal or --for |");
  assertStringIncludes(
    optionRows().join("\n"),
    String.raw`| ${"`--owner <auto\\|never>`"} | mirror owners and groups`,
  );
  assertStringIncludes(
    optionRows().join("\n"),
    "| `-n`, `--dry-run` | say what would be done, write nothing |",
  );
});
