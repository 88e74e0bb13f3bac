/** The table of commands against the commands: no command and no option of one can be forgotten in it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMAND_TABLE, MIRROR, optionsOf, ownOf } from "../../sync/cli/command_table.ts";
import { noCommand, withCommand, withHelp } from "../../sync/cli/command_meant.ts";
import { help } from "../../sync/cli/help.ts";
import { OPTIONS } from "../../sync/cli/option_table.ts";
import { parse } from "../../sync/cli/options.ts";
import { parseSchedule } from "../../sync/cli/schedule.ts";
import { COMMANDS } from "../../sync/commands/mod.ts";
import { SCHEDULERS } from "../../sync/timing/scheduler/scheduler.ts";

/** The help of a command. */
async function helpOf(name: string): Promise<string> {
  if (name === "schedule") {
    const asked = parseSchedule(["help"], () => []);
    return asked.kind === "help" ? asked.text : "";
  }
  const { command } = await COMMANDS[name]!();
  return (await command(["--help"])).text;
}

Deno.test("the table has a row for each command, and the help names them all", () => {
  const names = COMMAND_TABLE.map(({ name }) => name);
  assertEquals([...names].sort(), [...Object.keys(COMMANDS), "schedule", "help"].sort());
  for (const { name, help: what } of COMMAND_TABLE) {
    assert(new RegExp(`[ ,]${name}(,|$)`, "m").test(help()), name);
    assertStringIncludes(help("all"), `${name.padEnd(11)}  ${what}`);
  }
});

Deno.test("the help of a command has each option of its own and each verb, and no other option than the table", async () => {
  for (const row of COMMAND_TABLE.filter(({ name }) => name !== "help")) {
    const text = await helpOf(row.name);
    for (const { name } of ownOf(row.name)) assertStringIncludes(text, `--${name}`);
    for (const { name, letter } of ownOf(row.name)) {
      if (letter) assertStringIncludes(text, `-${letter}`, name);
    }
    for (const { name } of row.verbs ?? []) assertStringIncludes(text, name);
    const known = [...OPTIONS, ...ownOf(row.name)].map(({ name }) => name);
    for (const [, name] of text.matchAll(/--([a-z][a-z-]+)/g)) {
      assert(known.includes(name!), `${row.name}: --${name}`);
    }
  }
});

Deno.test("what the words of a command are read by names no option that the table has not", () => {
  const folder = new URL("../../sync/cli/", import.meta.url);
  for (const { name } of COMMAND_TABLE) {
    const file =
      { apply: "plan", show: "plan", man: "../commands/man", check: "check_jobs", run: "run_jobs" }[name] ??
        name;
    const text = Deno.readTextFileSync(new URL(`${file.replaceAll("-", "_")}.ts`, folder));
    const mine = ["plan", "apply", "show"].includes(name) ? ["plan", "apply", "show"] : [name];
    const known = [...OPTIONS, ...mine.flatMap(ownOf)].map(({ name }) => name);
    known.push("next", "-");
    for (const [, option] of text.matchAll(/--([a-z][a-z-]+)/g)) {
      // whom Deno gives them, or who reads them
      const isOther = ["allow-read", "allow-write", "allow-ffi", "deny-write", "no-prompt"].includes(option!);
      assert(isOther || known.includes(option!), `${name}: --${option}`);
    }
  }
});

Deno.test("no command has an option or a letter twice", () => {
  for (const given of [MIRROR, ...COMMAND_TABLE.flatMap((row) => [row, ...row.verbs ?? []])]) {
    const letters = optionsOf(given).flatMap(({ letter }) => letter ?? []);
    assertEquals(letters.length, new Set(letters).size, given.name);
    const names = optionsOf(given).map(({ name }) => name);
    assertEquals(names.length, new Set(names).size, given.name);
  }
});

Deno.test("the values that an option is said to take are all that it takes", () => {
  const fixed = OPTIONS.filter(({ oneOf }) => oneOf !== undefined);
  assertEquals(fixed.map(({ name }) => name), ["owner", "edge", "lines"]);
  for (const { name, oneOf } of fixed) {
    for (const value of oneOf!) assertEquals(parse(["s", "r", `--${name}=${value}`]).kind, "mirror");
    for (const value of oneOf!) assertStringIncludes(complaintOn(["s", "r", `--${name}=other`]), value);
  }
  const [scheduler] = ownOf("schedule");
  assertEquals(scheduler!.oneOf, [...SCHEDULERS]);
});

Deno.test("lockstep help asks for the help of a command, and tells a slip in its name", () => {
  assertEquals(withHelp(["a", "b"]), ["a", "b"]);
  assertEquals(withHelp(["help"]), ["--help"]);
  assertEquals(withHelp(["help", "-v"]), ["--help", "-v"]);
  assertEquals(withHelp(["help", "plan"]), ["plan", "--help"]);
  assertEquals(withHelp(["help", "plna"]), 'There is no command "plna": did you mean plan?; lockstep help');
  assertEquals(noCommand("nonsense"), 'There is no command "nonsense"');
});

/** What is said of words that the mirror does not take. */
function complaintOn(words: readonly string[]): string {
  const command = parse(words);
  if (command.kind !== "usage") throw new Error(`It takes ${words.join(" ")}`);
  return command.text;
}

/** What is typed, of which the mirror can make nothing, and what is said. */
const WRONG: readonly (readonly [string, string])[] = [
  ["aply", 'There is no command "aply": did you mean apply? A folder of that name is "./aply"'],
  ["plans a b -o x", 'There is no option "-o"; or did you mean the command plan?'],
  ["./a plan ./b -o x", 'There is no option "-o"; a command comes first: lockstep plan …'],
  ["sync a b", 'Lockstep always mirrors: leave "sync" out'],
  ["./plans a b", '"b" is neither a time'],
  ["photos", "Give a source and a replica"],
  ["", "Give a source and a replica"],
];

Deno.test("a command that is meant, and misspelt or not first, is told", () => {
  for (const [typed, said] of WRONG) {
    assertStringIncludes(complaintOn(typed === "" ? [] : typed.split(" ")), said);
  }
  // words that can be a mirror's are one
  for (const typed of ["plans a", "sync backup", "a plan", "sync backup 5m sync.log"]) {
    assertEquals([typed, parse(typed.split(" ")).kind], [typed, "mirror"]);
  }
  assertEquals(withCommand([], "wrong"), "wrong");
});
