/** Random trees that are renamed and moved at random. A failure prints the seed that makes it again. */
import { assertEquals } from "@std/assert";
import { failuresOf, mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { anySeed, type Dice, diceOf } from "../support/random.ts";
import { leftToDo } from "../support/rsync.ts";
import { has } from "../support/program.ts";
import { assertInSync, harvest, inFolder, inMemory, isThere, makeLink } from "../support/tree.ts";

const NAMES = ["a", "b", "c", "d", "é", "x y"];

/** A random path in a tree, of a folder or of anything. */
function some(root: string, dice: Dice, onlyFolders: boolean): string {
  const found: string[] = [];
  const visit = (path: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(path)) {
      if (isDirectory || !onlyFolders) found.push(`${path}/${name}`);
      if (isDirectory) visit(`${path}/${name}`);
    }
  };
  visit(root);
  if (onlyFolders) found.push(root);
  return found.length === 0 ? root : found.sort()[dice.below(found.length)]!;
}

/** Contents of which no two are the same, but often of the same size. */
function fill(path: string, dice: Dice, next: () => number): void {
  Deno.writeTextFileSync(path, `${next()}`.padStart(8, "0"));
  // times that a clock gives, times of whole seconds, and times that many have
  const time = [
    1_600_000_000_000 + dice.below(1e9),
    1_600_000_000_000 + dice.below(100) * 1000,
    499_162_500_000,
  ];
  const ms = time[dice.below(3)]! / 1000;
  Deno.utimeSync(path, ms, ms);
}

function grow(path: string, dice: Dice, depth: number, next: () => number): void {
  for (const name of NAMES) {
    const at = `${path}/${name}`;
    const kind = dice.below(10);
    if (kind < 5) fill(at, dice, next);
    else if (kind < 8 && depth > 0) {
      Deno.mkdirSync(at);
      grow(at, dice, depth - 1, next);
    } else if (kind === 8) makeLink(`t${dice.below(3)}`, at);
  }
}

/** Rename things, and with `plainly` nothing else; else edit, copy, link and remove, too. */
function shuffle(root: string, dice: Dice, plainly: boolean, next: () => number): void {
  for (let i = 0; i < 6; i++) {
    const from = some(root, dice, false);
    const folder = some(root, dice, true);
    // what takes the place of something that is elsewhere by now is copied; with its size and time it would stay
    const to = `${folder}/${NAMES[dice.below(NAMES.length)]}${next()}`;
    const isInside = `${to}/`.startsWith(`${from}/`);
    if (from !== root && !isInside && !isThere(to)) Deno.renameSync(from, to);
    if (plainly) continue;
    const other = some(root, dice, false);
    if (other === root) continue;
    const { isFile, isSymlink } = Deno.lstatSync(other);
    const name = `${some(root, dice, true)}/n${next()}`;
    switch (dice.below(6)) {
      case 0:
        if (isFile) Deno.writeTextFileSync(other, `${next()}`.padStart(8, "0"));
        break;
      case 1:
        Deno.removeSync(other, { recursive: true });
        break;
      case 2:
        if (isFile && !isThere(name)) Deno.linkSync(other, name);
        break;
      case 3:
        if (isFile && !isThere(name)) {
          Deno.copyFileSync(other, name);
          const { mtime } = Deno.statSync(other);
          Deno.utimeSync(name, mtime!, mtime!);
        }
        break;
      case 4:
        if (!isThere(name)) {
          Deno.mkdirSync(name);
          grow(name, dice, 1, next);
        }
        break;
      case 5:
        if (!isSymlink) Deno.chmodSync(other, isFile ? 0o600 : 0o700);
    }
  }
}

const POOLS = poolsOfFile();

for (let run = 0; run < 18; run++) {
  const seed = anySeed();
  const [how, pool] = POOLS[run % POOLS.length]!;
  const plainly = run % 2 === 0;
  const what = plainly ? "renamed at random without a byte copied" : "renamed and edited at random";
  Deno.test(`pass() follows trees that are ${what}, ${how}, LOCKSTEP_SEED=${seed} (${run})`, () =>
    (how === "inline" ? inFolder : inMemory)(async (at) => {
      const dice = diceOf(seed);
      let version = 0;
      const next = () => ++version;
      const [source, replica] = [`${at}/source`, `${at}/replica`];
      Deno.mkdirSync(source);
      grow(source, dice, 3, next);
      const options = { pool, limits: { ...UNLIMITED, allowEmptySource: true } };
      await mirror(source, replica, options);
      for (let round = 0; round < 4; round++) {
        shuffle(source, dice, plainly, next);
        const before = harvest(source);
        const outcome = await mirror(source, replica, options);
        assertEquals([outcome.report.ended, failuresOf(outcome)], ["complete", []]);
        assertInSync(source, replica);
        assertEquals(harvest(source), before);
        if (has("rsync")) assertEquals(await leftToDo(source, replica), "");
        if (plainly) assertEquals([outcome.report.bytes, outcome.report.updated], [0, 0]);
        assertEquals((await mirror(source, replica, options)).changes, []);
      }
    }));
}
