/**
 * The Windows build against trees that this side makes and compares: rsync, and reading by Linux's own Deno, know
 * nothing of how it wrote them. `tests/windows` runs these with what it has set up.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { content, versionOf } from "../faults/tools.ts";
import { ended, has, killIfRunning, MAIN, type Ran, until } from "../support/program.ts";
import { type Dice, seeded } from "../support/random.ts";
import { leftToDo } from "../support/rsync.ts";
import {
  file,
  folder,
  inFolder,
  isThere,
  namesIn,
  plant,
  removeIfThere,
  type Tree,
} from "../support/tree.ts";

/** Deno's Windows build. */
const EXE = Deno.env.get("LOCKSTEP_DENO_EXE");

/** As the Windows build sees a path of this disk. */
function seen(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

function start(...words: readonly string[]): Deno.ChildProcess {
  return new Deno.Command("wine", {
    // where less is allowed Deno resolves a path before it opens it, which Wine does not up from 260 characters
    args: [EXE!, "run", "-q", "-A", seen(MAIN), ...words],
    env: { NO_COLOR: "1", WINEDEBUG: "-all" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Run the program to its end; without what Wine itself says. */
async function run(...words: readonly string[]): Promise<Ran> {
  const ran = await ended(start(...words));
  const err = ran.err.split("\n").filter((line) => !/wine32|multiarch|dpkg|wine client error/.test(line))
    .join("\n");
  return { ...ran, out: ran.out.replaceAll("\r", ""), err: err.replaceAll("\r", "") };
}

function windowsTest(name: string, test: (at: string) => Promise<void>, needs: readonly string[] = []): void {
  const missing = EXE === undefined ? "tests/windows runs it" : needs.find((tool) => !has(tool));
  Deno.test({
    name: missing === undefined
      ? name
      : `${name} (skipped: ${EXE === undefined ? missing : `no ${missing} here`})`,
    ignore: missing !== undefined,
    fn: () => inFolder(test),
  });
}

/** Names of which no two are one to Windows, and none is none there. */
function nameOf(i: number): string {
  const stems = ["Report", "IMG_", "übergröße ", "Ñandú-", "日本-", "a.b.c ", "~$lock", "[x] ", "100% "];
  return `${stems[i % stems.length]}${i}${["", ".TXT", ".jpeg", ".tar.gz"][i % 4]}`;
}

/** Some hundred files of all sorts. */
function treeOf(dice: Dice): Tree {
  const some = (from: number, count: number, modes = [0o444, 0o644]): Record<string, Tree[string]> =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [
      nameOf(from + i),
      file(
        "x".repeat(dice.below(3) * dice.below(5000)) + dice.below(1000),
        modes[dice.below(8) === 0 ? 0 : 1],
        1e12 + dice.below(1e9) * 100,
      ),
    ]));
  // longer than the 260 characters of old; Wine makes no file read-only there
  let deep: Tree = some(500, 3, [0o644, 0o644]);
  for (let i = 0; i < 14; i++) deep = { [`a folder of level ${i}`.padEnd(20, "_")]: folder(deep) };
  return {
    ...some(0, 40),
    ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`Folder ${i}`, folder(some(i * 10, 15))])),
    deep,
    "nothing in it": folder({}),
    "empty": file(""),
    [`${"long ".repeat(40)}name`]: file("a name of 200 characters"),
    "large": file(new Uint8Array(24_000_000).fill(7), 0o644, 1.5e12),
  };
}

/** Change, remove, make and rename files and folders. */
function edit(root: string, dice: Dice): void {
  for (let i = 0; i < 60; i++) {
    const inside = `${root}/Folder ${dice.below(20)}`;
    const at = dice.below(3) === 0 || !isThere(inside) || !Deno.statSync(inside).isDirectory ? root : inside;
    const names = namesIn(at);
    const name = names[dice.below(Math.max(names.length, 1))] ?? "none";
    const path = `${at}/${name}`;
    const isFile = isThere(path) && Deno.lstatSync(path).isFile;
    switch (dice.below(6)) {
      case 0:
        removeIfThere(path);
        break;
      case 1:
        if (isFile) Deno.chmodSync(path, 0o644);
        if (isFile) Deno.writeTextFileSync(path, `edited ${dice.below(1e6)}`);
        break;
      case 2:
        if (isThere(path)) Deno.renameSync(path, `${at}/Moved ${i}-${dice.below(1e6)}`);
        break;
      case 3:
        plant(at, { [`New ${i}-${dice.below(1e6)}`]: folder({ "in it": "new" }) });
        break;
      case 4:
        removeIfThere(path);
        if (isFile) plant(at, { [name]: folder({ [nameOf(i)]: "instead of a file" }) });
        else plant(at, { [name]: "instead of a folder" });
        break;
      case 5:
        if (isFile) Deno.chmodSync(path, dice.below(2) ? 0o444 : 0o644);
    }
  }
}

/** What rsync would do yet; who may what is not looked at. */
const differences = (at: string) => leftToDo(`${at}/s`, `${at}/r`, "-nai", "--no-p", "--no-o", "--no-g");

windowsTest(
  "what the Windows build mirrors is the same to rsync, and again after edits, twice",
  (at) =>
    seeded(async (dice) => {
      plant(`${at}/s`, treeOf(dice));
      for (let round = 0; round < 3; round++) {
        if (round > 0) edit(`${at}/s`, dice);
        const ran = await run(seen(`${at}/s`), seen(`${at}/r`), "--max-delete=100%", "--quiet");
        assertEquals([ran.status, await differences(at)], [0, ""], ran.err + ran.out);
        const again = await run(seen(`${at}/s`), seen(`${at}/r`), "--json");
        const events = again.out.trim().split("\n").map((line) => JSON.parse(line));
        assertEquals([again.status, events.filter(({ kind }) => kind === "change")], [0, []]);
      }
    }),
  ["rsync"],
);

windowsTest(
  "a Windows run that is killed leaves nothing half-written, and the next one heals it",
  (at) =>
    seeded(async (dice) => {
      const COUNT = 200;
      const write = (version: number) => {
        plant(`${at}/s`, {});
        for (let i = 0; i < COUNT; i++) Deno.writeTextFileSync(`${at}/s/f${i}`, content(version * COUNT + i));
      };
      const read = (name: string) => Deno.readTextFileSync(`${at}/r/${name}`);
      let torn = 0;
      for (let round = 0; round < 10; round++) {
        write(round);
        const process = start(seen(`${at}/s`), seen(`${at}/r`));
        const end = ended(process);
        let isOver = false;
        end.then(() => isOver = true);
        const first = content(round * COUNT).length;
        await until("something is copied", () =>
          isOver || (isThere(`${at}/r`) && namesIn(`${at}/r`).some((name) =>
            name.startsWith("f") && Deno.statSync(`${at}/r/${name}`).size === first ||
            name.startsWith(".lockstep-")
          )));
        await new Promise((resolve) =>
          setTimeout(resolve, dice.below(400))
        );
        killIfRunning(process);
        await end;
        let fresh = 0;
        for (const name of namesIn(`${at}/r`)) {
          if (name.startsWith(".lockstep-")) {
            continue;
          }
          const version = versionOf(read(name));
          if (version === null) throw new Error(`${name} of round ${round} is torn`);
          assertEquals(version % COUNT, Number(name.slice(1)));
          if (version >= round * COUNT) fresh++;
        }
        if (fresh < COUNT) torn++;
      }
      assert(torn > 0, "Each run was over before it was killed");
      const ran = await run(seen(`${at}/s`), seen(`${at}/r`));
      assertEquals([ran.status, await differences(at), namesIn(`${at}/r`).length], [0, "", COUNT], ran.err);
    }),
  ["rsync"],
);

windowsTest(
  "a Windows run holds the replica against a second one, and no longer once it is killed",
  async (at) => {
    plant(`${at}/s`, { f: "1" });
    const process = start(seen(`${at}/s`), seen(`${at}/r`), "1h", "--for=5m");
    const end = ended(process);
    try {
      await until("the first pass is over", () => isThere(`${at}/r/f`));
      const second = await run(seen(`${at}/s`), seen(`${at}/r`));
      assertEquals(second.status, 40, second.err);
      assertStringIncludes(second.err, "Another run of Lockstep has locked");
      const other = await run(seen(`${at}/s`), seen(`${at}/r2`));
      assertEquals(other.status, 0, other.err);
    } finally {
      killIfRunning(process);
      await end;
    }
    plant(`${at}/s`, { g: "2" });
    const after = await run(seen(`${at}/s`), seen(`${at}/r`));
    assertEquals([after.status, await differences(at)], [0, ""], after.err);
  },
  ["rsync"],
);

windowsTest("the Windows build says in one line what is wrong with its arguments", async (at) => {
  plant(`${at}/s`, { f: "1" });
  plant(at, { file: "" });
  const rows: readonly (readonly [words: readonly string[], status: number, said: string])[] = [
    [[seen(`${at}/s`)], 1, "replica"],
    [[seen(`${at}/s`), seen(`${at}/r`), "--nonsense"], 1, "--nonsense"],
    [[seen(`${at}/none`), seen(`${at}/r`)], 3, "none"],
    [[seen(`${at}/file`), seen(`${at}/r`)], 3, "file"],
    [[seen(`${at}/s`), seen(`${at}/s/in it`)], 3, "inside"],
    [[seen(`${at}/s`), seen(`${at}/s`)], 3, "source"],
    [[seen(`${at}/s`), `${seen(`${at}/S`).toLowerCase()}\\.`], 3, "same"],
  ];
  for (const [words, status, said] of rows) {
    const ran = await run(...words);
    // besides what each pass says
    const text = (ran.err + ran.out).trim().split("\n").filter((line) => !/ (INFO|WARN) /.test(line)).join(
      "\n",
    );
    assertEquals([words, ran.status, text.split("\n").length], [words, status, 1], text);
    assertStringIncludes(text, said);
  }
  assert(!isThere(`${at}/r`));
});
