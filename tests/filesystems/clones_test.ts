/** File systems whose files can share blocks: what a pass of the native edge shares there, and what it writes. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { nativeReplica, nativeTree } from "../../sync/disk/native/tree.ts";
import { Stopped } from "../../sync/disk/fault.ts";
import { EVERYTHING } from "../../sync/engine/capabilities.ts";
import { copy } from "../../sync/pass/copy.ts";
import { share, stop } from "../../sync/pass/shared.ts";
import { disturbed } from "../support/disturbed.ts";
import { fileAt, hasNative } from "../support/edges.ts";
import { mirror } from "../support/mirror.ts";
import { sh } from "../support/program.ts";
import { assertInSync, file, namesIn, plant } from "../support/tree.ts";
import { onKind } from "./kind.ts";

const MIB = 1024 * 1024;

/** Bytes that no other call gives. */
function noise(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  return bytes;
}

/** How many bytes of a file share their blocks with another, and how many have some of their own. */
async function blocks(path: string): Promise<{ shared: number; own: number }> {
  const found = { shared: 0, own: 0 };
  for (const line of (await sh(`filefrag -sv -b1 '${path}'`, "/")).split("\n")) {
    const extent = /^ *\d+: +\d+\.\. *\d+: +\d+\.\. *\d+: +(\d+):(.*)$/.exec(line);
    if (extent) found[/shared/.test(extent[2]!) ? "shared" : "own"] += Number(extent[1]);
  }
  return found;
}

/** Write into a file, and give it another time. */
function edit(path: string, at: number, bytes: Uint8Array, mtime: number): void {
  using open = Deno.openSync(path, { write: true });
  open.seekSync(at, Deno.SeekMode.Start);
  open.writeSync(bytes);
  open.utimeSync(mtime, mtime);
}

for (const kind of hasNative ? ["xfs", "btrfs"] : []) {
  await onKind(
    kind,
    `${kind}: a first copy within it shares its blocks, with holes and to the end`,
    async (at) => {
      const [source, replica] = [`${at}/mnt/source`, `${at}/mnt/replica`];
      plant(source, { big: file(noise(3 * MIB + 5), 0o640, 5000), small: "1", sparse: "" });
      edit(`${source}/sparse`, 10 * MIB, noise(MIB), 5000);
      Deno.truncateSync(`${source}/sparse`, 30 * MIB + 1);
      await sh("sync -f .", source);
      assertEquals((await mirror(source, replica, { edge: "native" })).report.ended, "complete");
      assertInSync(source, replica);
      for (const name of ["big", "sparse"]) await sh(`cmp source/${name} replica/${name}`, `${at}/mnt`);
      assertEquals((await blocks(`${replica}/big`)).own, 0);
      assertEquals(await blocks(`${replica}/sparse`), { shared: MIB, own: 0 });
      edit(`${source}/big`, MIB, noise(4096), 6000);
      assert(
        (await sh("cmp source/big replica/big || true", `${at}/mnt`)) !== "",
        "the copy is one of its own",
      );
      await mirror(source, replica, { edge: "native" });
      await sh(`cmp source/big replica/big`, `${at}/mnt`);
      assertEquals((await mirror(source, replica, { edge: "native" })).changes, []);
    },
  );

  await onKind(
    kind,
    `${kind}: blocks that are shared, and holes, are not held to a rate`,
    async (at) => {
      const [source, replica] = [`${at}/mnt/source`, `${at}/mnt/replica`];
      plant(source, { big: file(noise(3 * MIB), 0o640, 5000), sparse: "" });
      Deno.truncateSync(`${source}/sparse`, 30 * MIB);
      await sh("sync -f .", source);
      const pace = {
        bytes: [{ from: 0, rate: 64 * 1024 }],
        changes: null,
        accounts: new SharedArrayBuffer(16),
      };
      const began = performance.now();
      await mirror(source, replica, { edge: "native", pace });
      // copied at this rate it would take 48 s, and the hole eight minutes
      assert(performance.now() - began < 20_000, `${performance.now() - began} ms`);
      assertInSync(source, replica);
    },
  );

  await onKind(
    kind,
    `${kind}: of a large file only what changed is written, beside the old version`,
    async (at) => {
      const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
      const whole = noise(12 * MIB + 7);
      plant(source, {
        disk: file(whole, 0o640, 5000),
        grows: file(whole, 0o600, 5000),
        shrinks: file(whole),
      });
      await mirror(source, replica, { edge: "native" });
      for (const name of namesIn(replica)) Deno.linkSync(`${replica}/${name}`, `${at}/mnt/${name}.old`);
      edit(`${source}/disk`, 5 * MIB + 1, noise(20_000), 7000);
      edit(`${source}/disk`, 4095, noise(2), 7000);
      edit(`${source}/grows`, 12 * MIB, noise(MIB), 7000);
      Deno.truncateSync(`${source}/shrinks`, 9 * MIB + 3);
      const outcome = await mirror(source, replica, { edge: "native" });
      assertEquals([...outcome.changes].sort(), [
        "update file disk",
        "update file grows",
        "update file shrinks",
      ]);
      assertInSync(source, replica);
      for (const name of namesIn(replica)) await sh(`cmp '${source}/${name}' '${replica}/${name}'`, at);
      for (const name of namesIn(replica)) {
        const old = Deno.readFileSync(`${at}/mnt/${name}.old`);
        assert(old.length === whole.length && old.every((byte, i) => byte === whole[i]), "the old is whole");
      }
      assertEquals((await blocks(`${replica}/disk`)).own, 7 * 4096);
      assertEquals((await blocks(`${replica}/grows`)).own, MIB);
      assert((await blocks(`${replica}/shrinks`)).own <= 4096);
      assertEquals((await mirror(source, replica, { edge: "native" })).changes, []);
    },
  );

  await onKind(
    kind,
    `${kind}: a hole that comes into a large file becomes one, and the other way round`,
    async (at) => {
      const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
      plant(source, { disk: file(noise(10 * MIB), 0o640, 5000) });
      await mirror(source, replica, { edge: "native" });
      await sh("fallocate -p -o 1048576 -l 2097152 disk && fallocate -p -o 8392704 -l 4096 disk", source);
      Deno.truncateSync(`${source}/disk`, 14 * MIB);
      await mirror(source, replica, { edge: "native" });
      await sh(`cmp '${source}/disk' '${replica}/disk'`, at);
      const { shared, own } = await blocks(`${replica}/disk`);
      assertEquals(shared + own, 8 * MIB - 4096);
      edit(`${source}/disk`, 2 * MIB, noise(MIB), 8000);
      await mirror(source, replica, { edge: "native" });
      await sh(`cmp '${source}/disk' '${replica}/disk'`, at);
      assertEquals((await mirror(source, replica, { edge: "native" })).changes, []);
    },
  );

  await onKind(
    kind,
    `${kind}: a copy that begins as the old version is for no more eyes than that, is made again when the file changes, and leaves nothing when it is stopped`,
    (at) => {
      plant(`${at}/source`, { disk: file(noise(9 * MIB), 0o644, 5000) });
      plant(`${at}/mnt`, { disk: file(noise(10 * MIB), 0o600, 4000) });
      const { source, replica } = {
        source: nativeTree("source", `${at}/source`),
        replica: nativeReplica(`${at}/mnt`),
      };
      const entry = fileAt({ source, replica }, "disk");
      const was = fileAt({ source: nativeTree("source", `${at}/mnt`), replica }, "disk");
      const shared = share();
      let seen = "";
      const copied = (act: () => void) => {
        using from = disturbed(source.open("", "read"), act);
        using to = replica.open("", "copy");
        const which = { modes: true, owners: true, xattrs: false, durable: false };
        return copy(from, "disk", to, "new", entry, {
          ...{ was, which, capabilities: EVERYTHING, shared },
        });
      };
      copied(() => {
        const { mode, size } = Deno.lstatSync(`${at}/mnt/new`);
        if (seen === "") edit(`${at}/source/disk`, 3 * MIB, noise(5000), 6000);
        seen = `${(mode! & 0o777).toString(8)} ${size}`;
      });
      assertEquals(seen, `600 ${10 * MIB}`);
      const [wanted, found] = [Deno.readFileSync(`${at}/source/disk`), Deno.readFileSync(`${at}/mnt/new`)];
      assert(wanted.length === found.length && wanted.every((byte, i) => byte === found[i]));
      assertEquals(Deno.lstatSync(`${at}/mnt/new`).mode! & 0o777, 0o644);
      Deno.removeSync(`${at}/mnt/new`);
      assertThrows(() => copied(() => stop(shared)), Stopped);
      assertEquals(namesIn(`${at}/mnt`), ["disk"]);
      for (const tree of [source, replica]) tree.release();
      return Promise.resolve();
    },
  );
}
