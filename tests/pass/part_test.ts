/**
 * Parts of two trees, each kept by a mirror of its own, and `top` with the rest: together they do what one mirror of the
 * whole does. A failure prints the seed that makes it again.
 */
import { assert, assertEquals } from "@std/assert";
import { inTime } from "../../sync/disk/in_time.ts";
import { rootAt } from "../../sync/disk/root.ts";
import { ignoreFilesAbove, noteWhole, ofWhole } from "../../sync/disk/whole.ts";
import type { Path } from "../../sync/engine/entry.ts";
import { ALL, type Choice, filterOfChoice, IGNORE_FILE, type IgnoreFile } from "../../sync/engine/filter.ts";
import type { Part } from "../../sync/engine/part.ts";
import { notesWhole } from "../../sync/pass/note_whole.ts";
import { LIMITS, mirror, type Outcome, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { PARTS, patternOf } from "../support/patterns.ts";
import { sh } from "../support/program.ts";
import { anySeed, type Dice, diceOf } from "../support/random.ts";
import {
  assertInSync,
  file,
  files,
  folder,
  hardLink,
  harvest,
  HAS_LINKS,
  inFolder,
  IS_WINDOWS,
  isThere,
  link,
  makeLink,
  namesIn,
  plant,
  type Tree,
} from "../support/tree.ts";

const POOLS = poolsOfFile();
const LIMITLESS = { ...UNLIMITED, allowEmptySource: true };

/** A pass of each part, in the order given, and then of `top`. */
async function mirrorParts(
  source: string,
  replica: string,
  paths: readonly Path[],
  options: Parameters<typeof mirror>[2] & { choice?: Choice },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const path of [...paths, ""]) {
    const part: Part = {
      source,
      replica,
      path,
      except: path === "" ? paths : [],
      lock: `${replica}.lock`,
      seen: 100,
    };
    const whole = await ofWhole(part);
    if ("code" in whole) throw new TypeError("The ignore files can be read");
    const choice: Choice = { ...options.choice ?? ALL, part: { ...part, ...whole } };
    const at = path === "" ? "" : `/${path}`;
    const companions = path === "" ? [notesWhole(part)] : [];
    outcomes.push(await mirror(source + at, replica + at, { ...options, part, choice, companions }));
  }
  return outcomes;
}

const NAMES = PARTS.filter((name) => !name.startsWith("#")).slice(0, 8);

function tree(dice: Dice, depth: number, ignores: boolean): Tree {
  const made: Record<string, Tree[string]> = {};
  const one = <T>(...of: readonly T[]) => of[dice.below(of.length)]!;
  for (const name of NAMES) {
    const kind = dice.below(100);
    const mtime = one(1_000_000_000_000, 1_500_000_000_500);
    if (kind < 20) made[name] = file(`${dice.below(3)}`, one(0o644, 0o600), mtime);
    else if (kind < 25) made[name] = link(one("a", ".."), mtime);
    else if (kind < 55 && depth > 0) {
      made[name] = folder(tree(dice, depth - 1, ignores), one(0o755, 0o750), mtime);
    }
  }
  if (ignores && dice.below(5) === 0) {
    made[IGNORE_FILE] = file(
      Array.from({ length: 1 + dice.below(3) }, () => patternOf(dice)).join("\n"),
      0o644,
      1e12,
    );
  }
  return made;
}

/** Folders of a source that may be parts: they are not excluded, and nothing of the replica stands on the way. */
function cuts(dice: Dice, source: string, replica: string, choice: Choice): Path[] {
  const found: Path[] = [];
  const visit = (at: Path, files: readonly IgnoreFile[]) => {
    const own = `${source}/${at === "" ? "" : `${at}/`}${IGNORE_FILE}`;
    const known = isThere(own) ? [...files, { folder: at, text: Deno.readTextFileSync(own) }] : files;
    for (const { name, isDirectory } of Deno.readDirSync(`${source}/${at}`)) {
      const path = at === "" ? name : `${at}/${name}`;
      if (!isDirectory || filterOfChoice(choice, known).ruleFor(path, true) !== null) continue;
      const isFree = !isThere(`${replica}/${path}`) || Deno.lstatSync(`${replica}/${path}`).isDirectory;
      if (!isFree) continue;
      if (dice.below(3) === 0) found.push(path);
      else visit(path, known);
    }
  };
  visit("", []);
  return found.sort(() => dice.below(2) - 0.5);
}

for (let run = 0; run < 9; run++) {
  const seed = anySeed();
  const [how, pool] = POOLS[run % POOLS.length]!;
  Deno.test(
    `pass() of each part and of top does what one pass of the whole does, ${how}, LOCKSTEP_SEED=${seed} (${run})`,
    () =>
      inFolder(async (at) => {
        const dice = diceOf(seed);
        for (let round = 0; round < 3; round++) {
          const [source, replica, whole] = [`${at}/s${round}`, `${at}/r${round}`, `${at}/w${round}`];
          plant(source, tree(dice, 3, true));
          plant(replica, tree(dice, 3, false));
          await sh(`cp -a r${round} w${round}`, at);
          const patterns = dice.below(2) === 0 ? [] : [patternOf(dice), patternOf(dice)];
          const choice: Choice = {
            ...ALL,
            rules: patterns.map((pattern) => ({ pattern, from: "--exclude" })),
            deleteExcluded: dice.below(4) === 0,
          };
          const paths = cuts(dice, source, replica, choice);
          const before = harvest(source);
          const options = { pool, choice, limits: LIMITLESS, checksum: true };
          await mirror(source, whole, options);
          await mirrorParts(source, replica, paths, options);
          const had = new Set(before.map(placeOf));
          const told = (root: string) =>
            harvest(root).map((line) => had.has(placeOf(line)) ? line : line.replace(/ \d+$/, ""));
          assertEquals(told(replica), told(whole), paths.join(", "));
          assertEquals(harvest(source), before);
          for (const { changes } of await mirrorParts(source, replica, paths, options)) {
            assertEquals(changes, []);
          }
        }
      }),
  );
}

/** A folder of a line of `harvest`, which the replica keeps for what is excluded in it: its time is that of the pass. */
function placeOf(line: string): string {
  return line.replace(/ folder [^]*$/, "");
}

function rounds(name: string, test: (at: string, pool: (typeof POOLS)[number][1]) => Promise<void>): void {
  for (const [how, pool] of POOLS) Deno.test(`${name}, ${how}`, () => inFolder((at) => test(at, pool)));
}

rounds(
  "top removes what is extraneous on each level above the parts, and nothing in them",
  async (at, pool) => {
    plant(`${at}/s`, { a: { b: { c: { f: "1" } }, g: "2" }, d: { e: { h: "3" } } });
    const extra = { x: "x", y: { z: "z" } };
    plant(`${at}/r`, { ...extra, a: { ...extra, b: { ...extra, c: { ...extra } } }, d: { e: { ...extra } } });
    const [, , top] = await mirrorParts(`${at}/s`, `${at}/r`, ["a/b/c", "d/e"], { pool, limits: LIMITLESS });
    assertInSync(`${at}/s`, `${at}/r`);
    assertEquals(
      top!.changes.filter((one) => one.startsWith("remove")).sort(),
      ["", "a/", "a/b/"].flatMap((
        at,
      ) => [`remove file ${at}x`, `remove folder ${at}y`, `remove file ${at}y/z`])
        .sort(),
    );
  },
);

rounds(
  "top keeps a part that the source has lost, with the folders on the way to it, until the next split",
  async (at, pool) => {
    plant(`${at}/s`, { a: { b: { f: "1" }, g: "2" }, k: "3" });
    const options = { pool, limits: LIMITLESS };
    await mirrorParts(`${at}/s`, `${at}/r`, ["a/b"], options);
    Deno.removeSync(`${at}/s/a`, { recursive: true });
    const [part, top] = await mirrorParts(`${at}/s`, `${at}/r`, ["a/b"], options);
    assertEquals(part!.report.ended, "unusable");
    assertEquals(top!.report.ended, "complete");
    assertEquals(Deno.readTextFileSync(`${at}/r/a/b/f`), "1");
    assert(!isThere(`${at}/r/a/g`));
    const [next] = await mirrorParts(`${at}/s`, `${at}/r`, [], options);
    assertEquals(next!.report.ended, "complete");
    assertInSync(`${at}/s`, `${at}/r`);
  },
);

rounds("--delete-excluded and --no-delete reach nothing of what other parts have", async (at, pool) => {
  plant(`${at}/s`, { a: { b: { f: "1", "x.tmp": "2" } }, k: "3" });
  await mirrorParts(`${at}/s`, `${at}/r`, ["a/b"], { pool });
  const choice = { ...ALL, rules: [{ pattern: "*", from: "--exclude" }], deleteExcluded: true };
  const part = {
    source: `${at}/s`,
    replica: `${at}/r`,
    path: "",
    except: ["a/b"],
    lock: `${at}/lock`,
    seen: 4,
  };
  await mirror(`${at}/s`, `${at}/r`, {
    pool,
    limits: LIMITLESS,
    part,
    choice: { ...choice, part: { ...part, above: [], known: false } },
  });
  assert(!isThere(`${at}/r/k`));
  assertEquals(Deno.readTextFileSync(`${at}/r/a/b/f`), "1");
});

rounds(
  "a folder with a part in it that was renamed is copied, and the part stays until the next split",
  async (at, pool) => {
    const options = { pool, limits: LIMITLESS };
    plant(`${at}/s`, { a: { b: { f: "1".repeat(50), g: "2".repeat(50) }, h: "3".repeat(50) }, k: "4" });
    await mirrorParts(`${at}/s`, `${at}/r`, ["a/b"], options);
    Deno.renameSync(`${at}/s/a`, `${at}/s/z`);
    const [part, top] = await mirrorParts(`${at}/s`, `${at}/r`, ["a/b"], options);
    assertEquals([part!.report.ended, top!.report.ended], ["unusable", "complete"]);
    assertEquals(harvest(`${at}/r/z`), harvest(`${at}/s/z`));
    assertEquals(Deno.readTextFileSync(`${at}/r/a/b/f`), "1".repeat(50));
    await mirrorParts(`${at}/s`, `${at}/r`, ["z/b"], options);
    assertInSync(`${at}/s`, `${at}/r`);
  },
);

if (HAS_LINKS) {
  rounds(
    "a part behind a link, on either side, is refused: what lies behind it is no part of the tree",
    async (at, pool) => {
      plant(at, { elsewhere: { b: { f: "not mine" } }, s: { k: "1" }, r: { k: "1" } });
      makeLink("../elsewhere", `${at}/s/a`);
      const [inSource] = await mirrorParts(`${at}/s`, `${at}/r`, ["a/b"], { pool });
      assertEquals(refusal(inSource!), { code: "blocked", path: "a", by: "link" });
      assertEquals(harvest(`${at}/r`).filter((line) => line.includes("/b")), []);
      Deno.removeSync(`${at}/s/a`);
      plant(`${at}/s`, { a: { b: { f: "mine" } } });
      Deno.removeSync(`${at}/r`, { recursive: true });
      plant(`${at}/r`, { k: "1" });
      makeLink("../elsewhere", `${at}/r/a`);
      const [inReplica] = await mirrorParts(`${at}/s`, `${at}/r`, ["a/b"], { pool });
      assertEquals(refusal(inReplica!), { code: "blocked", path: "a", by: "link" });
      assertEquals(Deno.readTextFileSync(`${at}/elsewhere/b/f`), "not mine");
      // top has put a folder in its place, so the next one is right
      await mirrorParts(`${at}/s`, `${at}/r`, ["a/b"], { pool });
      assertInSync(`${at}/s`, `${at}/r`);
    },
  );
}

function refusal({ events }: Outcome): unknown {
  const found = events.find(({ kind }) => kind === "unusable");
  return found?.kind === "unusable" ? found.fault : null;
}

rounds(
  "a part whose folders above are not there in the replica is made, and in a dry run planned",
  async (at, pool) => {
    plant(`${at}/s`, { a: { b: { c: { f: "1" } } } });
    const part = {
      source: `${at}/s`,
      replica: `${at}/r`,
      path: "a/b/c",
      except: [],
      lock: `${at}/lock`,
      seen: 4,
    };
    const choice = { ...ALL, part: { ...part, above: [], known: false } };
    const planned = await mirror(`${at}/s/a/b/c`, `${at}/r/a/b/c`, { pool, part, choice, dryRun: true });
    assertEquals(planned.changes.toSorted(), ["create file f", "create folder "]);
    assert(!isThere(`${at}/r`));
    const made = await mirror(`${at}/s/a/b/c`, `${at}/r/a/b/c`, { pool, part, choice });
    assertEquals(made.report.ended, "complete");
    assertEquals(harvest(`${at}/r/a/b/c`), harvest(`${at}/s/a/b/c`));
    const elsewhere = { ...part, replica: `${at}/not/there` };
    const refused = await mirror(`${at}/s/a/b/c`, `${at}/not/there/a/b/c`, {
      pool,
      part: elsewhere,
      choice: { ...ALL, part: { ...elsewhere, above: [], known: false } },
    });
    assertEquals(refusal(refused), { code: "no-parent", parent: `${at}/not` });
    assert(!isThere(`${at}/not`));
  },
);

rounds(
  "hard links that lead into other parts become files of their own, which are counted",
  async (at, pool) => {
    plant(`${at}/s`, { a: { f: "1", g: hardLink("f"), h: "2" }, k: "3" });
    Deno.linkSync(`${at}/s/a/f`, `${at}/s/f`);
    const [part, top] = await mirrorParts(`${at}/s`, `${at}/r`, ["a"], { pool });
    for (const { events } of [part!, top!]) {
      const told = events.filter((event) => event.kind === "notice" && event.code === "links-elsewhere");
      assertEquals(told, [{ kind: "notice", code: "links-elsewhere", files: 1 }]);
    }
    const inode = (path: string) => Deno.statSync(`${at}/r/${path}`).ino;
    assertEquals(inode("a/f"), inode("a/g"));
    assert(inode("a/f") !== inode("f"));
    assertInSync(`${at}/s`, `${at}/r`, { hardLinks: false });
    const again = await mirrorParts(`${at}/s`, `${at}/r`, ["a"], { pool });
    assertEquals(again.flatMap(({ changes }) => changes), []);
    // links in one part alone are nothing to tell
    Deno.removeSync(`${at}/s/f`);
    const [alone] = await mirrorParts(`${at}/s`, `${at}/r`, ["a"], { pool });
    assertEquals(alone!.events.filter(({ kind }) => kind === "notice"), []);
  },
);

const MANY = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${i}`, `${i}`]));

rounds(
  "the guard of top measures a lost part by the whole, once the replica was in sync",
  async (at, pool) => {
    plant(`${at}/s`, { a: MANY, b: MANY, c: MANY });
    const top = async (except: readonly Path[], limits = LIMITS) => {
      const part = {
        source: `${at}/s`,
        replica: `${at}/r`,
        path: "",
        except,
        lock: `${at}/r.lock`,
        seen: 400,
      };
      const whole = await ofWhole(part);
      if ("code" in whole) throw new TypeError(whole.code);
      const choice = { ...ALL, part: { ...part, ...whole } };
      return await mirror(`${at}/s`, `${at}/r`, { pool, part, choice, limits });
    };
    await mirrorParts(`${at}/s`, `${at}/r`, ["a", "b", "c"], { pool });
    Deno.removeSync(`${at}/s/c`, { recursive: true });
    const note = Deno.readTextFileSync(`${at}/r.lock`);
    // a replica that was never seen to be one, or another one in its place
    for (const other of ["", note.replace(/"inode":"\d+"/, '"inode":"1"')]) {
      Deno.writeTextFileSync(`${at}/r.lock`, other);
      assertEquals((await top(["a", "b"])).report.ended, "refused");
    }
    Deno.writeTextFileSync(`${at}/r.lock`, note);
    // as after the next split: 201 of some 600 entries go
    const strict = await top(["a", "b"], { ...LIMITS, maxDelete: { unit: "percent", value: 20 } });
    assertEquals(strict.report.ended, "refused");
    assertEquals((await top(["a", "b"])).report.ended, "complete");
    assert(!isThere(`${at}/r/c`));
    // where the parts are not there in the replica, they are no reason to let much go
    plant(`${at}/r`, { d: MANY });
    Deno.removeSync(`${at}/r/a`, { recursive: true });
    Deno.removeSync(`${at}/r/b`, { recursive: true });
    assertEquals((await top(["a", "b"])).report.ended, "refused");
  },
);

Deno.test("noteWhole() replaces its own note and what is blank, and leaves another file in the place of the lock alone", () =>
  inFolder(async (at) => {
    plant(at, { s: {}, r: {} });
    const part = {
      source: `${at}/s`,
      replica: `${at}/r`,
      path: "",
      except: ["a"],
      lock: `${at}/lock`,
      seen: 1,
    };
    const root = await rootAt(part.replica);
    await noteWhole(part, root!);
    const note = Deno.readTextFileSync(part.lock);
    for (
      const ours of [
        null,
        "",
        "\0".repeat(300),
        note,
        note.replace(/,.*/, `,"of":"${"before ".repeat(99)}"}`),
      ]
    ) {
      if (ours === null) Deno.removeSync(part.lock);
      else Deno.writeTextFileSync(part.lock, ours);
      await noteWhole(part, root!);
      assertEquals(Deno.readTextFileSync(part.lock), note);
      assert(known(await ofWhole(part)));
    }
    for (const strange of ["mine\n", `{"lockstep":`, `{"lockstep":"status"}`, "\0mine", "m".repeat(99_999)]) {
      Deno.writeTextFileSync(part.lock, strange);
      await noteWhole(part, root!);
      assertEquals(Deno.readTextFileSync(part.lock), strange);
      assert(!known(await ofWhole(part)));
    }
  }));

function known(whole: Awaited<ReturnType<typeof ofWhole>>): boolean {
  return "known" in whole && whole.known;
}

rounds(
  "top wipes no folder that was never its replica, though the parts have made folders in it",
  async (at, pool) => {
    plant(`${at}/s`, { a: MANY, b: MANY });
    const precious = Object.fromEntries(Array.from({ length: 45 }, (_, i) => [`mine${i}`, `${i}`]));
    plant(`${at}/r`, precious);
    for (let night = 0; night < 3; night++) {
      const [, , top] = await mirrorParts(`${at}/s`, `${at}/r`, ["a", "b"], { pool });
      const refused = top!.events.find(({ kind }) => kind === "refused");
      assertEquals(refused?.kind === "refused" && refused.rule, "nothing-kept");
      assertEquals(namesIn(`${at}/r`).filter((name) => name.startsWith("mine")).length, 45);
    }
  },
);

rounds("the guard of top counts what it has itself once", async (at, pool) => {
  plant(`${at}/s`, { x: files(30), y: files(30), ...files(300) });
  await mirrorParts(`${at}/s`, `${at}/r`, ["x", "y"], { pool });
  for (let i = 0; i < 261; i++) Deno.removeSync(`${at}/s/f${i}`);
  const [, , top] = await mirrorParts(`${at}/s`, `${at}/r`, ["x", "y"], { pool });
  assertEquals(top!.report.ended, "refused");
});

Deno.test("ignoreFilesAbove() gives those on the way from the root, and why one cannot be read", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, { [IGNORE_FILE]: "*.a", x: { [IGNORE_FILE]: "*.b", y: { [IGNORE_FILE]: "*.c" } } });
    const part = { source: `${at}/s`, replica: `${at}/r`, except: [], lock: `${at}/lock`, seen: 0 };
    const found = await ignoreFilesAbove({ ...part, path: "x/y" });
    assertEquals(found, [{ folder: "", text: "*.a" }, { folder: "x", text: "*.b" }]);
    assertEquals(await ignoreFilesAbove({ ...part, path: "" }), []);
    assertEquals(await ignoreFilesAbove({ ...part, path: "gone/y" }), [{ folder: "", text: "*.a" }]);
    Deno.truncateSync(`${at}/s/x/${IGNORE_FILE}`, 2 ** 21);
    assertEquals(await ignoreFilesAbove({ ...part, path: "x/y" }), { code: "IGNORE_FILE", detail: "EFBIG" });
  }));

/** What is said of a file that something else took the place of: before it was opened, and afterwards. */
const REPLACED = ["ELOOP", "ENOENT", "REPLACED", "CHANGED"];

Deno.test({
  name:
    "ignoreFilesAbove() waits for no FIFO in a file's place, follows no link there, and takes no half of a file",
  ignore: IS_WINDOWS,
  fn: () =>
    inFolder(async (at) => {
      const texts = ["a".repeat(200_000), "b".repeat(300_000)];
      plant(at, { s: { k: "1" }, one: texts[0]!, other: texts[1]!, outside: "*" });
      const kinds = ["cp one new", "mkfifo new", "cp one new", "cp other new", "ln -s ../outside new"];
      const swaps = kinds.map((make) => `${make}; mv -f new s/${IGNORE_FILE}`).join("; ");
      const swapping = sh(`while [ ! -e stop ]; do ${swaps}; done`, at);
      const part = {
        source: `${at}/s`,
        replica: `${at}/r`,
        path: "x",
        except: [],
        lock: `${at}/lock`,
        seen: 0,
      };
      try {
        for (const until = performance.now() + 1500; performance.now() < until;) {
          const found = await inTime(ignoreFilesAbove(part), 20_000);
          if (found === null) throw new Error("It waits");
          if ("code" in found) assert(REPLACED.includes(found.detail!), found.detail);
          else for (const { text } of found) assert(texts.includes(text), `${text.length} of ${text[0]}`);
        }
      } finally {
        plant(at, { stop: "" });
        await swapping;
      }
    }),
});

rounds(
  "a part at which another machine works is held: the file beside its status is locked",
  async (at, pool) => {
    plant(at, { s: { a: { f: "1" }, k: "2" }, r: { a: {} }, "r.lock": "" });
    {
      using file = Deno.openSync(`${at}/r.lock`, { write: true });
      file.lockSync(true);
      const [held] = await mirrorParts(`${at}/s`, `${at}/r`, ["a"], { pool });
      assertEquals(held!.report.ended, "locked");
      assertEquals(harvest(`${at}/r/a`).length, 1);
    }
    await mirrorParts(`${at}/s`, `${at}/r`, ["a"], { pool });
    assertInSync(`${at}/s`, `${at}/r`);
  },
);

rounds(
  "a part that cannot be locked for other machines is locked for this one, and that is said",
  async (at, pool) => {
    plant(at, { s: { a: { f: "1" } } });
    const part = {
      source: `${at}/s`,
      replica: `${at}/r`,
      path: "a",
      except: [],
      lock: `${at}/none/lock`,
      seen: 2,
    };
    const choice = { ...ALL, part: { ...part, above: [], known: false } };
    const { events } = await mirror(`${at}/s/a`, `${at}/r/a`, { pool, part, choice });
    const told = events.filter((event) => event.kind === "notice" && event.code === "locked-alone");
    assertEquals(told, [{
      kind: "notice",
      code: "locked-alone",
      reason: { code: "ENOENT", detail: "no such file or directory" },
    }]);
    assertInSync(`${at}/s/a`, `${at}/r/a`);
  },
);
