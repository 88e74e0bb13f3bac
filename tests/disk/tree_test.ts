/** What every edge does, on a real disk: listings, looks, names and attributes. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Fault } from "../../sync/disk/fault.ts";
import { makesFifos } from "../../sync/disk/fifo.ts";
import type { Folder, Tree } from "../../sync/disk/tree.ts";
import type { Entry, Folder as FolderEntry, Link, Mirrored } from "../../sync/engine/entry.ts";
import { compareEntries } from "../../sync/engine/same.ts";
import { SYSTEM } from "../../sync/system.ts";
import { missed } from "../../sync/pass/look.ts";
import { EDGES, edgeTest, fileAt } from "../support/edges.ts";
import { EXACTLY } from "../support/entries.ts";
import { command, sh } from "../support/program.ts";
import { file, folder, HAS_LINKS, IS_WINDOWS, isThere, link, namesIn, plant } from "../support/tree.ts";

const ALL = { modes: true, owners: true, xattrs: false, durable: false };

/** Whether an error is a fault of a code. */
function assertCode(error: unknown, code: string): void {
  if (!(error instanceof Fault)) throw error;
  assertEquals(error.reason.code, code);
}

/** The kinds of some entries, by name. */
function kinds(entries: ReadonlyMap<string, Entry>): string[] {
  return [...entries].map(([name, { kind }]) => `${name} ${kind}`).sort();
}

Deno.test("a source has no writing call: the compiler stops who tries", () => {
  function tries(source: Tree): void {
    using at: Folder = source.open("", "list");
    // @ts-expect-error: a source is only read
    at.createFile("a", 0o600);
    // @ts-expect-error: a source is only read
    at.createFolder("a", 0o700);
    // @ts-expect-error: a source is only read
    at.createLink("a", "b");
    // @ts-expect-error: a source is only read
    at.createFifo("a");
    // @ts-expect-error: a source is only read
    at.createHardLink("a", at, "b");
    // @ts-expect-error: a source is only read
    at.rename("a", at, "b");
    // @ts-expect-error: a source is only read
    at.move("a", at, "b");
    // @ts-expect-error: a source is only read
    at.remove("a");
    // @ts-expect-error: a source is only read
    at.setAttributes("a", fileAt, ALL);
    // @ts-expect-error: a source is only read
    at.settle(fileAt, ALL);
    // @ts-expect-error: a source is only read
    at.makeWritable();
    // @ts-expect-error: a source is only read
    at.sync();
  }
  // nor is there a way at run time
  for (const [, open] of EDGES) {
    const { source } = open("/nowhere", "/nowhere");
    assertThrows(() => tries(source), TypeError);
  }
});

edgeTest("names() and lookAll() tell what is in a folder", async (at, { source }) => {
  plant(at, { d: { a: "1", e: {}, l: link("a"), [".x"]: "" } });
  using here = source.open("d", "list");
  const names = await here.names();
  const links = HAS_LINKS ? ["l"] : [];
  assertEquals(names.sort(), [".x", "a", "e", ...links]);
  assertEquals(kinds(here.lookAll(names)), [".x file", "a file", "e folder", ...links.map(() => "l link")]);
  if (HAS_LINKS) assertEquals((here.look("l") as Link).target, "a");
  assertEquals([here.look("none"), here.look("n".repeat(256))], [null, null]);
});

edgeTest("children() tells folders from all else, without a look at each", async (at, { source }) => {
  plant(at, { d: { a: "1", e: {}, [".x"]: {}, l: link("e"), out: link("nowhere"), "\ufffd": {} } });
  if (await makesFifos()) await sh("mkfifo d/p", at);
  using here = source.open("d", "list");
  const { folders, others } = await here.children();
  assertEquals(folders.toSorted(), [".x", "e", "\ufffd"]);
  assertEquals([...folders, ...others].sort(), (await here.names()).sort());
  using none = source.open("none", "list");
  assertCode(await assertRejects(async () => await none.children()), "ENOENT");
  using file = source.open("d/a", "list");
  // Windows has another word for it
  assertCode(await assertRejects(async () => await file.children()), IS_WINDOWS ? "EINVAL" : "ENOTDIR");
  if (!HAS_LINKS) return;
  using other = source.open("d/l", "list");
  assertCode(await assertRejects(async () => await other.children()), "LINKED");
});

edgeTest(
  "children() has a folder whose name is not UTF-8 where it can be opened by that, and else among the others",
  async (at, { source }) => {
    if (Deno.build.os !== "linux") return;
    await sh("mkdir d d/a; mkdir $'d/\\xff' $'d/\\xfe'; touch $'d/\\xfd'", at);
    using here = source.open("d", "list");
    const { folders, others } = await here.children();
    assertEquals(folders.length + others.length, 4);
    assertEquals(folders.length === 1 || folders.length === 3, true);
    for (const name of folders) {
      using folder = source.open(`d/${name}`, "list");
      assertEquals(await folder.children(), { folders: [], others: [] });
    }
  },
);

edgeTest(
  "names() and lookAll() do not take what a link leads to for a folder, were it empty",
  async (at, trees) => {
    plant(at, { empty: {}, full: { a: "1" }, toEmpty: link("empty"), toFull: link("full") });
    for (const tree of [trees.source, trees.replica]) {
      using empty = tree.open("empty", "list");
      using full = tree.open("full", "list");
      assertEquals([await empty.names(), await full.names()], [[], ["a"]]);
      assertEquals(full.look("a")?.kind, "file");
      for (const path of ["toEmpty", "toFull"]) {
        using other = tree.open(path, "list");
        assertCode(await assertRejects(async () => await other.names()), "LINKED");
        assertCode(assertThrows(() => other.lookAll([])), "LINKED");
      }
    }
  },
);

edgeTest("a folder of the replica is not opened for a change when a link leads to it", (at, { replica }) => {
  plant(at, { real: { d: { a: "1" } }, l: link("real") });
  for (const action of ["copy", "create", "attributes", "remove"] as const) {
    assertCode(assertThrows(() => replica.open("l", action)), "LINKED");
    assertCode(assertThrows(() => replica.open("l/d", action)), "LINKED");
    replica.open("real/d", action)[Symbol.dispose]();
  }
});

edgeTest("differing() leaves out only names at which there is nothing to do", async (at, trees) => {
  const same = { a: file("1", 0o640, 5000), "ü": file("22", 0o600, 5000.5), "\u{1f41f}": file("3") };
  const [source, replica] = [`${at}/source`, `${at}/replica`];
  const touched = {
    mode: file("1", 0o644, 5000),
    time: file("1", 0o644, 5000),
    size: file("1", 0o644, 5000),
  };
  plant(source, {
    ...same,
    ...touched,
    empty: "",
    twice: file("1", 0o644, 5000),
    d: {},
    l: link("a"),
    kind: "1",
  });
  await sh("cp -a source replica; ln replica/twice replica/other; rm replica/kind; mkdir replica/kind", at);
  Deno.chmodSync(`${replica}/mode`, 0o600);
  await sh(
    "touch -d @5.000000001 replica/time; truncate -s 2 replica/size; touch -d @5 replica/size",
    at,
  );
  using here = trees.source.open("source", "list");
  using there = trees.replica.open("replica", "list");
  const names = [...await here.names(), "none"];
  const left = here.differing(there, names);
  const [looked, others] = [here.lookAll(names), there.lookAll(names)];
  for (const name of names.filter((name) => !left.includes(name))) {
    const [entry, was] = [looked.get(name) as Mirrored, others.get(name) as Mirrored];
    assertEquals([name, compareEntries(entry, was, EXACTLY)], [name, "same"]);
    assert(entry.kind === "file" && entry.size > 0 && entry.nlink === 1, name);
  }
  const isNative = left.length < names.length;
  const differ = ["d", "empty", "kind", "l", "mode", "none", "size", "time", "twice"];
  assertEquals(left.toSorted(), isNative ? differ : names.toSorted());
});

edgeTest(
  "missed() has what the source holds although its listing does not, but under no other capitals",
  (at, trees) => {
    plant(at, { d: { listed: "1", late: "1", A: "1" } });
    const there = ["late", "gone", "A", "n".repeat(255), "x\ufffd"];
    using here = trees.source.open("d", "list");
    assertEquals(missed(here, ["listed", "a"], there), ["late"]);
    assertEquals(missed(here, ["listed", "late"], there.slice(1)), ["A"]);
    using nowhere = trees.source.open("nowhere", "list");
    assertEquals(missed(nowhere, [], there), []);
  },
);

edgeTest(
  "what is created fails where something has the name, and leaves that as it is",
  async (at, { replica }) => {
    plant(at, { d: { taken: "precious", other: "1" } });
    using here = replica.open("d", "create");
    const attempts: (() => unknown)[] = [
      () => here.createFile("taken", 0o600),
      () => here.createFolder("taken", 0o700),
      ...HAS_LINKS ? [() => here.createLink("taken", "x")] : [],
      () => here.createHardLink("taken", here, "other"),
    ];
    for (const attempt of attempts) assertCode(assertThrows(attempt), "EEXIST");
    assertEquals(Deno.readTextFileSync(`${at}/d/taken`), "precious");
    if (!SYSTEM.hasModes) return; // nor FIFOs
    const expected = await makesFifos() ? "EEXIST" : "MKFIFO";
    assertCode(assertThrows(() => here.createFifo("taken")), expected);
    here.createFifo("fifo");
    assertEquals(here.look("fifo")?.kind, "fifo");
    assertEquals((await command("stat", "-c", "%a", `${at}/d/fifo`))?.out, "600\n");
  },
);

edgeTest("a file is written, skipped over and finished with its attributes", (at, trees) => {
  plant(at, { d: {}, like: file("", 0o4640, 1_234_567_890_123) });
  using here = trees.replica.open("d", "copy");
  {
    using writer = here.createFile("a", 0o600);
    writer.write(new TextEncoder().encode("start"));
    writer.skip(1_000_000);
    writer.write(new TextEncoder().encode("end"));
    writer.finish({ ...fileAt(trees, "like"), size: 2_000_000, holes: true }, ALL);
  }
  const found = fileAt(trees, "d/a");
  assertEquals([found.size, found.mode, found.mtime, found.holes], [
    2_000_000,
    SYSTEM.hasModes ? 0o4640 : 0o666,
    1_234_567_890_123,
    true,
  ]);
  const text = new TextDecoder().decode(Deno.readFileSync(`${at}/d/a`).subarray(1_000_005, 1_000_008));
  assertEquals(text, "end");
});

edgeTest(
  "attributes are set of links themselves, and never of what has taken an entry's place",
  (at, { replica }) => {
    plant(at, { out: file("1", 0o644, 5000), l: link("out"), f: link("out") });
    using here = replica.open("", "attributes");
    here.setAttributes("l", { ...(here.look("l") as Link), mtime: 1_000_000_000_001 }, ALL);
    assertEquals((here.look("l") as Link).mtime, 1_000_000_000_001);
    const wanted = { ...(here.look("out") as Entry & { kind: "file" }), mode: 0o777 };
    assertCode(assertThrows(() => here.setAttributes("f", wanted, ALL)), "TAKEN");
    const out = Deno.statSync(`${at}/out`);
    assertEquals([(out.mode ?? 0) & 0o777, out.mtime?.getTime()], [0o644, 5000]);
  },
);

edgeTest("a folder is made writable, settled, and its entries are renamed and removed", (at, { replica }) => {
  plant(at, { d: folder({ a: "a", b: "b" }, 0o555), e: {} });
  using here = replica.open("d", "remove");
  using other = replica.open("e", "create");
  if (SYSTEM.hasModes) here.makeWritable();
  else assertCode(assertThrows(() => here.makeWritable()), "EACCES");
  here.rename("a", other, "c");
  here.remove("b");
  here.remove("b");
  assertEquals([isThere(`${at}/d/a`), Deno.readTextFileSync(`${at}/e/c`), isThere(`${at}/d/b`)], [
    false,
    "a",
    false,
  ]);
  assertCode(assertThrows(() => replica.open("", "remove").remove("e")), "ENOTEMPTY");
  const entry = replica.open("", "list").look("d") as FolderEntry;
  here.settle({ ...entry, mode: 0o500, mtime: 86_400_000 }, ALL);
  const found = Deno.statSync(`${at}/d`);
  assertEquals(found.mtime?.getTime(), 86_400_000);
  if (SYSTEM.hasModes) assertEquals((found.mode ?? 0) & 0o7777, 0o500);
  here.sync();
});

edgeTest("an entry is moved to where nothing is, and over nothing", (at, { replica }) => {
  plant(at, { d: { a: "a", f: { x: "x" } }, e: { a: "old", f: {}, l: link("nowhere") } });
  using here = replica.open("d", "create");
  using other = replica.open("e", "create");
  for (const [name, as] of [["a", "a"], ["f", "f"], ["a", "l"]] as const) {
    if (as === "l" && !HAS_LINKS) continue;
    assertCode(assertThrows(() => here.move(name, other, as)), "EEXIST");
  }
  assertEquals([Deno.readTextFileSync(`${at}/d/a`), Deno.readTextFileSync(`${at}/e/a`)], ["a", "old"]);
  here.move("a", other, "b");
  here.move("f", other, "g");
  assertEquals([namesIn(`${at}/d`), namesIn(`${at}/e`)], [[], [
    "a",
    "b",
    "f",
    "g",
    ...HAS_LINKS ? ["l"] : [],
  ]]);
  assertCode(assertThrows(() => here.move("none", other, "c")), "ENOENT");
});

edgeTest("an open file knows whether its name still leads to it", (at, { source }) => {
  plant(at, { a: "12", b: "3" });
  using here = source.open("", "read");
  using reader = here.read("a");
  assertEquals(reader.now()?.size, 2);
  assertEquals([reader.read(new Uint8Array(9)), reader.read(new Uint8Array(9))], [2, 0]);
  Deno.renameSync(`${at}/b`, `${at}/a`);
  assertEquals(reader.now(), null);
});
