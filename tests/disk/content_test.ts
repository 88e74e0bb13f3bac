/** Reading and copying what is in files, on a real disk. */
import { assertEquals, assertThrows } from "@std/assert";
import { createHash, hash } from "node:crypto";
import { copy, digest, tryToRead } from "../../sync/disk/portable/content.ts";
import { look } from "../../sync/disk/portable/look.ts";
import type { File } from "../../sync/engine/entry.ts";
import { Fault, Stopped } from "../../sync/disk/fault.ts";
import { copiedBytes, share, stop } from "../../sync/pass/shared.ts";
import { command } from "../support/program.ts";
import { file, inFolder, link, plant } from "../support/tree.ts";

const SET = { modes: true, owners: true, durable: false, step: 1 };

function entryOf(path: string): File {
  const entry = look(path);
  if (entry.kind !== "file") throw new Error(`${path} is a ${entry.kind}`);
  return entry;
}

Deno.test("copy() copies content, mode and time, and counts the bytes", () =>
  inFolder((at) => {
    plant(at, { a: file("hello", 0o4750, 1_700_000_000_123) });
    const shared = share();
    const copied = copy(`${at}/a`, `${at}/b`, entryOf(`${at}/a`), SET, shared);
    assertEquals(entryOf(`${at}/b`), entryOf(`${at}/a`));
    assertEquals([copied.racy, copiedBytes(shared)], [false, 5]);
  }));

Deno.test("copy() copies the version that is there when the file changed since it was compared", () =>
  inFolder((at) => {
    plant(at, { a: file("first", 0o644, 5000) });
    const entry = entryOf(`${at}/a`);
    Deno.writeTextFileSync(`${at}/a`, "second");
    assertEquals(copy(`${at}/a`, `${at}/b`, entry, SET, share()).entry, entryOf(`${at}/a`));
    assertEquals(Deno.readTextFileSync(`${at}/b`), "second");
  }));

Deno.test("copy() keeps holes", () =>
  inFolder(async (at) => {
    using sparse = Deno.openSync(`${at}/a`, { write: true, createNew: true });
    sparse.seekSync(5_000_000, Deno.SeekMode.Start);
    sparse.writeSync(new TextEncoder().encode("middle"));
    sparse.truncateSync(20_000_000);
    copy(`${at}/a`, `${at}/b`, entryOf(`${at}/a`), SET, share());
    assertEquals((await command("cmp", `${at}/a`, `${at}/b`))?.status, 0);
    assertEquals((Deno.statSync(`${at}/b`).blocks ?? 0) * 512 < 1_000_000, true);
  }));

Deno.test("copy() leaves nothing behind when it fails or is stopped", () =>
  inFolder((at) => {
    plant(at, { a: "1", l: link("a"), d: {} });
    const entry = entryOf(`${at}/a`);
    assertThrows(() => copy(`${at}/none`, `${at}/b`, entry, SET, share()), Fault, "not there any more");
    assertThrows(() => copy(`${at}/d`, `${at}/b`, entry, SET, share()), Fault);
    assertThrows(() => copy(`${at}/l`, `${at}/b`, entry, SET, share()), Fault);
    const shared = share();
    stop(shared);
    assertThrows(() => copy(`${at}/a`, `${at}/b`, entry, SET, shared), Stopped);
    assertEquals([...Deno.readDirSync(at)].map(({ name }) => name).sort(), ["a", "d", "l"]);
  }));

Deno.test("copy() does not write over what stands at the temporary name", () =>
  inFolder((at) => {
    plant(at, { a: "1", out: "precious", b: link("out") });
    assertThrows(
      () => copy(`${at}/a`, `${at}/b`, entryOf(`${at}/a`), SET, share()),
      Fault,
      "something else stands there",
    );
    assertEquals(Deno.readTextFileSync(`${at}/out`), "precious");
  }));

Deno.test("a FIFO that takes the place of a file is a fault, and nobody waits for its writer", () =>
  inFolder(async (at) => {
    plant(at, { a: "1" });
    const entry = entryOf(`${at}/a`);
    Deno.removeSync(`${at}/a`);
    assertEquals((await command("mkfifo", `${at}/a`))?.status, 0);
    assertThrows(
      () => copy(`${at}/a`, `${at}/b`, entry, SET, share()),
      Fault,
      "something else took its place",
    );
    tryToRead(`${at}/a`);
  }));

Deno.test("digest() is SHA-256 of as much of a file as was asked for", () =>
  inFolder(async (at) => {
    const big = Uint8Array.from({ length: 700_000 }, (_, i) => i % 251);
    plant(at, { empty: "", abc: "abc", big, start: big.slice(0, 3) });
    const sum = (name: string) =>
      digest("source", `${at}/${name}`, entryOf(`${at}/${name}`).size, share(), { createHash, hash });
    assertEquals(sum("empty"), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertEquals(sum("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertEquals(sum("big"), (await command("sha256sum", `${at}/big`))?.out.split(" ")[0]);
    assertEquals(digest("source", `${at}/big`, 3, share(), { createHash, hash }), sum("start"));
    assertEquals(digest("source", `${at}/abc`, 900_000, share(), { createHash, hash }), sum("abc"));
    assertThrows(
      () => digest("source", `${at}/nothing`, 3, share(), { createHash, hash }),
      Fault,
    );
  }));
