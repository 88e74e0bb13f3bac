/** Whole passes over small trees, each in this thread and in worker threads, with the two laws after every one. */
import { assert, assertEquals } from "@std/assert";
import { failuresOf, LIMITS, mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { sh } from "../support/program.ts";
import {
  assertInSync,
  file,
  files,
  folder,
  hardLink,
  harvest,
  inFolder,
  inMemory,
  link,
  namesIn,
  plant,
  sparse,
  temporaryNames,
  type Tree,
} from "../support/tree.ts";

const isRoot = Deno.uid() === 0;

/** Trees by name: the source, what the replica holds before (null: it is not there), and the changes that must be made. */
const CASES: readonly {
  readonly name: string;
  readonly source: Tree;
  readonly replica: Tree | null;
  readonly changes: readonly string[];
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
    changes: [
      "attributes folder ",
      "create link absolute",
      "create link dangling",
      "create link loop",
      "create link up",
    ],
  },
  {
    name: "a link to a folder, not followed",
    source: { d: { a: "1" }, l: link("d") },
    replica: { l: folder({ a: "1", b: "2" }) },
    changes: [
      "attributes folder ",
      "create file d/a",
      "create folder d",
      "create link l",
      "remove file l/a",
      "remove file l/b",
      "remove folder l",
    ],
  },
  {
    name: "extraneous entries",
    source: { a: "1" },
    replica: { b: "1", c: { d: { e: "1" } }, l: link("b") },
    changes: [
      "attributes folder ",
      "create file a",
      "remove file b",
      "remove file c/d/e",
      "remove folder c",
      "remove folder c/d",
      "remove link l",
    ],
  },
  {
    name: "a file that became a folder",
    source: { x: { y: "1" } },
    replica: { x: "1" },
    changes: ["attributes folder ", "create file x/y", "create folder x", "remove file x"],
  },
  {
    name: "a folder that became a file",
    source: { x: "1", z: "1" },
    replica: { x: { y: { z: "1" } } },
    changes: [
      "attributes folder ",
      "create file x",
      "create file z",
      "remove file x/y/z",
      "remove folder x",
      "remove folder x/y",
    ],
  },
  {
    name: "a folder that became a link",
    source: { x: link("y") },
    replica: { x: { y: "1" } },
    changes: ["attributes folder ", "create link x", "remove file x/y", "remove folder x"],
  },
  {
    name: "a link that became a folder",
    source: { x: { y: "1" } },
    replica: { x: link("/etc") },
    changes: ["attributes folder ", "create file x/y", "create folder x", "remove link x"],
  },
  {
    name: "a file that became a link",
    source: { x: link("y") },
    replica: { x: "1" },
    changes: ["attributes folder ", "create link x", "remove file x"],
  },
  {
    name: "a link that became a file",
    source: { x: "1" },
    replica: { x: link("/etc/hostname") },
    changes: ["attributes folder ", "create file x", "remove link x"],
  },
  {
    name: "a link with another target",
    source: { x: link("new") },
    replica: { x: link("old") },
    changes: ["attributes folder ", "update link x"],
  },
  {
    name: "modes of every sort",
    source: {
      setuid: file("1", 0o4755),
      setgid: file("1", 0o2755),
      // nobody else can read it
      ...(isRoot ? { none: file("1", 0o000) } : {}),
      all: file("1", 0o777),
      sticky: folder({ a: "1" }, 0o1777),
      readonly: folder({ a: "1", b: folder({ c: "1" }, 0o555) }, 0o555),
    },
    replica: null,
    changes: [
      "create file all",
      ...(isRoot ? ["create file none"] : []),
      "create file readonly/a",
      "create file readonly/b/c",
      "create file setgid",
      "create file setuid",
      "create file sticky/a",
      "create folder ",
      "create folder readonly",
      "create folder readonly/b",
      "create folder sticky",
    ],
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
    changes: ["create file late", "create file old", "create folder ", "create folder d", "create link l"],
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
    changes: [
      "attributes folder ",
      "create file \x1b[31m",
      "create file  ",
      "create file -dash",
      "create file ..x",
      "create file a\u0308",
      "create file back\\slash",
      "create file new\nline",
      `create file ${"x".repeat(255)}`,
      "create file {brace}",
      "create file ä",
      "remove file old\nline",
    ],
  },
  {
    name: "files with holes, new and changed",
    source: { new: sparse(1_000_000, "end"), changed: sparse(500_000, "new", 0o644, 9000) },
    replica: { changed: file("old", 0o644, 5000) },
    changes: ["attributes folder ", "create file new", "update file changed"],
  },
  {
    name: "hard links: formed, broken, and moved to another file",
    source: {
      formed: folder({ a: file("1", 0o644, 5000), b: hardLink("a") }, 0o755, 5000),
      broken: folder({ a: file("1", 0o644, 5000), b: file("1", 0o644, 5000) }, 0o755, 5000),
      moved: folder({ a: file("1", 0o644, 5000), b: file("2", 0o644, 6000), c: hardLink("b") }, 0o755, 5000),
    },
    replica: {
      formed: folder({ a: file("1", 0o644, 5000), b: file("1", 0o644, 5000) }, 0o755, 5000),
      broken: folder({ a: file("1", 0o644, 5000), b: hardLink("a") }, 0o755, 5000),
      moved: folder({ a: file("1", 0o644, 5000), b: file("2", 0o644, 6000), c: hardLink("a") }, 0o755, 5000),
    },
    changes: ["attributes folder ", "update file broken/b", "update file formed/b", "update file moved/c"],
  },
  {
    name: "files of every length around a piece",
    source: lengths(),
    replica: null,
    changes: [
      "create file 0",
      "create file 1",
      "create file 1000000",
      "create file 262143",
      "create file 262144",
      "create file 262145",
      "create file 4095",
      "create file 4096",
      "create folder ",
    ],
  },
];

function lengths(): Tree {
  const tree: Record<string, Uint8Array> = {};
  for (const length of [0, 1, 4095, 4096, 262_143, 262_144, 262_145, 1_000_000]) {
    tree[`${length}`] = Uint8Array.from({ length }, (_, i) => i * 7 % 251);
  }
  return tree;
}

const POOLS = poolsOfFile();

for (const [how, pool] of POOLS) {
  for (const { name, source, replica, changes } of CASES) {
    const within = how === "inline" ? inFolder : inMemory;
    Deno.test(`pass() brings in sync ${name}, ${how}`, () =>
      within(async (at) => {
        plant(`${at}/source`, source);
        if (replica) plant(`${at}/replica`, replica);
        setTimes(at, replica !== null);
        const before = harvest(`${at}/source`);
        const first = await mirror(`${at}/source`, `${at}/replica`, { pool, moves: false });
        assertEquals(failuresOf(first), []);
        assertEquals(first.report.ended, "complete");
        assertInSync(`${at}/source`, `${at}/replica`);
        assertEquals(first.changes, changes);
        const second = await mirror(`${at}/source`, `${at}/replica`, { pool });
        assertEquals(second.changes, []);
        assertEquals(harvest(`${at}/source`), before);
      }));
  }
}

/** The roots' own times, which would otherwise tell when the test made them. */
function setTimes(at: string, isReplicaThere: boolean): void {
  Deno.utimeSync(`${at}/source`, 1000, 1000);
  if (isReplicaThere) Deno.utimeSync(`${at}/replica`, 2000, 2000);
}

/** Whether the roots' own times differ depends on when a test made them. */
function withoutRootTime(changes: readonly string[]): string[] {
  return changes.filter((change) => change !== "attributes folder ");
}

Deno.test("pass() in a dry run says what it would do and writes nothing", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1", d: { b: "2" }, x: "1" });
    plant(`${at}/replica`, { c: "22", x: { y: "333" } });
    const before = harvest(`${at}/replica`);
    const planned = await mirror(`${at}/source`, `${at}/replica`, { dryRun: true });
    assertEquals(harvest(`${at}/replica`), before);
    const changes = planned.events.filter((event) => event.kind === "change");
    assertEquals(changes.map((event) => event.planned), changes.map(() => true));
    const made = await mirror(`${at}/source`, `${at}/replica`);
    assertEquals(planned.changes, made.changes);
    assertEquals(withoutRootTime(planned.changes), [
      "create file a",
      "create file d/b",
      "create file x",
      "create folder d",
      "remove file c",
      "remove file x/y",
      "remove folder x",
    ]);
  }));

Deno.test("pass() in a dry run does not even make the replica", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const planned = await mirror(`${at}/source`, `${at}/replica`, { dryRun: true });
    assertEquals(planned.changes, ["create file a", "create folder "]);
    assertEquals(namesIn(at), ["source"]);
  }));

Deno.test("pass() makes no hard link in the place of a folder in which something has to stay", () =>
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
      checksum: true,
    });
    assertEquals(withoutRootTime(thorough.changes), ["update file a"]);
    assertInSync(`${at}/source`, `${at}/replica`);
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
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() removes the temporary files that a killed run left", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { d: { a: "1" } });
    plant(`${at}/replica`, {
      ".lockstep-0badcafe-0": "half",
      ".lockstep-0badcafe-probe": { a: "", link: link("a") },
      d: { ".lockstep-0badcafe-1": "half" },
    });
    // they count for nothing
    const limits = { ...LIMITS, maxDelete: { unit: "entries", value: 0 } } as const;
    await mirror(`${at}/source`, `${at}/replica`, { limits });
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() leaves out what another mirror is about to put in place in its source", () =>
  inFolder(async (at) => {
    const beside = {
      ".lockstep-0badcafe-1": "half",
      ".lockstep-0badcafe-probe": { a: "1" },
      ".lockstep": "1",
    };
    plant(`${at}/source`, { a: "1", ...beside, d: { ".lockstep-0badcafe-2z": "half" } });
    const first = await mirror(`${at}/source`, `${at}/replica`);
    assertEquals(first.changes, [
      "create file .lockstep",
      "create file a",
      "create folder ",
      "create folder d",
    ]);
    assertEquals(failuresOf(first), []);
    assertEquals((await mirror(`${at}/source`, `${at}/replica`)).changes, []);
    // a replica that has the same loses it
    await sh("cp -a source/.lockstep-0badcafe-1 replica", at);
    await mirror(`${at}/source`, `${at}/replica`);
    assertEquals(namesIn(`${at}/replica`), [".lockstep", "a", "d"]);
  }));

Deno.test("pass() leaves older logs alone that were renamed by an earlier run or by logrotate", () =>
  inFolder(async (at) => {
    const older = { "sync.log.1": "1", "sync.log.2.gz": "2", "sync.log-20260131": "3" };
    plant(`${at}/source`, { a: "1", "sync.log.1": "the source's own" });
    plant(`${at}/replica`, { a: "1", "sync.log": "0", ...older, "sync.login": "no log" });
    const ownLogs = [`${at}/replica/sync.log`];
    const outcome = await mirror(`${at}/source`, `${at}/replica`, { ownLogs });
    assertEquals(namesIn(`${at}/replica`), ["a", "sync.log", ...Object.keys(older)].sort());
    assertEquals(Deno.readTextFileSync(`${at}/replica/sync.log.1`), "1");
    assertEquals(failuresOf(outcome), ["read source sync.log.1 OWN_LOG"]);
  }));

Deno.test("pass() leaves a log file alone, in the source and in the replica, and says so", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1", "sync.log": "s" });
    plant(`${at}/replica`, { logs: { "sync.log": "r", old: "1" } });
    const ownLogs = [`${at}/source/sync.log`, `${at}/replica/logs/sync.log`];
    const first = await mirror(`${at}/source`, `${at}/replica`, { ownLogs });
    const notices = first.events.filter((event) => event.kind === "notice" && event.code === "own-log");
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
    assertEquals(harvest(`${at}/replica`), before);
    plant(`${at}/source`, { new: "1" });
    plant(`${at}/replica`, files(60));
    const many = harvest(`${at}/replica`);
    assertEquals((await mirror(`${at}/source`, `${at}/replica`)).report.ended, "refused");
    assertEquals(harvest(`${at}/replica`), many);
    await mirror(`${at}/source`, `${at}/replica`, {
      limits: UNLIMITED,
    });
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() empties the replica for an empty source that is allowed", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, {});
    plant(`${at}/replica`, { a: "1", d: { b: "1" } });
    const limits = { ...LIMITS, allowEmptySource: true };
    assertEquals((await mirror(`${at}/source`, `${at}/replica`, { limits })).report.removed, 3);
    assertInSync(`${at}/source`, `${at}/replica`);
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
  Deno.test(`pass() will not work with ${name}, and changes nothing`, () =>
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
    assertInSync(`${at}/real`, `${at}/to`);
  }));

Deno.test("pass() locks the replica against a second run, by whatever name", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: {}, l: link("replica") });
    using lock = Deno.openSync(`${at}/replica`);
    assert(lock.tryLockSync(true));
    assertEquals((await mirror(`${at}/source`, `${at}/l`)).report.ended, "locked");
    assertEquals(namesIn(`${at}/replica`), []);
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
        pool,
        signal: stop.signal,
        onEvent: (event) => event.kind === "change" && event.change.path !== "" && stop.abort(),
      });
      assertEquals(outcome.report.ended, "interrupted");
      const names = namesIn(replica);
      assertEquals(temporaryNames(replica), []);
      assert(names.length > 0 && names.length < 3000, `${names.length}`);
      await mirror(`${at}/source`, replica);
      assertInSync(`${at}/source`, replica);
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
    const { report } = await mirror(`${at}/source`, `${at}/replica`, { pool: POOLS[2]![1] });
    assertEquals(report.created, 300 * 21 + 17 + 1);
    assertEquals(report.entries.source, 300 * 21 + 17);
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() over a scope compares its folders only, new ones whole, and each once", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: { in: { f: "1" } }, b: { f: "1" }, new: { deep: { f: "1" } } });
    plant(`${at}/replica`, { a: { in: { f: "1" } }, b: {}, old: { deep: { f: "1" } } });
    const known = { source: 100, replica: 100 };
    const scoped = async (...folders: string[]) =>
      withoutRootTime(
        (await mirror(`${at}/source`, `${at}/replica`, { scope: { folders, known }, moves: false })).changes,
      )
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
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() over a scope compares a branch with all that is below it, and nothing twice", () =>
  inFolder(async (at) => {
    plant(at, {
      source: { a: { b: { c: { f: "new", g: "1" } }, h: "1" }, x: { f: "1" }, file: "1" },
      replica: { a: { b: { c: { f: "o" }, old: {} } }, x: {} },
    });
    const known = { source: 100, replica: 100 };
    const scoped = async (branches: string[], folders: string[] = []) =>
      (await mirror(`${at}/source`, `${at}/replica`, { scope: { branches, folders, known } })).changes
        .filter((change) => !change.startsWith("attributes"));
    // a branch may be a file or gone, lie in another branch, or be named as a folder, too
    assertEquals(await scoped(["a/b", "a/b/c", "file", "gone/deep"], ["a/b/c", "a/b"]), [
      "create file a/b/c/g",
      "create file file",
      "remove folder a/b/old",
      "update file a/b/c/f",
    ]);
    assertEquals(await scoped([""], ["x"]), ["create file a/h", "create file x/f"]);
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() over a scope sets a folder's attributes once, though it and its parent are both compared", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: { new: folder({ f: "1" }, 0o700, 5000) } });
    plant(`${at}/replica`, { a: { new: folder({}, 0o755, 9000) } });
    const scope = { folders: ["a", "a/new"], branches: ["a/new"], known: { source: 9, replica: 9 } };
    const { changes } = await mirror(`${at}/source`, `${at}/replica`, { scope, dryRun: true });
    assertEquals(changes.filter((change) => change.endsWith("a/new")), ["attributes folder a/new"]);
  }));

Deno.test("pass() over a scope follows no link on the way", () =>
  inFolder(async (at) => {
    plant(at, { source: { d: { f: "1" } }, replica: { d: link("../outside") }, outside: { f: "2" } });
    await mirror(`${at}/source`, `${at}/replica`, {
      scope: { folders: ["d"], known: { source: 2, replica: 1 } },
    });
    assertInSync(`${at}/source`, `${at}/replica`);
    assertEquals(Deno.readTextFileSync(`${at}/outside/f`), "2");
  }));

Deno.test("pass() over a scope is guarded by the size of both whole trees", () =>
  inFolder(async (at) => {
    const many = files(60);
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
