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
import { isRest, leftBy, type Part, type Place, sliceKey } from "../../sync/engine/part.ts";
import { notesWhole } from "../../sync/pass/note_whole.ts";
import { closeRoots } from "../../sync/disk/roots.ts";
import {
  configOf,
  LIMITS,
  mirror,
  openedRoots,
  type Outcome,
  poolsOfFile,
  UNLIMITED,
} from "../support/mirror.ts";
import { PARTS, patternOf } from "../support/patterns.ts";
import { sh } from "../support/program.ts";
import { anySeed, type Dice, diceOf } from "../support/random.ts";
import { ALONE } from "../support/split.ts";
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
  parts: readonly (Path | Place)[],
  options: Parameters<typeof mirror>[2] & { choice?: Choice },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const places = parts.map((one): Place => typeof one === "string" ? { path: one } : one);
  const { rest, bySlices } = leftBy(places);
  for (const place of [...places, { path: "" }]) {
    const { path, slice } = place;
    const part: Part = {
      ...ALONE,
      ...isRest(place) ? rest : slice && { except: bySlices.get(path)! },
      ...place,
      source,
      replica,
      lock: `${replica}.lock`,
      seen: 100,
      names: rest.except.length + 10 * rest.sliced.length,
    };
    const whole = await ofWhole(part);
    if ("code" in whole) throw new TypeError("The ignore files can be read");
    const choice: Choice = { ...options.choice ?? ALL, part: { ...part, ...whole } };
    const at = path === "" ? "" : `/${path}`;
    const companions = isRest(place) ? [notesWhole(part)] : [];
    outcomes.push(await mirror(source + at, replica + at, { ...options, part, choice, companions }));
  }
  return outcomes;
}

/** The part at a path that has all that is in it. */
function partAt(at: string, path: Path, lock = `${at}/lock`): Part {
  return { ...ALONE, source: `${at}/s`, replica: `${at}/r`, path, lock };
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
function cuts(dice: Dice, source: string, replica: string, choice: Choice): Place[] {
  const found: Place[] = [];
  const visit = (at: Path, files: readonly IgnoreFile[]) => {
    if (dice.below(4) === 0) {
      const keys = NAMES.filter(() => dice.below(3) === 0).map(sliceKey).filter((key) => key !== "");
      const bounds = [...new Set(keys)].sort();
      for (const [i, from] of ["", ...bounds].entries()) {
        found.push({ path: at, slice: { from, to: bounds[i] ?? null } });
      }
    }
    const own = `${source}/${at === "" ? "" : `${at}/`}${IGNORE_FILE}`;
    const known = isThere(own) ? [...files, { folder: at, text: Deno.readTextFileSync(own) }] : files;
    for (const { name, isDirectory } of Deno.readDirSync(`${source}/${at}`)) {
      const path = at === "" ? name : `${at}/${name}`;
      if (!isDirectory || filterOfChoice(choice, known).ruleFor(path, true) !== null) continue;
      const isFree = !isThere(`${replica}/${path}`) || Deno.lstatSync(`${replica}/${path}`).isDirectory;
      if (!isFree) continue;
      if (dice.below(3) === 0) found.push({ path });
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
          assertEquals(told(replica), told(whole), JSON.stringify(paths));
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
  const part = { ...partAt(at, ""), except: ["a/b"], seen: 4, names: 1 };
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
    const part = partAt(at, "a/b/c");
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
      const part = { ...partAt(at, "", `${at}/r.lock`), except, seen: 400, names: except.length };
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
    const part = partAt(at, "");
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
    const found = await ignoreFilesAbove(partAt(at, "x/y"));
    assertEquals(found, [{ folder: "", text: "*.a" }, { folder: "x", text: "*.b" }]);
    assertEquals(await ignoreFilesAbove(partAt(at, "")), []);
    assertEquals(await ignoreFilesAbove(partAt(at, "gone/y")), [{
      folder: "",
      text: "*.a",
    }]);
    Deno.truncateSync(`${at}/s/x/${IGNORE_FILE}`, 2 ** 21);
    assertEquals(await ignoreFilesAbove(partAt(at, "x/y")), {
      code: "IGNORE_FILE",
      detail: "EFBIG",
    });
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
      const part = partAt(at, "x");
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
    const part = partAt(at, "a", `${at}/none/lock`);
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

/** Two slices of a folder: names up to "m", and the others. */
function slicesOf(path: Path): Place[] {
  return [{ path, slice: { from: "", to: "m" } }, { path, slice: { from: "m", to: null } }];
}

rounds(
  "slices share a folder: each has its names, whatever they are by now, and top the folder",
  async (at, pool) => {
    plant(`${at}/s`, { a: { b: { f: "1" }, f: "2", m: { g: "3" }, z: "4" }, y: "5" });
    plant(`${at}/r`, { a: { a: "6", m: "7", z: { x: "8" } }, x: "9" });
    const options = { pool, limits: LIMITLESS };
    const [first, second, top] = await mirrorParts(`${at}/s`, `${at}/r`, slicesOf("a"), options);
    assertInSync(`${at}/s`, `${at}/r`);
    const nothing = (changes: readonly string[]) =>
      changes.filter((one) => !one.startsWith("attributes folder"));
    assertEquals(first!.changes.toSorted(), [
      "create file b/f",
      "create file f",
      "create folder b",
      "remove file a",
    ]);
    assertEquals(second!.changes.length, 6);
    assertEquals(nothing(top!.changes).toSorted(), ["create file y", "remove file x"]);
    assertEquals([first, second, top].map((one) => one!.report.entries.source), [3, 3, 2]);
    // what comes and goes in the folder is theirs, and needs no other split
    plant(`${at}/s`, { a: { "0": { new: "1" }, n: "2" } });
    Deno.removeSync(`${at}/s/a/b`, { recursive: true });
    await mirrorParts(`${at}/s`, `${at}/r`, slicesOf("a"), options);
    assertInSync(`${at}/s`, `${at}/r`);
  },
);

rounds(
  "a slice leaves its folder as it is, and writes nothing where nothing is to be done",
  async (at, pool) => {
    plant(`${at}/s`, { f: "1", z: "2" });
    await mirrorParts(`${at}/s`, `${at}/r`, slicesOf(""), { pool });
    assertInSync(`${at}/s`, `${at}/r`);
    // as another slice leaves it, until top sees to it
    Deno.utimeSync(`${at}/r`, 1e9, 1e9);
    const { ctime } = Deno.statSync(`${at}/r`);
    for (const dryRun of [true, false]) {
      const slices = await mirrorSlices(at, pool, dryRun);
      assertEquals(slices.map(({ changes }) => changes), [[], []]);
    }
    assertEquals(Deno.statSync(`${at}/r`).ctime, ctime);
    Deno.writeTextFileSync(`${at}/s/z`, "changed");
    Deno.utimeSync(`${at}/s`, 1e8, 1e8);
    const [, written] = await mirrorSlices(at, pool);
    assertEquals(written!.changes, ["update file z"]);
    assert(Deno.statSync(`${at}/r`).mtime!.getTime() > 1e9);
    const [, , top] = await mirrorParts(`${at}/s`, `${at}/r`, slicesOf(""), { pool });
    assertEquals(top!.changes, ["attributes folder "]);
    assertInSync(`${at}/s`, `${at}/r`);
  },
);

/** A pass of each of two slices of the roots, and none of top. */
async function mirrorSlices(
  at: string,
  pool: (typeof POOLS)[number][1],
  dryRun = false,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const place of slicesOf("")) {
    const part = { ...partAt(at, "", `${at}/${place.slice!.from}.lock`), ...place };
    const choice = { ...ALL, part: { ...part, above: [], known: false } };
    outcomes.push(await mirror(`${at}/s`, `${at}/r`, { pool, part, choice, dryRun }));
  }
  return outcomes;
}

rounds("what a killed run has left among the names of slices is top's to clear up", async (at, pool) => {
  const between = "lockstep-between-a";
  plant(at, {
    s: { a: "1", z: "2" },
    r: { a: "1", z: "2", ".lockstep-0123abcd-1": "half", [between]: "whole" },
  });
  const slices = await mirrorSlices(at, pool);
  // another slice may be at work with them
  assertEquals(slices.flatMap(({ changes }) => changes), []);
  const [, , top] = await mirrorParts(`${at}/s`, `${at}/r`, slicesOf(""), { pool });
  assertEquals(top!.changes.filter((one) => one.startsWith("remove")).length, 2);
  assertInSync(`${at}/s`, `${at}/r`);
});

rounds(
  "a slice whose names have all gone from the source is refused, though others are there",
  async (at, pool) => {
    plant(`${at}/s`, { ...files(30), z: MANY });
    await mirrorParts(`${at}/s`, `${at}/r`, slicesOf(""), { pool });
    for (let i = 0; i < 30; i++) Deno.removeSync(`${at}/s/f${i}`);
    const [first, second] = await mirrorParts(`${at}/s`, `${at}/r`, slicesOf(""), { pool });
    const refused = first!.events.find(({ kind }) => kind === "refused");
    assertEquals(refused?.kind === "refused" && refused.rule, "empty-source");
    assertEquals(second!.report.ended, "complete");
    assertEquals(namesIn(`${at}/r`).length, 31);
  },
);

rounds("an ignore file holds for all slices of its folder, whichever has its name", async (at, pool) => {
  plant(`${at}/s`, {
    [IGNORE_FILE]: "*.tmp\n",
    "a.tmp": "1",
    b: "2",
    "y.tmp": "3",
    z: { "x.tmp": "4", x: "5" },
  });
  await mirrorParts(`${at}/s`, `${at}/r`, slicesOf(""), { pool });
  assertEquals(namesIn(`${at}/r`).toSorted(), [IGNORE_FILE, "b", "z"]);
  assertEquals(namesIn(`${at}/r/z`), ["x"]);
});

rounds(
  "slices of one folder work at the same time; a mirror of the whole folder does not",
  async (at, pool) => {
    plant(`${at}/s`, { a: "1", z: "2" });
    const [first, second] = slicesOf("").map((place, i): Part => ({
      ...partAt(at, "", `${at}/${i}.lock`),
      ...place,
    }));
    const configOfPart = (part: Part) => ({
      ...configOf(`${at}/s`, `${at}/r`),
      choice: { ...ALL, part: { ...part, above: [], known: false } },
      part,
    });
    const open = await openedRoots(configOfPart(first!));
    if ("kind" in open) throw new Error(open.kind);
    try {
      const run = async (part?: Part) => {
        const choice = part && { ...ALL, part: { ...part, above: [], known: false } };
        return (await mirror(`${at}/s`, `${at}/r`, { pool, ...part && { part }, ...choice && { choice } }))
          .report.ended;
      };
      assertEquals(await run(second), "complete");
      // the same slice, and the folder as a whole
      assertEquals([await run(first), await run()], ["locked", "locked"]);
    } finally {
      await closeRoots(open);
    }
  },
);

rounds("the guard of top measures by the names of slices, once the replica was in sync", async (at, pool) => {
  const folders = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`d${i}`, { f: "1", g: "2" }]));
  plant(`${at}/s`, { a: folders, ...files(60) });
  const limits = { ...LIMITS, maxDelete: { unit: "percent", value: 50 } as const };
  await mirrorParts(`${at}/s`, `${at}/r`, slicesOf("a"), { pool });
  for (let i = 0; i < 40; i++) Deno.removeSync(`${at}/s/f${i}`);
  // 40 of 61 entries of its own, and of some 180 in all: 100 that were seen, by 10 names of which all are there
  const [, , top] = await mirrorParts(`${at}/s`, `${at}/r`, slicesOf("a"), { pool, limits });
  assertEquals(top!.report.ended, "complete");
  assertInSync(`${at}/s`, `${at}/r`);
});

rounds(
  "a wrong replica loses nothing to slices, however few of its names each of them has",
  async (at, pool) => {
    plant(at, { s: { a: { f: "1" }, z: { g: "2" } }, r: { her: "3", yours: "4" } });
    for (let night = 0; night < 2; night++) {
      const [first, second] = await mirrorParts(`${at}/s`, `${at}/r`, slicesOf(""), { pool });
      for (const { events } of [first!, second!]) {
        const refused = events.find(({ kind }) => kind === "refused");
        assertEquals(refused?.kind === "refused" && refused.rule, "nothing-kept");
      }
      assertEquals(namesIn(`${at}/r`).toSorted(), ["her", "yours"]);
    }
  },
);

rounds(
  "a slice loses a few entries on purpose, though all that is kept of it has changed",
  async (at, pool) => {
    const logs = (text: string) => ({ ada: { log: text }, bob: { log: text }, zoe: { log: text } });
    plant(`${at}/s`, logs("1"));
    await mirrorParts(`${at}/s`, `${at}/r`, slicesOf(""), { pool });
    plant(`${at}/s`, logs("1, and 2"));
    Deno.removeSync(`${at}/s/bob`, { recursive: true });
    const outcomes = await mirrorParts(`${at}/s`, `${at}/r`, slicesOf(""), { pool });
    assertEquals(outcomes.map(({ report }) => report.ended), ["complete", "complete", "complete"]);
    assertInSync(`${at}/s`, `${at}/r`);
  },
);
