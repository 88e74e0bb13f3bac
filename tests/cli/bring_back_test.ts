import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseBringBack } from "../../sync/cli/bring_back.ts";
import { editsText } from "../../sync/cli/bring_back_text.ts";
import { parse } from "../../sync/cli/options.ts";
import { FILE, FOLDER } from "../support/entries.ts";

/** The paths that a line asks for, with what else counts; or what is said of a bad one. */
function read(line: string): unknown {
  const asked = parseBringBack(line.split(" "));
  if (asked.kind !== "bring-back") return asked.text;
  const { source, replica, undo, dryRun } = asked.options;
  return [source, replica, asked.paths.join(), asked.yes, undo.state, dryRun];
}

const GOOD: readonly (readonly [string, unknown[]])[] = [
  ["s r", ["s", "r", "", false, null, false]],
  ["s r a b/c --yes --state f", ["s", "r", "a,b/c", true, "f", false]],
  ["--state f -n s r 30", ["s", "r", "30", false, "f", true]],
  ["s r sync.log --keep-edits", ["s", "r", "sync.log", false, null, false]],
  ["s r -- -a", ["s", "r", "-a", false, null, false]],
];

for (const [line, expected] of GOOD) {
  Deno.test(`parseBringBack() reads "${line}"`, () => assertEquals(read(line), expected));
}

const BAD: readonly (readonly [string, string])[] = [
  ["s", "Give a source and a replica"],
  ["s r --interval 5m", "bring-back is done once"],
  ["s r -w", "bring-back is done once"],
  ["s r --bring-back --state f", "leave out"],
  ["s r --yess", "There is no option"],
];

for (const [line, part] of BAD) {
  Deno.test(`parseBringBack() says in one line what is wrong with "${line}"`, () => {
    const said = String(read(line));
    assertStringIncludes(said, part);
    assertEquals(said.split("\n").length, 1);
  });
}

Deno.test("editsText() shows each edit, and what is not carried", () => {
  const steps = [
    { kind: "update", path: "a", entry: { ...FILE, size: 2048 }, was: FILE },
    { kind: "create", path: "n\n", entry: FOLDER },
  ] as const;
  const all = { source: "/s", trash: "/s.trash", steps, stuck: ["k"], conflicts: ["c"], isRemembered: true };
  assertEquals(editsText(all).split("\n"), [
    '2 entries to bring back to "/s"; its old versions go to "/s.trash"',
    '  edited    file "a", 2 KiB',
    '  new       folder "n\\n"',
    '  conflict  "c": changed in the source, too; it is left',
    '  stuck     "k": something else stands in the source, or it is excluded; it is left',
  ]);
  assertEquals(editsText({ ...all, steps: [], stuck: [], conflicts: [] }), "There is nothing to bring back");
  assertStringIncludes(editsText({ ...all, isRemembered: false }), "With --state it can.");
});

Deno.test("the examples of edits in the manual are command lines that the program takes", () => {
  const manual = Deno.readTextFileSync(new URL("../../docs/manual.md", import.meta.url));
  const start = manual.indexOf("## Edits in the replica");
  const chapter = manual.slice(start).split(/\n## /)[0]!;
  const lines = [...chapter.matchAll(/^lockstep .*/gm)].map(([line]) => line);
  assertEquals(lines.length, 3);
  for (const line of lines) {
    const words = line.split(" ").slice(1);
    const kind = words[0] === "bring-back" ? parseBringBack(words.slice(1)).kind : parse(words).kind;
    assertEquals([line, kind === "mirror" || kind === "bring-back"], [line, true]);
  }
});
