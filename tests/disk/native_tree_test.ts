/** What the native edge keeps open. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { close, openRoot, readLink } from "../../sync/disk/native/calls.ts";
import { namesIn } from "../../sync/disk/native/list.ts";
import { nativeReplica, nativeTree } from "../../sync/disk/native/tree.ts";
import { decodeName } from "../../sync/names.ts";
import { Fault } from "../../sync/disk/fault.ts";
import { hasNative } from "../support/edges.ts";
import { inFolder, plant, type Tree } from "../support/tree.ts";

/** How many files this process has open below a folder: tests run side by side. */
function openFiles(at: string): number {
  const folder = openRoot("/proc/self/fd", 0);
  const names = namesIn(folder);
  if (typeof names === "number") throw new Error(`${names}`);
  const into = new Uint8Array(4096);
  const targets = names.map((name) =>
    decodeName(into.subarray(0, Math.max(readLink(folder, name, into), 0)))
  );
  close(folder);
  return targets.filter((target) => target.startsWith(at)).length;
}

const native = { ignore: !hasNative };

Deno.test(
  "a tree of the native edge keeps its root and its last folder open, and nothing when it is let go",
  native,
  () =>
    inFolder((at) => {
      const folders: Tree = Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => [`d${i}`, { e: { f: "1" } }]),
      );
      plant(at, folders);
      const before = openFiles(at);
      const [source, replica] = [nativeTree("source", at), nativeReplica(at)];
      for (const tree of [source, replica]) {
        for (const path of Object.keys(folders).flatMap((name) => [name, `${name}/e`])) {
          using folder = tree.open(path, "list");
          using again = tree.open(path, "list");
          assertEquals([folder.look("f") ?? null, again.look("f") ?? null].length, 2);
          assert(openFiles(at) <= before + 4, `${openFiles(at) - before}`);
        }
      }
      assertEquals(openFiles(at), before + 4);
      source.release();
      assertEquals(openFiles(at), before + 2);
      {
        using held = replica.open("d1", "list");
        held.look("e");
        replica.release();
        assertEquals(openFiles(at), before + 1);
        assertEquals(held.look("e")?.kind, "folder");
      }
      assertEquals(openFiles(at), before);
    }),
);

Deno.test("calls of the native edge that fail leave nothing open", native, () =>
  inFolder((at) => {
    plant(at, { d: { a: "1", f: {} } });
    const before = openFiles(at);
    const replica = nativeReplica(at);
    {
      using here = replica.open("d", "create");
      for (let i = 0; i < 5; i++) {
        for (const path of ["nowhere", "d/a", "d/nowhere/deep"]) {
          using other = replica.open(path, "create");
          assertThrows(() => other.createFile("x", 0o600), Fault);
          assertThrows(() => other.names(), Fault);
        }
        assertThrows(() => here.createFile("a", 0o600), Fault);
        assertThrows(() => here.read("nothing"), Fault);
        assertThrows(() => here.createFile("a/b".repeat(2000), 0o600), Fault);
        assertThrows(() => here.createLink("l", "t".repeat(5000)), Fault);
        assertThrows(() => here.createFolder("nul\0", 0o700), Fault);
      }
    }
    replica.release();
    assertEquals(openFiles(at), before);
    assertEquals([...Deno.readDirSync(`${at}/d`)].length, 2);
  }));
