/** A folder that is so large that it is compared in parts, by all threads. */
import { assert, assertEquals } from "@std/assert";
import { threads } from "../../sync/pass/pool.ts";
import { failuresOf, mirror, UNLIMITED } from "../support/mirror.ts";
import { lockstep } from "../support/program.ts";
import { type Dice, seeded } from "../support/random.ts";
import { files, harvest, inMemory, link, plant, readIfThere, type Tree } from "../support/tree.ts";
import { EDGE } from "../support/edges.ts";
import { ERRNO, faultTest, shimmed, times } from "./tools.ts";

/** Of both sides together: more than are compared in one piece (`LARGE` in `look.ts`). */
const NAMES = 2500;

/** Names that do not come in the order of their numbers. */
const nameOf = (i: number) => `${(i * 7919) % NAMES}-${i}`;

function many(content: string): Tree {
  return files(NAMES, content, nameOf);
}

/** Edit about every fifth name of a large folder: contents, kinds, new and other names, names of one inode. */
function edit(folder: string, word: string, dice: Dice): void {
  for (let i = 0; i < NAMES / 5; i++) {
    const path = `${folder}/${nameOf(dice.below(NAMES))}`;
    const what = dice.below(7);
    if (what === 6) {
      const other = `${folder}/${nameOf(dice.below(NAMES))}`;
      if (other === path) continue;
      Deno.removeSync(path, { recursive: true });
      Deno.writeTextFileSync(path, `${word} hard link`);
      Deno.removeSync(other, { recursive: true });
      Deno.linkSync(path, other);
      continue;
    }
    Deno.removeSync(path, { recursive: true });
    if (what === 0) Deno.writeTextFileSync(`${path}-${word}`, "1");
    // a folder of many names must not run out of them
    if (what <= 2) Deno.writeTextFileSync(path, `${word} ${i}`);
    else if (what === 3) Deno.symlinkSync(word, path);
    else if (what === 4) plant(path, { inner: word, deep: { f: `${i}` } });
    else Deno.writeTextFileSync(path, "same");
  }
}

/** The first lines in which two trees differ: all of them would be too many to read. */
function difference(one: readonly string[], other: readonly string[]): string[] {
  const [ones, others] = [new Set(one), new Set(other)];
  const only = [...ones.difference(others)].map((line) => `- ${line}`);
  return [...only.slice(0, 5), ...[...others.difference(ones)].map((line) => `+ ${line}`).slice(0, 5)];
}

for (const size of [1, 2]) {
  const pool = threads(size);
  Deno.test.afterAll(() => pool.close());
  faultTest(
    `a folder of ${NAMES} names with edits on both sides is in sync after one pass with ${size} threads, and a second does nothing`,
    [],
    (at) =>
      seeded(async (dice) => {
        plant(`${at}/source`, { d: many("same") });
        const [source, replica] = [`${at}/source`, `${at}/replica`];
        const inSync = () => assertEquals(difference(harvest(source), harvest(replica)), []);
        const run = () => mirror(source, replica, { pool, limits: UNLIMITED });
        assertEquals((await run()).report.created, NAMES + 2);
        inSync();
        for (let round = 0; round < times(1); round++) {
          edit(`${source}/d`, "new", dice);
          // of another length: two edits of one size in the same ms look the same
          edit(`${replica}/d`, "another", dice);
          const before = harvest(source);
          const outcome = await run();
          assertEquals([outcome.report.ended, failuresOf(outcome)], ["complete", []]);
          assertEquals(difference(before, harvest(source)), []);
          inSync();
          assertEquals((await run()).changes, []);
        }
      }),
    inMemory,
  );
}

/** What the replica has of its own is every tenth name; the rest differs in content. */
function plantFaulty(at: string): void {
  const there = many("old");
  plant(at, {
    source: {
      d: Object.fromEntries(
        Object.keys(there).map((name, i) => i % 10 === 0 ? [`new-${name}`, "1"] : [name, "newer"]),
      ),
    },
    replica: { d: there, l: link("gone") },
  });
}

faultTest(
  `an error of listing a folder of ${NAMES} names removes nothing in it, and makes nothing`,
  ["cc"],
  async (at) => {
    plantFaulty(at);
    const before = harvest(`${at}/replica/d`);
    for (const side of ["source", "replica"] as const) {
      // the native edge reads some 2,000 names by a call
      for (const when of EDGE === "native" ? ["1", "2"] : ["1", "750", "2250"]) {
        const log = `${at}/${side}-${when}.log`;
        const shim = { UNDER: `${at}/${side}/d`, CALL: "readdir", ERROR: ERRNO.EIO, WHEN: when, LOG: log };
        const ran = await lockstep([`${at}/source`, `${at}/replica`], await shimmed(shim));
        assertEquals([readIfThere(log) !== "", ran.status], [true, 23], ran.err);
        assert(ran.err.includes(`Cannot list "d" in the ${side}`), ran.err);
        // the folder's own time is another matter: the folder above it could be listed
        const differences = difference(before, harvest(`${at}/replica/d`));
        assertEquals(differences.filter((line) => !/^. \. /.test(line)), []);
      }
    }
  },
  inMemory,
);

for (const side of ["source", "replica"] as const) {
  faultTest(
    `errors of looking at the names of some parts of a folder of ${NAMES} names, in the ${side}, remove none of them`,
    ["cc"],
    async (at) => {
      plantFaulty(at);
      const source = harvest(`${at}/source`);
      const log = `${at}/shim.log`;
      const shim = { UNDER: `${at}/${side}/d`, CALL: "stat", ERROR: ERRNO.EIO, WHEN: "1000+", LOG: log };
      const ran = await lockstep([`${at}/source`, `${at}/replica`, "-q"], await shimmed(shim));
      // the native edge looks at what it has made, too: a hundred errors in a row are a disk that fails
      const expected = EDGE === "native" && side === "replica" ? 11 : 23;
      assertEquals([ran.status, difference(source, harvest(`${at}/source`))], [expected, []]);
      const failed = [...new Set(readIfThere(log).split("\n"))].filter((line) => line.includes(`/${side}/d/`))
        .map((line) => line.slice(line.indexOf(`/d/`) + 3)).filter((name) => !name.startsWith(".lockstep-"));
      assert(failed.length > 500, `${failed.length}`);
      const there = new Map([...Deno.readDirSync(`${at}/replica/d`)].map(({ name }) => [name, true]));
      for (const name of failed) {
        if (name.startsWith("new-")) {
          assert(!there.has(name), `${name} was made of what could not be looked at`);
        } else assertEquals(readIfThere(`${at}/replica/d/${name}`), "old", name);
      }
      // whatever the source has under the replica's name is still there
      for (const { name } of Deno.readDirSync(`${at}/source/d`)) {
        if (!name.startsWith("new-")) assert(there.has(name), `${name} was removed`);
      }
      // where no copy could be looked at, nothing that is there by now would be kept
      const last = await lockstep([`${at}/source`, `${at}/replica`, "--max-delete=100%"]);
      assertEquals(last.status, 0, last.err);
      assertEquals(difference(harvest(`${at}/source`), harvest(`${at}/replica`)), []);
    },
    inMemory,
  );
}
