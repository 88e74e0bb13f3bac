/** Names are data: in no place are they taken for a path, an option, a line or a command of a terminal. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { asOrdinary } from "../support/limits.ts";
import { lockstep, type Ran } from "../support/program.ts";
import { assertInSync, file, folder, link, namesIn, plant, type Tree } from "../support/tree.ts";
import { faultTest, shimmed } from "./tools.ts";

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
      event.kind === "change" ? [event.path] : []
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

faultTest(
  "names whose ends the replica drops fail by name, in each pass, and what was made of them stays",
  ["cc"],
  async (at) => {
    plant(at, {
      source: {
        "a.": "1",
        "b ": "2",
        b: "own",
        "d.": { f: "3" },
        "e. .": "4",
        "l.": link("b"),
        ok: { "x.y": "5" },
      },
      replica: { a: "1", d: { f: "3", more: "3" }, gone: "1" },
    });
    const setting = await shimmed({ UNDER: `${at}/replica`, DROP: ". " });
    for (let pass = 0; pass < 2; pass++) {
      const ran = await lockstep([`${at}/source`, `${at}/replica`], setting);
      assertEquals(ran.status, 23, ran.out + ran.err);
      assertEquals(ran.out.split(/cannot hold names that end in a (?:dot|space)/).length, 3);
      const failed = [...ran.err.matchAll(/Cannot create "(.*)" in the replica: the replica drops/g)];
      assertEquals(failed.map(([, name]) => name).sort(), ["a.", "b ", "d.", "e. .", "l."]);
      assertEquals(namesIn(`${at}/replica`), ["a", "b", "d", "ok"]);
      assertEquals(namesIn(`${at}/replica/d`), ["f", "more"]);
      assertEquals(Deno.readTextFileSync(`${at}/replica/b`), "own");
    }
  },
);

faultTest(
  "names that the replica makes others of in a way of its own fail from the second pass on, and nothing of them goes",
  ["cc"],
  async (at) => {
    plant(`${at}/source`, { "n~": "1", "d~": { f: "2" }, "l~": link("n"), plain: "3" });
    const setting = await shimmed({ UNDER: `${at}/replica`, DROP: "~" });
    for (const status of [0, 23, 23]) {
      const ran = await lockstep([`${at}/source`, `${at}/replica`], setting);
      assertEquals(ran.status, status, ran.out + ran.err);
      assertEquals(ran.err.split("the replica made another name of its name").length, status === 0 ? 1 : 4);
      assertEquals(namesIn(`${at}/replica`), ["d", "l", "n", "plain"]);
      assertEquals(namesIn(`${at}/replica/d`), ["f"]);
    }
    // two names that become one
    plant(`${at}/source`, { both: "own", "both~": "other" });
    for (const created of [2, 0, 0]) {
      const ran = await lockstep([`${at}/source`, `${at}/replica`], setting);
      assertStringIncludes(ran.err, created > 0 ? `created ${created}, updated ` : "nothing was changed");
      assertEquals(ran.err.includes(`Cannot read "both~" in the replica: `), created === 0);
    }
    assertEquals(Deno.readTextFileSync(`${at}/replica/both`), "own");
    // what is gone from the source goes
    Deno.removeSync(`${at}/source/n~`);
    await lockstep([`${at}/source`, `${at}/replica`], setting);
    assertEquals(namesIn(`${at}/replica`), ["both", "d", "l", "plain"]);
  },
);
