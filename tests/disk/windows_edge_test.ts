/** The edge on Windows itself, or on what stands in for it: `tests/windows`. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Fault } from "../../sync/disk/fault.ts";
import { probe } from "../../sync/disk/probe.ts";
import type { Trees } from "../../sync/disk/open.ts";
import type { File, Folder as FolderEntry } from "../../sync/engine/entry.ts";
import { SYSTEM } from "../../sync/system.ts";
import { treesAt } from "../support/edges.ts";
import { inFolder } from "../support/tree.ts";

const isWindows = SYSTEM.errors === "windows";
const ALL = { modes: true, owners: true, xattrs: false, durable: true };

function windowsTest(name: string, test: (at: string, trees: Trees) => void | Promise<void>): void {
  Deno.test({
    name: isWindows ? name : `${name} (skipped: not Windows)`,
    ignore: !isWindows,
    fn: () => inFolder((at) => test(at, treesAt(at))),
  });
}

function assertNoName(act: () => void): void {
  assertEquals(assertThrows(act, Fault).reason.code, "WINDOWS_NAME");
}

windowsTest("no call is given a name that Windows takes for another", (at, { source, replica }) => {
  Deno.writeTextFileSync(`${at}/dot`, "dot");
  Deno.mkdirSync(`${at}/folder`);
  using here = replica.open("", "create");
  for (const name of ["dot.", "dot ", "dot:stream", "dot::$DATA", "nul", "con.txt", "a*b", "folder."]) {
    assertEquals(here.look(name)?.kind, "unknown", name);
    assertEquals(here.lookAll([name]).get(name)?.kind, "unknown", name);
    assertNoName(() => here.read(name));
    assertNoName(() => here.createFile(name, 0o600));
    assertNoName(() => here.createFolder(name, 0o700));
    assertNoName(() => here.createLink(name, "dot"));
    assertNoName(() => here.createHardLink(name, here, "dot"));
    assertNoName(() => here.rename("dot", here, name));
    assertNoName(() => here.rename(name, here, "new"));
    assertNoName(() => here.move("dot", here, name));
    assertNoName(() => here.remove(name));
    assertNoName(() => source.open(name, "list"));
    assertNoName(() => replica.open(`${name}/x`, "create"));
  }
  assertEquals(Deno.readTextFileSync(`${at}/dot`), "dot");
  assertEquals([...Deno.readDirSync(at)].map(({ name }) => name).sort(), ["dot", "folder"]);
});

windowsTest("a read-only file is written, replaced, given a time and removed", (at, { replica }) => {
  using here = replica.open("", "create");
  const write = (name: string, text: string, mode: number) => {
    using writer = here.createFile(name, mode);
    writer.write(new TextEncoder().encode(text));
    assertEquals(writer.finish({ ...fileOf(name), mode, size: text.length, mtime: 5000 }, ALL), null);
  };
  const fileOf = (name: string) => here.look(name) as File;
  write("a", "old", 0o444);
  assertEquals([fileOf("a").mode, fileOf("a").mtime], [0o444, 5000]);
  write("b", "new", 0o444);
  here.rename("b", here, "a");
  assertEquals([Deno.readTextFileSync(`${at}/a`), fileOf("a").mode], ["new", 0o444]);
  here.setAttributes("a", { ...fileOf("a"), mtime: 7000 }, ALL);
  assertEquals([fileOf("a").mode, fileOf("a").mtime], [0o444, 7000]);
  here.setAttributes("a", { ...fileOf("a"), mode: 0o666 }, ALL);
  assertEquals(fileOf("a").mode, 0o666);
  here.setAttributes("a", { ...fileOf("a"), mode: 0o444 }, ALL);
  here.remove("a");
  assertEquals(here.look("a"), null);
  here.sync();
});

windowsTest(
  "what a replica holds is found out without a word of modes, owners and ends of names",
  async (at, trees) => {
    Deno.mkdirSync(`${at}/d`);
    using above = trees.replica.open("", "list");
    const entry = above.look("d") as FolderEntry;
    assertEquals([entry.mode, entry.uid, entry.gid], [0o777, 0, 0]);
    const held = await probe(trees.replica, "d", entry, "01234567", { devices: false });
    if (held === null) throw new Error("Nothing could be tried");
    assertEquals(
      [held.modes, held.owners, held.hardLinks, held.cases, held.dropped, held.longestName],
      [true, false, true, false, ". ", Infinity],
    );
    assert(["once", "twice"].includes(held.recase));
    assert(held.earliest < Date.parse("1980-01-03") && held.latest > Date.parse("2037-12-31"));
    assertEquals([...Deno.readDirSync(`${at}/d`)], []);
  },
);

windowsTest("a file that is open elsewhere is replaced, or is told to be open", (at, { replica }) => {
  Deno.writeTextFileSync(`${at}/old`, "old");
  Deno.writeTextFileSync(`${at}/new`, "new");
  using here = replica.open("", "create");
  using _open = Deno.openSync(`${at}/old`, { read: true });
  try {
    here.rename("new", here, "old");
    assertEquals(Deno.readTextFileSync(`${at}/old`), "new");
  } catch (error) {
    assertEquals((error as Fault).reason?.code, "IN_USE");
    assertEquals([Deno.readTextFileSync(`${at}/old`), Deno.readTextFileSync(`${at}/new`)], ["old", "new"]);
  }
});
