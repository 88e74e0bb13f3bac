/** Names are data: in no place are they taken for a path, an option, a line or a command of a terminal. */
import { assert, assertEquals } from "@std/assert";
import { asOrdinary } from "../support/limits.ts";
import { lockstep, type Ran } from "../support/program.ts";
import { assertInSync, file, folder, link, namesIn, plant, type Tree } from "../support/tree.ts";
import { faultTest } from "./tools.ts";

const NAMES = [
  "new\nline",
  "\n2026-01-01T00:00:00.000+00:00 INFO in sync: nothing to do for 1 entries, 1ms",
  "carriage\rreturn",
  "\x1b[2J\x1b]0;title\x07",
  "\x9b31m",
  "tab\there",
  "..\\..\\escape",
  "...",
  "..foo",
  "~",
  "$HOME",
  "$(touch owned)",
  "`touch owned`",
  "; touch owned",
  "--max-delete=0",
  "-rf",
  "*",
  "?",
  "%s%n%d",
  "{braces} {0}",
  "\"quoted\" 'twice'",
  "\u202egpj.exe",
  "\u2028separator",
  "\ufeffmark",
  "constructor",
  "__proto__",
  "toString",
  "\u00e9",
  "e\u0301",
  " ",
  " leading and trailing ",
  ".lockstep",
  ".lockstep-",
  ".lockstep-0badcafe-zz.txt",
  "\u{1f600}",
  "CON",
  "a".repeat(255),
];

/** Nothing that a terminal or a reader of lines could take for its own. */
function assertClean(ran: Ran): void {
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(ran.out + ran.err));
  for (const line of (ran.out + ran.err).trimEnd().split("\n")) {
    assert(/^\d{4}-\d\d-\d\dT[\d:.+Z-]+ (INFO|WARN|ERROR) |^lockstep: /.test(line), line);
  }
}

faultTest(
  "odd names are mirrored as they are, as files, folders, links and targets, and logged in one clean line each",
  [],
  async (at) => {
    const inner: Tree = Object.fromEntries(NAMES.map((name) => [name, "1"]));
    const tree: Tree = {
      files: inner,
      folders: Object.fromEntries(NAMES.map((name) => [name, { f: "1" }])),
      links: Object.fromEntries(NAMES.map((name) => [name, link(name)])),
    };
    plant(`${at}/source`, tree);
    const first = await lockstep([`${at}/source`, `${at}/replica`, "--log-file", `${at}/log`]);
    assertEquals([first.status, first.err], [0, ""]);
    assertClean(first);
    assertClean({ status: 0, out: Deno.readTextFileSync(`${at}/log`), err: "" });
    assertEquals(first.out.split(" create ").length - 1, 4 + NAMES.length * 4);
    assertInSync(`${at}/source`, `${at}/replica`);
    assertEquals(namesIn(at), ["log", "replica", "source"]);
    for (const name of NAMES) Deno.removeSync(`${at}/source/files/${name}`);
    const removed = await lockstep([`${at}/source`, `${at}/replica`]);
    assertEquals(removed.out.split(" remove file ").length - 1, NAMES.length);
    assertClean(removed);
    const json = await lockstep([`${at}/source`, `${at}/other`, "--json"]);
    const paths = json.out.trimEnd().split("\n").map((line) => JSON.parse(line)).flatMap((event) =>
      event.kind === "change" ? [event.change.path] : []
    );
    for (const name of NAMES) assert(paths.includes(`links/${name}`), name);
  },
);

faultTest("odd names in roots and in errors are shown in one clean line each", ["ordinary"], async (at) => {
  const odd = "od\nd \x1b[31m\u202e";
  plant(at, { [odd]: Object.fromEntries(NAMES.map((name) => [name, folder({ a: file("1") }, 0o000)])) });
  const ran = await lockstep([`${at}/${odd}`, `${at}/r${odd}`], { through: asOrdinary() });
  assertEquals(ran.status, 23);
  assertEquals(ran.err.split(" Cannot list ").length - 1, NAMES.length);
  assertClean(ran);
  const none = await lockstep([`${at}/none${odd}`, `${at}/replica`]);
  assertEquals(none.status, 3);
  assertClean(none);
});
