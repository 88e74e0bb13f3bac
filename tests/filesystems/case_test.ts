/**
 * Names of which only the case changes, on file systems that ignore it. After a pass both sides list the same names, and a
 * second pass does nothing.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Edge } from "../../sync/engine/config.ts";
import { ERRNO, shimmed } from "../faults/tools.ts";
import { EDGES_HERE } from "../support/check.ts";
import { failuresOf, mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import {
  command,
  killIfRunning,
  lockstep,
  running,
  type Setting,
  sh,
  start,
  until,
} from "../support/program.ts";
import { file, folder, isThere, namesIn, plant, type Tree } from "../support/tree.ts";
import { onKind } from "./kind.ts";

/** Of what writes elsewhere, too. */
const FREE: Setting = { flags: ["--allow-read", "--allow-write"] };

const POOLS = poolsOfFile();

/** What both sides list, by kind and path. */
async function listed(root: string): Promise<string> {
  return await sh("find . -printf '%y %P\\n' | LC_ALL=C sort", root);
}

async function assertSameNames(source: string, replica: string): Promise<void> {
  assertEquals(await listed(replica), await listed(source));
  assertEquals(
    await sh("find . -type f | LC_ALL=C sort | xargs -d '\\n' -r cat", replica),
    await sh("find . -type f | LC_ALL=C sort | xargs -d '\\n' -r cat", source),
  );
}

function rename(root: string, ...names: readonly (readonly [from: string, to: string])[]): void {
  for (const [from, to] of names) Deno.renameSync(`${root}/${from}`, `${root}/${to}`);
}

/** What changes in the source, and what a pass does then. */
interface Case {
  readonly what: string;
  readonly before: Tree;
  readonly act: (source: string) => void;
  readonly changes: readonly string[];
}

const many: Tree = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`file ${i}`, `${i}`]));

const CASES: readonly Case[] = [
  {
    what: "a file",
    before: { Foo: file("1", 0o644, 1_600_000_000_000) },
    act: (at) => rename(at, ["Foo", "foo"]),
    changes: ["attributes file foo"],
  },
  {
    what: "a folder with much in it",
    before: { Foo: many },
    act: (at) => rename(at, ["Foo", "foo"]),
    changes: ["attributes folder foo"],
  },
  {
    what: "a file with new content",
    before: { Foo: "1" },
    act(at) {
      rename(at, ["Foo", "foo"]);
      Deno.writeTextFileSync(`${at}/foo`, "another content");
    },
    changes: ["update file foo"],
  },
  {
    what: "a file with another time",
    before: { Foo: file("1", 0o644, 1_600_000_000_000) },
    act(at) {
      rename(at, ["Foo", "foo"]);
      Deno.utimeSync(`${at}/foo`, 1_500_000_000, 1_500_000_000);
    },
    changes: ["attributes file foo"],
  },
  {
    what: "two files that swap their cases",
    before: { Aa: "1", bB: "2" },
    act: (at) => rename(at, ["Aa", "aA"], ["bB", "Bb"]),
    changes: ["attributes file Bb", "attributes file aA"],
  },
  {
    what: "two files that swap their contents and their cases",
    before: { Aa: "first", bB: "the second" },
    act: (at) => rename(at, ["Aa", "x"], ["bB", "aA"], ["x", "Bb"]),
    changes: ["update file Bb", "update file aA"],
  },
  {
    what: "folders in folders, and a file in them",
    before: { Foo: { Inner: { Deep: { File: "1" } } }, Other: { f: "1" } },
    act: (at) =>
      rename(at, ["Foo/Inner/Deep/File", "Foo/Inner/Deep/file"], ["Foo/Inner/Deep", "Foo/Inner/deep"], [
        "Foo/Inner",
        "Foo/inner",
      ], ["Foo", "foo"]),
    changes: [
      "attributes file foo/inner/deep/file",
      "attributes folder foo",
      "attributes folder foo/inner",
      "attributes folder foo/inner/deep",
    ],
  },
  {
    what: "a folder that is moved, and what is in it",
    before: { Old: { ...many, Inner: { File: "the content" } }, to: {} },
    act: (at) =>
      rename(at, ["Old/Inner/File", "Old/Inner/FILE"], ["Old/Inner", "Old/inner"], ["Old", "to/new"]),
    changes: [
      "attributes file to/new/inner/FILE",
      "attributes folder to/new/inner",
      "move folder to/new",
    ],
  },
  {
    what: "what gives way to another kind",
    before: { File: "1", Folder: { f: "1" } },
    act(at) {
      Deno.removeSync(`${at}/File`);
      Deno.removeSync(`${at}/Folder`, { recursive: true });
      plant(at, { file: { g: "2" }, folder: "2" });
    },
    changes: [
      "create file file/g",
      "create file folder",
      "create folder file",
      "remove file file",
      "remove file folder/f",
      "remove folder folder",
    ],
  },
];

for (const edge of EDGES_HERE) {
  for (const { what, before, act, changes } of CASES) {
    await onKind("exfat", `exfat: the case of a name is mirrored: ${what}, ${edge}`, async (at) => {
      const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
      plant(source, before);
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
      plant(source, Object.fromEntries(names.map((name) => [name, name])));
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
    plant(source, Object.fromEntries(folders.map((name) => [name, { Inner: { File: name } }])));
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
  plant(source, { around: folder({ Foo: "1", Bar: { f: "1" } }, 0o755, time) });
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
    plant(source, { Foo: { Inner: { f: "1" } } });
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
  plant(source, { Foo: { Inner: { f: "1" } }, File: "1" });
  await mirror(source, replica);
  rename(source, ["Foo/Inner", "Foo/INNER"], ["Foo", "foo"], ["File", "FILE"]);
  assertEquals((await lockstep(["plan", "-o", plan, source, replica], FREE)).status, 0);
  assertStringIncludes(Deno.readTextFileSync(plan), '"spelled":"Inner"');
  assertEquals((await lockstep(["apply", plan], FREE)).status, 0);
  await assertSameNames(source, replica);
});

await onKind("exfat", "exfat: verify tells of a name in another case, and explain says so", async (at) => {
  const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
  plant(source, { Foo: "1" });
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
      plant(source, { Foo: { f: "1" }, File: "1" });
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
    plant(source, { Foo: { f: "1" }, File: "1" });
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
    plant(source, { Foo: { Inner: { f: "1", g: "2" } } });
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
    plant(source, { Foo: { Inner: { f: "1" } }, File: "1" });
    assertEquals(failuresOf(await mirror(source, replica)), []);
    assertEquals(namesIn(replica), ["file", "foo"]);
    rename(source, ["Foo", "FOO"], ["File", "FILE"]);
    for (let pass = 0; pass < 2; pass++) {
      const { changes } = await mirror(source, replica);
      assertEquals(changes.filter((one) => one !== "attributes folder "), []);
    }
  },
);

for (const [edge, grants] of [["portable", []], ["native", ["--allow-ffi"]]] as const) {
  if (!EDGES_HERE.includes(edge as Edge)) continue;
  const settingFor = async (at: string, more: object = {}): Promise<Setting> => ({
    ...await shimmed({ UNDER: `${at}/mnt`, TWICE: "1", ...more }),
    grants,
    edge: "as flags say",
  });
  const twice = (name: string, test: (at: string, source: string, replica: string) => Promise<void>) =>
    onKind(
      "exfat",
      `as vfat on Linux: ${name}, ${edge}`,
      (at) => test(at, `${at}/source`, `${at}/mnt/replica`),
      ["cc"],
    );

  for (const { what, before, act } of CASES) {
    await twice(`the case of a name changes by way of another name: ${what}`, async (at, source, replica) => {
      const setting = await settingFor(at);
      plant(source, before);
      assertEquals((await lockstep([source, replica], setting)).status, 0);
      act(source);
      const ran = await lockstep(["--max-delete=100%", source, replica], setting);
      assertEquals(ran.status, 0, ran.err);
      await assertSameNames(source, replica);
      const again = await lockstep([source, replica], setting);
      assertStringIncludes(again.out, "nothing to do", again.out);
    });
  }

  await twice("a pass that is killed between the two renames loses nothing", async (at, source, replica) => {
    plant(source, { Foo: many, stays: "1" });
    await lockstep([source, replica], await settingFor(at));
    rename(source, ["Foo", "foo"]);
    // three of the probe, and the first
    const gate = { CALL: "rename", WHEN: "5", GATE: `${at}/gate`, LOG: `${at}/log` };
    const child = start([source, replica], await settingFor(at, gate));
    try {
      await until("it waits", () => isThere(`${at}/log`) && Deno.readTextFileSync(`${at}/log`) !== "");
      assertEquals(namesIn(replica), ["lockstep-between-1", "stays"]);
      child.kill("SIGKILL");
      await child.output();
    } finally {
      killIfRunning(child);
    }
    assertEquals(namesIn(`${replica}/lockstep-between-1`).length, 300);
    // else the system remembers the old names for a while, since FUSE is between
    await command("umount", `${at}/mnt`);
    await command("mount.exfat-fuse", Deno.readTextFileSync(`${at}/device`).trim(), `${at}/mnt`);
    const ran = await lockstep([source, replica], await settingFor(at));
    assertEquals(ran.status, 0, ran.err);
    assertStringIncludes(ran.out, 'move folder "lockstep-between-1" -> "foo"');
    await assertSameNames(source, replica);
  });

  await twice(
    "when the second rename fails, the name is the old one, and the rest goes on",
    async (at, source, replica) => {
      plant(source, { Foo: { f: "1" }, other: "1" });
      await lockstep([source, replica], await settingFor(at));
      rename(source, ["Foo", "foo"]);
      plant(source, { other: "another content", foo: { g: "1" } });
      const failing = { CALL: "rename", WHEN: "5", ERROR: ERRNO.EACCES, LOG: `${at}/log` };
      const ran = await lockstep([source, replica], await settingFor(at, failing));
      // a folder that its owner may not write into is made writable, and all is tried once more
      assertEquals([ran.status, ran.err], [0, ""]);
      rename(source, ["foo", "FOO"]);
      const failed = await lockstep(
        [source, replica],
        await settingFor(at, { ...failing, ERROR: ERRNO.EBUSY }),
      );
      assertEquals(failed.status, 23, failed.err);
      assertStringIncludes(failed.err, 'Cannot set the attributes of "FOO" in the replica');
      assertEquals(namesIn(replica), ["foo", "other"]);
      assertEquals((await lockstep([source, replica], await settingFor(at))).status, 0);
      await assertSameNames(source, replica);
    },
  );

  await twice("an in-between name that is taken is left alone", async (at, source, replica) => {
    plant(source, { Foo: "1" });
    await lockstep([source, replica], await settingFor(at));
    rename(source, ["Foo", "foo"]);
    plant(source, { "lockstep-between-1": "mine", "lockstep-between-1-1": { mine: "1" } });
    plant(replica, { "lockstep-between-1": "mine", "lockstep-between-1-1": { mine: "1" } });
    for (const name of ["lockstep-between-1", "lockstep-between-1-1/mine"]) {
      Deno.utimeSync(`${source}/${name}`, 1_500_000_000, 1_500_000_000);
      Deno.utimeSync(`${replica}/${name}`, 1_500_000_000, 1_500_000_000);
    }
    const ran = await lockstep([source, replica], await settingFor(at));
    assertEquals(ran.status, 0, ran.err);
    assertStringIncludes(ran.out, 'attributes file "foo": name "Foo"');
    await assertSameNames(source, replica);
  });

  await twice("a watch ends with the name, and does not go in circles", async (at, source, replica) => {
    await watched(source, replica, await settingFor(at));
  });
  await onKind(
    "exfat",
    `exfat: a watch ends with the name, and does not go in circles, ${edge}`,
    (at) => watched(`${at}/source`, `${at}/mnt/replica`, { grants, edge: "as flags say" }),
  );
}

/** Names change their case while a mirror watches both sides: one pass makes that, and its own events bring up no more. */
async function watched(source: string, replica: string, setting: Setting): Promise<void> {
  plant(source, { Foo: { f: "1" }, File: "1" });
  await using mirror = running(["--watch", "--json", source, replica], setting);
  await until("the first pass is over", () => isThere(`${replica}/File`));
  rename(source, ["Foo", "foo"], ["File", "file"]);
  await until("the names are right", async () => await listed(replica) === await listed(source));
  for (const name of ["a", "b", "c"]) {
    plant(source, { [name]: "1" });
    await until("another file is there", () => isThere(`${replica}/${name}`));
  }
  const { out } = await mirror.stop();
  const changes = out.match(/"action":"attributes","path":"(foo|file)"/g) ?? [];
  assertEquals(changes.length, 2, out);
  assert((out.match(/"kind":"start"/g) ?? []).length <= 8, out);
}
