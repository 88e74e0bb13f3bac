/** What patterns exclude, beside git's own answer. */
import { assertEquals } from "@std/assert";
import { filterOf, outOfBounds, type Rule, rulesIn, UNBOUNDED } from "../../sync/engine/filter.ts";
import { below, foldersTo, parent, type Path } from "../../sync/engine/entry.ts";
import { FILE, FOLDER } from "../support/entries.ts";
import { has } from "../support/program.ts";
import { ignoredByGit, PARTS, patternOf } from "../support/patterns.ts";
import { type Dice, seeded } from "../support/random.ts";
import { inFolder } from "../support/tree.ts";

const rulesOf = (...patterns: string[]): Rule[] =>
  patterns.map((pattern) => ({ pattern, from: "--exclude" }));

/** Which paths are excluded by rules, a folder before what is in it. Those of folders end in "/". */
function excluded(paths: readonly string[], rulesAt: (folder: Path) => readonly Rule[]): Set<string> {
  const found = new Set<string>();
  for (const path of paths) {
    const name = path.replace(/\/$/, "");
    const above = foldersTo(parent(name));
    if (above.some((folder) => found.has(`${folder}/`))) {
      found.add(path);
      continue;
    }
    const filter = filterOf(above.flatMap((folder) => rulesAt(folder)));
    if (filter.ruleFor(name, path !== name) !== null) found.add(path);
  }
  return found;
}

/** Random paths, those of folders with "/" at their end, each folder before what is in it. */
function pathsOf(dice: Dice): string[] {
  const folders: Path[] = [""];
  const found = new Map<Path, string>();
  for (let i = 0; i < 60; i++) {
    const path = below(folders[dice.below(folders.length)]!, PARTS[dice.below(PARTS.length)]!);
    if (found.has(path)) continue;
    const isFolder = dice.below(2) === 0 && path.split("/").length < 4;
    found.set(path, isFolder ? `${path}/` : path);
    if (isFolder) folders.push(path);
  }
  return [...found.values()];
}

Deno.test({
  name: "patterns exclude what git ignores by them, in ignore files of all folders",
  ignore: !has("git"),
  fn: () =>
    seeded(async (dice) => {
      for (let round = 0; round < 30; round++) {
        await inFolder(async (at) => {
          const paths = pathsOf(dice);
          for (const path of paths) {
            if (path.endsWith("/")) Deno.mkdirSync(`${at}/${path}`);
            else Deno.writeTextFileSync(`${at}/${path}`, "");
          }
          const folders = [
            "",
            ...paths.filter((path) => path.endsWith("/")).map((path) => path.slice(0, -1)),
          ];
          const files = new Map<Path, string>();
          for (let i = 0; i < 3; i++) {
            const folder = i === 0 ? "" : folders[dice.below(folders.length)]!;
            const lines = Array.from({ length: 4 + dice.below(5) }, () => patternOf(dice));
            files.set(folder, ["# a comment", "", ...lines, "   "].join(dice.below(2) === 0 ? "\n" : "\r\n"));
          }
          for (const [folder, text] of files) {
            Deno.writeTextFileSync(`${at}/${below(folder, ".gitignore")}`, text);
          }
          const ours = excluded(paths, (folder) => rulesIn({ folder, text: files.get(folder) ?? "" }));
          const theirs = new Set(await ignoredByGit(at, paths.map((path) => path.replace(/\/$/, ""))));
          for (const path of paths) {
            assertEquals([path, ours.has(path), [...files]], [path, theirs.has(path.replace(/\/$/, "")), [
              ...files,
            ]]);
          }
        });
      }
    }),
});

Deno.test("ruleFor() names the rule that excludes, the last one that matches", () => {
  const filter = filterOf([
    ...rulesIn({ folder: "d", text: "\ufeff# all\n*.log\r\n/only\n" }),
    ...rulesOf("*.tmp", "!keep.tmp", "build/"),
  ]);
  const rows: [path: string, isFolder: boolean, from: string | null][] = [
    ["a.tmp", false, "--exclude"],
    ["d/keep.tmp", false, null],
    ["build", true, "--exclude"],
    ["build", false, null],
    ["x.log", false, null],
    ["d/x.log", false, "d/.lockstepignore:2"],
    ["d/e/x.log", true, "d/.lockstepignore:2"],
    ["d/only", false, "d/.lockstepignore:3"],
    ["d/e/only", false, null],
  ];
  for (const [path, isFolder, from] of rows) {
    assertEquals([path, filter.ruleFor(path, isFolder)?.from ?? null], [path, from]);
  }
  assertEquals(filterOf([]).isEmpty, true);
  // a name that is not UTF-8, and a folder whose name has a meaning in patterns
  assertEquals(filterOf(rulesOf("\udcff")).ruleFor("a/\udcff", false)?.pattern, "\udcff");
  const odd = filterOf(rulesIn({ folder: "[a]*", text: "x" }));
  assertEquals([odd.ruleFor("[a]*/x", false)?.pattern !== undefined, odd.ruleFor("a/x", false)], [
    true,
    null,
  ]);
});

Deno.test("ruleFor() asks each rule that may match, by whatever it finds its path", () => {
  const rows: [pattern: string, path: Path][] = [
    ["core", "core"],
    ["core", "a/core"],
    ["/a/core", "a/core"],
    ["core/", "a/core"],
    ["*.o", "a/b.o"],
    ["b*", "build"],
    ["*uil*", "build"],
    ["b*d", "build"],
    ["*b*l*", "a/build"],
    ["b?ild", "build"],
    ["?????", "build"],
    ["b\\uild", "build"],
    ["b\\*", "b*"],
    ["bu[i]ld", "build"],
    ["b[!a]*", "build"],
    ["[b/x]uild", "build"],
    ["a/[b]uild", "a/build"],
    ["a/**", "a/b/c"],
    ["a/*", "a/b"],
    ["a/**/c", "a/b/b/c"],
    ["**/c", "a/c"],
    ["*", "a/c"],
    ["c ", "c"],
    ["c\\ ", "c "],
    ["\\!c", "!c"],
    ["*\udca9", "caf\u00e9"],
    ["caf??", "caf\u00e9"],
    ["a.b+c$", "a.b+c$"],
    ["a\nb", "a\nb"],
    ["a\n", "a\n"],
  ];
  for (const [pattern, path] of rows) {
    const filter = filterOf(rulesOf(pattern, "!nothing", "nor this"));
    assertEquals([pattern, filter.ruleFor(path, true)?.pattern], [pattern, pattern]);
    assertEquals(
      filter.mayExclude("some", "other"),
      ["*", "?????", "[b/x]uild", "*\udca9"].includes(pattern),
      pattern,
    );
  }
});

Deno.test("outOfBounds() counts only files, by size and by age or date", () => {
  const file = { ...FILE, size: 10, mtime: 1000 };
  const rows: [Partial<typeof UNBOUNDED>, string | null][] = [
    [{}, null],
    [{ minSize: 10, maxSize: 10 }, null],
    [{ minSize: 11 }, "minSize"],
    [{ maxSize: 9 }, "maxSize"],
    [{ newerThan: { kind: "date", ms: 999 } }, null],
    [{ newerThan: { kind: "date", ms: 1000 } }, "newerThan"],
    [{ olderThan: { kind: "age", ms: 499 } }, null],
    [{ olderThan: { kind: "age", ms: 500 } }, "olderThan"],
  ];
  for (const [bounds, expected] of rows) {
    assertEquals(outOfBounds(file, { ...UNBOUNDED, ...bounds }, 1500), expected);
    assertEquals(outOfBounds(FOLDER, { ...UNBOUNDED, ...bounds }, 1500), null);
  }
});
