/**
 * Every call of a pass made to fail in turn, by the library of `shim.c`, on both sides, in a first copy and in a later
 * pass. Whatever fails: the source is as it was, each name of the replica is whole, what both trees have does not go,
 * the status is 0 only where nothing is left to do, and the next pass puts all right.
 */
import { assert, assertEquals } from "@std/assert";
import { failuresOf, mirror, UNLIMITED } from "../support/mirror.ts";
import { lockstep } from "../support/program.ts";
import { type Dice, seeded } from "../support/random.ts";
import {
  assertInSync,
  file,
  harvest,
  inFolder,
  isInSync,
  link,
  plant,
  readIfThere,
  type Tree,
} from "../support/tree.ts";
import { content, ERRNO, faultTest, figure, shimmed, times, versionOf } from "./tools.ts";

/** What reading and writing can come to. */
const ERRORS = {
  source: ["EIO", "ESTALE", "ETIMEDOUT", "EACCES", "EMFILE"],
  replica: [
    "EIO",
    "ESTALE",
    "EROFS",
    "EACCES",
    "EPERM",
    "EDQUOT",
    "ENOSPC",
    "EMFILE",
    "ENFILE",
    "ENAMETOOLONG",
  ],
} as const;

const OLD: Tree = {
  changed: content(1),
  same: file(content(2), 0o644, 1e12),
  touched: file(content(3), 0o600, 1e12),
  d: { changed: content(4), gone: content(5), l: link("old", 1e12) },
  kind: { inner: content(6) },
  gone: { deep: { f: content(7) } },
  flips: content(8),
};

const NEW: Tree = {
  changed: content(101),
  same: file(content(2), 0o644, 1e12),
  touched: file(content(3), 0o4755, 1.1e12),
  d: { changed: content(104), added: content(110), l: link("new", 1e12) },
  kind: content(106),
  flips: { inner: content(108) },
  fresh: { f: content(111), g: content(112), empty: {} },
  sparse: new Uint8Array(20000),
};

for (const [name, before] of [["a first copy", null], ["a later pass", OLD]] as const) {
  for (const side of ["source", "replica"] as const) {
    faultTest(
      `any call that fails on the ${side} in ${name} is told, and does no harm`,
      ["cc"],
      () =>
        seeded(async (dice) => {
          let calls: ReadonlyMap<string, number> = new Map();
          await inFolder(async (at) => {
            calls = await callsOf(at, before, side);
          });
          let injected = 0;
          const rounds = times(before === null ? 10 : 16);
          for (let round = 0; round < rounds; round++) {
            await inFolder(async (at) => {
              if (await oneFault(at, before, side, calls, dice)) injected++;
            });
          }
          // threads share the work anew in each run, and a call or two more or less comes of it
          assert(injected > rounds / 2, `${injected} of ${rounds} injections found their call`);
          figure(`calls injected on the ${side} in ${name}`, injected);
        }),
    );
  }
}

faultTest("a rename that is refused once, whichever it is, is tried again or told", ["cc"], async () => {
  let calls: ReadonlyMap<string, number> = new Map();
  await inFolder(async (at) => {
    calls = await callsOf(at, OLD, "replica");
  });
  const count = calls.get("rename")!;
  assert(count > 5, `${count} renames`);
  for (let number = 1; number <= count; number++) {
    await inFolder(async (at) => {
      grow(at, OLD);
      const fault = { call: "rename", error: "EACCES", when: `${number}` } as const;
      await inject(at, OLD, "replica", fault);
    });
  }
});

/** How often a pass makes each call below the root of a side. */
async function callsOf(
  at: string,
  before: Tree | null,
  side: "source" | "replica",
): Promise<ReadonlyMap<string, number>> {
  grow(at, before);
  const log = `${at}/shim.log`;
  const setting = await shimmed({ UNDER: `${at}/${side}`, TELL: "1", LOG: log });
  const ran = await lockstep([`${at}/source`, `${at}/replica`, "--max-delete", "100%"], setting);
  assertEquals(ran.status, 0, ran.err);
  const lines = Deno.readTextFileSync(log).trimEnd().split("\n");
  const counts = new Map<string, number>();
  for (const line of lines) {
    const call = line.slice(0, line.indexOf(" "));
    // a disk that lies does not fail
    if (call === "spoil") continue;
    counts.set(call, (counts.get(call) ?? 0) + 1);
  }
  return counts;
}

function grow(at: string, before: Tree | null): void {
  plant(`${at}/source`, NEW);
  Deno.linkSync(`${at}/source/fresh/g`, `${at}/source/fresh/hard-link`);
  if (before) plant(`${at}/replica`, before);
}

/** Whether the call that was to fail was made. */
async function oneFault(
  at: string,
  before: Tree | null,
  side: "source" | "replica",
  counts: ReadonlyMap<string, number>,
  dice: Dice,
): Promise<boolean> {
  grow(at, before);
  const calls = [...counts.keys()].sort();
  const errors = ERRORS[side];
  const call = calls[dice.below(calls.length)]!;
  const error = errors[dice.below(errors.length)]!;
  const when = `${1 + dice.below(counts.get(call)!)}${["", "+"][dice.below(2)]}`;
  return await inject(at, before, side, { call, error, when });
}

interface Injected {
  readonly call: string;
  readonly error: keyof typeof ERRNO;
  /** The number of the call, with "+" for all from that one on. */
  readonly when: string;
}

/** The same, for a given call. */
async function inject(
  at: string,
  before: Tree | null,
  side: "source" | "replica",
  { call, error, when }: Injected,
): Promise<boolean> {
  const source = harvest(`${at}/source`);
  const log = `${at}/shim.log`;
  const setting = await shimmed({
    UNDER: `${at}/${side}`,
    CALL: call,
    ERROR: ERRNO[error],
    WHEN: when,
    LOG: log,
  });
  const ran = await lockstep([`${at}/source`, `${at}/replica`, "--max-delete", "100%"], setting);
  const what = `${side} ${call} ${error} at ${when}, status ${ran.status}:\n${
    readIfThere(log)
  }${ran.out}${ran.err}`;
  assertEquals(harvest(`${at}/source`), source, what);
  assert([0, 3, 11, 23, 24].includes(ran.status), what);
  assert(ran.err.split("\n").length < 40, what);
  // a call that a disk does not have is said at the start
  const isTold = ran.status !== 0 || ran.out.includes("The replica cannot hold");
  assert(isTold || isInSync(`${at}/source`, `${at}/replica`), what);
  if (before) assertNoWorse(`${at}/replica`, what);
  const again = await mirror(`${at}/source`, `${at}/replica`, { limits: UNLIMITED });
  assertEquals([again.report.ended, failuresOf(again)], ["complete", []], what);
  assertInSync(`${at}/source`, `${at}/replica`);
  return readIfThere(log) !== "";
}

/** Names that both trees have are there, and hold the old version or the new one. */
function assertNoWorse(replica: string, what: string): void {
  for (
    const [path, old, now] of [["changed", 1, 101], ["same", 2, 2], ["touched", 3, 3], [
      "d/changed",
      4,
      104,
    ]] as const
  ) {
    const version = versionOf(readIfThere(`${replica}/${path}`));
    assert(version === old || version === now, `${path} holds ${version}: ${what}`);
  }
  // a folder gives way to a file, and a file to a folder: one of the two is there
  const kind = readIfAny(`${replica}/kind`) ?? readIfAny(`${replica}/kind/inner`);
  if (kind !== null) assert([6, 106].includes(versionOf(kind) ?? 0), what);
}

function readIfAny(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}
