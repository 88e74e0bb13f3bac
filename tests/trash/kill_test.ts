/**
 * The program killed at, and faulted in, every call of a pass with a trash: what was in the replica before is in the
 * replica or in the trash, byte for byte; after the next pass all of it is in the trash, in its place.
 */
import { assert, assertEquals } from "@std/assert";
import { ERRNO, faultTest, figure, shimmed, times } from "../faults/tools.ts";
import { failuresOf, mirror, UNLIMITED } from "../support/mirror.ts";
import { ended, lockstep, start, until } from "../support/program.ts";
import { seeded } from "../support/random.ts";
import { runsOf } from "../support/trash.ts";
import {
  assertInSync,
  file,
  hardLink,
  isThere,
  link,
  namesIn,
  plant,
  readIfThere,
  type Tree,
} from "../support/tree.ts";

const TIME = 1_600_000_000_000;

const OLD: Tree = {
  changed: file("old changed", 0o644, TIME),
  same: file("same", 0o644, TIME),
  gone: file("old gone", 0o644, TIME),
  "to-folder": file("old file", 0o644, TIME),
  "to-file": { inner: file("old inner", 0o644, TIME), deep: { f: file("old deep", 0o644, TIME) } },
  "to-link": file("old for a link", 0o644, TIME),
  l: link("old target", TIME),
  links: { a: file("old shared", 0o644, TIME), b: hardLink("a"), c: file("old c", 0o644, TIME) },
};

const NEW: Tree = {
  changed: "new changed",
  same: file("same", 0o644, TIME),
  "to-folder": { inside: "new" },
  "to-file": "new file",
  "to-link": link("new target"),
  links: { c: "new c", d: hardLink("c") },
  fresh: "fresh",
};

/** The contents of OLD that go, by path. */
const LOST: Readonly<Record<string, string>> = {
  "changed": "old changed",
  "gone": "old gone",
  "to-folder": "old file",
  "to-file/inner": "old inner",
  "to-file/deep/f": "old deep",
  "to-link": "old for a link",
  "links/a": "old shared",
  "links/b": "old shared",
  "links/c": "old c",
};

const CALLS = ["rename", "link", "remove", "mkdir", "create", "mode", "time", "write", "symlink", "sync"];
const ERRORS = ["EIO", "ENOSPC", "EROFS", "EACCES", "EPERM", "EMFILE"] as const;

interface Scene {
  readonly words: readonly string[];
  readonly replica: string;
  readonly trash: string;
  readonly under: string;
}

type Prepare = (at: string) => Promise<void>;

function scene(at: string, threads: string): Scene {
  const [replica, trash] = [`${at}/there/replica`, `${at}/there/other/trash`];
  const words = [`${at}/source`, replica, `--trash=${trash}`, "--max-delete=100%", "--threads", threads];
  return { words, replica, trash, under: `${at}/there` };
}

function grow(at: string): void {
  plant(`${at}/source`, NEW);
  plant(`${at}/there/replica`, OLD);
}

const PLACES: readonly (readonly [string, readonly ["mount"] | readonly [], Mounted])[] = [
  ["beside the replica", [], false],
  ["on another file system", ["mount"], true],
];
type Mounted = boolean;

for (const [where, needs, isFar] of PLACES) {
  for (const how of ["killed", "faulted"] as const) {
    faultTest(
      `a pass with a trash ${where} that is ${how} at any call loses nothing`,
      ["cc", ...needs],
      (at, mount) =>
        seeded(async (dice) => {
          const prepare: Prepare = async (at) => {
            Deno.mkdirSync(`${at}/there/other`, { recursive: true });
            if (isFar) await mount("-t", "tmpfs", "tmpfs", `${at}/there/other`);
            grow(at);
          };
          await prepare(`${at}/0`);
          const counts = await callsOf(scene(`${at}/0`, "1"), at);
          let met = 0;
          const rounds = times(14);
          for (let round = 1; round <= rounds; round++) {
            const here = `${at}/${round}`;
            await prepare(here);
            const { words, replica, trash, under } = scene(here, ["1", "3"][dice.below(2)]!);
            const calls = [...counts.keys()];
            const call = calls[dice.below(calls.length)]!;
            const log = `${at}/log-${round}`;
            const WHEN = `${1 + dice.below(counts.get(call)!)}`;
            const common = { UNDER: under, CALL: call, LOG: log };
            let what = `${call} at ${WHEN}`;
            if (how === "killed") {
              const process = start(words, await shimmed({ ...common, WHEN, GATE: `${at}/never` }));
              const output = ended(process);
              let isOver = false;
              void output.then(() => isOver = true);
              await until("the call, or the end", () => isOver || readIfThere(log) !== "");
              if (!isOver) process.kill("SIGKILL");
              await output;
            } else {
              const error = ERRORS[dice.below(ERRORS.length)]!;
              const setting = await shimmed({
                ...common,
                WHEN: WHEN + ["", "+"][dice.below(2)],
                ERROR: ERRNO[error],
              });
              const ran = await lockstep(words, setting);
              what += ` ${error}, status ${ran.status}: ${ran.out}${ran.err}`;
              assert([0, 3, 11, 23, 24].includes(ran.status), what);
            }
            if (readIfThere(log) !== "") met++;
            what += `, ${readIfThere(log)}`;
            assertNothingLost(replica, trash, what);
            const folder = { folder: trash, keep: null, max: null };
            const again = await mirror(`${here}/source`, replica, { trash: folder, limits: UNLIMITED });
            assertEquals([again.report.ended, failuresOf(again)], ["complete", []], what);
            assertInSync(`${here}/source`, replica, { hardLinks: !isFar });
            assertInTrash(trash, what);
          }
          assert(met > rounds / 2, `${met} of ${rounds} calls were met`);
          figure(`calls ${how} with a trash ${where}`, met);
        }),
    );
  }
}

async function callsOf({ words, under }: Scene, at: string): Promise<ReadonlyMap<string, number>> {
  const log = `${at}/calls`;
  const ran = await lockstep(words, await shimmed({ UNDER: under, TELL: "1", LOG: log }));
  assertEquals(ran.status, 0, ran.err);
  const counts = new Map<string, number>();
  for (const line of Deno.readTextFileSync(log).split("\n")) {
    const [call = ""] = line.split(" ");
    if (CALLS.includes(call)) counts.set(call, (counts.get(call) ?? 0) + 1);
  }
  return counts;
}

/** Every content that was there is somewhere. */
function assertNothingLost(replica: string, trash: string, what: string): void {
  const found = new Set<string>();
  for (const root of [replica, ...isThere(trash) ? runsOf(trash).map((run) => `${trash}/${run}`) : []]) {
    visit(root, (path) => found.add(Deno.readTextFileSync(path)));
  }
  for (const content of Object.values(LOST)) assert(found.has(content), `${content} is lost: ${what}`);
}

/** Every path has its old content in some pass of the trash, and nothing there is torn. */
function assertInTrash(trash: string, what: string): void {
  const runs = runsOf(trash);
  for (const [path, content] of Object.entries(LOST)) {
    const contents = runs.map((run) => readIfThere(`${trash}/${run}/${path}`));
    assert(contents.includes(content), `${path} is not in the trash: ${what}`);
  }
  for (const run of runs) {
    visit(`${trash}/${run}`, (path) => {
      const text = Deno.readTextFileSync(path);
      // what one pass has made, the next may replace by another name of a file
      const isWhole = Object.values(LOST).includes(text) || /^(new|fresh)/.test(text);
      assert(isWhole, `${path} holds ${JSON.stringify(text)}: ${what}`);
    });
  }
  assertEquals(namesIn(trash).filter((name) => name.endsWith(".part")), [], what);
}

function visit(folder: string, see: (path: string) => void): void {
  if (!isThere(folder)) return;
  for (const { name, isDirectory, isFile } of Deno.readDirSync(folder)) {
    if (isDirectory) visit(`${folder}/${name}`, see);
    else if (isFile) see(`${folder}/${name}`);
  }
}
