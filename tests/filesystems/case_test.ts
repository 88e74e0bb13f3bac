/**
 * Names of which only the case changes, on file systems that ignore it. After a pass both sides list the same names, and a
 * second pass does nothing.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EDGES_HERE } from "../support/check.ts";
import { failuresOf, mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { lockstep, running, type Setting, until } from "../support/program.ts";
import { file, folder, isThere, namesIn, plant } from "../support/tree.ts";
import { assertSameNames, CASES, listed, plantOld, rename, watched } from "./case.ts";
import { onKind } from "./kind.ts";

/** Of what writes elsewhere, too. */
const FREE: Setting = { flags: ["--allow-read", "--allow-write"] };

const POOLS = poolsOfFile();

for (const edge of EDGES_HERE) {
  for (const { what, before, act, changes } of CASES) {
    await onKind("exfat", `exfat: the case of a name is mirrored: ${what}, ${edge}`, async (at) => {
      const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
      await plantOld(source, before);
      await mirror(source, replica, { edge });
      act(source);
      const made = await mirror(source, replica, { edge, limits: UNLIMITED });
      assertEquals(failuresOf(made), []);
      assertEquals(made.changes.filter((one) => !/ folder (to)?$/.test(one)), changes);
      await assertSameNames(source, replica);
      assertEquals((await mirror(source, replica, { edge })).changes, []);
    });
  }

  await onKind(
    "exfat",
    `exfat: with --durable and --verify many names change their case at once, ${edge}`,
    async (at) => {
      const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
      const names = Array.from({ length: 40 }, (_, i) => `File ${i}`);
      await plantOld(source, Object.fromEntries(names.map((name) => [name, name])));
      await mirror(source, replica, { edge });
      for (const [i, name] of names.entries()) {
        rename(source, [name, name.toUpperCase()]);
        if (i % 2 === 0) Deno.writeTextFileSync(`${source}/${name.toUpperCase()}`, "another content");
      }
      const made = await mirror(source, replica, { edge, durable: true, verify: true });
      assertEquals(failuresOf(made), []);
      await assertSameNames(source, replica);
      assertEquals((await mirror(source, replica, { edge })).changes, []);
    },
  );
}

for (const [how, pool] of POOLS) {
  await onKind("exfat", `exfat: names in many folders change their case, ${how}`, async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
    const folders = Array.from({ length: 30 }, (_, i) => `Folder ${i}`);
    await plantOld(source, Object.fromEntries(folders.map((name) => [name, { Inner: { File: name } }])));
    await mirror(source, replica, { pool });
    for (const name of folders) {
      rename(source, [`${name}/Inner/File`, `${name}/Inner/FILE`], [`${name}/Inner`, `${name}/inner`], [
        name,
        name.toLowerCase(),
      ]);
    }
    assertEquals(failuresOf(await mirror(source, replica, { pool })), []);
    await assertSameNames(source, replica);
    assertEquals((await mirror(source, replica, { pool })).changes, []);
  });
}

await onKind("exfat", "exfat: the folder around a name that changes its case keeps its time", async (at) => {
  const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
  const time = 1_500_000_000_000;
  plant(source, {
    around: folder({ Foo: file("1", 0o644, time), Bar: { f: file("1", 0o644, time) } }, 0o755, time),
  });
  await mirror(source, replica);
  rename(`${source}/around`, ["Foo", "foo"], ["Bar", "bar"]);
  Deno.utimeSync(`${source}/around`, time / 1000, time / 1000);
  assertEquals((await mirror(source, replica)).changes, [
    "attributes file around/foo",
    "attributes folder around/bar",
  ]);
  assertEquals(Deno.lstatSync(`${replica}/around`).mtime?.getTime(), time);
});

await onKind(
  "exfat",
  "exfat: a dry run shows that a name changes its case, and changes nothing",
  async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
    await plantOld(source, { Foo: { Inner: { f: "1" } } });
    await mirror(source, replica);
    rename(source, ["Foo/Inner", "Foo/INNER"], ["Foo", "foo"]);
    const before = await listed(replica);
    const ran = await lockstep(["--dry-run", source, replica]);
    assertEquals(ran.status, 0, ran.err);
    assertStringIncludes(ran.out, 'attributes folder "foo": name "Foo"');
    assertStringIncludes(ran.out, 'attributes folder "foo/INNER": name "Inner"');
    assert(!ran.out.includes("remove "), ran.out);
    assertEquals(await listed(replica), before);
  },
);

await onKind("exfat", "exfat: a plan has the case of a name, and apply carries it out", async (at) => {
  const [source, replica, plan] = [`${at}/source`, `${at}/mnt/replica`, `${at}/plan`];
  await plantOld(source, { Foo: { Inner: { f: "1" } }, File: "1" });
  await mirror(source, replica);
  rename(source, ["Foo/Inner", "Foo/INNER"], ["Foo", "foo"], ["File", "FILE"]);
  assertEquals((await lockstep(["plan", "-o", plan, source, replica], FREE)).status, 0);
  assertStringIncludes(Deno.readTextFileSync(plan), '"spelled":"Inner"');
  assertEquals((await lockstep(["apply", plan], FREE)).status, 0);
  await assertSameNames(source, replica);
});

await onKind("exfat", "exfat: verify tells of a name in another case, and explain says so", async (at) => {
  const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
  await plantOld(source, { Foo: "1" });
  await mirror(source, replica);
  rename(source, ["Foo", "foo"]);
  const verified = await lockstep(["verify", source, replica]);
  assertEquals(verified.status, 41);
  assertStringIncludes(verified.err, '"foo" differs: name "Foo"');
  assertStringIncludes(verified.err, " 1 file,");
  assertStringIncludes((await lockstep(["explain", "foo", source, replica])).out, 'What differs: name "Foo"');
});

for (const moves of [true, false]) {
  await onKind(
    "exfat",
    `exfat: names change their case with a trash, and nothing goes there, moves: ${moves}`,
    async (at) => {
      const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
      await plantOld(source, { Foo: { f: "1" }, File: "1" });
      await mirror(source, replica, { moves });
      rename(source, ["Foo", "foo"], ["File", "file"]);
      const ran = await lockstep(
        [...moves ? [] : ["--no-moves"], "--trash", `${at}/trash`, source, replica],
        FREE,
      );
      assertEquals(ran.status, 0, ran.err);
      await assertSameNames(source, replica);
      assert(!isThere(`${at}/trash`));
    },
  );
}

await onKind(
  "exfat",
  "exfat: a name whose case somebody changed in the replica is changed back, with --keep-edits too",
  async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
    await plantOld(source, { Foo: { f: "1" }, File: "1" });
    const options = ["--keep-edits", "--state", `${at}/state`, source, replica];
    assertEquals((await lockstep(options, FREE)).status, 0);
    rename(replica, ["Foo", "x"], ["x", "foo"], ["File", "y"], ["y", "FILE"]);
    const ran = await lockstep(options, FREE);
    assertEquals(ran.status, 0, ran.err);
    await assertSameNames(source, replica);
    const other = await lockstep(options, FREE);
    assertEquals([other.status, /attributes|left/i.test(other.out)], [0, false], other.out);
  },
);

await onKind(
  "exfat",
  "exfat: what is remembered of a folder and a manifest go along when its name changes its case",
  async (at) => {
    const [source, replica, manifest] = [`${at}/source`, `${at}/mnt/replica`, `${at}/manifest`];
    await plantOld(source, { Foo: { Inner: { f: "1", g: "2" } } });
    const options = ["--keep-edits", "--state", `${at}/state`, source, replica];
    await using mirror = running(["--watch", "--manifest", manifest, ...options], FREE);
    const notes = (path: string) => isThere(manifest) && Deno.readTextFileSync(manifest).includes(path);
    await until("all is noted", () => notes("Foo/Inner/f") && notes("Foo/Inner/g"));
    rename(source, ["Foo/Inner", "Foo/inner"], ["Foo", "foo"]);
    await until("the names are right", async () => await listed(replica) === await listed(source));
    await until("they are noted", () => notes("  foo/inner/f") && notes("  foo/inner/g") && !notes("Foo"));
    await mirror.stop();
    await assertSameNames(source, replica);
    Deno.removeSync(`${source}/foo/inner/g`);
    Deno.writeTextFileSync(`${source}/foo/inner/f`, "a new version");
    const ran = await lockstep(options, FREE);
    assertEquals(ran.status, 0, ran.err);
    assertEquals(namesIn(`${replica}/foo/inner`), ["f"]);
    Deno.writeTextFileSync(`${replica}/foo/inner/f`, "an edit");
    assertEquals((await lockstep(options, FREE)).status, 24);
    assertEquals(Deno.readTextFileSync(`${replica}/foo/inner/f`), "an edit");
  },
);

await onKind(
  "ntfs",
  "ntfs: where the file system makes names of its own, no case is ever changed",
  async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
    await plantOld(source, { Foo: { Inner: { f: "1" } }, File: "1" });
    assertEquals(failuresOf(await mirror(source, replica)), []);
    assertEquals(namesIn(replica), ["file", "foo"]);
    rename(source, ["Foo", "FOO"], ["File", "FILE"]);
    for (let pass = 0; pass < 2; pass++) {
      const { changes } = await mirror(source, replica);
      assertEquals(changes.filter((one) => one !== "attributes folder "), []);
    }
  },
);

for (const edge of EDGES_HERE) {
  await onKind(
    "exfat",
    `exfat: a watch ends with the name, and does not go in circles, ${edge}`,
    (at) =>
      watched(`${at}/source`, `${at}/mnt/replica`, {
        grants: edge === "native" ? ["--allow-ffi"] : [],
        edge: "as flags say",
      }),
  );
}
