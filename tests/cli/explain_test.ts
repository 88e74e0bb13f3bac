/** The words of `lockstep explain`, typed and printed. */
import { resolve } from "node:path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseExplain, pathIn } from "../../sync/cli/explain.ts";
import { explainedLine, explainedText } from "../../sync/cli/explain_text.ts";
import type { Explained, Omission, Why } from "../../sync/engine/explained.ts";
import { schemaOfEvents, violations } from "../support/json_schema.ts";
import { FILE, FOLDER } from "../support/entries.ts";
import { IS_WINDOWS } from "../support/tree.ts";

for (
  const [words, path, source] of [
    ["a s r", "a", "s"],
    ["--exclude x a s r", "a", "s"],
    ["--exclude=x -n a s r", "a", "s"],
    ["-x a s r --max-size 5", "a", "s"],
    ["-- -a s r", "-a", "s"],
    ["-n -- --exclude s r", "--exclude", "s"],
    ["explain s r", "explain", "s"],
    ["a s r 30 sync.log", "a", "s"],
  ] as const
) {
  Deno.test(`parseExplain() of ${words}`, () => {
    const asked = parseExplain(words.split(" "));
    if (asked.kind !== "explain") throw new Error(asked.text);
    assertEquals([asked.path, asked.options.source, asked.options.replica], [path, source, "r"]);
  });
}

Deno.test("parseExplain() says what is missing or wrong, and how it is used", () => {
  for (const words of ["", "a", "a s", "--exclude", "a s r --exlude x", "a s r -z", "a\ufffd s r"]) {
    const asked = parseExplain(words.split(" ").filter((word) => word !== ""));
    assertEquals([words, asked.kind], [words, "usage"]);
  }
  for (const words of [["help"], ["--help"], ["a", "-h"]]) assertEquals(parseExplain(words).kind, "help");
});

Deno.test("pathIn() is a path below a root, however it is typed", () => {
  const roots = ["/s/x", "/r"].map((root) => resolve(root));
  for (
    const [typed, path] of [
      ["", ""],
      [".", ""],
      ["./a//b/./c/", "a/b/c"],
      ["..a/b..", "..a/b.."],
      ["/s/x", ""],
      ["/s/x/a", "a"],
      // two slashes begin the name of another machine on Windows
      [IS_WINDOWS ? "/r/./a/" : "//r/./a/", "a"],
    ] as const
  ) assertEquals([typed, pathIn(typed, roots)], [typed, { path }]);
  assertEquals(pathIn("/a", [resolve("/")]), { path: "a" });
  for (const typed of ["..", "a/../b", "/s/x/../y", "/s", "/s/xy", "/"]) {
    assertEquals([typed, typeof pathIn(typed, roots)], [typed, "string"]);
  }
});

const NASTY = 'a\n\x1b"b';
const RULE: Omission = {
  kind: "rule",
  rule: { pattern: `/d/**/${NASTY}`, from: `d/\x1b/.lockstepignore:3`, written: NASTY },
};
const WHYS: readonly Why[] = [
  {
    kind: "change",
    change: { kind: "create", path: NASTY, entry: FILE, was: FOLDER, hardLinkTo: NASTY },
    differences: [],
    omitted: null,
  },
  {
    kind: "change",
    change: { kind: "update", path: NASTY, entry: { ...FILE, mtime: 8.64e15 }, was: FILE },
    differences: [{ what: "size" }, { what: "time" }],
    omitted: null,
  },
  {
    kind: "change",
    change: { kind: "attributes", path: NASTY, entry: FOLDER, was: FOLDER },
    differences: [{ what: "mode", from: 0, to: 0o777 }],
    omitted: null,
  },
  { kind: "change", change: { kind: "remove", path: NASTY, was: FILE }, differences: [], omitted: null },
  ...[RULE, { kind: "own-log" } as const].map((by): Why => ({
    kind: "change",
    change: { kind: "remove", path: NASTY, was: { kind: "socket" } },
    differences: [],
    omitted: { at: "", by },
  })),
  {
    kind: "failure",
    failure: { kind: "failure", action: "read", side: "replica", path: NASTY, reason: { code: "EXCLUDED" } },
    by: RULE,
  },
  { kind: "same" },
  { kind: "absent", spelled: null },
  { kind: "absent", spelled: "A" },
  { kind: "omitted", at: "d", by: RULE },
  { kind: "omitted", at: NASTY, by: { kind: "bound", bound: "minSize", limit: 5 } },
  { kind: "omitted", at: NASTY, by: { kind: "bound", bound: "olderThan", limit: -8.64e15 } },
  { kind: "omitted", at: NASTY, by: { kind: "temporary" } },
  { kind: "omitted", at: NASTY, by: { kind: "own-log" } },
  { kind: "unmirrored", what: "device" },
  { kind: "unmirrored", what: "link" },
  { kind: "beyond-mount", at: NASTY },
  { kind: "behind-link", at: NASTY },
  { kind: "respelled" },
  { kind: "no-delete", at: NASTY },
  { kind: "no-delete", at: "d" },
  { kind: "holds", inside: NASTY },
  { kind: "holds", inside: null },
];

Deno.test("explainedText() has words of its own for everything, on one line, and JSON that docs/json.md describes", () => {
  const schema = schemaOfEvents();
  const texts = new Set<string>();
  for (const why of WHYS) {
    const explained: Explained = { path: NASTY, why, entry: FILE, was: { kind: "socket" }, includedBy: null };
    const text = explainedText(explained);
    assert(!/undefined|null|NaN|\[object|\.\.| {2}/.test(text) && text.endsWith("."), text);
    // deno-lint-ignore no-control-regex
    assert(!/[\u0000-\u001f\u007f-\u009f]/.test(text), JSON.stringify(text));
    assertStringIncludes(text, String.raw`"a\n\u001b\"b"`);
    texts.add(text);
    const line = JSON.parse(explainedLine(explained, 0));
    assertEquals(violations(line, schema), []);
    const isRule = text.includes("the pattern");
    assertEquals(line.rule, isRule ? { pattern: NASTY, from: `d/\x1b/.lockstepignore:3` } : undefined);
  }
  assertEquals(texts.size, WHYS.length);
});
