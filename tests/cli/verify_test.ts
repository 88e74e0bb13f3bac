/** The words of the command `verify`: what is asked for, what is refused, and what is said. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { STATUS, statusOfCheck } from "../../sync/cli/exit_status.ts";
import { parseVerify } from "../../sync/cli/verify.ts";
import { findingText, levelOfFinding, verifiedText } from "../../sync/cli/verify_text.ts";
import type { Finding, Verified } from "../../sync/engine/checked.ts";

const ASKED: readonly (readonly [words: string, asked: Record<string, unknown>])[] = [
  ["s r", { hasSource: true, heal: false, since: null, time: null, rate: null }],
  ["s r --for 2h --since state --rate 50MiB", { since: "state", time: 7_200_000, rate: 50 * 1024 * 1024 }],
  ["--for=30 s --since=a=b r --rate=1M/s", { since: "a=b", time: 30_000, rate: 1024 * 1024 }],
  ["--manifest m r", { hasSource: false }],
  ["r --manifest=m --exclude x", { hasSource: false }],
  ["--heal --manifest m s r", { hasSource: true, heal: true }],
  ["s -- -r", { hasSource: true }],
  ["--manifest m -- -r", { hasSource: false }],
];

for (const [words, wanted] of ASKED) {
  Deno.test(`verify ${words} is understood`, () => {
    const asked = parseVerify(words.split(" "));
    if (asked.kind !== "verify") throw new Error(asked.text);
    const { hasSource, heal, since, time, rate } = asked;
    assertEquals({ ...{ hasSource, heal, since, time, rate }, ...wanted }, {
      hasSource,
      heal,
      since,
      time,
      rate,
    });
    const { source, replica, check } = asked.options;
    assertEquals(replica.replace("-", ""), "r");
    assertEquals(source.replace("-", ""), asked.hasSource ? "s" : "r");
    assertEquals(check.manifest, words.includes("manifest") ? "m" : null);
  });
}

const REFUSED: readonly (readonly [words: string, says: string])[] = [
  ["", "Give a source and a replica"],
  ["r", "or the replica alone with --manifest <file>"],
  ["-c", "or the replica alone with --manifest <file>; lockstep verify"],
  ["s r t", "Give a source and a replica, and no more"],
  ["s r --interval 5m", "leave out what has it repeated"],
  ["s r --watch", "leave out what has it repeated"],
  ["s r --heal", "--heal goes with --manifest"],
  ["r --heal --manifest m", "--heal copies from the source"],
  ["s r --manifest m", "leave out the source, or add --heal"],
  ["s r --rate fast", '--rate takes the bytes of a second with their unit, like 50MiB, not "fast"'],
  ["s r --rate 0", "--rate takes the bytes of a second"],
  ["s r --rate 50", "with their unit"],
  ["s r --for ever", '--for takes a time like 30m or 2h, not "ever"'],
  ["s r --since", "--since needs a value"],
  ["s r --since a --since b", "--since is given twice"],
  ["s r --dry-run", "leave out --dry-run"],
  ["s r --verify", "A check makes no pass"],
  ["s r --trash t", "A check makes no pass"],
  ["s r --nonsense", 'There is no option "--nonsense"'],
];

for (const [words, says] of REFUSED) {
  Deno.test(`verify ${words} is refused in words`, () => {
    const asked = parseVerify(words.split(" ").filter((word) => word !== ""));
    if (asked.kind !== "usage") throw new Error(asked.kind);
    assertStringIncludes(asked.text, says);
    assert(!asked.text.includes("\n"));
  });
}

Deno.test("the help of verify fits a terminal", () => {
  for (const words of [["--help"], ["help"], ["s", "-h"]]) {
    const asked = parseVerify(words);
    if (asked.kind !== "help") throw new Error(asked.kind);
    for (const line of asked.text.split("\n")) assert(line.length <= 88, line);
  }
});

const VERIFIED: Verified = {
  files: 10,
  bytes: 2048,
  of: { files: 10, bytes: 2048 },
  findings: 0,
  healed: 0,
  changing: 0,
  failed: 0,
  ended: "complete",
  runs: null,
  duration: 1500,
};

const SAID: readonly (readonly [come: Partial<Verified>, text: string, status: number])[] = [
  [{}, "checked: no difference, 10 files, 2 KiB in 1.5s", STATUS.inSync],
  [{ findings: 1, healed: 2 }, "checked: 1 difference, 2 healed, 10 files, 2 KiB in 1.5s", STATUS.differs],
  [{ failed: 3 }, "checked: 3 not read, 10 files, 2 KiB in 1.5s", STATUS.failures],
  [{ changing: 1 }, "checked: 1 changing, 10 files, 2 KiB in 1.5s", STATUS.inSync],
  [
    { ended: "slice", files: 5, bytes: 1024, runs: 1 },
    "checked a part: no difference, 5 of 10 files (50%), 1 KiB in 1.5s; 1 more run like this one, and all has been checked",
    STATUS.inSync,
  ],
  [
    { files: 5, bytes: 1024 },
    "checked to the end: no difference, 5 of 10 files (50%), 1 KiB in 1.5s; all has been checked by now",
    STATUS.inSync,
  ],
  [
    { ended: "interrupted", files: 0, bytes: 0 },
    "interrupted: no difference, 0 of 10 files (0%), 0 B in 1.5s",
    STATUS.interrupted,
  ],
  [{ ended: "interrupted", findings: 1 }, "interrupted: 1 difference", STATUS.differs],
];

for (const [come, text, status] of SAID) {
  Deno.test(`a check says: ${text}`, () => {
    const verified = { ...VERIFIED, ...come };
    assertStringIncludes(verifiedText(verified), text);
    assertEquals(statusOfCheck(verified), status);
  });
}

Deno.test("rot is an error, a difference a warning, and what was healed is good news", () => {
  const level = (finding: Finding) => levelOfFinding(finding);
  assertEquals(level({ what: "rot", side: "source" }), "error");
  assertEquals(level({ what: "missing" }), "warning");
  assertEquals(level({ what: "healed" }), "info");
  assertStringIncludes(findingText({ path: "a\n", finding: { what: "rot", side: "source" } }), "SOURCE");
  assert(!findingText({ path: "a\n", finding: { what: "extra" } }).includes("\n"));
});
