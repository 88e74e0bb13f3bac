/** The words of `lockstep plan`, `apply` and `show`, typed and printed. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "../../sync/cli/options.ts";
import { optionsOf, parseApply, parsePlan, parseShow } from "../../sync/cli/plan.ts";
import { aboutText, noPlanText, planLine, sumsText } from "../../sync/cli/plan_text.ts";
import type { Change } from "../../sync/engine/change.ts";
import { addTo, newSums } from "../../sync/engine/sums.ts";
import { schemaOfEvents, violations } from "../support/json_schema.ts";
import { FILE, FOLDER } from "../support/entries.ts";

const words = (line: string) => line.split(" ").filter((word) => word !== "");

for (
  const [line, output] of [
    ["s r -o plan", "plan"],
    ["-o plan s r", "plan"],
    ["s --output plan r", "plan"],
    ["s r --output=plan -c", "plan"],
    ["s r -o - -n", null],
    ["--max-delete 5 -o plan s r", "plan"],
    ["s r --trash -o plan", "plan"],
    ["s r --trash --output=plan", "plan"],
    ["s r --trash t -o plan", "plan"],
  ] as const
) {
  Deno.test(`parsePlan() of ${line}`, () => {
    const asked = parsePlan(words(line));
    if (asked.kind !== "plan") throw new Error(asked.text);
    assertEquals([asked.output, asked.options.source, asked.options.replica], [output, "s", "r"]);
  });
}

Deno.test("parsePlan() says what is missing or wrong, and how it is used", () => {
  for (
    const [line, text] of [
      ["s r", "-o plan.jsonl"],
      ["s r -o", "-o needs a value"],
      ["s r --output=", "--output needs a value"],
      ["s r -o a -o b", "given twice"],
      ["s r -o a 30", "made once"],
      ["s r -o a -w", "made once"],
      ["s r -o a --ask", "--ask"],
      ["s r -o - --json", "standard output"],
      ["s -o a", "a source and a replica; lockstep plan"],
      ["-c -o a", "a source and a replica; lockstep plan"],
      ["s r -o a --exlude x", "--exclude"],
    ] as const
  ) {
    const asked = parsePlan(words(line));
    assertEquals([line, asked.kind], [line, "usage"]);
    if (asked.kind === "usage") assertStringIncludes(asked.text, text);
  }
  for (const line of ["help", "--help", "s r -h"]) assertEquals(parsePlan(words(line)).kind, "help");
});

Deno.test("parseApply() takes what is decided when a plan is carried out, and nothing that the plan has", () => {
  const asked = parseApply(words("-n plan --max-delete 5 s --threads=2 r -q --log-file l"));
  if (asked.kind !== "apply") throw new Error(asked.text);
  const { file, source, replica, options: { dryRun, maxDelete, threads, loudness, log } } = asked;
  assertEquals([file, source, replica, dryRun, threads, loudness, log], [
    "plan",
    "s",
    "r",
    true,
    2,
    "quiet",
    "l",
  ]);
  assertEquals(maxDelete, { unit: "entries", value: 5 });
  for (
    const [line, text] of [
      ["", "Give a plan"],
      ["plan s", "both folders, or neither"],
      ["plan s r x", "one word too many"],
      ["plan --checksum", "--checksum was decided when the plan was made"],
      ["plan -nc", "--checksum"],
      ["plan --exclude x", "--exclude"],
      ["plan --trash t", "--trash"],
      ["plan --edge portable", "--edge"],
      ["plan --exlude x", "--exclude"],
      ["plan --max-delete x", "--max-delete takes"],
    ] as const
  ) {
    const asked = parseApply(words(line));
    assertEquals([line, asked.kind], [line, "usage"]);
    if (asked.kind === "usage") assertStringIncludes(asked.text, text);
  }
  for (const line of ["help", "--help", "plan -h"]) assertEquals(parseApply(words(line)).kind, "help");
});

Deno.test("parseShow() takes a plan, a path and what to sum up by", () => {
  assertEquals(parseShow(words("plan")), { kind: "show", file: "plan", path: null, by: "all", json: false });
  assertEquals(parseShow(words("--by=kind --json plan a/b")), {
    kind: "show",
    file: "plan",
    path: "a/b",
    by: "kind",
    json: true,
  });
  assertEquals(parseShow(words("plan --by folder -- -a")), {
    kind: "show",
    file: "plan",
    path: "-a",
    by: "folder",
    json: false,
  });
  for (const line of ["", "plan a b", "plan --by size", "plan --by", "plan -x"]) {
    assertEquals([line, parseShow(words(line)).kind], [line, "usage"]);
  }
  for (const line of ["help", "--help", "plan -h"]) assertEquals(parseShow(words(line)).kind, "help");
});

Deno.test("optionsOf() has all that shapes a pass from the plan, and only looser limits from whoever applies it", () => {
  const options = (line: string) => {
    const command = parse(words(line));
    if (command.kind !== "mirror") throw new Error(command.kind);
    return command.options;
  };
  const planned = options("s r -c --exclude x --max-delete 5 --durable --log-file old --trash t -v");
  assertEquals(optionsOf(planned, options("a b")), { ...planned, log: null, loudness: "normal" });
  const given = options("a b -n --json --max-delete 9 --allow-empty-source --ignore-free-space --threads 3");
  const merged = optionsOf(planned, given);
  assertEquals([merged.source, merged.checksum, merged.durable], ["s", true, true]);
  assertEquals([merged.dryRun, merged.json, merged.threads], [true, true, 3]);
  assertEquals(merged.maxDelete, { unit: "entries", value: 9 });
  assert(merged.allowEmptySource && merged.ignoreFreeSpace);
});

Deno.test("optionsOf() has the pace, and the programs to run, from whoever applies a plan and never from its file", () => {
  const options = (...words: string[]) => {
    const command = parse(["s", "r", ...words]);
    if (command.kind !== "mirror") throw new Error(command.kind);
    return command.options;
  };
  const [quiet, loud] = [options(), options("--on-change", "tell a", "--bwlimit", "1MiB")];
  assertEquals(optionsOf(loud, quiet), quiet);
  assertEquals(optionsOf(quiet, loud), loud);
});

function sumsOf(changes: readonly Change[]) {
  const sums = newSums();
  for (const change of changes) addTo(sums, change);
  return sums;
}

const file = (size: number) => ({ ...FILE, size });
const CHANGES: readonly Change[] = [
  { kind: "create", path: "photos/2024/a\n.jpg", entry: file(2048) },
  { kind: "create", path: "photos/2024", entry: FOLDER },
  { kind: "create", path: "photos/2023/b", entry: file(1), hardLinkTo: "photos/2024/a\n.jpg" },
  { kind: "create", path: "now a file", entry: file(10), was: FOLDER },
  { kind: "update", path: "notes", entry: file(5), was: file(9) },
  { kind: "attributes", path: "photos", entry: FOLDER, was: FOLDER },
  { kind: "remove", path: "old/x", was: file(4096) },
  { kind: "remove", path: "old", was: FOLDER },
];

Deno.test("sumsText() sums up by kind, by folder, and names the largest", () => {
  assertEquals(sumsText(sumsOf(CHANGES), "all"), [
    "  create      4 entries  2.01 KiB",
    "  update        1 entry       5 B",
    "  attributes    1 entry",
    "  remove      3 entries     4 KiB",
    "",
    "By folder:",
    '  "."            4 steps   15 B to copy  2 removals',
    '  "old"           1 step                  1 removal',
    '  "photos"        1 step',
    '  "photos/2023"   1 step',
    '  "photos/2024"   1 step  2 KiB to copy',
    "",
    "The largest to copy:",
    '  "photos/2024/a\\n.jpg"  2 KiB',
    '  "now a file"            10 B',
    '  "notes"                  5 B',
    "",
    "The largest to remove:",
    '  "old/x"  4 KiB',
  ]);
  assertEquals(sumsText(sumsOf(CHANGES), "kind").length, 4);
  assertEquals(sumsText(sumsOf(CHANGES), "folder").length, 5);
  assertEquals(sumsText(newSums(), "all"), ["Nothing would be done"]);
});

Deno.test("sumsText() goes no deeper than twenty folders, and keeps ten files", () => {
  const many = Array.from({ length: 30 }, (_, i): Change => (
    { kind: "create", path: `top/${i % 3}/d${i}/f`, entry: file(i + 1) }
  ));
  const lines = sumsText(sumsOf(many), "folder");
  assertEquals(lines.map((line) => line.trim().split(" ")[0]), ['"top/0"', '"top/1"', '"top/2"']);
  assertEquals(sumsOf(many).copies.map(({ bytes }) => bytes), [30, 29, 28, 27, 26, 25, 24, 23, 22, 21]);
  const wide = Array.from({ length: 30 }, (_, i): Change => (
    { kind: "create", path: `d${i}/f`, entry: file(0) }
  ));
  assertEquals(sumsText(sumsOf(wide), "folder").at(-1), "  and 10 folders more");
});

Deno.test("a plan says what could not be looked at, and what would refuse it", () => {
  const about = { time: 0, source: "/s", replica: "/r", steps: 8, failed: 2, refused: null };
  assertEquals(aboutText(about).length, 2);
  const refused = {
    kind: "refused",
    rule: "max-delete",
    removals: 60,
    replica: 100,
    bound: { unit: "percent", value: 50 },
  } as const;
  assertStringIncludes(aboutText({ ...about, refused }).at(-1)!, "If you mean it, add --max-delete 60");
  const schema = schemaOfEvents();
  for (const one of [about, { ...about, refused }]) {
    assertEquals(violations(JSON.parse(planLine(one, sumsOf(CHANGES), 0)), schema), []);
  }
});

Deno.test("what is no plan is told in one line that says what to do", () => {
  for (
    const found of [{ kind: "no-plan" }, { kind: "damaged" }, {
      kind: "version",
      version: "\x1b",
      reads: 1,
    }] as const
  ) {
    const text = noPlanText("a\nb", found);
    assert(!text.includes("\n") && !text.includes("\x1b"), text);
    assert(/plan again|lockstep plan/.test(text), text);
  }
});
