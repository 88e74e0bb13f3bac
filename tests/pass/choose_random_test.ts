/** Random trees on both sides and random patterns, beside git's own answer. A failure prints the seed that makes it again. */
import { assert, assertEquals } from "@std/assert";
import { ALL, IGNORE_FILE } from "../../sync/engine/filter.ts";
import { foldersTo, type Path, within } from "../../sync/engine/entry.ts";
import { mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { ignoredByGit, PARTS, patternOf } from "../support/patterns.ts";
import { has, sh } from "../support/program.ts";
import { anySeed, type Dice, diceOf } from "../support/random.ts";
import {
  file,
  folder,
  hardLink,
  harvest,
  inFolder,
  link,
  plant,
  Planted,
  type Tree,
} from "../support/tree.ts";

const NAMES = PARTS.filter((name) => !name.startsWith("#"));

/** Few names and kinds, so that the two sides often meet in some and differ in others. */
function tree(dice: Dice, depth: number, ignores: boolean): Tree {
  const made: Record<string, Tree[string]> = {};
  const one = <T>(...of: readonly T[]) => of[dice.below(of.length)]!;
  for (const name of NAMES) {
    const kind = dice.below(100);
    const mtime = one(1_000_000_000_000, 1_500_000_000_500);
    const others = Object.keys(made).filter((other) => made[other] instanceof Planted && made[other].isFile);
    if (kind < 25) made[name] = file(`${dice.below(3)}`, one(0o644, 0o600), mtime);
    else if (kind < 32) made[name] = link(one("a", ".."), mtime);
    else if (kind < 60 && depth > 0) made[name] = folder(tree(dice, depth - 1, ignores), 0o755, mtime);
    else if (kind > 90 && others.length > 0) made[name] = hardLink(one(...others));
  }
  if (dice.below(ignores ? 3 : 12) === 0) made[IGNORE_FILE] = file(patterns(dice).join("\n"), 0o644, 1e12);
  return made;
}

function patterns(dice: Dice): string[] {
  return Array.from({ length: 1 + dice.below(5) }, () => patternOf(dice));
}

/** What is in a tree, a line each, by path. */
function lines(root: string): Map<Path, string> {
  const found = new Map<Path, string>();
  for (const line of harvest(root, { hardLinks: false })) {
    const path = /^\.([^]*?) (?:file|folder|link) /.exec(line)![1]!.slice(1);
    if (path !== "") found.set(path, line);
  }
  return found;
}

function isFolder(line: string | undefined, path: Path): boolean {
  return line?.startsWith(`./${path} folder `) === true;
}

/** Which paths of a tree git ignores by the ignore files of the source. */
async function ignored(at: string, root: string, source: string): Promise<Set<Path>> {
  await sh(`rm -rf git && cp -a "${root}" git && find git -name .lockstepignore -delete`, at);
  const paths = [...lines(root).keys()];
  const ofSource = lines(source);
  for (const folder of ["", ...paths]) {
    const path = folder === "" ? IGNORE_FILE : `${folder}/${IGNORE_FILE}`;
    // By its own path only: a link of the source may lead to another folder's ignore file.
    if (!ofSource.has(path) || !Deno.lstatSync(`${at}/git/${folder}`).isDirectory) continue;
    Deno.copyFileSync(`${source}/${path}`, `${at}/git/${folder}/.gitignore`);
  }
  return new Set(await ignoredByGit(`${at}/git`, paths));
}

const POOLS = poolsOfFile();
const limits = { ...UNLIMITED, allowEmptySource: true };

for (let run = 0; run < 12; run++) {
  const seed = anySeed();
  const [how, pool] = POOLS[run % POOLS.length]!;
  const choice = { ...ALL, deleteExcluded: run % 4 === 3 };
  const what = choice.deleteExcluded ? "removes" : "leaves alone";
  Deno.test({
    name:
      `pass() mirrors what git does not ignore, and ${what} the rest, ${how}, LOCKSTEP_SEED=${seed} (${run})`,
    ignore: !has("git"),
    fn: () =>
      inFolder(async (at) => {
        const dice = diceOf(seed);
        const replica = `${at}/replica`;
        plant(replica, tree(dice, 2, false));
        for (let round = 0; round < 2; round++) {
          const source = `${at}/source${round}`;
          plant(source, tree(dice, 2, true));
          const [from, before] = [lines(source), lines(replica)];
          const isOut = await ignored(at, source, source);
          const wasOut = await ignored(at, replica, source);
          const options = { pool, choice, limits, checksum: true };
          const first = await mirror(source, replica, options);
          assertEquals(first.report.ended, "complete");
          const failed = new Set<Path>();
          for (const event of first.events) {
            if (event.kind !== "failure") continue;
            const { path, reason } = event;
            failed.add(path);
            assert(!choice.deleteExcluded, `${path} ${reason.code}`);
            if (reason.code === "EXCLUDED") assert(!isOut.has(path) && wasOut.has(path), path);
            else {
              assertEquals(reason.code, "OCCUPIED", path);
              assert(isFolder(before.get(path), path) && !isFolder(from.get(path), path), path);
            }
          }
          const after = lines(replica);
          const staying = new Set<Path>();
          if (!choice.deleteExcluded) {
            for (const path of wasOut) for (const at of foldersTo(path)) staying.add(at);
            // what is excluded stands as it stood
            for (const path of wasOut) assertEquals(after.get(path), before.get(path), path);
          }
          for (const [path, line] of from) {
            // what is not excluded is mirrored
            if (!isOut.has(path) && !within(path, failed)) assertEquals(after.get(path), line, path);
          }
          for (const path of after.keys()) {
            const isMirrored = from.has(path) && !isOut.has(path);
            assert(isMirrored || staying.has(path) || within(path, failed), `${path} is there`);
          }
          for (const path of failed) assertEquals(after.get(path), before.get(path), path);
          assertEquals(lines(source), from);
          const second = await mirror(source, replica, options);
          assertEquals(second.changes, []);
          assertEquals(lines(replica), after);
        }
      }),
  });
}
