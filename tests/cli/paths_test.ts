/** Paths on a command line, by the rules of each system. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { misuse } from "../../sync/cli/misuse.ts";
import { patternFault } from "../../sync/cli/pattern_fault.ts";
import { foreignWord } from "../../sync/cli/foreign.ts";
import { ambiguous, quoted } from "../../sync/cli/paths.ts";
import { systemOf } from "../../sync/system.ts";

const [WINDOWS, UNIX] = [systemOf("windows"), systemOf("linux")];

Deno.test("quoted() makes one word of a path for the shells of each system", () => {
  for (
    const [path, windows, unix] of [
      ["C:\\Photos", "C:\\Photos", "'C:\\Photos'"],
      ["C:\\My Photos", '"C:\\My Photos"', "'C:\\My Photos'"],
      ["D:\\", "D:\\", "'D:\\'"],
      ["D:\\a b\\", '"D:\\a b\\\\"', "'D:\\a b\\'"],
      ["\\\\nas\\a&b", '"\\\\nas\\a&b"', "'\\\\nas\\a&b'"],
      ["/mnt/a b", '"/mnt/a b"', "'/mnt/a b'"],
      ["/mnt/it's", `"/mnt/it's"`, `'/mnt/it'\\''s'`],
      ["C:\\a,b", '"C:\\a,b"', "'C:\\a,b'"],
    ] as const
  ) assertEquals([quoted(path, WINDOWS), quoted(path, UNIX)], [windows, unix], path);
});

Deno.test('ambiguous() says on Windows what is wrong with a path, and that ".." is nothing wrong', () => {
  assertStringIncludes(ambiguous('C:\\My Photos"', WINDOWS)!, "quote");
  assertStringIncludes(ambiguous("C:\\a*", WINDOWS)!, '"*"');
  assertStringIncludes(ambiguous("\\\\?\\Volume{1}\\a", WINDOWS)!, "number");
  for (const path of ["C:\\a\\..\\b", "..\\a", "C:a", "\\a", "\\\\nas\\a", ""]) {
    assertEquals(ambiguous(path, WINDOWS), null, path);
  }
  assertEquals(ambiguous('/a"b*', UNIX), null);
});

Deno.test("foreignWord() takes no path of Windows for another machine, nor one of its switches for a path", () => {
  for (
    const path of ["C:\\x", "C:x", "c:/x", "D:", "\\\\nas\\photos", "//nas/photos", "\\\\?\\C:\\x", "\\x"]
  ) {
    assertEquals(foreignWord([path, path]), null, path);
  }
  for (const path of ["user@host:/x", "user@host:C:\\x", "host:/x", "host::module", "nas:"]) {
    assertStringIncludes(foreignWord([path, "C:\\r"]) ?? "", "another machine", path);
  }
  assertStringIncludes(foreignWord(["C:\\a", "D:\\b", "/MIR"]) ?? "", "robocopy");
  assertStringIncludes(foreignWord(["C:\\a", "D:\\b", "/R:3"]) ?? "", "robocopy");
});

Deno.test("misuse() knows what a backslash before a quote made of several words on Windows", () => {
  for (const [words, isSlip] of QUOTED_WORDS) {
    const told = misuse(words, WINDOWS);
    assertEquals(told?.includes('so leave out the last "\\"') ?? false, isSlip, words.join("|"));
    assertEquals(misuse(words, UNIX), null);
  }
});

const QUOTED_WORDS: readonly (readonly [string[], boolean])[] = [
  [[String.raw`C:\My Photos" D:\x`], true],
  [[String.raw`C:\My Photos" D:\x --dry-run`], true],
  [[String.raw`C:\My Photos" D:\My`, 'X"'], true],
  [["C:\\a", "--trash", String.raw`D:\My Trash" D:\x`], true],
  [[String.raw`"C:\My Photos"`, "D:\\x"], false],
  [["C:\\a", String.raw`"D:\My Photos" `], false],
  [["C:\\My Photos", "D:\\x"], false],
  [["C:\\a", "D:\\x", "--on-failure", 'notify "it failed" now'], false],
];

Deno.test("patternFault() asks for a slash between the folders of a pattern on Windows, and nowhere else", () => {
  for (const [pattern, instead] of BACKSLASHES) {
    const told = patternFault("exclude", pattern, [], WINDOWS);
    if (instead === null) assertEquals(told, null, pattern);
    else assertStringIncludes(told ?? "", `write --exclude "${instead}"`);
    assertEquals(patternFault("exclude", pattern, [], UNIX), null, pattern);
  }
});

const BACKSLASHES: readonly (readonly [string, string | null])[] = [
  ["2019\\Sommer Urlaub", "2019/Sommer Urlaub"],
  ["\\2019\\x\\", "/2019/x/"],
  ["cache\\*.tmp", "cache/*.tmp"],
  ["a\\.git", "a/.git"],
  ["\\#x", null],
  ["\\!x", null],
  ["a\\[1]", null],
  ["a\\ b", null],
  ["a/b", null],
];
