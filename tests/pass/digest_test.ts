/** The digests that tell whether two files are the same. */
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { createHash, hash } from "node:crypto";
import { Fault, Stopped } from "../../sync/disk/fault.ts";
import type { Trees } from "../../sync/disk/open.ts";
import type { Folder, Reader } from "../../sync/disk/tree.ts";
import { digest } from "../../sync/pass/digest.ts";
import { share, stop } from "../../sync/pass/shared.ts";
import { edgeTest, fileAt } from "../support/edges.ts";
import { command, sh } from "../support/program.ts";
import { plant } from "../support/tree.ts";

function sumOf(
  trees: Trees,
  name: string,
  options: { size?: number; holes?: boolean } = {},
  shared = share(),
): string {
  using folder = trees.source.open("", "read");
  const { size = fileAt(trees, name).size, holes = false } = options;
  return digest(folder, name, { size, holes }, shared, { createHash, hash });
}

edgeTest("digest() is SHA-256 of as much of a file as was asked for", async (at, trees) => {
  const big = Uint8Array.from({ length: 700_000 }, (_, i) => i % 251);
  plant(at, { empty: "", abc: "abc", big, start: big.slice(0, 3) });
  const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  assertEquals(sumOf(trees, "empty"), empty);
  assertEquals(sumOf(trees, "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assertEquals(sumOf(trees, "big"), (await command("sha256sum", `${at}/big`))?.out.split(" ")[0]);
  assertEquals(sumOf(trees, "big", { size: 3 }), sumOf(trees, "start"));
  assertEquals(sumOf(trees, "abc", { size: 900_000 }), sumOf(trees, "abc"));
  assertThrows(() => sumOf(trees, "nothing", { size: 3 }), Fault);
});

edgeTest(
  "digest() with holes is the same whether zeros are a hole or were written, and no other",
  async (at, trees) => {
    const data: readonly [place: number, length: number][] = [
      [0, 0],
      [0, 1],
      [4095, 2],
      [5000, 300_000],
      [262_143, 2],
      [700_000, 4096],
      [1_000_001, 1],
    ];
    const lengths = [0, 1, 4095, 4096, 4097, 262_144, 262_145, 1_000_002, 3_000_001];
    const seen = new Set<string>();
    for (const length of lengths) {
      for (const [place, count] of data.filter(([place, count]) => place + count <= length)) {
        Deno.writeFileSync(`${at}/written`, withData(length, place, count));
        // holes wherever there are zeros
        await sh("rm -f sparse; cp --sparse=always written sparse", at);
        const sum = sumOf(trees, "written", { holes: true });
        assertEquals(sumOf(trees, "sparse", { holes: true }), sum);
        // every length and every content has its own, but for one byte at the same place as no byte
        const what = `${length} ${count === 0 ? "" : `${place} ${count}`}`;
        assertEquals([what, seen.has(sum)], [what, false]);
        seen.add(sum);
      }
    }
  },
);

edgeTest("digest() with holes tells where data is, and how much", (at, trees) => {
  const [one, two] = [withData(40_960, 8192, 4096), withData(40_960, 12_288, 4096)];
  const both = withData(40_960, 8192, 8192);
  const more = withData(45_056, 8192, 4096);
  const [gap, other] = [one.slice().fill(7, 20_480, 24_576), two.slice().fill(7, 20_480, 24_576)];
  plant(at, { one, two, both, more, gap, other });
  const names = ["one", "two", "both", "more", "gap", "other"];
  const sums = names.map((name) => sumOf(trees, name, { holes: true }));
  assertEquals(new Set(sums).size, names.length);
  assertEquals(sumOf(trees, "more", { holes: true, size: 40_960 }), sums[0]);
  assertEquals(sumOf(trees, "one", { holes: true, size: 45_056 }), sums[0]);
  assertNotEquals(sumOf(trees, "one"), sums[0]);
  assertThrows(() => sumOf(trees, "nothing", { holes: true, size: 3 }), Fault);
});

edgeTest("digest() stops between two pieces, with holes too", (at, trees) => {
  plant(at, { a: "1" });
  for (const holes of [false, true]) {
    const shared = share();
    stop(shared);
    assertThrows(() => sumOf(trees, "a", { holes }, shared), Stopped);
  }
});

Deno.test("digest() with holes does not depend on where a file system lets a hole end, or a read", () => {
  const bytes = withData(1_000_001, 5000, 3000).fill(9, 300_001, 300_002).fill(5, 999_000, 999_999);
  const sums = [1, 512, 1000, 4096, 65_536, Infinity].flatMap((step) =>
    [1000, 5000, 300_000].map((most) =>
      digest(inMemory(bytes, step, most), "f", { size: bytes.length, holes: true }, share(), {
        createHash,
        hash,
      })
    )
  );
  assertEquals(new Set(sums).size, 1);
});

/** A folder with one file in memory. Its holes begin and end at multiples of `step`; a read gives `most` bytes at most. */
function inMemory(bytes: Uint8Array, step: number, most: number): Folder {
  let at = 0;
  const isHole = (from: number, to: number) => bytes.subarray(from, to).every((byte) => byte === 0);
  const file: Reader = {
    read(into) {
      const part = bytes.subarray(at, at + Math.min(into.length, most));
      into.set(part);
      at += part.length;
      return part.length;
    },
    skipHole() {
      const before = at;
      const next = () => Math.min((Math.floor(at / step) + 1) * step, bytes.length);
      while (step < Infinity && at < bytes.length && isHole(at, next())) at = next();
      return at - before;
    },
    forget() {},
    now: () => null,
    [Symbol.dispose]() {},
  };
  return {
    names: () => [],
    children: () => ({ folders: [], others: [] }),
    look: () => null,
    lookAll: () => new Map(),
    differing: (_other, names) => names,
    read: () => file,
    [Symbol.dispose]() {},
  };
}

/** Zeros, with some bytes from a place on that are none. */
function withData(length: number, place: number, count: number): Uint8Array {
  return new Uint8Array(length).fill(7, place, place + count);
}
