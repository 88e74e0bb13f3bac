/** Names of which only the case changes: what changes, and what both sides are to list after a pass. */
import { assert, assertEquals } from "@std/assert";
import { running, type Setting, sh, until } from "../support/program.ts";
import { file, isThere, plant, type Tree } from "../support/tree.ts";

/** What a root lists, by kind and path. */
export async function listed(root: string): Promise<string> {
  return await sh("find . -printf '%y %P\\n' | LC_ALL=C sort", root);
}

export async function assertSameNames(source: string, replica: string): Promise<void> {
  assertEquals(await listed(replica), await listed(source));
  assertEquals(
    await sh("find . -type f | LC_ALL=C sort | xargs -d '\\n' -r cat", replica),
    await sh("find . -type f | LC_ALL=C sort | xargs -d '\\n' -r cat", source),
  );
}

export function rename(root: string, ...names: readonly (readonly [from: string, to: string])[]): void {
  for (const [from, to] of names) Deno.renameSync(`${root}/${from}`, `${root}/${to}`);
}

/** Plant what was there long ago: a pass waits until it is certain of what is new. */
export async function plantOld(root: string, tree: Tree): Promise<void> {
  plant(root, tree);
  await sh("find . -exec touch -hd 2020-01-01 {} +", root);
}

/** What changes in the source, and what a pass does then. */
export interface Case {
  readonly what: string;
  readonly before: Tree;
  readonly act: (source: string) => void;
  readonly changes: readonly string[];
}

export const many: Tree = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`file ${i}`, `${i}`]));

export const CASES: readonly Case[] = [
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

/** Names change their case while a mirror watches both sides: one pass makes that, and its own events bring up no more. */
export async function watched(source: string, replica: string, setting: Setting): Promise<void> {
  await plantOld(source, { Foo: { f: "1" }, File: "1" });
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
