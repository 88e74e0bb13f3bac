/** The real program on a terminal: what is seen there, and what goes elsewhere. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { has } from "../support/program.ts";
import { onTerminal } from "../support/terminal.ts";
import { files, inFolder, plant, readIfThere } from "../support/tree.ts";

/** A test on a terminal, with a source of 2,000 small files: long enough for some looks. */
function terminalTest(name: string, test: (at: string) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !has("script"),
    fn: () =>
      inFolder(async (at) => {
        for (let i = 0; i < 20; i++) plant(`${at}/source/d${i}`, files(100, "x".repeat(3000)));
        await test(at);
      }),
  });
}

const FULL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d INFO /;

terminalTest("lockstep draws its progress on standard error when standard output is a file", async (at) => {
  const words = [`${at}/source`, `${at}/replica`, "--owner=never"];
  const { status, out } = await onTerminal(words, "", { redirection: `> '${at}/out.txt'` });
  assertEquals(status, 0);
  assertMatch(out, /\d+%, .* changes/);
  assert(!out.includes("create file"), out);
  const lines = readIfThere(`${at}/out.txt`).trimEnd().split("\n");
  assertEquals(lines.length, 1 + 2021 + 1);
  for (const line of lines) assertMatch(line, FULL_TIME);
});

terminalTest(
  "lockstep --lines=none leaves progress and summary on the console, and all lines in the log",
  async (at) => {
    const words = [`${at}/source`, `${at}/replica`, `${at}/sync.log`, "--lines=none"];
    const { status, out } = await onTerminal(words, "");
    assertEquals(status, 0);
    assertMatch(out, /\d+%, .* changes/);
    assert(!out.includes("create "), out);
    assertStringIncludes(out, "in sync: created 2021");
    assertEquals(readIfThere(`${at}/sync.log`).split(" create ").length - 1, 2021);
  },
);

terminalTest(
  "lockstep has colors and the time of day on a terminal, none with NO_COLOR, and the full time in the log",
  async (at) => {
    const words = [`${at}/source`, `${at}/replica`, `${at}/sync.log`];
    const colored = await onTerminal(words, "", { before: "env -u NO_COLOR" });
    assertMatch(colored.out, /\n\d\d:\d\d:\d\d create file/);
    // deno-lint-ignore no-control-regex
    assertMatch(colored.out, /\d\d:\d\d:\d\d \x1b\[32min sync: /);
    const plain = await onTerminal(words, "", { before: "NO_COLOR=1" });
    assertStringIncludes(plain.out, "in sync: nothing to do for 2,020 entries");
    assert(!plain.out.includes("\x1b[32m"));
    for (const line of readIfThere(`${at}/sync.log`).trimEnd().split("\n")) assertMatch(line, FULL_TIME);
  },
);

terminalTest("lockstep --checksum shows on a terminal how many bytes are compared", async (at) => {
  const words = [`${at}/source`, `${at}/replica`, "-c", "--threads=1"];
  await onTerminal(words, "");
  plant(`${at}/source`, { large: new Uint8Array(96 << 20) });
  plant(`${at}/replica`, { large: new Uint8Array(96 << 20) });
  const { out } = await onTerminal(words, "");
  assertMatch(out, /comparing: [\d,]+ entr\w+, [\d.]+ \w+ of [\d.]+ MiB/);
});
