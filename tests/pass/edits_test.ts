/** What was edited or made in a replica: it is left alone, and carried to the source. */
import { assert, assertEquals } from "@std/assert";
import { within } from "../../sync/engine/entry.ts";
import type { Event } from "../../sync/engine/event.ts";
import { bringBack, findEdits } from "../../sync/pass/bring_back.ts";
import { inline, type Pool } from "../../sync/pass/pool.ts";
import { openMemory, type StateMemory } from "../../sync/records/memory.ts";
import { contentsOf, editsOf, editSome } from "../support/edits.ts";
import {
  configOf,
  failuresOf,
  mirror,
  type Outcome,
  poolsOfFile,
  UNLIMITED,
  unlocked,
} from "../support/mirror.ts";
import { anySeed, diceOf } from "../support/random.ts";
import {
  assertInSync,
  file,
  folder,
  hardLink,
  harvest,
  inFolder,
  isThere,
  link,
  namesIn,
  plant,
} from "../support/tree.ts";
import { runsOf } from "../support/trash.ts";
import type { TrashPlace } from "../../sync/engine/config.ts";

const POOLS = poolsOfFile();

/** A mirror from `source` to `replica` with a state file, as one run after another makes it. */
function kept(at: string, pool: Pool = inline()) {
  const [source, replica] = [`${at}/source`, `${at}/replica`];
  const limits = { ...UNLIMITED, allowEmptySource: true };
  const config = { ...configOf(source, replica), limits, keepEdits: true };
  const memory = async (brings = false): Promise<StateMemory> => {
    const opened = await openMemory(`${at}/state`, config, brings);
    if (typeof opened === "string") throw new Error(opened);
    return opened;
  };
  return {
    source,
    replica,
    config,
    pass: async (options: { brings?: boolean; trash?: TrashPlace } = {}) =>
      await mirror(source, replica, { ...config, pool, memory: await memory(options.brings), ...options }),
    /** Carry all edits to the source. */
    async bring(paths?: readonly string[]) {
      const known = await memory();
      const bringing = { pool, memory: known, signal: new AbortController().signal, ...(paths && { paths }) };
      const isLocked = (come: { kind?: string } | null) => come?.kind === "locked";
      const edits = await unlocked(
        () => findEdits(config, bringing),
        (found) => "kind" in found && isLocked(found),
      );
      if ("kind" in edits) throw new Error(edits.kind);
      const events: Event[] = [];
      const trash = { folder: `${at}/source.trash`, keep: null, max: null };
      const trouble = await unlocked(
        () => bringBack(config, edits, trash, bringing, (event) => events.push(event)),
        isLocked,
      );
      assertEquals(trouble, null);
      return { edits, events };
    },
  };
}

function leftOf({ events }: Outcome): string[] {
  return events.flatMap((event) => event.kind === "left" ? [`${event.why} ${event.path}`] : []).sort();
}

for (const [how, pool] of POOLS) {
  Deno.test(`pass() leaves what was edited or made in the replica, ${how}, and goes on with all else`, () =>
    inFolder(async (at) => {
      const { source, replica, pass } = kept(at, pool);
      plant(source, {
        a: "1",
        b: "1",
        gone: "1",
        d: { x: "1", y: "1" },
        old: { x: "1", y: "1" },
        l: link("a"),
      });
      await pass();
      plant(replica, {
        a: "edited",
        made: file("2", 0o644, 5000),
        new: folder({ in: file("3", 0o644, 6000) }),
      });
      Deno.writeTextFileSync(`${replica}/old/x`, "edited");
      Deno.removeSync(`${replica}/l`);
      Deno.symlinkSync("elsewhere", `${replica}/l`);
      Deno.removeSync(`${replica}/d/x`);
      Deno.removeSync(`${source}/old`, { recursive: true });
      Deno.removeSync(`${source}/gone`);
      Deno.writeTextFileSync(`${source}/b`, "changed");
      for (let again = 0; again < 2; again++) {
        const outcome = await pass();
        assertEquals(leftOf(outcome), ["edited a", "edited l", "edited old/x", "made made", "made new"]);
        assertEquals([outcome.report.failed, outcome.report.left], [0, 5]);
        if (again === 1) assertEquals(outcome.changes, []);
      }
      assertEquals(Object.fromEntries(contentsOf(replica)), {
        a: "file edited",
        b: "file changed",
        d: "folder",
        "d/x": "file 1",
        "d/y": "file 1",
        l: "link elsewhere",
        made: "file 2",
        new: "folder",
        "new/in": "file 3",
        old: "folder",
        "old/x": "file edited",
      });
    }));
}

for (const [how, pool] of POOLS) {
  Deno.test(`pass() remembers what it has moved where that is now, ${how}`, () =>
    inFolder(async (at) => {
      const { source, replica, pass } = kept(at, pool);
      const d = {
        a: file("1", 0o644, 1001),
        sub: { b: file("22", 0o644, 1002), c: file("333", 0o644, 1003) },
      };
      plant(source, { d, e: file("4444", 0o644, 1004), stays: "5" });
      await pass();
      Deno.renameSync(`${source}/d`, `${source}/moved`);
      Deno.renameSync(`${source}/moved/sub`, `${source}/out`);
      Deno.renameSync(`${source}/e`, `${source}/moved/e`);
      const { changes } = await pass();
      assertEquals(changes.filter((change) => change.startsWith("move")).length, 3, changes.join());
      // what is edited in the source by now is no edit in the replica
      for (const path of ["moved/a", "moved/e", "out/b"]) {
        Deno.writeTextFileSync(`${source}/${path}`, "changed");
      }
      Deno.removeSync(`${source}/out/c`);
      const outcome = await pass();
      assertEquals([leftOf(outcome), outcome.report.left], [[], 0]);
      assertInSync(source, replica);
      // and what is edited there is one
      Deno.writeTextFileSync(`${replica}/moved/a`, "edited");
      Deno.writeTextFileSync(`${replica}/d`, "made");
      assertEquals(leftOf(await pass()), ["edited moved/a", "made d"]);
    }));
}

Deno.test("what is moved in the replica and edited there since the last pass stays where it is", () =>
  inFolder(async (at) => {
    const { source, replica, pass } = kept(at);
    plant(source, {
      d: { a: file("1", 0o644, 1001), b: file("22", 0o644, 1002), c: file("3", 0o644, 1003) },
    });
    await pass();
    Deno.writeTextFileSync(`${replica}/d/a`, "edited");
    Deno.renameSync(`${source}/d`, `${source}/e`);
    assertEquals(leftOf(await pass()), ["edited d/a"]);
    assertEquals(Deno.readTextFileSync(`${replica}/d/a`), "edited");
    assertEquals(Object.fromEntries(contentsOf(`${replica}/e`)), { a: "file 1", b: "file 22", c: "file 3" });
  }));

Deno.test("pass() without a state file leaves what is newer than the source's, or than the folder around it", () =>
  inFolder(async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    plant(source, {
      d: folder({ a: file("1", 0o644, 1000), b: file("1", 0o644, 1000) }, 0o755, 5000),
      gone: folder({ x: file("1", 0o644, 1000) }, 0o755, 2000),
    });
    await mirror(source, replica);
    Deno.removeSync(`${source}/gone`, { recursive: true });
    Deno.utimeSync(source, 9, 9);
    plant(replica, {
      d: { a: file("edited", 0o644, 6000), b: file("older", 0o644, 500), c: file("made", 0o644, 6000) },
    });
    plant(replica, { d: { e: file("older", 0o644, 4000) }, gone: { y: file("made", 0o644, 10_000) } });
    Deno.utimeSync(`${replica}/gone`, 2, 2);
    const outcome = await mirror(source, replica, { keepEdits: true, limits: UNLIMITED });
    assertEquals(leftOf(outcome), ["edited d/a", "made d/c", "made gone/y"]);
    assertEquals([...contentsOf(replica).keys()].sort(), ["d", "d/a", "d/b", "d/c", "gone", "gone/y"]);
    assertEquals(Deno.readTextFileSync(`${replica}/d/b`), "1");
  }));

Deno.test("pass() with nothing to do does not write the state file", () =>
  inFolder(async (at) => {
    const { source, pass } = kept(at);
    plant(source, { a: "1", d: { b: "1" } });
    await pass();
    const before = Deno.statSync(`${at}/state`);
    await pass();
    const now = Deno.statSync(`${at}/state`);
    assertEquals([now.ino, now.mtime], [before.ino, before.mtime]);
  }));

Deno.test("pass() makes a state file where there is none, and knows by it what times do not tell", () =>
  inFolder(async (at) => {
    const { source, replica, pass } = kept(at);
    plant(source, { a: "1", b: "1" });
    await mirror(source, replica);
    // edited before there was a state file: known by its time, and from then on by the state
    Deno.writeTextFileSync(`${replica}/a`, "edited");
    assertEquals(leftOf(await pass()), ["edited a"]);
    Deno.writeTextFileSync(`${source}/a`, "newer than the edit");
    plant(replica, { b: file("edited", 0o644, 1000), c: file("made", 0o644, 1000) });
    assertEquals(leftOf(await pass()), ["edited b", "made c", "unsure a"]);
  }));

Deno.test("pass() takes what another pass without the state file left for the replica's own", () =>
  inFolder(async (at) => {
    const { source, replica, pass } = kept(at);
    plant(source, { a: "1" });
    await pass();
    plant(source, { a: "22", b: "1" });
    await mirror(source, replica);
    await pass();
    Deno.writeTextFileSync(`${source}/a`, "333");
    Deno.removeSync(`${source}/b`);
    assertEquals(leftOf(await pass()), []);
    assertInSync(source, replica);
  }));

Deno.test("pass() of a part of the trees keeps the state right for the next whole one", () =>
  inFolder(async (at) => {
    const { source, replica, config, pass } = kept(at);
    plant(source, { d: { a: "1", b: "1" }, e: { a: "1" } });
    await pass();
    Deno.writeTextFileSync(`${source}/d/a`, "22");
    const memory = await openMemory(`${at}/state`, config, false) as StateMemory;
    const scope = { folders: ["d"], known: { source: 5, replica: 5 } };
    await mirror(source, replica, { ...config, memory, scope });
    Deno.writeTextFileSync(`${source}/d/a`, "333");
    Deno.writeTextFileSync(`${replica}/d/b`, "edited");
    assertEquals(leftOf(await pass()), ["edited d/b"]);
    assertEquals(Deno.readTextFileSync(`${replica}/d/a`), "333");
  }));

Deno.test("pass() with hard links leaves an edit of one name, and sets the others right", () =>
  inFolder(async (at) => {
    const { source, replica, pass } = kept(at);
    plant(source, { a: "1", b: hardLink("a"), c: hardLink("a") });
    await pass();
    Deno.removeSync(`${replica}/b`);
    Deno.writeTextFileSync(`${replica}/b`, "edited");
    Deno.writeTextFileSync(`${source}/a`, "changed");
    assertEquals(leftOf(await pass()), ["edited b"]);
    assertEquals(Object.fromEntries(contentsOf(replica)), {
      a: "file changed",
      b: "file edited",
      c: "file changed",
    });
  }));

Deno.test("bringBack() carries files, folders and links, and leaves folders of the source as they were", () =>
  inFolder(async (at) => {
    const { source, replica, pass, bring } = kept(at);
    plant(source, { a: "1", b: "1", d: folder({ x: "1" }, 0o750, 5000), "kept.txt": "1" });
    await pass();
    Deno.chmodSync(`${source}/d`, 0o711);
    plant(replica, {
      a: file("edited", 0o600, 7000),
      d: { made: file("2", 0o640, 8000) },
      new: folder({ in: file("3", 0o644, 6000), sub: {} }, 0o700, 9000),
      l: link("a"),
    });
    Deno.removeSync(`${replica}/b`);
    const { edits, events } = await bring();
    assertEquals(edits.steps.map(({ kind, path }) => `${kind} ${path}`), [
      "update a",
      "create d/made",
      "create l",
      "create new",
      "create new/in",
      "create new/sub",
    ]);
    assertEquals(events.filter(({ kind }) => kind !== "brought-back"), []);
    const found = Deno.statSync(`${source}/d`);
    assertEquals([found.mode! & 0o777, found.mtime?.getTime()], [0o711, 5000]);
    const outcome = await pass();
    assertEquals(leftOf(outcome), []);
    assertEquals(outcome.changes, ["attributes folder ", "attributes folder d", "create file b"]);
    assertInSync(source, replica);
    assertEquals((await pass()).changes, []);
  }));

Deno.test("bringBack() is limited to the paths that are asked for, and what lies in them", () =>
  inFolder(async (at) => {
    const { source, replica, pass, bring } = kept(at);
    plant(source, { d: { x: "1" }, a: "1" });
    await pass();
    plant(replica, { a: "edited", d: { x: "edited", y: "2" }, new: { one: "1", two: "2" } });
    await bring(["d", "new/one"]);
    assertEquals(Object.fromEntries(contentsOf(source)), {
      a: "file 1",
      d: "folder",
      "d/x": "file edited",
      "d/y": "file 2",
      new: "folder",
      "new/one": "file 1",
    });
    assertEquals(leftOf(await pass()), ["edited a", "made new/two"]);
  }));

Deno.test("bringBack() puts nothing in the place of something of another kind, and removes nothing", () =>
  inFolder(async (at) => {
    const { source, replica, pass, bring } = kept(at);
    plant(source, { d: { x: "1" }, f: "1", l: link("f") });
    await pass();
    const before = harvest(source);
    Deno.removeSync(`${replica}/d`, { recursive: true });
    Deno.writeTextFileSync(`${replica}/d`, "a file by now");
    for (const name of ["f", "l"]) Deno.removeSync(`${replica}/${name}`);
    plant(replica, { f: { in: "1" }, l: "a file" });
    const { edits } = await bring();
    assertEquals([edits.steps, edits.stuck], [[], ["d", "f", "l"]]);
    assertEquals(harvest(source), before);
    assertEquals(leftOf(await pass()), ["edited d", "edited f", "edited l"]);
  }));

Deno.test("bringBack() keeps to the exclusions of the source", () =>
  inFolder(async (at) => {
    const { source, replica, pass, bring } = kept(at);
    plant(source, { ".lockstepignore": "*.tmp\n", a: "1" });
    await pass();
    plant(replica, { "x.tmp": "1", y: "2" });
    assertEquals((await bring()).edits.steps.map(({ path }) => path), ["y"]);
    assertEquals(isThere(`${source}/x.tmp`), false);
  }));

Deno.test("pass() that brings back lets the source win where both sides changed, and tells it", () =>
  inFolder(async (at) => {
    const { source, replica, pass: plain } = kept(at);
    const trash = { folder: `${replica}.trash`, keep: null, max: null };
    const pass = (options: { brings: boolean }) => plain({ ...options, trash });
    plant(source, { both: "1", one: "1", theirs: "1" });
    await pass({ brings: true });
    plant(source, { both: "in the source", new: "source" });
    plant(replica, { both: "in the replica!", one: "edited", new: "replica!", made: "2" });
    const { events, report } = await pass({ brings: true });
    const told = (kind: Event["kind"]) =>
      events.flatMap((event) =>
        event.kind !== kind
          ? []
          : "path" in event
          ? [event.path]
          : "change" in event
          ? [event.change.path]
          : []
      ).sort();
    assertEquals([told("conflict"), told("brought-back"), told("left")], [
      ["both", "new"],
      ["made", "one"],
      [],
    ]);
    assertEquals([report.failed, report.left], [0, 0]);
    assertInSync(source, replica);
    assertEquals(Deno.readTextFileSync(`${source}/both`), "in the source");
    assertEquals(Deno.readTextFileSync(`${source}/one`), "edited");
    const lost = (side: string) => {
      const run = `${at}/${side}.trash/${runsOf(`${at}/${side}.trash`).at(-1)}`;
      return namesIn(run).map((name) => [name, Deno.readTextFileSync(`${run}/${name}`)]);
    };
    assertEquals(lost("source"), [["one", "1"]]);
    assertEquals(lost("replica"), [["both", "in the replica!"], ["new", "replica!"]]);
    assertEquals((await pass({ brings: true })).changes, []);
  }));

Deno.test("pass() that brings back leaves edits as long as nothing is remembered", () =>
  inFolder(async (at) => {
    const { source, replica, pass } = kept(at);
    plant(source, { a: "1" });
    await mirror(source, replica);
    plant(replica, { a: "edited", made: "2" });
    assertEquals(leftOf(await pass({ brings: true })), ["edited a", "made made"]);
    // nobody knows whether the source's was changed, too
    assertEquals(leftOf(await pass({ brings: true })), ["unsure a"]);
    assertEquals([...contentsOf(source)].sort(), [["a", "file 1"], ["made", "file 2"]]);
  }));

for (let run = 0; run < 9; run++) {
  const seed = anySeed();
  const [how, pool] = POOLS[run % POOLS.length]!;
  Deno.test(`pass() loses no edit of random trees, and brings them back, ${how}, LOCKSTEP_SEED=${seed} (${run})`, () =>
    inFolder(async (at) => {
      const dice = diceOf(seed + run);
      const { source, replica, pass, bring } = kept(at, pool);
      plant(source, { a: "1", b: "2", d: { a: "3", b: "4", e: { a: "5" } }, f: { a: "6" }, l: link("a") });
      editSome(source, dice, "s", 12);
      await pass();
      for (let round = 0; round < 3; round++) {
        const before = contentsOf(replica);
        editSome(replica, dice, "r");
        editSome(source, dice, "s");
        const edits = editsOf(before, contentsOf(replica));
        const outcome = await pass();
        assertEquals(failuresOf(outcome), []);
        const left = new Set(outcome.events.flatMap((event) => event.kind === "left" ? [event.path] : []));
        const now = contentsOf(replica);
        const there = contentsOf(source);
        for (const [path, content] of edits) {
          // an empty folder holds no bytes, and what the source has, too, is no edit
          if (content !== "folder") assert(now.get(path) === content || there.get(path) === content, path);
        }
        for (const path of new Set([...now.keys(), ...there.keys()])) {
          const isAbove = [...left].some((one) => one.startsWith(`${path}/`));
          if (!within(path, left) && !isAbove) assertEquals(now.get(path), there.get(path), path);
        }
        const { edits: found } = await bring();
        const after = contentsOf(source);
        for (const [path, content] of there) {
          assert(after.has(path), `${path} went from the source`);
          const isCarried = found.steps.some((step) => step.path === path);
          if (!isCarried) assertEquals(after.get(path), content, path);
        }
        for (const { path } of found.steps) assertEquals(after.get(path), now.get(path), path);
        const last = await pass();
        assertEquals(failuresOf(last), []);
        const rest = new Set([...found.stuck, ...found.conflicts]);
        for (const one of leftOf(last)) assert(within(one.replace(/^\w+ /, ""), rest), `${one} is left`);
        if (rest.size === 0) assertInSync(source, replica);
        // as the user settles what is left: the replica's goes
        for (const path of rest) {
          if (isThere(`${replica}/${path}`)) Deno.removeSync(`${replica}/${path}`, { recursive: true });
        }
        await pass();
        assertInSync(source, replica);
      }
    }));
}
