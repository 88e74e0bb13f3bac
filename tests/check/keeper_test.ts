/** A manifest beside passes: what is in it, what is digested anew, and that rot never travels. */
import { assertEquals } from "@std/assert";
import { keeper } from "../../sync/check/keeper.ts";
import type { Companion } from "../../sync/pass/companion.ts";
import type { Pool } from "../../sync/pass/pool.ts";
import { inline } from "../../sync/pass/pool.ts";
import { readManifest } from "../../sync/records/manifest.ts";
import { openMemory } from "../../sync/records/memory.ts";
import { checked, EDGES_HERE, rot } from "../support/check.ts";
import { configOf, failuresOf, mirror, UNLIMITED } from "../support/mirror.ts";
import { anySeed, diceOf } from "../support/random.ts";
import { file, folder, hardLink, inFolder, IS_WINDOWS, link, plant, sparse } from "../support/tree.ts";
import { command, has } from "../support/program.ts";
import { ALL } from "../../sync/engine/filter.ts";

/** A name with an end of line and a backslash; Windows has no such names. */
const ODD = IS_WINDOWS ? "n~l" : "n\nl\\";

const OLD = 1_000_000_000_000;

/** A pool that counts the files that were read to be noted. */
function counting(): { readonly pool: Pool; readonly read: string[] } {
  const pool = inline();
  const read: string[] = [];
  return {
    read,
    pool: {
      ...pool,
      run: (config, work, take) =>
        pool.run(config, work, (turn) => {
          for (const { path } of turn.checked) read.push(path);
          take(turn);
        }),
    },
  };
}

/** One pass after another with one keeper, as in a loop. */
function loop(at: string, config = {}) {
  const [source, replica] = [`${at}/s`, `${at}/r`];
  const companions: Companion[] = [keeper(`${at}/m`, { ...configOf(source, replica), ...config })];
  return async (others = {}) => {
    const { pool, read } = counting();
    const outcome = await mirror(source, replica, {
      pool,
      companions,
      limits: UNLIMITED,
      ...config,
      ...others,
    });
    return { outcome, read: read.sort() };
  };
}

async function noted(at: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { folder, name } of readManifest(`${at}/m`)) {
    found.push(folder === "" ? name : `${folder}/${name}`);
  }
  return found.sort();
}

function versionOf(path: string): string {
  const { ino, mtime } = Deno.statSync(path);
  return `${ino} ${mtime?.getTime()}`;
}

const TREE = {
  a: file("one", 0o644, OLD),
  b: hardLink("a"),
  empty: file("", 0o644, OLD),
  holes: sparse(100_000, "x", 0o644, OLD),
  sub: folder({ c: file("two", 0o644, OLD), [ODD]: file("odd", 0o644, OLD), l: link("c") }, 0o755, OLD),
};

for (const edge of EDGES_HERE) {
  Deno.test(`a manifest has all files of the replica, and is right for sha256sum -c, ${edge}`, () =>
    inFolder(async (at) => {
      plant(`${at}/s`, TREE);
      const { outcome } = await loop(at, { edge })();
      assertEquals(failuresOf(outcome), []);
      assertEquals(await noted(at), ["a", "b", "empty", "holes", "sub/c", `sub/${ODD}`]);
      if (!has("sha256sum")) return;
      const ran = await command("sh", "-c", `cd ${at}/r && sha256sum -c --strict --quiet ../m`);
      assertEquals([ran?.status, ran?.out, ran?.err], [0, "", ""]);
    }));

  Deno.test(`a pass with nothing to do digests nothing, and leaves the manifest as it is, ${edge}`, () =>
    inFolder(async (at) => {
      plant(`${at}/s`, TREE);
      const first = loop(at, { edge });
      assertEquals((await first()).read.length, 6);
      const before = versionOf(`${at}/m`);
      assertEquals((await first()).read, []);
      // another run knows nothing of the first one
      assertEquals((await loop(at, { edge })()).read, []);
      assertEquals(versionOf(`${at}/m`), before);
    }));
}

for (const how of ["in a loop", "in runs of their own"] as const) {
  Deno.test(`only what has changed since is digested anew, ${how}`, () =>
    inFolder(async (at) => {
      plant(`${at}/s`, TREE);
      let pass = loop(at);
      await pass();
      const again = async (others = {}) => {
        if (how !== "in a loop") pass = loop(at);
        return await pass(others);
      };
      Deno.writeTextFileSync(`${at}/s/sub/c`, "changed");
      Deno.writeTextFileSync(`${at}/s/new`, "new");
      Deno.removeSync(`${at}/s/empty`);
      assertEquals(
        (await again()).read,
        ["new", "sub/c"].concat(how === "in a loop" ? ["empty"] : []).sort(),
      );
      assertEquals(await noted(at), ["a", "b", "holes", "new", "sub/c", `sub/${ODD}`]);
      Deno.removeSync(`${at}/s/sub`, { recursive: true });
      Deno.mkdirSync(`${at}/s/a2`);
      Deno.renameSync(`${at}/s/new`, `${at}/s/a2/new`);
      await again();
      assertEquals(await noted(at), ["a", "a2/new", "b", "holes"]);
      assertEquals((await checked(null, `${at}/r`, { manifest: `${at}/m` })).found, []);
    }));
}

Deno.test("passes without the manifest in between are made up for", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, TREE);
    await loop(at)();
    Deno.writeTextFileSync(`${at}/s/new`, "new");
    Deno.removeSync(`${at}/s/empty`);
    await mirror(`${at}/s`, `${at}/r`, { limits: UNLIMITED });
    assertEquals((await loop(at)()).read, ["new"]);
    assertEquals((await checked(null, `${at}/r`, { manifest: `${at}/m` })).found, []);
  }));

Deno.test("what is rotten keeps the digest that it had", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, TREE);
    const pass = loop(at);
    await pass();
    rot(`${at}/r/a`);
    const before = versionOf(`${at}/m`);
    await loop(at)();
    assertEquals(versionOf(`${at}/m`), before);
    // attributes alone are no reason to digest it anew
    Deno.chmodSync(`${at}/s/a`, 0o600);
    await pass();
    const { found } = await checked(null, `${at}/r`, { manifest: `${at}/m` });
    assertEquals(found, ["rot replica a", "rot replica b"]);
  }));

Deno.test("a file that is rotten on a side before it was ever noted is not noted, and told", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, { a: file("one", 0o644, OLD), b: file("two", 0o644, OLD) });
    await mirror(`${at}/s`, `${at}/r`);
    rot(`${at}/r/a`);
    const { outcome } = await loop(at)();
    assertEquals(failuresOf(outcome), ["note replica a DIFFERS"]);
    assertEquals(await noted(at), ["b"]);
  }));

/** By --checksum: what is rotten, what a pass says, and what both sides have then. */
const ROT = [
  ["source", ["copy source f ROTTEN"], ["on!", "one"]],
  ["replica", [], ["one", "one"]],
  ["both", ["copy source f ROTTEN"], ["on!", "on?"]],
] as const;

for (const edge of EDGES_HERE) {
  for (const [side, failures, left] of ROT) {
    Deno.test(`rot never travels: --checksum, with rot of ${side === "both" ? "both sides" : `the ${side}`}, ${edge}`, () =>
      inFolder(async (at) => {
        plant(`${at}/s`, { f: file("one", 0o644, OLD), g: file("g", 0o644, OLD) });
        const pass = loop(at, { checksum: true, edge });
        await pass();
        if (side !== "replica") rot(`${at}/s/f`);
        if (side !== "source") rot(`${at}/r/f`, 0x3f - (side === "replica" ? 1 : 0));
        const { outcome } = await pass();
        assertEquals(failuresOf(outcome), [...failures]);
        assertEquals([`${at}/s/f`, `${at}/r/f`].map((path) => Deno.readTextFileSync(path)), [...left]);
        // an edit is no rot
        Deno.writeTextFileSync(`${at}/s/f`, "new");
        assertEquals(failuresOf((await pass()).outcome), []);
        assertEquals(Deno.readTextFileSync(`${at}/r/f`), "new");
        assertEquals((await checked(null, `${at}/r`, { manifest: `${at}/m` })).found, []);
      }));
  }
}

Deno.test("a manifest that is none, or was damaged, is told and left as it is", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, TREE);
    await loop(at)();
    const text = Deno.readTextFileSync(`${at}/m`);
    for (const other of ["some text\n", text.slice(0, 500), text.replace("sub/c", "sub/d")]) {
      Deno.writeTextFileSync(`${at}/m`, other);
      const { outcome } = await loop(at)();
      assertEquals(failuresOf(outcome), ["note replica  MANIFEST"]);
      assertEquals(Deno.readTextFileSync(`${at}/m`), other);
    }
  }));

Deno.test("what is excluded, and what is not a file, is in no manifest", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, { ...TREE, ".lockstepignore": "*.o\n", "x.o": "x" });
    plant(`${at}/r`, { "y.o": "y" });
    await loop(at)();
    assertEquals((await noted(at)).filter((name) => name.endsWith(".o") || name.endsWith("l")), []);
    const config = { choice: ALL };
    assertEquals((await checked(null, `${at}/r`, { manifest: `${at}/m`, config })).found, []);
  }));

Deno.test("the digests of what a pass moves go along with it, unread", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, {
      1: folder({ a: file("one", 0o644, OLD + 1) }),
      2: folder({ a: file("two", 0o644, OLD + 2), sub: folder({ b: file("three", 0o644, OLD + 3) }) }),
    });
    const pass = loop(at);
    await pass();
    // each takes the place of the one before it
    Deno.renameSync(`${at}/s/2`, `${at}/s/3`);
    Deno.renameSync(`${at}/s/1`, `${at}/s/2`);
    Deno.renameSync(`${at}/s/3/sub/b`, `${at}/s/b`);
    const { outcome, read } = await pass({ checksum: false });
    assertEquals(failuresOf(outcome), []);
    assertEquals(outcome.report.moved > 0, true);
    assertEquals(read.filter((path) => path === "b"), []);
    assertEquals(await noted(at), ["2/a", "3/a", "b"]);
    assertEquals((await checked(null, `${at}/r`, { manifest: `${at}/m` })).found, []);
  }));

Deno.test("a dry run, and a pass that is stopped, leave the manifest as it is", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, TREE);
    await loop(at)();
    const before = versionOf(`${at}/m`);
    Deno.writeTextFileSync(`${at}/s/new`, "new");
    await loop(at)({ dryRun: true });
    const stop = new AbortController();
    await loop(at)({
      signal: stop.signal,
      onEvent: ({ kind }: { kind: string }) => kind === "change" && stop.abort(),
    });
    assertEquals(versionOf(`${at}/m`), before);
    await loop(at)();
    assertEquals((await checked(null, `${at}/r`, { manifest: `${at}/m` })).found, []);
  }));

for (let run = 0; run < 4; run++) {
  const seed = anySeed();
  Deno.test(`a manifest is right after each of many passes, LOCKSTEP_SEED=${seed} (${run})`, () =>
    inFolder(async (at) => {
      const dice = diceOf(seed);
      plant(`${at}/s`, { x: "x" });
      const edge = EDGES_HERE[run % EDGES_HERE.length]!;
      const pass = loop(at, { edge });
      await pass();
      for (let round = 0; round < 6; round++) {
        for (let edit = 0; edit < 6; edit++) {
          const path = `${at}/s/${"abc"[dice.below(3)]}${"/de".slice(0, 2 * dice.below(2))}`;
          try {
            const deed = dice.below(5);
            if (deed === 0) Deno.removeSync(path, { recursive: true });
            else if (deed === 1) Deno.mkdirSync(path);
            else plantFile(path, `${dice.below(1000)}`, OLD + dice.below(1e6));
          } catch { /* it cannot be done here */ }
        }
        await pass(dice.below(2) === 0 ? {} : { checksum: true });
        assertEquals((await checked(null, `${at}/r`, { manifest: `${at}/m`, config: { edge } })).found, []);
        assertEquals((await checked(`${at}/s`, `${at}/r`, { config: { edge } })).found, []);
      }
    }));
}

function plantFile(path: string, content: string, time: number): void {
  Deno.writeTextFileSync(path, content);
  Deno.utimeSync(path, new Date(time), new Date(time));
}

Deno.test("an edit that a pass of a loop leaves is in the manifest no more, until it is overwritten", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, { a: file("one", 0o644, OLD), b: file("two", 0o644, OLD) });
    const next = loop(at, { keepEdits: true });
    await next();
    assertEquals(await noted(at), ["a", "b"]);
    Deno.writeTextFileSync(`${at}/r/a`, "edited");
    await next();
    assertEquals(await noted(at), ["b"]);
    const version = versionOf(`${at}/m`);
    await next();
    assertEquals(versionOf(`${at}/m`), version);
    await next({ keepEdits: false });
    assertEquals(await noted(at), ["a", "b"]);
  }));

Deno.test("an edit that a pass of a loop brings back is in the manifest as it is by then", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, { a: file("one", 0o644, OLD), b: file("two", 0o644, OLD) });
    Deno.mkdirSync(`${at}/r`);
    const memory = await openMemory(`${at}/state`, configOf(`${at}/s`, `${at}/r`), true);
    if (typeof memory === "string") throw new Error(memory);
    const next = loop(at, { keepEdits: true, trash: { folder: `${at}/trash`, keep: null, max: null } });
    await next({ memory, brings: true });
    Deno.writeTextFileSync(`${at}/r/a`, "edited");
    Deno.writeTextFileSync(`${at}/r/new`, "made");
    await next({ memory, brings: true });
    assertEquals(Deno.readTextFileSync(`${at}/s/a`), "edited");
    assertEquals(await noted(at), ["a", "b", "new"]);
    assertEquals((await checked(null, `${at}/r`, { manifest: `${at}/m` })).found, []);
  }));
