/** `lockstep explain`: what it says of a path is what a pass does there. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { mountPoints } from "../../sync/disk/mounts.ts";
import { type Explained, ruleOf, type Verdict, verdictOf } from "../../sync/engine/explained.ts";
import { below, foldersTo, parent, type Path, within } from "../../sync/engine/entry.ts";
import type { Config } from "../../sync/engine/config.ts";
import { ALL, type Choice, filterOf, IGNORE_FILE, rulesIn, UNBOUNDED } from "../../sync/engine/filter.ts";
import { passConfig } from "../../sync/pass/config.ts";
import { explain } from "../../sync/pass/explain.ts";
import { faultTest } from "../faults/tools.ts";
import { EDGE } from "../support/edges.ts";
import { schemaOfEvents, violations } from "../support/json_schema.ts";
import { configOf, mirror, openedRoots, UNLIMITED } from "../support/mirror.ts";
import { lockstep, sh } from "../support/program.ts";
import { anySeed, type Dice, diceOf } from "../support/random.ts";
import {
  file,
  folder,
  hardLink,
  harvest,
  inFolder,
  isThere,
  link,
  plant,
  Planted,
  readIfThere,
  type Tree,
} from "../support/tree.ts";

const TEMPORARY = ".lockstep-12345678-1";
const NAMES = ["a", "b", "c", "d", "keep.o", "x.o", "sync.log", TEMPORARY];
const PATTERNS = ["*.o", "!keep.o", "a/", "/b", "c/d", "d", "!d/", "**/a/b", "x.*", "b/*", "!b/a"];

function tree(dice: Dice, depth: number): Tree {
  const made: Record<string, Tree[string]> = {};
  const one = <T>(...of: readonly T[]) => of[dice.below(of.length)]!;
  for (const name of NAMES) {
    const kind = dice.below(100);
    const mtime = one(1_000_000_000_000, 1_500_000_000_500);
    const others = Object.keys(made).filter((other) => made[other] instanceof Planted && made[other].isFile);
    if (kind < 35) made[name] = file("xyz".repeat(dice.below(3)), one(0o644, 0o600), mtime);
    else if (kind < 42) made[name] = link(one("a", "/nowhere"), mtime);
    else if (kind < 75 && depth > 0) made[name] = folder(tree(dice, depth - 1), 0o755, mtime);
    else if (kind > 92 && others.length > 0) made[name] = hardLink(one(...others));
  }
  if (dice.below(6) === 0) {
    const [first, second] = [dice.below(PATTERNS.length), dice.below(PATTERNS.length)];
    // a time of its own for each text
    const mtime = 1_000_000_000_000 + first * 60_000 + second * 1000;
    made[IGNORE_FILE] = file(`${PATTERNS[first]}\n${PATTERNS[second]}\n`, 0o644, mtime);
  }
  return made;
}

function choiceOf(dice: Dice): Choice {
  const rules = Array.from({ length: dice.below(4) }, () => ({
    pattern: PATTERNS[dice.below(PATTERNS.length)]!,
    from: "--exclude",
  }));
  const bounds = [
    UNBOUNDED,
    UNBOUNDED,
    { ...UNBOUNDED, minSize: 1 },
    { ...UNBOUNDED, maxSize: 3, newerThan: { kind: "date", ms: 1_200_000_000_000 } },
  ] as const;
  const removing = dice.below(3);
  return {
    rules,
    bounds: bounds[dice.below(bounds.length)]!,
    deleteExcluded: removing === 1,
    noDelete: removing === 2,
  };
}

async function explained(config: Config, path: Path): Promise<Explained> {
  const asked = { ...config, dryRun: true };
  const roots = await openedRoots(asked);
  if ("kind" in roots) throw new Error(JSON.stringify(roots));
  const found = await explain(
    passConfig(asked, roots, await mountPoints(asked.edge) ?? []),
    roots,
    path,
  );
  if ("kind" in found) throw new Error(JSON.stringify(found));
  return found;
}

/** What a dry run tells of each path; null for nothing. */
async function dryRun(config: Config): Promise<(path: Path) => Verdict | null> {
  const { events } = await mirror(config.source, config.replica, { ...config, dryRun: true, moves: false });
  const told = new Map<Path, Verdict>();
  const failed = new Set<Path>();
  for (const event of events) {
    if (event.kind === "change" && event.change.kind !== "move") {
      told.set(event.change.path, event.change.kind);
    }
    if (event.kind === "failure") failed.add(event.path);
    if (event.kind === "unmirrored") { for (const path of event.paths) told.set(path, "left"); }
  }
  return (path) => told.get(path) ?? (within(path, failed) ? "fail" : null);
}

/** All paths of a tree, folders with what is in them. */
function pathsIn(root: string, folder: Path = ""): Path[] {
  if (!isThere(root)) return [];
  return [...Deno.readDirSync(`${root}/${folder}`)].flatMap(({ name, isDirectory }) => {
    const path = below(folder, name);
    return [path, ...isDirectory ? pathsIn(root, path) : []];
  });
}

/** Give some files of a tree another name in another folder. */
function linkAcross(root: string, dice: Dice): void {
  const isPlain = (path: Path) => print(root, path)?.startsWith("file") && !path.includes(TEMPORARY);
  const files = pathsIn(root).filter(isPlain);
  const folders = pathsIn(root).filter((path) => print(root, path) === "folder");
  for (let i = 0; i < 2 && files.length > 0 && folders.length > 0; i++) {
    const to = `${root}/${folders[dice.below(folders.length)]}/l${dice.below(2)}`;
    if (!isThere(to)) Deno.linkSync(`${root}/${files[dice.below(files.length)]}`, to);
  }
}

/** What is at a path, as text; null for nothing, or behind a link. */
function print(root: string, path: Path): string | null {
  for (const folder of foldersTo(parent(path))) {
    if (!isThere(`${root}/${folder}`) || !Deno.lstatSync(`${root}/${folder}`).isDirectory) return null;
  }
  if (!isThere(`${root}/${path}`)) return null;
  const found = Deno.lstatSync(`${root}/${path}`);
  if (found.isDirectory) return "folder";
  if (found.isSymlink) return `link ${Deno.readLinkSync(`${root}/${path}`)}`;
  const { mode, mtime } = found;
  return `file ${mode} ${mtime?.getTime()} ${Deno.readTextFileSync(`${root}/${path}`)}`;
}

/** Whether a path is excluded by patterns: the filter asked by itself, from the root down. */
function isExcluded({ source, replica, choice }: Config, path: Path): boolean {
  return foldersTo(path).slice(1).some((at) => {
    const texts = foldersTo(parent(at)).map((folder) => ({
      folder,
      text: print(source, below(folder, IGNORE_FILE))?.startsWith("file")
        ? readIfThere(`${source}/${below(folder, IGNORE_FILE)}`)
        : "",
    }));
    const kind = print(source, at) ?? print(replica, at);
    const filter = filterOf([...texts.flatMap(rulesIn), ...choice.rules]);
    return !at.endsWith(TEMPORARY) && filter.ruleFor(at, kind === "folder") !== null;
  });
}

for (let run = 0; run < 12; run++) {
  const seed = anySeed();
  Deno.test(`explain() says of every path what a dry run does there, LOCKSTEP_SEED=${seed} (${run})`, () =>
    inFolder(async (at) => {
      const dice = diceOf(seed + run);
      const [source, replica] = [`${at}/source`, `${at}/replica`];
      plant(source, tree(dice, 3));
      linkAcross(source, dice);
      if (run % 6 !== 0) {
        plant(replica, tree(dice, 3));
        linkAcross(replica, dice);
      }
      const config: Config = {
        ...configOf(source, replica),
        choice: choiceOf(dice),
        checksum: dice.below(4) === 0,
        limits: { ...UNLIMITED, allowEmptySource: true },
        ownLogs: dice.below(2) === 0 ? [] : [`${replica}/sync.log`, `${source}/a/sync.log`],
      };
      const told = await dryRun(config);
      const paths = [...new Set(["", "nix", "a/nix", "b/a/nix", ...pathsIn(source), ...pathsIn(replica)])];
      const before = [harvest(at).join("\n")];
      const answers = new Map<Path, Explained>();
      for (const path of paths) {
        const answer = await explained(config, path);
        answers.set(path, answer);
        const verdict = verdictOf(answer.why);
        const is = `${JSON.stringify(path)}: ${JSON.stringify(answer.why)}`;
        assertEquals([is, told(path) ?? (verdict === "left" ? "left" : "same")], [is, verdict]);
        const { why } = answer;
        if (why.kind === "omitted" && why.by.kind === "rule") {
          assert(isExcluded(config, path), is);
          const alone = filterOf([ruleOf(answer)!]);
          assert([true, false].some((isFolder) => alone.ruleFor(why.at, isFolder) !== null), is);
        }
        if (why.kind === "same") assert(!isExcluded(config, path), is);
      }
      assertEquals([harvest(at).join("\n")], before);
      const was = new Map(paths.map((path) => [path, print(replica, path)]));
      const { report } = await mirror(source, replica, config);
      assertEquals(report.ended, "complete");
      for (const [path, { why }] of answers) {
        const now = print(replica, path);
        const is = `${JSON.stringify(path)}: ${JSON.stringify(why)}`;
        const wanted = { left: was.get(path)!, fail: was.get(path)!, remove: null };
        const verdict = verdictOf(why);
        const expected = verdict in wanted ? wanted[verdict as keyof typeof wanted] : print(source, path);
        assertEquals([is, now], [is, expected]);
      }
    }));
}

const AT = 1_500_000_000_000;

/** One side of each question below. */
const SOURCE: Tree = {
  ".lockstepignore": file("# what is made\n*.o\n!keep.o\n", 0o644, AT),
  "new": file("abc", 0o644, AT),
  "same": file("abc", 0o644, AT),
  "size": file("abcde", 0o644, AT),
  "mode": file("abc", 0o600, AT),
  "content": file("abc", 0o644, AT),
  "touched": file("abc", 0o644, AT),
  "x.o": file("abc", 0o644, AT),
  "keep.o": file("abc", 0o644, AT),
  "large": file("x".repeat(3072), 0o644, AT),
  "node_modules": folder({ "deep": folder({ "one": "1" }) }, 0o755, AT),
  "sub": folder({ ".lockstepignore": file("\n/only\n", 0o644, AT), "only": "1" }, 0o755, AT),
  "way": link("same", AT),
  "over": file("abc", 0o644, AT),
  ".lockstep-12345678-1": "left",
  "q\n": file("abc", 0o644, AT),
};

const REPLICA: Tree = {
  ".lockstepignore": file("# what is made\n*.o\n!keep.o\n", 0o644, AT),
  "same": file("abc", 0o644, AT),
  "size": file("abc", 0o644, AT),
  "mode": file("abc", 0o644, AT),
  "content": file("abd", 0o644, AT - 1000),
  "touched": file("abc", 0o644, AT + 5000),
  "x.o": "old",
  "gone": folder({ "a": "1", "b": folder({ "c.o": "1" }) }),
  "left": folder({ "a": "12" }),
  "sub": folder({ "another": "1" }),
  "over": folder({ "a": "1" }),
  ".lockstep-87654321-2": "half",
};

/** What is said of a path, with which options; "…" stands for anything. */
const QUESTIONS: readonly (readonly [words: string, verdict: Verdict, text: string])[] = [
  [
    "x.o --include x.o",
    "update",
    `"x.o" would be …: … It is not excluded, by the pattern "!x.o" (--include).`,
  ],
  [
    "same --include same",
    "same",
    `"same" is the same on both sides, a file of 3 bytes: nothing would be done.`,
  ],
  [
    "sub/only --exclude sub/ --delete-excluded",
    "left",
    `"sub/only" is left alone: it lies in "sub", which is excluded by the pattern "sub/" (--exclude). The …`,
  ],
  [
    "new",
    "create",
    `"new" would be created: the source has a file of 3 bytes, and the replica has nothing there. ` +
    "If it was only renamed or moved, it is moved instead.",
  ],
  ["./new/", "create", `"new" would be created: …`],
  ["same", "same", `"same" is the same on both sides, a file of 3 bytes: nothing would be done.`],
  ["size", "update", `"size" would be updated: …a file of 5 bytes, …a file of 3 bytes, …What differs: size.`],
  ["mode", "attributes", `"mode" would get other attributes and nothing else: …: mode 0644 -> 0600.`],
  ["content", "update", `"content" would be updated: …What differs: content, time.`],
  ["touched", "attributes", `"touched" would get other attributes and nothing else: …What differs: time.`],
  [
    "x.o",
    "left",
    `"x.o" is left alone: it is excluded by the pattern "*.o" (.lockstepignore:2). The replica has a file of ` +
    "3 bytes there, which stays; --delete-excluded would remove it.",
  ],
  [
    "x.o --delete-excluded",
    "remove",
    `"x.o" would be removed: it is excluded by the pattern "*.o" (.lockstepignore:2), and --delete-excluded ` +
    "removes what is excluded; the replica has a file of 3 bytes there.",
  ],
  ["keep.o", "create", `… It is not excluded, by the pattern "!keep.o" (.lockstepignore:3).`],
  [
    "sub/only",
    "left",
    `"sub/only" is left alone: it is excluded by the pattern "/only" (sub/.lockstepignore:2). …`,
  ],
  [
    "node_modules/deep/one --exclude node_modules/",
    "left",
    `"node_modules/deep/one" is left alone: it lies in "node_modules", which is excluded by the pattern ` +
    `"node_modules/" (--exclude). The replica has nothing there.`,
  ],
  [
    "large --max-size 2KiB",
    "left",
    `"large" is left alone: --max-size leaves out files larger than 2 KiB, and it has 3 KiB. The replica has ` +
    "nothing there.",
  ],
  [
    "new --newer-than 2020-01-01",
    "left",
    `"new" is left alone: --newer-than leaves out files that were not …2017-07-14T…`,
  ],
  [
    "gone/a",
    "remove",
    `"gone/a" would be removed: the replica has a file of 1 byte, and the source has nothing there. ` +
    "If it was only renamed or moved, it is moved instead.",
  ],
  ["gone", "left", `"gone" is left alone: only the replica has it, but it holds "gone/b/c.o", which stays.`],
  [
    "gone/b/c.o",
    "left",
    `"gone/b/c.o" is left alone: it is excluded by the pattern "*.o" (.lockstepignore:2). …stays…`,
  ],
  [
    "gone --delete-excluded",
    "remove",
    `"gone" would be removed: the replica has a folder, and the source has nothing there. ` +
    "If it was only renamed or moved, it is moved instead.",
  ],
  [
    "left --no-delete",
    "left",
    `"left" is left alone: only the replica has it, and --no-delete removes nothing. The replica has a folder there, which stays.`,
  ],
  [
    "left/a --no-delete",
    "left",
    `"left/a" is left alone: only the replica has the folder "left", and --no-delete …`,
  ],
  [
    "over --no-delete",
    "fail",
    `Nothing would be done at "over", and the pass would say: Cannot create "over" …`,
  ],
  ["over", "create", `"over" would be created: …and the replica has a folder there, which gives way to it.`],
  ["over/a", "remove", `"over/a" would be removed: …`],
  [
    "way/x",
    "left",
    `"way/x" is left alone: "way" is a link, which is mirrored as one; what it leads to is not.`,
  ],
  ["nothing", "same", `There is nothing at "nothing", neither in the source nor in the replica, …`],
  [".lockstep-12345678-1", "left", `… it has a temporary name of Lockstep's own, …`],
  [".lockstep-87654321-2", "remove", `".lockstep-87654321-2" would be removed: …`],
  [".", "attributes", `"." would get other attributes and nothing else: …`],
];

Deno.test("lockstep explain says in a paragraph what a pass would do, and why", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, SOURCE);
    plant(`${at}/replica`, REPLICA);
    Deno.utimeSync(`${at}/source`, AT / 1000, AT / 1000);
    const before = harvest(at);
    const schema = schemaOfEvents();
    for (const [words, verdict, text] of QUESTIONS) {
      const [path, ...options] = words.split(" ");
      const asked = ["explain", path!, `${at}/source`, `${at}/replica`, ...options];
      const { status, out, err } = await lockstep(asked, { flags: ["--allow-read", "--no-prompt"] });
      assertEquals([words, status, err], [words, 0, ""]);
      const pieces = text.split("…").map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      assertMatch(out, new RegExp(`^${pieces.join(".*")}\n$`), words);
      const { out: line } = await lockstep([...asked, "--json"], { flags: ["--allow-read", "--no-prompt"] });
      const object = JSON.parse(line);
      assertEquals(violations(object, schema), []);
      const [, pattern, from] = /the pattern "(.*?)" \((.*?)\)/.exec(out) ?? [];
      assertEquals([words, object.rule], [words, pattern === undefined ? undefined : { pattern, from }]);
      assertEquals([words, object.kind, object.verdict, object.text + "\n"], [
        words,
        "explained",
        verdict,
        out,
      ]);
    }
    assertEquals(harvest(at), before);
  }));

Deno.test("lockstep explain takes an absolute path in either folder, through links, and the words of a mirror", () =>
  inFolder(async (at) => {
    plant(at, { source: { d: { a: "1" } }, replica: { d: { b: "1" } }, way: link("source"), "sync.log": "" });
    const explain = (...words: string[]) =>
      lockstep(["explain", ...words], { flags: ["--allow-read", "--no-prompt"], cwd: at });
    for (
      const [path, start] of [
        ["d/a", `"d/a" would be created: `],
        [`${at}/source//d/./a`, `"d/a" would be created: `],
        [`${at}/way/d/a`, `"d/a" would be created: `],
        [`${at}/replica/d/b`, `"d/b" would be removed: `],
        ["replica/d/b", `There is nothing at "replica/d/b", `],
        ["D/A", `There is nothing at "D/A", but there is "d/a": give the path as the folder has it.`],
        ["d/B", `There is nothing at "d/B", but there is "d/b": `],
        ["D/c", `There is nothing at "D/c", neither `],
      ] as const
    ) {
      const { status, out } = await explain(
        "-n",
        path,
        "way",
        "--threads",
        "2",
        "replica",
        "30",
        "sync.log",
        "--watch",
      );
      assertEquals([path, status], [path, 0]);
      assertStringIncludes(out, start);
    }
    for (
      const [words, status, text] of [
        [["../x", "source", "replica"], 1, `"../x" goes back up: write it without ".."`],
        [
          ["/etc/passwd", "source", "replica"],
          1,
          `"/etc/passwd" lies neither in the source nor in the replica`,
        ],
        [["d/a", "source"], 1, "Give a source and a replica"],
        [["--verbose"], 1, "Give a path, a source and a replica"],
        [["d/a", "source", "replica", "--exlude", "x"], 1, "did you mean --exclude?"],
        [["d/a", "nowhere", "replica"], 3, "Cannot use the source"],
        [["d/a", "source", "source/d"], 3, "it lies inside the source"],
        [["d/a", "source", "replica", "--exclude-from", "nowhere"], 1, "Cannot read the patterns"],
      ] as const
    ) {
      const ran = await explain(...words);
      assertEquals([ran.status, ran.out], [status, ""], ran.err);
      assertStringIncludes(ran.err, text);
    }
    const help = await explain("--help");
    assertEquals(help.status, 0);
    assertStringIncludes(help.out, "Usage: lockstep explain <path> <source> <replica> [options]");
    assertEquals(readIfThere(`${at}/sync.log`), "");
  }));

Deno.test("lockstep explain knows a log in the two folders, which it does not open, and a replica that is not there", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: { "sync.log": "1", "sync.log.1": "2" } });
    const explain = (...words: string[]) =>
      lockstep(["explain", ...words], { flags: ["--allow-read", "--no-prompt"], cwd: at });
    const log = ["source", "replica", "replica/sync.log"];
    for (const name of ["sync.log", "sync.log.1"]) {
      const { out } = await explain(name, ...log);
      assertStringIncludes(
        out,
        `"${name}" is left alone: it is our own log file, or an older one. The replica has`,
      );
    }
    assertStringIncludes((await explain("sync.log", "source", "replica")).out, "would be removed");
    for (const path of ["a", ""]) {
      const { out } = await explain(path, "source", "nowhere", "nowhere/sync.log");
      assertStringIncludes(out, "would be created: ");
    }
    assert(!isThere(`${at}/nowhere`));
  }));

Deno.test("lockstep explain says what cannot be read, and that its folder is not mirrored", () =>
  inFolder(async (at) => {
    plant(at, { source: { d: { ".lockstepignore": "x".repeat(1024 * 1024 + 1), a: "1" } }, replica: {} });
    for (const path of ["d", "d/a"]) {
      const { status, out } = await lockstep(["explain", path, `${at}/source`, `${at}/replica`, "--json"], {
        flags: ["--allow-read", "--no-prompt"],
      });
      const { verdict, text } = JSON.parse(out);
      assertEquals([status, verdict], [0, "fail"]);
      assertStringIncludes(
        text,
        `Cannot list "d" in the source: its .lockstepignore cannot be read: too large`,
      );
    }
  }));

Deno.test("explain() says what hard links come to, of which only both trees can tell", () =>
  inFolder(async (at) => {
    const one = () => folder({ f: file("1", 0o644, AT) }, 0o755, AT);
    plant(at, {
      source: { a: one(), b: folder({}), c: one(), d: one() },
      replica: { a: one(), b: one(), c: one(), d: folder({}) },
    });
    Deno.linkSync(`${at}/source/a/f`, `${at}/source/b/f`);
    Deno.linkSync(`${at}/replica/c/f`, `${at}/replica/d/f`);
    const config = configOf(`${at}/source`, `${at}/replica`);
    const whys = new Map<Path, string>();
    for (const path of ["a/f", "b/f", "c/f", "d/f"]) {
      const { why } = await explained(config, path);
      whys.set(
        path,
        why.kind === "change" ? `${why.change.kind} ${JSON.stringify(why.differences)}` : why.kind,
      );
    }
    const linked = `update ${JSON.stringify([{ what: "hard-links" }])}`;
    assertEquals([...whys.values()], ["same", linked, "same", linked]);
  }));

Deno.test("explain() looks at no more of a large folder than a part, and says the same", () =>
  inFolder(async (at) => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`f${i}`, `${i}`]));
    plant(`${at}/source`, many);
    plant(`${at}/replica`, { f9: "another", "g": "1" });
    const config = configOf(`${at}/source`, `${at}/replica`);
    const verdict = async (path: Path) => verdictOf((await explained(config, path)).why);
    const verdicts = await Promise.all(["f8", "f9", "g", "h"].map(verdict));
    assertEquals(verdicts, ["create", "update", "remove", "same"]);
  }));

Deno.test("a folder that a killed run left over goes with all in it, although nothing is to be removed", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: { [TEMPORARY]: { d: { x: "1" } }, other: "1" } });
    const config = { ...configOf(`${at}/source`, `${at}/replica`), choice: { ...ALL, noDelete: true } };
    const { report } = await mirror(config.source, config.replica, config);
    assertEquals([report.ended, report.failed], ["complete", 0]);
    assertEquals(pathsIn(config.replica).sort(), ["a", "other"]);
  }));

faultTest(
  "lockstep explain stops where a pass does: at mount points, and at what leads into the other tree",
  [
    "mount",
  ],
  async (at, mount) => {
    plant(at, { source: { m: {}, n: {} }, replica: { m: { b: "1" } } });
    await mount("-t", "tmpfs", "tmpfs", `${at}/source/m`);
    plant(`${at}/source/m`, { a: "1" });
    const explain = async (path: string, ...words: string[]) => {
      const asked = ["explain", path, `${at}/source`, `${at}/replica`, "--json", ...words];
      return JSON.parse((await lockstep(asked, { flags: ["--allow-read", "--no-prompt"] })).out);
    };
    for (const path of ["m/a", "m/b"]) {
      const { verdict, text } = await explain(path, "-x");
      assertEquals([path, verdict], [path, "left"]);
      assertStringIncludes(
        text,
        `something is mounted at "m", and --one-file-system leaves alone what lies below`,
      );
    }
    assertEquals((await explain("m/a")).verdict, "create");
    assertEquals((await explain("m/b")).verdict, "remove");
    await mount("--bind", `${at}/replica`, `${at}/source/n`);
    const { verdict, text } = await explain("n/m");
    assertEquals(verdict, "fail");
    assertStringIncludes(text, "it leads into the other tree");
  },
);

Deno.test("lockstep explain says of what is not mirrored why, and what would help", () =>
  inFolder(async (at) => {
    plant(at, { source: {}, replica: { pipe: "1", socket: "1" } });
    const bound = `socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un("source/socket")) or die`;
    await sh(`mkfifo source/pipe; perl -MSocket -e '${bound}'`, at);
    const explain = async (path: string) => {
      const asked = ["explain", path, `${at}/source`, `${at}/replica`];
      return (await lockstep(asked, { flags: ["--allow-read", "--no-prompt"] })).out;
    };
    assertStringIncludes(
      await explain("socket"),
      `"socket" would be removed: the replica has a file of 1 byte`,
    );
    Deno.removeSync(`${at}/replica/socket`);
    const left =
      `"socket" is not mirrored: it is a socket, which holds nothing. The replica has nothing there.\n`;
    assertEquals(await explain("socket"), left);
    assertStringIncludes(
      await explain("pipe"),
      EDGE === "native" ? `"pipe" would be created: the source has a FIFO` : `"pipe" would be removed: `,
    );
    Deno.removeSync(`${at}/replica/pipe`);
    assertStringIncludes(
      await explain("pipe"),
      EDGE === "native" ? `"pipe" would be created: ` : `"pipe" is not mirrored: it is a FIFO; run with`,
    );
  }));
