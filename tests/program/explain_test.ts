/** `lockstep explain`: what it says of a path is what a pass does there. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { mountPoints } from "../../sync/disk/mounts.ts";
import { openRoots } from "../../sync/disk/roots.ts";
import { type Explained, ruleOf, type Verdict, verdictOf } from "../../sync/engine/explained.ts";
import { below, foldersTo, parent, type Path, within } from "../../sync/engine/entry.ts";
import type { Config } from "../../sync/engine/config.ts";
import { ALL, type Choice, filterOf, IGNORE_FILE, rulesIn, UNBOUNDED } from "../../sync/engine/filter.ts";
import { passConfig } from "../../sync/pass/config.ts";
import { explain } from "../../sync/pass/explain.ts";
import { schemaOfEvents, violations } from "../support/json_schema.ts";
import { configOf, mirror, UNLIMITED } from "../support/mirror.ts";
import { lockstep } from "../support/program.ts";
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
    made[IGNORE_FILE] = file(`${one(...PATTERNS)}\n${one(...PATTERNS)}\n`, 0o644, 1_000_000_000_000);
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
  const roots = await openRoots(asked, null);
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
  const { events } = await mirror(config.source, config.replica, { ...config, dryRun: true });
  const told = new Map<Path, Verdict>();
  const failed = new Set<Path>();
  for (const event of events) {
    if (event.kind === "change") told.set(event.change.path, event.change.kind);
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
      if (run % 6 !== 0) plant(replica, tree(dice, 3));
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
        // only what an exclusion was looked at for can be excluded
        const { why } = answer;
        if (why.kind === "omitted" && why.by.kind === "rule") assert(isExcluded(config, path), is);
        if (why.kind === "same") assert(!isExcluded(config, path), is);
      }
      assertEquals([harvest(at).join("\n")], before);
      const was = new Map(paths.map((path) => [path, print(replica, path)]));
      const { report } = await mirror(source, replica, config);
      assertEquals([report.ended, report.failed], ["complete", report.failed]);console.log(report);
      for (const [path, { why }] of answers) {
        const now = print(replica, path);
        const is = `${JSON.stringify(path)}: ${JSON.stringify(why)}`;
        const wanted = { left: was.get(path)!, fail: was.get(path)!, remove: null };
        const verdict = verdictOf(why);
        const expected = verdict in wanted
          ? wanted[verdict as keyof typeof wanted]
          : print(source, path);
        assertEquals([is, now], [is, expected]);
      }
    }));
}
