/** Whole passes over small trees, each in this thread and in worker threads, with the two laws after every one. */
import { assert, assertEquals } from "@std/assert";
import { CRITERIA, failuresOf, LIMITS, mirror, POOLS } from "../support/mirror.ts";
import { assertInStep, file, folder, harvest, inFolder, link, plant, type Tree } from "../support/tree.ts";

/** Trees by name: the source, what the replica holds before (null: it is not there), and the changes that must be made. */
const CASES: readonly {
  readonly name: string;
  readonly source: Tree;
  readonly replica: Tree | null;
  readonly changes?: readonly string[];
}[] = [
  {
    name: "a first copy into a replica that is not there",
    source: { a: "1", d: { b: "22", e: {} }, l: link("a") },
    replica: null,
    changes: [
      "create file a",
      "create file d/b",
      "create folder ",
      "create folder d",
      "create folder d/e",
      "create link l",
    ],
  },
  { name: "an empty source and an empty replica", source: {}, replica: null, changes: ["create folder "] },
  {
    name: "links of every sort",
    source: { dangling: link("nowhere"), absolute: link("/etc"), loop: link("loop"), up: link("..") },
    replica: {},
  },
  {
    name: "a link to a folder, not followed",
    source: { d: { a: "1" }, l: link("d") },
    replica: { l: folder({ a: "1", b: "2" }) },
  },
  { name: "extraneous entries", source: { a: "1" }, replica: { b: "1", c: { d: { e: "1" } }, l: link("b") } },
  { name: "a file that became a folder", source: { x: { y: "1" } }, replica: { x: "1" } },
  { name: "a folder that became a file", source: { x: "1", z: "1" }, replica: { x: { y: { z: "1" } } } },
  { name: "a folder that became a link", source: { x: link("y") }, replica: { x: { y: "1" } } },
  { name: "a link that became a folder", source: { x: { y: "1" } }, replica: { x: link("/etc") } },
  { name: "a file that became a link", source: { x: link("y") }, replica: { x: "1" } },
  { name: "a link that became a file", source: { x: "1" }, replica: { x: link("/etc/hostname") } },
  { name: "a link with another target", source: { x: link("new") }, replica: { x: link("old") } },
  {
    name: "modes of every sort",
    source: {
      setuid: file("1", 0o4755),
      setgid: file("1", 0o2755),
      // nobody else can read it
      ...(Deno.uid() === 0 ? { none: file("1", 0o000) } : {}),
      all: file("1", 0o777),
      sticky: folder({ a: "1" }, 0o1777),
      readonly: folder({ a: "1", b: folder({ c: "1" }, 0o555) }, 0o555),
    },
    replica: null,
  },
  {
    name: "a mode that changed, of a file and of a folder",
    source: { a: file("1", 0o600, 5000), d: folder({}, 0o700, 5000) },
    replica: { a: file("1", 0o644, 5000), d: folder({}, 0o755, 5000) },
    changes: ["attributes file a", "attributes folder ", "attributes folder d"],
  },
  {
    name: "a time that changed, the content being the same",
    source: { a: file("same", 0o644, 1_700_000_000_123) },
    replica: { a: file("same", 0o644, 1_600_000_000_000) },
    changes: ["attributes file a", "attributes folder "],
  },
  {
    name: "a content that changed, the size being the same",
    source: { a: file("new", 0o644, 1_700_000_000_123) },
    replica: { a: file("old", 0o644, 1_600_000_000_000) },
    changes: ["attributes folder ", "update file a"],
  },
  {
    name: "times before 1970 and after 2106, in ms",
    source: {
      old: file("1", 0o644, -86_400_001),
      late: file("1", 0o644, 4_300_000_000_999),
      d: folder({}, 0o755, -1500),
      l: link("x", 123),
    },
    replica: null,
  },
  {
    name: "strange names",
    source: {
      "new\nline": "1",
      "back\\slash": "1",
      "-dash": "1",
      " ": "1",
      "\x1b[31m": "1",
      "ä": "1",
      "a\u0308": "1",
      [`${"x".repeat(255)}`]: "1",
      "{brace}": "1",
      "..x": "1",
    },
    replica: { "old\nline": "1" },
  },
  { name: "files of every length around a piece", source: lengths(), replica: null },
];

function lengths(): Tree {
  const tree: Record<string, Uint8Array> = {};
  for (const length of [0, 1, 4095, 4096, 262_143, 262_144, 262_145, 1_000_000]) {
    tree[`${length}`] = Uint8Array.from({ length }, (_, i) => i * 7 % 251);
  }
  return tree;
}

for (const [how, pool] of POOLS) {
  for (const { name, source, replica, changes } of CASES) {
    Deno.test(`pass() brings in step ${name}, ${how}`, () =>
      inFolder(async (at) => {
        plant(`${at}/source`, source);
        if (replica) plant(`${at}/replica`, replica);
        const before = harvest(`${at}/source`);
        const first = await mirror(`${at}/source`, `${at}/replica`, { pool: pool() });
        assertEquals(failuresOf(first), []);
        assertEquals(first.report.ended, "complete");
        assertInStep(`${at}/source`, `${at}/replica`);
        if (changes) assertEquals(withoutRootTime(first.changes), withoutRootTime(changes));
        const second = await mirror(`${at}/source`, `${at}/replica`, { pool: pool() });
        assertEquals(second.changes, []);
        assertEquals(harvest(`${at}/source`), before);
      }));
  }
}

/** Whether the roots' own times differ depends on when the test made them. */
function withoutRootTime(changes: readonly string[]): string[] {
  return changes.filter((change) => change !== "attributes folder ");
}

Deno.test("pass() in a dry run says what it would do and writes nothing", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1", d: { b: "2" }, x: "1" });
    plant(`${at}/replica`, { c: "1", x: { y: "1" } });
    const before = harvest(`${at}/replica`);
    const planned = await mirror(`${at}/source`, `${at}/replica`, { planned: true });
    assertEquals(harvest(`${at}/replica`), before);
    assert(planned.events.every((event) => event.kind !== "change" || event.planned));
    const made = await mirror(`${at}/source`, `${at}/replica`);
    assertEquals(planned.changes, made.changes);
  }));

Deno.test("pass() in a dry run does not even make the replica", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const planned = await mirror(`${at}/source`, `${at}/replica`, { planned: true });
    assertEquals(planned.changes, ["create file a", "create folder "]);
    assertEquals([...Deno.readDirSync(at)].map((entry) => entry.name), ["source"]);
  }));

Deno.test("pass() leaves names of one inode alone in the place of a folder in which something has to stay", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: { a: { log: "ours" } } });
    Deno.linkSync(`${at}/source/a`, `${at}/source/b`);
    const { report } = await mirror(`${at}/source`, `${at}/replica`, { ownLogs: [`${at}/replica/a/log`] });
    assertEquals([report.ended, report.failed], ["complete", 1]);
    assertEquals(Deno.readTextFileSync(`${at}/replica/a/log`), "ours");
    assertEquals(Deno.readTextFileSync(`${at}/replica/b`), "1");
  }));

Deno.test("pass() with --checksum finds an edit that kept size and time", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: file("new", 0o644, 5000), b: file("same", 0o644, 5000) });
    plant(`${at}/replica`, { a: file("old", 0o644, 5000), b: file("same", 0o644, 5000) });
    assertEquals(withoutRootTime((await mirror(`${at}/source`, `${at}/replica`)).changes), []);
    const thorough = await mirror(`${at}/source`, `${at}/replica`, {
      criteria: { ...CRITERIA, checksum: true },
    });
    assertEquals(withoutRootTime(thorough.changes), ["update file a"]);
    assertInStep(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() replaces a file by another inode and leaves the old one's readers and other names alone", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: file("new!", 0o600, 9000), b: file("b", 0o600, 9000) });
    plant(`${at}/replica`, { a: file("old", 0o644, 5000), b: file("b", 0o644, 5000) });
    Deno.mkdirSync(`${at}/snapshot`);
    for (const name of ["a", "b"]) Deno.linkSync(`${at}/replica/${name}`, `${at}/snapshot/${name}`);
    const before = harvest(`${at}/snapshot`);
    using reader = Deno.openSync(`${at}/replica/a`);
    await mirror(`${at}/source`, `${at}/replica`);
    const read = new Uint8Array(9);
    assertEquals(new TextDecoder().decode(read.subarray(0, reader.readSync(read) ?? 0)), "old");
    assertEquals(harvest(`${at}/snapshot`), before);
    assertInStep(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() removes the temporary files that a killed run left", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { d: { a: "1" } });
    plant(`${at}/replica`, { ".lockstep-0badcafe-0": "half", d: { ".lockstep-0badcafe-1": "half" } });
    await mirror(`${at}/source`, `${at}/replica`);
    assertInStep(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() leaves a log file alone, in the source and in the replica, and says so", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1", "sync.log": "s" });
    plant(`${at}/replica`, { logs: { "sync.log": "r", old: "1" } });
    const ownLogs = [`${at}/source/sync.log`, `${at}/replica/logs/sync.log`];
    const first = await mirror(`${at}/source`, `${at}/replica`, { ownLogs });
    const notices = first.events.filter((event) =>
      event.kind === "notice" && event.text.startsWith("The log file")
    );
    assertEquals(notices.length, 2);
    assertEquals(harvest(`${at}/replica`).map((line) => line.split(" ")[0]), [
      ".",
      "./a",
      "./logs",
      "./logs/sync.log",
    ]);
    assertEquals((await mirror(`${at}/source`, `${at}/replica`, { ownLogs })).changes, []);
  }));

Deno.test("pass() refuses what the guard refuses, before the first write", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, {});
    plant(`${at}/replica`, { a: "1" });
    const before = harvest(`${at}/replica`);
    assertEquals((await mirror(`${at}/source`, `${at}/replica`)).report.ended, "refused");
    plant(`${at}/source`, { new: "1" });
    plant(`${at}/replica`, Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, "1"])));
    const many = harvest(`${at}/replica`);
    assertEquals((await mirror(`${at}/source`, `${at}/replica`)).report.ended, "refused");
    assertEquals(harvest(`${at}/replica`), many);
    assertEquals(before.length, 2);
    await mirror(`${at}/source`, `${at}/replica`, {
      limits: { ...LIMITS, maxDelete: { unit: "percent", value: 100 } },
    });
    assertInStep(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() empties the replica for an empty source that is allowed", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, {});
    plant(`${at}/replica`, { a: "1", d: { b: "1" } });
    await mirror(`${at}/source`, `${at}/replica`, { limits: { ...LIMITS, allowEmptySource: true } });
    assertInStep(`${at}/source`, `${at}/replica`);
  }));

const UNUSABLE: readonly (readonly [string, Tree, string, string])[] = [
  ["a source that is missing", { replica: { a: "1" } }, "source", "replica"],
  ["a source that is a file", { source: "1", replica: { a: "1" } }, "source", "replica"],
  ["a source that is a dangling link", { source: link("nowhere"), replica: { a: "1" } }, "source", "replica"],
  ["a replica that is a file", { source: { a: "1" }, replica: "1" }, "source", "replica"],
  [
    "a replica that is a dangling link",
    { source: { a: "1" }, replica: link("nowhere") },
    "source",
    "replica",
  ],
  ["a replica whose parent is missing", { source: { a: "1" } }, "source", "none/replica"],
  ["the same folder", { source: { a: "1" } }, "source", "source"],
  ["the same folder by another spelling", { source: { a: "1" } }, "source", "source/../source/."],
  ["the same folder by a link", { source: { a: "1" }, l: link("source") }, "source", "l"],
  ["a replica inside the source", { source: { a: "1", in: {} } }, "source", "source/in"],
  ["a new replica inside the source", { source: { a: "1" } }, "source", "source/new"],
  ["a replica inside the source by a link", { source: { in: {} }, l: link("source") }, "source", "l/in"],
  ["a source inside the replica", { replica: { in: { a: "1" } } }, "replica/in", "replica"],
];

for (const [name, tree, source, replica] of UNUSABLE) {
  Deno.test(`pass() will not work with ${name}, and touches nothing`, () =>
    inFolder(async (at) => {
      plant(at, tree);
      const before = harvest(at);
      const { report } = await mirror(`${at}/${source}`, `${at}/${replica}`);
      assertEquals(report.ended, "unusable");
      assertEquals(harvest(at), before);
    }));
}

Deno.test("pass() works through links that lead to the roots", () =>
  inFolder(async (at) => {
    plant(at, { real: { a: "1" }, to: {}, source: link("real"), replica: link("to") });
    await mirror(`${at}/source`, `${at}/replica`);
    assertInStep(`${at}/real`, `${at}/to`);
  }));

Deno.test("pass() holds the replica against a second run, by whatever name", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: {}, l: link("replica") });
    using lock = Deno.openSync(`${at}/replica`);
    assert(lock.tryLockSync(true));
    assertEquals((await mirror(`${at}/source`, `${at}/l`)).report.ended, "locked");
    assertEquals([...Deno.readDirSync(`${at}/replica`)], []);
    lock.unlockSync();
    assertEquals((await mirror(`${at}/source`, `${at}/l`)).report.ended, "complete");
  }));

Deno.test("pass() stops when it is asked to and leaves no temporary file", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`f${i}`, `${i}`])));
    for (const [, pool] of POOLS) {
      const replica = `${at}/replica-${crypto.randomUUID()}`;
      const stop = new AbortController();
      const outcome = await mirror(`${at}/source`, replica, {
        pool: pool(),
        signal: stop.signal,
        onEvent: (event) => event.kind === "change" && event.change.path !== "" && stop.abort(),
      });
      assertEquals(outcome.report.ended, "interrupted");
      const names = [...Deno.readDirSync(replica)].map((entry) => entry.name);
      assertEquals(names.filter((name) => name.startsWith(".lockstep")), []);
      assert(names.length < 3000);
      await mirror(`${at}/source`, replica);
      assertInStep(`${at}/source`, replica);
    }
  }));

Deno.test("pass() reports a large tree whole: 300 folders of 20 files, in threads", () =>
  inFolder(async (at) => {
    for (let i = 0; i < 300; i++) {
      plant(
        `${at}/source/d${i % 17}/e${i}`,
        Object.fromEntries(Array.from({ length: 20 }, (_, j) => [`f${j}`, `${i}.${j}`])),
      );
    }
    const { report } = await mirror(`${at}/source`, `${at}/replica`, { pool: POOLS[2]![1]() });
    assertEquals(report.created, 300 * 21 + 17 + 1);
    assertEquals(report.entries.source, 300 * 21 + 17);
    assertInStep(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() over a scope compares its folders only, new ones whole, and each once", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: { in: { f: "1" } }, b: { f: "1" }, new: { deep: { f: "1" } } });
    plant(`${at}/replica`, { a: { in: { f: "1" } }, b: {}, old: { deep: { f: "1" } } });
    const known = { source: 100, replica: 100 };
    const scoped = async (...folders: string[]) =>
      withoutRootTime((await mirror(`${at}/source`, `${at}/replica`, { scope: { folders, known } })).changes)
        .filter((change) => !change.startsWith("attributes"));
    Deno.writeTextFileSync(`${at}/source/a/in/g`, "1");
    assertEquals(await scoped("a/in", "a/in"), ["create file a/in/g"]);
    assertEquals(await scoped("a"), []);
    assertEquals(await scoped("new/deep", "old/deep/deeper", "none"), [
      "create file new/deep/f",
      "create folder new",
      "create folder new/deep",
      "remove file old/deep/f",
      "remove folder old",
      "remove folder old/deep",
    ]);
    assertEquals(await scoped("b"), ["create file b/f"]);
    assertInStep(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() over a scope follows no link on the way", () =>
  inFolder(async (at) => {
    plant(at, { source: { d: { f: "1" } }, replica: { d: link("../outside") }, outside: { f: "2" } });
    await mirror(`${at}/source`, `${at}/replica`, {
      scope: { folders: ["d"], known: { source: 2, replica: 1 } },
    });
    assertInStep(`${at}/source`, `${at}/replica`);
    assertEquals(Deno.readTextFileSync(`${at}/outside/f`), "2");
  }));

Deno.test("pass() over a scope is guarded by what all of both trees hold", () =>
  inFolder(async (at) => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, "1"]));
    plant(at, { source: { d: {} }, replica: { d: many } });
    const scoped = async (folder: string, replica: number) =>
      (await mirror(`${at}/source`, `${at}/replica`, {
        scope: { folders: [folder], known: { source: 2, replica } },
      })).report.ended;
    assertEquals(await scoped("d", 61), "refused");
    assertEquals(await scoped("d", 1000), "complete");
    Deno.removeSync(`${at}/source/d`);
    assertEquals(await scoped("", 1000), "refused");
  }));
