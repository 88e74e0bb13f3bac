/** Copying and comparing what is in files, on a real disk. */
import { assertEquals, assertThrows } from "@std/assert";
import { Fault, Stopped } from "../../sync/disk/fault.ts";
import type { Trees } from "../../sync/disk/open.ts";
import { EVERYTHING } from "../../sync/engine/capabilities.ts";
import type { File } from "../../sync/engine/entry.ts";
import { type Copied, copy } from "../../sync/pass/copy.ts";
import { copiedBytes, share, type Shared, stop } from "../../sync/pass/shared.ts";
import { disturbed } from "../support/disturbed.ts";
import { edgeTest, fileAt } from "../support/edges.ts";
import { command } from "../support/program.ts";
import { file, link, plant } from "../support/tree.ts";

const WHICH = { modes: true, owners: true, xattrs: false, durable: false };

/** Copy `name` to "b" in the same folder. */
function copied({ source, replica }: Trees, name: string, entry: File, shared: Shared = share()): Copied {
  using from = source.open("", "read");
  using to = replica.open("", "copy");
  return copy(from, name, to, "b", entry, { which: WHICH, capabilities: EVERYTHING, shared });
}

/** Expect a fault of a code. */
function assertFault(act: () => unknown, code: string): void {
  assertEquals(assertThrows(act, Fault).reason.code, code);
}

edgeTest("copy() copies content, mode and time, and counts the bytes", (at, trees) => {
  plant(at, { a: file("hello", 0o4750, 1_700_000_000_123) });
  const shared = share();
  const { racy } = copied(trees, "a", fileAt(trees, "a"), shared);
  assertEquals(fileAt(trees, "b"), fileAt(trees, "a"));
  assertEquals([racy, copiedBytes(shared)], [false, 5]);
});

edgeTest(
  "copy() copies the version that is there when the file changed since it was compared",
  (at, trees) => {
    plant(at, { a: file("first", 0o644, 5000) });
    const entry = fileAt(trees, "a");
    Deno.writeTextFileSync(`${at}/a`, "second");
    assertEquals(copied(trees, "a", entry).entry, fileAt(trees, "a"));
    assertEquals(Deno.readTextFileSync(`${at}/b`), "second");
  },
);

edgeTest("copy() keeps holes", async (at, trees) => {
  using sparse = Deno.openSync(`${at}/a`, { write: true, createNew: true });
  sparse.seekSync(5_000_000, Deno.SeekMode.Start);
  sparse.writeSync(new TextEncoder().encode("middle"));
  sparse.truncateSync(20_000_000);
  copied(trees, "a", fileAt(trees, "a"));
  assertEquals((await command("cmp", `${at}/a`, `${at}/b`))?.status, 0);
  assertEquals((Deno.statSync(`${at}/b`).blocks ?? 0) * 512 < 1_000_000, true);
});

edgeTest("copy() leaves nothing behind when it fails or is stopped", (at, trees) => {
  plant(at, { a: "1", l: link("a"), d: {} });
  const entry = fileAt(trees, "a");
  assertFault(() => copied(trees, "none", entry), "ENOENT");
  assertThrows(() => copied(trees, "d", entry), Fault);
  assertThrows(() => copied(trees, "l", entry), Fault);
  const shared = share();
  stop(shared);
  assertThrows(() => copied(trees, "a", entry, shared), Stopped);
  assertEquals([...Deno.readDirSync(at)].map(({ name }) => name).sort(), ["a", "d", "l"]);
});

edgeTest("copy() does not write over what stands at the temporary name", (at, trees) => {
  plant(at, { a: "1", out: "precious", b: link("out") });
  assertFault(() => copied(trees, "a", fileAt(trees, "a")), "EEXIST");
  assertEquals(Deno.readTextFileSync(`${at}/out`), "precious");
});

edgeTest(
  "a FIFO that takes the place of a file is a fault, and nobody waits for its writer",
  async (at, trees) => {
    plant(at, { a: "1" });
    const entry = fileAt(trees, "a");
    Deno.removeSync(`${at}/a`);
    assertEquals((await command("mkfifo", `${at}/a`))?.status, 0);
    assertFault(() => copied(trees, "a", entry), "REPLACED");
    using folder = trees.source.open("", "read");
    folder.read("a")[Symbol.dispose]();
  },
);

/** The trees, with something done after each read of a file of the source. */
function withReads({ source, replica }: Trees, act: () => void): Trees {
  return {
    replica,
    source: {
      side: "source",
      release: () => source.release(),
      open: (path, action) => disturbed(source.open(path, action), act),
    },
  };
}

edgeTest("copy() takes what a file held that is appended to all the time, with another time", (at, trees) => {
  plant(at, { a: file(new Uint8Array(600_000).fill(1), 0o644, 5000) });
  const entry = fileAt(trees, "a");
  const append = () => Deno.writeFileSync(`${at}/a`, new Uint8Array(9).fill(2), { append: true });
  const { unsteady, racy, entry: taken } = copied(withReads(trees, append), "a", entry);
  assertEquals([unsteady, racy, taken.size > 600_000], [true, false, true]);
  const [whole, part] = [Deno.readFileSync(`${at}/a`), Deno.readFileSync(`${at}/b`)];
  assertEquals(part, whole.subarray(0, taken.size));
  assertEquals(fileAt(trees, "b").mtime < taken.mtime, true);
});

edgeTest("copy() takes a file whose time is set all the time", (at, trees) => {
  plant(at, { a: "content" });
  let time = 1e9;
  const touch = () => Deno.utimeSync(`${at}/a`, ++time, time);
  assertEquals(copied(withReads(trees, touch), "a", fileAt(trees, "a")).unsteady, true);
  assertEquals(Deno.readTextFileSync(`${at}/b`), "content");
});

edgeTest(
  "copy() gives up a file that shrinks, or is edited in the middle and grows, all the time",
  (at, trees) => {
    plant(at, { a: new Uint8Array(600_000), c: new Uint8Array(600_000) });
    let size = 600_000;
    const cut = () => Deno.truncateSync(`${at}/a`, --size);
    assertFault(() => copied(withReads(trees, cut), "a", fileAt(trees, "a")), "CHANGING");
    let byte = 0;
    const edit = () => {
      using open = Deno.openSync(`${at}/c`, { write: true });
      open.writeSync(new Uint8Array(10).fill(++byte));
      open.seekSync(0, Deno.SeekMode.End);
      open.writeSync(new Uint8Array(1));
    };
    assertFault(() => copied(withReads(trees, edit), "c", fileAt(trees, "c")), "CHANGING");
    assertEquals([...Deno.readDirSync(at)].map(({ name }) => name).sort(), ["a", "c"]);
  },
);
