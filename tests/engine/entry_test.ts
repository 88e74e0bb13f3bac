import { assertEquals } from "@std/assert";
import { below, depth, foldersTo, parent, shown, within } from "../../sync/engine/entry.ts";
import { SYSTEM } from "../../sync/system.ts";

Deno.test("below(), parent() and depth() agree, also at the root", () => {
  assertEquals([below("", "a"), below("a", "b"), below("a/b", "c")], ["a", "a/b", "a/b/c"]);
  assertEquals([parent("a/b/c"), parent("a"), parent("")], ["a/b", "", ""]);
  assertEquals([foldersTo(""), foldersTo("a/b")], [[""], ["", "a", "a/b"]]);
  assertEquals([depth(""), depth("a"), depth("a/b/c")], [0, 1, 3]);
});

Deno.test("within() finds the path itself and any folder above it, the root included, and no mere prefix", () => {
  assertEquals(within("a/b/c", new Set(["a/b"])), true);
  assertEquals(within("a/b", new Set(["a/b"])), true);
  assertEquals(within("a/bc", new Set(["a/b"])), false);
  assertEquals(within("a", new Set(["a/b"])), false);
  assertEquals(within("x", new Set([""])), true);
  assertEquals(within("x", new Set()), false);
});

Deno.test("shown() quotes and escapes all that a terminal or a log could take for its own", () => {
  const rows: [string, string][] = [
    ["", `"."`],
    ["a b/ä", `"a b/ä"`],
    ["a\nb", `"a\\nb"`],
    ["a\rb\tc", `"a\\rb\\tc"`],
    ["\x1b[31mred", `"\\u001b[31mred"`],
    ["\x07\x7f\x9b", `"\\u0007\\u007f\\u009b"`],
    [`a"b\\c`, SYSTEM.separator === "\\" ? `"a\\"b\\c"` : `"a\\"b\\\\c"`],
    ["\u202egpj.exe", `"\\u202egpj.exe"`],
    ["{x} %s", `"{x} %s"`],
    // a byte that is no UTF-8, and a character that has such a half
    ["f\udcfcr/\udc80", `"f\\xfcr/\\x80"`],
    ["\u{1f080}\u{104ff}\u{100ff}", `"\u{1f080}\u{104ff}\u{100ff}"`],
    ["\ufeff", `"\\ufeff"`],
  ];
  for (const [path, line] of rows) assertEquals(shown(path), line);
});
