/**
 * The program killed at random moments, with changes to the source in between. Every name of the replica is whole at
 * any time, and the next pass that is let end is in sync, with nothing left over and nothing held.
 */
import { assert, assertEquals } from "@std/assert";
import { ended, killIfRunning, lockstep, start, until } from "../support/program.ts";
import { type Dice, seeded } from "../support/random.ts";
import { assertInSync, isThere, plant, readIfThere } from "../support/tree.ts";
import { content, faultTest, figure, shimmed, times, versionOf } from "./tools.ts";

const FILES = 60;
const FOLDERS = 6;

for (const threads of ["1", "3"]) {
  faultTest(
    `killed by SIGKILL at random moments with --threads ${threads}, each name of the replica is whole, and the next pass ends in sync`,
    [],
    (at) =>
      seeded(async (dice) => {
        let version = 0;
        let killed = 0;
        let inTheMiddle = 0;
        plant(at, { source: {}, replica: {} });
        const words = [`${at}/source`, `${at}/replica`, "--threads", threads, "--max-delete", "100%"];
        edit(`${at}/source`, dice, () => ++version);
        const began = performance.now();
        assertEquals((await lockstep(words)).status, 0);
        let whole = performance.now() - began;
        const kills = times(25);
        for (let kill = 1; kill <= kills; kill++) {
          edit(`${at}/source`, dice, () => ++version);
          const started = performance.now();
          const process = start(words);
          const timer = setTimeout(() => killIfRunning(process), whole * (0.3 + dice.below(1000) / 1200));
          if ((await ended(process)).status === 137) killed++;
          // a pass that ended before its kill tells how long one takes on this machine now
          else whole = performance.now() - started;
          clearTimeout(timer);
          if (leftOver(`${at}/replica`) > 0) inTheMiddle++;
          assertWhole(`${at}/replica`);
          if (kill % 5 === 0) {
            const ran = await lockstep(words);
            assertEquals([ran.status, ran.err], [0, ""]);
            assertEquals(leftOver(`${at}/replica`), 0);
            assertInSync(`${at}/source`, `${at}/replica`);
          }
        }
        assert(killed > kills / 3, `${killed} of ${kills} were killed before their end`);
        figure(`kills survived with ${threads} threads`, killed);
        figure(`of them with a temporary file under way`, inTheMiddle);
      }),
  );
}

faultTest(
  "killed by SIGKILL while a large file is copied, the old version stays, and the next pass removes the half",
  ["cc"],
  async (at) => {
    plant(at, { source: { big: new Uint8Array(64 << 20).fill(7) }, replica: { big: "old" } });
    const log = `${at}/shim.log`;
    const shim = { UNDER: `${at}/replica`, CALL: "write", WHEN: "20", GATE: `${at}/gate`, LOG: log };
    const process = start([`${at}/source`, `${at}/replica`], await shimmed(shim));
    await until("the copy is half-way", () => readIfThere(log) !== "");
    process.kill("SIGKILL");
    await ended(process);
    assertEquals(Deno.readTextFileSync(`${at}/replica/big`), "old");
    assertEquals(leftOver(`${at}/replica`), 1);
    const ran = await lockstep([`${at}/source`, `${at}/replica`]);
    assertEquals(ran.status, 0);
    assertInSync(`${at}/source`, `${at}/replica`);
  },
);

/** Write, replace, rename, move and remove some files and folders, each with a content of its own version. */
function edit(source: string, dice: Dice, next: () => number): void {
  for (let i = 0; i < FILES; i++) {
    const folder = `${source}/d${dice.below(FOLDERS)}`;
    if (!isThere(folder)) Deno.mkdirSync(folder);
    const path = `${folder}/f${dice.below(12)}`;
    switch (dice.below(6)) {
      case 0:
        if (isThere(path)) Deno.removeSync(path);
        break;
      case 1:
        if (isThere(path)) Deno.renameSync(path, `${source}/d${dice.below(FOLDERS)}-${dice.below(20)}`);
        break;
      default:
        Deno.writeTextFileSync(path, content(next()));
    }
  }
  if (dice.below(2) === 0) {
    const folder = `${source}/d${dice.below(FOLDERS)}`;
    const other = `${source}/e${dice.below(FOLDERS)}`;
    if (isThere(other)) Deno.removeSync(other, { recursive: true });
    if (isThere(folder)) Deno.renameSync(folder, other);
  }
  if (dice.below(4) === 0) {
    const folder = `${source}/d${dice.below(FOLDERS)}`;
    if (isThere(folder)) Deno.removeSync(folder, { recursive: true });
  }
}

function visit(folder: string, see: (path: string, name: string) => void): void {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    see(`${folder}/${name}`, name);
    if (isDirectory) visit(`${folder}/${name}`, see);
  }
}

/** How many of our temporary names there are. */
function leftOver(replica: string): number {
  let count = 0;
  visit(replica, (_, name) => {
    if (name.startsWith(".lockstep-")) count++;
  });
  return count;
}

function assertWhole(replica: string): void {
  visit(replica, (path, name) => {
    if (name.startsWith(".lockstep-") || path.includes("-probe/") || !Deno.lstatSync(path).isFile) return;
    assert(versionOf(Deno.readTextFileSync(path)) !== null, `${path} is torn`);
  });
}
