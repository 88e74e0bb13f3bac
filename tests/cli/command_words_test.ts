/** A command as one text, split into words without a shell. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { wordsOf } from "../../sync/cli/command_words.ts";
import { parse } from "../../sync/cli/options.ts";

const ROWS: readonly (readonly [text: string, ...words: string[]])[] = [
  ["tell", "tell"],
  ["/usr/local/bin/tell ada", "/usr/local/bin/tell", "ada"],
  ["  a   b\tc\n", "a", "b", "c"],
  ["sh -c 'echo \"$HOME\" | cat'", "sh", "-c", 'echo "$HOME" | cat'],
  ['a "b c" d', "a", "b c", "d"],
  ['a "b \\" c \\\\ d \\n"', "a", 'b " c \\ d \\n'],
  ["a b\\ c \\'d", "a", "b c", "'d"],
  ["a ''", "a", ""],
  ['a ""b', "a", "b"],
  ["a 'b'\"c\"d", "a", "bcd"],
  ["curl https://x.example/a?b=1&c=2", "curl", "https://x.example/a?b=1&c=2"],
  ["a '|' \\; \">\"", "a", "|", ";", ">"],
  ["a $HOME *", "a", "$HOME", "*"],
  ["a ö😀", "a", "ö😀"],
];

for (const [text, ...words] of ROWS) {
  Deno.test(`wordsOf() splits ${JSON.stringify(text)}`, () => assertEquals(wordsOf(text), words as never));
}

const WRONG: readonly (readonly [text: string, says: string])[] = [
  ["a 'b", "has a ' that is never closed"],
  ['a "b\\"', 'has a " that is never closed'],
  ["a b\\", 'ends with a "\\"'],
  [" ", "names no program"],
  ["'' a", "names no program"],
  ["a | b", `for "|", write sh -c '…' around it`],
  ["a && b", `for "&&"`],
  ["a > b", `for ">"`],
  ["a 2>&1", `for "2>&1"`],
  ["a ; b", `for ";"`],
  ["~/bin/tell", "write the whole path"],
  ["a b\0c", "has a NUL"],
];

for (const [text, says] of WRONG) {
  Deno.test(`wordsOf() refuses ${JSON.stringify(text)}, and the program says so in one line`, () => {
    const wrong = wordsOf(text);
    if (typeof wrong !== "string") throw new Error(wrong.join(" "));
    assertStringIncludes(wrong, says);
    const command = parse(["s", "r", "--on-failure", text]);
    if (command.kind !== "usage") throw new Error(JSON.stringify(command));
    assertStringIncludes(command.text, "--on-failure");
    assertEquals(command.text.includes("\n"), false);
  });
}
