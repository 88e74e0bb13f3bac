/** The words of reasons, notices, refusals and halts: every case has its own, fit for one line. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { noticeText } from "../../sync/cli/notice.ts";
import { KNOWN_CODES, printable, reasonText } from "../../sync/cli/reason.ts";
import { haltedText, refusalText } from "../../sync/cli/refusal.ts";
import type { Reason } from "../../sync/engine/entry.ts";
import type { Halted, Missing, Notice, Refusal, RootFault } from "../../sync/engine/event.ts";

/** A name that would break a line and a quotation. */
const NASTY = 'a\n\x1b"b';
const SHOWN = String.raw`"a\n\u001b\"b"`;

function assertWords(text: string): void {
  assert(text.length > 3, text);
  assert(!/undefined|null|NaN|\[object|\.$/.test(text), text);
  // deno-lint-ignore no-control-regex
  assert(!/[\u0000-\u001f\u007f-\u009f]/.test(text), JSON.stringify(text));
}

/** Each case once, each with words of its own. */
function assertOwnWords(texts: readonly string[]): void {
  for (const text of texts) assertWords(text);
  assertEquals(new Set(texts).size, texts.length);
}

const REASONS: readonly (readonly [Reason, string])[] = [
  [{ code: "EACCES" }, "permission denied"],
  [{ code: "ENOSPC", detail: "Disk full" }, "no space left"],
  [{ code: "CHANGED" }, "it changed while it was read"],
  [{ code: "CHANGING" }, "it keeps changing while it is read"],
  [{ code: "REPLACED" }, "something else took its place while it was read"],
  [{ code: "LINKED", detail: NASTY }, `a link has taken the place of the folder ${SHOWN}`],
  [{ code: "UNSTEADY" }, "it is written to all the time; the replica has what it held for a moment"],
  [{ code: "EDITED" }, "it is edited again and again within one tick of its clock"],
  [{ code: "NESTED" }, "it leads into the other tree: something is mounted there"],
  [{ code: "MOUNTED" }, "something is mounted there"],
  [{ code: "COLLISION", detail: NASTY }, `the replica cannot tell its name from ${SHOWN} beside it`],
  [{ code: "OCCUPIED" }, "something in the folder that stands there has to stay"],
  [{ code: "OWN_LOG" }, "in the replica this is the name of our own log file, or of an older one"],
  [{ code: "MKFIFO", detail: "no such\ncommand" }, String.raw`mkfifo: no such\ncommand`],
  [{ code: "EILSEQ" }, "it is not UTF-8"],
  [{ code: "NOT_UTF8" }, "the name is not UTF-8"],
  [{ code: "WINDOWS_NAME", detail: "device" }, "not a valid name on Windows: reserved for a device"],
  [{ code: "WINDOWS_NAME", detail: "end" }, "not a valid name on Windows: it ends in a dot or a space"],
  [{ code: "TAKEN" }, "something else has taken its place"],
  [
    { code: "NOTCAPABLE", detail: 'read access to "/a"' },
    'Deno may not do it (it needs read access to "/a")',
  ],
  [
    { code: "EXCLUDED" },
    "something excluded stands there: move it away, or add --delete-excluded",
  ],
  [{ code: "NO_DELETE" }, "a folder stands there, and --no-delete removes nothing"],
  [{ code: "IGNORE_FILE", detail: "EACCES" }, "its .lockstepignore cannot be read: permission denied"],
  [{ code: "IGNORE_FILE" }, "its .lockstepignore cannot be read"],
  [{ code: "TRASH", detail: "ENOSPC" }, "the trash takes no more: no space left"],
  [{ code: "UNTRASHED", detail: "EINVAL" }, "the trash does not take it: the file system does not take it"],
  [
    { code: "TRASH", detail: "IN_TREE" },
    "the trash takes no more: it and the source or the replica are one folder, or one lies in the other",
  ],
  [{ code: "MODE" }, "the system does not let us set its mode"],
  [{ code: "E999", detail: "what the system\x07 says" }, String.raw`what the system\u0007 says`],
  [{ code: "E999" }, "E999"],
];

for (const [reason, expected] of REASONS) {
  Deno.test(`reasonText() of ${JSON.stringify(reason)}`, () => {
    assertEquals(reasonText(reason), expected);
    assertWords(reasonText(reason));
  });
}

Deno.test("reasonText() has words for every known code, with and without a detail", () => {
  for (const code of KNOWN_CODES) {
    for (const reason of [{ code }, { code, detail: NASTY }]) {
      assertWords(reasonText(reason));
      assert(!reasonText(reason).includes(code), code);
    }
  }
  assertOwnWords(KNOWN_CODES.map((code) => reasonText({ code })));
});

Deno.test("docs/json.md lists every code of a reason that is not the system's", () => {
  const text = Deno.readTextFileSync(new URL("../../docs/json.md", import.meta.url));
  const chapter = text.slice(text.indexOf("## Codes of reasons"), text.indexOf("## Schema"));
  const listed = [...chapter.matchAll(/^\| `(\w+)` /gm)].map(([, code]) => code!);
  const ours = KNOWN_CODES.filter((code) => !/^E[A-Z0-9]+$/.test(code) || /^(EDITED|EXCLUDED)$/.test(code));
  assertEquals(listed, ours.toSorted());
});

Deno.test("printable() escapes what a terminal or a log could take for its own, and leaves quotes", () => {
  assertEquals(printable('a "b" c\\d ä'), 'a "b" c\\d ä');
  assertEquals(printable("a\r\n\u202eb"), String.raw`a\r\n\u202eb`);
});

const MISSING: readonly Missing[] = [
  ...(["owners", "modes", "links", "hard-links", "cases", "forms", "devices"] as const).map((what) => ({
    what,
  })),
  ...(["trailing-dots", "trailing-spaces", "hard-links-to-links"] as const).map((what) => ({ what })),
  { what: "xattrs", kinds: ["user", "acls", "security", "trusted"] },
  { what: "times", limit: 2000 },
  { what: "times-before", limit: 0 },
  { what: "times-after", limit: 15_032_385_535_000 },
  { what: "names", limit: 143 },
];

Deno.test("noticeText() has words for every notice", () => {
  const notices: Notice[] = [
    { kind: "notice", code: "untried" },
    ...MISSING.map((missing): Notice => ({ kind: "notice", code: "cannot-hold", missing })),
    { kind: "notice", code: "inexact-ids", side: "source" },
    { kind: "notice", code: "inexact-ids", side: "replica" },
    { kind: "notice", code: "untried", path: NASTY },
    { kind: "notice", code: "links-elsewhere", files: 1 },
    { kind: "notice", code: "links-elsewhere", files: 3 },
    { kind: "notice", code: "drive" },
    { kind: "notice", code: "unlocked", reason: { code: "EROFS" } },
    { kind: "notice", code: "locked-alone", reason: { code: "EROFS" } },
    { kind: "notice", code: "cannot-hold", missing: { what: "modes" }, path: NASTY },
    { kind: "notice", code: "trash-attributes" },
    { kind: "notice", code: "trash-journal", reason: { code: "ENOSPC" } },
    { kind: "notice", code: "trash-expired", passes: 1, bytes: 1000 },
    { kind: "notice", code: "trash-expired", passes: 2, bytes: 1000 },
    { kind: "notice", code: "trash-room", folder: "/x" },
    { kind: "notice", code: "trash-unkept", reason: { code: "EACCES" } },
    { kind: "notice", code: "trash", folder: NASTY },
    { kind: "notice", code: "own-log", side: "source", path: NASTY },
    { kind: "notice", code: "own-log", side: "replica", path: NASTY },
    { kind: "notice", code: "put-back", path: NASTY },
    { kind: "notice", code: "kept-aside", path: NASTY, as: ".lockstep-x" },
  ];
  const texts = notices.map(noticeText);
  assertOwnWords(texts);
  for (const text of texts.slice(-5)) assertStringIncludes(text, SHOWN);
  assertEquals(texts.at(-1), `${SHOWN} is kept as ".lockstep-x" until the folder in its place is complete`);
});

const FAULTS: readonly RootFault[] = [
  ...([
    "same",
    "replica-in-source",
    "source-in-replica",
    "another-root",
    "absent",
    "not-a-folder",
    "link-to-no-folder",
    "dangling-link",
    "disk-away",
    "disk-unknown",
    "went-away",
    "lost",
  ] as const).map((code) => ({ code })),
  { code: "nested", path: NASTY },
  { code: "blocked", path: NASTY, by: "link" },
  { code: "blocked", path: NASTY, by: "mount" },
  { code: "blocked", path: NASTY, by: "other" },
  { code: "no-parent", parent: NASTY },
  { code: "strange-link", link: NASTY, owner: 1000 },
  { code: "fault", reason: { code: "EIO" } },
];

Deno.test("refusalText() has words for every fault of a root, and says what was touched", () => {
  const texts = FAULTS.map((fault) => refusalText({ kind: "unusable", side: "source", path: NASTY, fault }));
  assertOwnWords(texts);
  for (const [i, text] of texts.entries()) {
    assertStringIncludes(text, `Cannot use the source ${SHOWN}: `);
    assertStringIncludes(
      text,
      FAULTS[i]!.code === "lost" ? "; nothing more was touched" : "; nothing was touched",
    );
  }
  assertEquals(
    texts.at(-1),
    `Cannot use the source ${SHOWN}: input/output error; nothing was touched`,
  );
});

const REFUSALS: readonly (readonly [Refusal, string])[] = [
  [
    { kind: "refused", rule: "empty-source", replica: 1 },
    "Refused: the source is empty and the replica holds 1 entry; nothing was touched. " +
    "Look at it with --dry-run; if you mean it, add --allow-empty-source",
  ],
  [
    {
      kind: "refused",
      rule: "max-delete",
      removals: 1200,
      replica: 2000,
      bound: { unit: "percent", value: 50 },
    },
    "Refused: 1,200 of the replica's 2,000 entries (60%) would be deleted, more than the limit of 50%; " +
    "nothing was touched. Look at it with --dry-run; if you mean it, add --max-delete 1200",
  ],
  [
    { kind: "refused", rule: "max-delete", removals: 1, replica: 9, bound: { unit: "entries", value: 0 } },
    "Refused: 1 of the replica's 9 entries (12%) would be deleted, more than the limit of 0 entries; " +
    "nothing was touched. Look at it with --dry-run; if you mean it, add --max-delete 1",
  ],
  [
    { kind: "refused", rule: "nothing-kept", removals: 40, replica: 41, examples: ["a", NASTY] },
    "Refused: it may be the wrong folder, since nothing that the replica holds would be kept; " +
    `40 of its 41 entries would be deleted, "a", ${SHOWN} and 38 more; nothing was touched. ` +
    "Look at it with --dry-run; if you mean it, add --max-delete 40",
  ],
  [
    {
      kind: "refused",
      rule: "shrinking",
      removals: 40,
      left: 1960,
      peak: 4000,
      bound: { unit: "percent", value: 50 },
    },
    "Refused: only 1,960 entries would be left of the 4,000 that the replica held within the last hour, " +
    "less than the limit of 50% allows; nothing was touched. " +
    "Look at it with --dry-run; if you mean it, add --max-delete 40",
  ],
  [
    { kind: "refused", rule: "free-space", needed: 5000, free: 40 },
    "Refused: the replica needs 5,000 bytes of free space and has 40; nothing was touched. " +
    "Look at it with --dry-run; free some space, or add --ignore-free-space to copy what fits",
  ],
  [
    { kind: "locked", path: NASTY },
    `Another run of Lockstep has locked the replica ${SHOWN} or a folder in it; wait for it or stop it`,
  ],
  [
    { kind: "locked", path: NASTY, by: "/above" },
    `Another run of Lockstep has locked the folder "/above", in which the replica ${SHOWN} lies; ` +
    "keep two replicas beside each other, or stop it",
  ],
];

for (const [refusal, expected] of REFUSALS) {
  Deno.test(`refusalText() of ${JSON.stringify(refusal)}`, () => {
    assertEquals(refusalText(refusal), expected);
    assertWords(expected);
  });
}

const FULL = {
  kind: "halted",
  code: "full",
  path: NASTY,
  reason: { code: "ENOSPC" },
  bytesLeft: 5000,
} as const;

const HALTS: readonly (readonly [Halted, string])[] = [
  [
    { ...FULL, removing: false },
    `The replica takes no more: no space left at ${SHOWN}, with 5,000 bytes left to copy; ` +
    "no removal was begun, since all is copied first, and no file was left half-written",
  ],
  [
    { ...FULL, reason: { code: "EROFS" }, bytesLeft: 1, removing: true },
    `The replica takes no more: the file system is read-only at ${SHOWN}, with 1 byte left to copy; ` +
    "no file was left half-written",
  ],
  [
    { kind: "halted", code: "lost", path: NASTY },
    `The replica ${SHOWN} went away during the pass; nothing more was touched`,
  ],
  [
    { kind: "halted", code: "failing", path: NASTY, reason: { code: "EIO" }, failed: 101 },
    `The replica's disk fails again and again: input/output error at ${SHOWN}, after 100 failures; ` +
    "nothing more was touched",
  ],
];

for (const [halted, expected] of HALTS) {
  Deno.test(`haltedText() of ${JSON.stringify(halted)}`, () => {
    assertEquals(haltedText(halted), expected);
    assertWords(expected);
  });
}

Deno.test("refusalText() does not send whoever made a dry run to a dry run", () => {
  for (const [refusal] of REFUSALS) assert(!refusalText(refusal, true).includes("--dry-run"));
  assertStringIncludes(refusalText(REFUSALS[0]![0], true), "nothing was touched. If you mean it, add");
});
