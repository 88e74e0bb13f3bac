/** What a pass took out, put back: into the replica, another folder or the source; by the command's own modules. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseTrash } from "../../sync/cli/trash.ts";
import { command } from "../../sync/commands/trash.ts";
import { mirror, UNLIMITED } from "../support/mirror.ts";
import { type Dice, seeded } from "../support/random.ts";
import { runsOf } from "../support/trash.ts";
import {
  file,
  folder,
  hardLink,
  harvest,
  HAS_LINKS,
  inFolder,
  isThere,
  link,
  namesIn,
  plant,
  removeIfThere,
  type Tree,
} from "../support/tree.ts";

const TIME = 1_600_000_000_000;

const OLD: Tree = {
  kept: file("kept", 0o644, TIME),
  changed: file("old", 0o640, TIME),
  d: folder(
    {
      a: file("a", 0o4711, TIME),
      b: hardLink("a"),
      l: link("nowhere", TIME),
      e: folder({ f: file("f", 0o400, TIME) }, 0o500, TIME),
    },
    0o2750,
    TIME,
  ),
};

const NEW: Tree = { kept: file("kept", 0o644, TIME), changed: file("newer", 0o644, TIME + 60_000) };

async function inTrash(test: (at: string, trash: string) => Promise<void>): Promise<void> {
  await inFolder(async (at) => {
    plant(at, { source: NEW, replica: OLD });
    await pass(at);
    await test(at, `${at}/replica.trash`);
  });
}

async function pass(at: string): Promise<void> {
  const trash = { folder: `${at}/replica.trash`, keep: null, max: null };
  const { report } = await mirror(`${at}/source`, `${at}/replica`, { trash, limits: UNLIMITED });
  assertEquals([report.ended, report.failed], ["complete", 0]);
}

const linesOf = (root: string, ...paths: string[]) =>
  harvest(root).filter((line) =>
    paths.some((path) => `${line} `.startsWith(`./${path} `) || line.startsWith(`./${path}/`))
  );

Deno.test("restore puts a folder back as it was, with modes, times, links and hard links", () =>
  inFolder(async (at) => {
    plant(at, { source: NEW, replica: OLD });
    const before = linesOf(`${at}/replica`, "d");
    await pass(at);
    const { text, status } = await command(["restore", `${at}/replica`, "latest", "d"]);
    assertEquals(status, 0, text);
    assertStringIncludes(text, 'restore file "d/a"');
    assertStringIncludes(text, `Restored ${HAS_LINKS ? 6 : 5} entries`);
    assertEquals(linesOf(`${at}/replica`, "d"), before);
    // it stays in the trash, and is there already
    const again = await command(["restore", `${at}/replica.trash`, "latest", "d"]);
    assertEquals([again.status, again.text.split("\n").length], [0, 1]);
    assertEquals(runsOf(`${at}/replica.trash`).length, 1);
  }));

Deno.test("restore replaces nothing that is newer without --force, and what it replaces goes to the trash", () =>
  inTrash(async (at, trash) => {
    const [run] = runsOf(trash);
    const refused = await command(["restore", trash, run!, "changed"]);
    assertEquals([refused.status, refused.isReport], [24, true]);
    assertStringIncludes(refused.text, 'Left "changed": what is there is newer; --force replaces it');
    assertEquals(Deno.readTextFileSync(`${at}/replica/changed`), "newer");
    const forced = await command(["restore", trash, run!, "changed", "--force"]);
    assertEquals(forced.status, 0, forced.text);
    assertEquals(Deno.readTextFileSync(`${at}/replica/changed`), "old");
    const [, second] = runsOf(trash);
    assertEquals(Deno.readTextFileSync(`${trash}/${second}/changed`), "newer");
    assertStringIncludes(forced.text, `What was there is in the trash, as pass ${second}`);
    // so a restore can be undone
    assertEquals((await command(["restore", trash, "latest"])).status, 0);
    assertEquals(Deno.readTextFileSync(`${at}/replica/changed`), "newer");
  }));

Deno.test("restore --to the source puts a path back where it was deleted, and makes the folders on the way", () =>
  inTrash(async (at, trash) => {
    const { status, text } = await command(["restore", trash, "latest", "d/e/f", "--to", `${at}/source`]);
    assertEquals(status, 0, text);
    assertEquals(Deno.readTextFileSync(`${at}/source/d/e/f`), "f");
    assertEquals(isThere(`${at}/source/d/a`), false);
  }));

Deno.test("restore leaves a folder in the way of a file, and with --force its content goes to the trash", () =>
  inTrash(async (at, trash) => {
    removeIfThere(`${at}/replica/changed`);
    plant(`${at}/replica`, { changed: folder({ inner: "precious" }, 0o755, TIME - 1000) });
    assertEquals((await command(["restore", trash, "latest", "changed"])).status, 24);
    assertEquals(Deno.readTextFileSync(`${at}/replica/changed/inner`), "precious");
    assertEquals((await command(["restore", trash, "latest", "changed", "--force"])).status, 0);
    assertEquals(Deno.readTextFileSync(`${at}/replica/changed`), "old");
    const run = runsOf(trash).at(-1);
    assertEquals(Deno.readTextFileSync(`${trash}/${run}/changed/inner`), "precious");
  }));

Deno.test("restore --dry-run writes nothing, and names what it would restore", () =>
  inTrash(async (at, trash) => {
    const before = [harvest(at)];
    const { status, text } = await command(["restore", trash, "latest", "-n"]);
    assertEquals(status, 24);
    assertStringIncludes(text, 'restore file "d/e/f" (planned)');
    assertStringIncludes(text, `Would restore ${HAS_LINKS ? 6 : 5} entries`);
    assertEquals([harvest(at)], before);
  }));

Deno.test("restore works without a journal, as after a kill, and where the roots were renamed", () =>
  inTrash(async (at, trash) => {
    const [run] = runsOf(trash);
    Deno.removeSync(`${trash}/${run}.jsonl`);
    Deno.renameSync(`${at}/replica`, `${at}/moved`);
    Deno.renameSync(trash, `${at}/moved.trash`);
    const { status, text } = await command(["restore", `${at}/moved`, "latest", "d"]);
    assertEquals(status, 0, text);
    assertEquals(namesIn(`${at}/moved/d`), ["a", "b", "e", ...(HAS_LINKS ? ["l"] : [])]);
    assertEquals(isThere(`${at}/replica`), false);
  }));

Deno.test("restore waits for no run: a replica that is locked is status 40", () =>
  inTrash(async (at, trash) => {
    using other = Deno.openSync(`${at}/replica`);
    other.lockSync(true);
    const { status } = await command(["restore", trash, "latest"]);
    assertEquals(status, 40);
    assertEquals(isThere(`${at}/replica/d`), false);
  }));

Deno.test("list, show and empty: what they say and delete", () =>
  inTrash(async (at, trash) => {
    const [run] = runsOf(trash);
    assertStringIncludes(
      (await command(["list", `${at}/replica`])).text,
      `${run}  ${HAS_LINKS ? 7 : 6} entries  `,
    );
    const shown = await command(["show", trash, run!.slice(0, 4), "d/e"]);
    assertEquals(shown.text.split("\n").length, 2);
    assertStringIncludes(shown.text, 'file "d/e/f" 1 B');
    assertEquals((await command(["empty", trash])).status, 1);
    assertStringIncludes(
      (await command(["empty", trash, "--older-than=1h", "--yes"])).text,
      "Nothing is deleted",
    );
    assertEquals(runsOf(trash), [run]);
    // a pass that is under way stays
    using journal = Deno.openSync(`${trash}/${run}.jsonl`);
    journal.lockSync(true);
    assertStringIncludes((await command(["empty", trash, "--yes"])).text, "under way stays");
    journal.unlockSync();
    assertEquals((await command(["empty", trash, "--yes"])).status, 0);
    assertEquals(namesIn(trash), [".lockstep-trash"]);
    assertStringIncludes((await command(["list", trash])).text, "is empty");
  }));

Deno.test("trash tells in one line what is wrong with its words", () =>
  inTrash(async (at, trash) => {
    const rows: readonly (readonly [readonly string[], number, string])[] = [
      [["lst", trash], 1, 'did you mean "trash list"?'],
      [["list"], 1, "Name a trash, or its replica"],
      [["list", at], 3, "There is no trash at"],
      [["show", trash], 1, "Name a pass"],
      [["show", trash, "2001"], 1, 'There is no pass "2001"'],
      [["show", trash, "latest", "nothing"], 1, "The pass has nothing at"],
      [["show", trash, "latest", "../x"], 1, 'without ".."'],
      [["restore", trash, "latest", "--yes"], 1, "--yes is no option of trash restore"],
      [["restore", trash, "latest", "--to", `${at}/none`], 3, "There is no folder"],
      [["empty", trash, "--older-than=soon"], 1, "--older-than takes a time"],
      [["empty", trash, "--older-than=30", "--yes"], 1, "with its unit, like 30d"],
      [["list", trash, "more"], 1, "one word too many"],
    ];
    for (const [words, status, text] of rows) {
      const said = await command(words);
      assertEquals(said.status, status, said.text);
      assertStringIncludes(said.text, text);
      assertEquals(said.text.split("\n").length, 1);
    }
    assertStringIncludes((await command(["--help"])).text, "lockstep trash restore");
  }));

Deno.test("pass after pass goes to the trash, and restoring them backwards gives the first state again", () =>
  seeded((dice) =>
    inFolder(async (at) => {
      plant(`${at}/source`, tree(dice, 2));
      await pass(at);
      const first = contents(`${at}/replica`);
      for (let round = 0; round < 5; round++) {
        removeIfThere(`${at}/source`);
        plant(`${at}/source`, tree(dice, 2));
        await pass(at);
      }
      const trash = `${at}/replica.trash`;
      const runs = runsOf(trash);
      assert(runs.length > 2);
      for (const run of runs.toReversed()) {
        const { status, text } = await command(["restore", trash, run, "--force"]);
        assertEquals(status, 0, text);
      }
      const now = contents(`${at}/replica`);
      for (const line of first) assert(now.includes(line), line);
    })
  ));

/** Files and links, which a pass keeps as they were; others are there besides. */
function contents(root: string): string[] {
  return harvest(root, { hardLinks: false }).filter((line) => / (file|link) /.test(line));
}

function tree(dice: Dice, depth: number): Tree {
  const made: Record<string, Tree[string]> = {};
  for (const name of ["a", "b", "c", "d", "e", "f"]) {
    const kind = dice.below(10);
    const mtime = TIME + dice.below(1000) * 1000;
    if (kind < 4) made[name] = file(`${dice.below(1e9)}`, [0o644, 0o600, 0o4755][dice.below(3)], mtime);
    else if (kind < 6) made[name] = link(`${dice.below(1e9)}`, mtime);
    else if (kind < 8 && depth > 0) made[name] = folder(tree(dice, depth - 1), 0o755, mtime);
  }
  return made;
}

Deno.test("the examples of the trash, in README and manual, are commands that the program takes", () => {
  let seen = 0;
  for (const document of ["README.md", "docs/manual.md"]) {
    const text = Deno.readTextFileSync(new URL(`../../${document}`, import.meta.url));
    for (const [, words] of text.matchAll(/^lockstep trash (.+)$/gm)) {
      assert(["list", "show", "restore", "empty"].includes(parseTrash(words!.split(" ")).kind), words);
      seen++;
    }
  }
  assertEquals(seen, 5);
});
