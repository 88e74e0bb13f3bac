/** A replica that is full, of bytes or of inodes, or cannot be written. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { command, lockstep } from "../program.ts";
import { assertInStep, harvest, plant } from "../tree.ts";
import { faultTest, isThere } from "./tools.ts";

const MIB = new Uint8Array(1 << 20).fill(7);

faultTest(
  "a replica that fills up half-way keeps what fits and the old versions, says it once, and is healed when there is room",
  ["mount"],
  async (at, mount) => {
    plant(at, {
      source: { changed: MIB, ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`f${i}`, MIB])) },
      disk: {},
    });
    await mount("-t", "tmpfs", "-o", "size=5m", "tmpfs", `${at}/disk`);
    plant(`${at}/disk/replica`, { changed: "old", gone: "old" });
    const ran = await lockstep([`${at}/source`, `${at}/disk/replica`, "--threads", "1"]);
    assertEquals(ran.status, 11);
    assertEquals(ran.err.split("no space left").length, 2, ran.err);
    assertStringIncludes(ran.err, "bytes left to copy");
    const left = [...Deno.readDirSync(`${at}/disk/replica`)].map(({ name }) => name);
    assertEquals(left.filter((name) => name.startsWith(".lockstep-")), []);
    assert(left.includes("gone") && left.includes("changed"), "nothing is removed");
    let whole = 0;
    for (const name of left.filter((name) => name !== "gone")) {
      const read = Deno.readFileSync(`${at}/disk/replica/${name}`);
      if (read.length === MIB.length && read.every((byte) => byte === 7)) whole++;
      else assertEquals(new TextDecoder().decode(read), "old");
    }
    assert(whole >= 2, `only ${whole} fit`);
    await command("mount", "-o", "remount,size=20m", `${at}/disk`);
    assertEquals((await lockstep([`${at}/source`, `${at}/disk/replica`])).status, 0);
    assertInStep(`${at}/source`, `${at}/disk/replica`);
  },
);

faultTest(
  "with --allow-sys=statfs what will not fit is refused before the first write, and --ignore-room copies what fits",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: { a: MIB, b: MIB, c: MIB, d: MIB, e: MIB, f: MIB }, disk: {} });
    await mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", `${at}/disk`);
    plant(`${at}/disk/replica`, { a: "old", gone: "old" });
    const before = harvest(`${at}/disk/replica`);
    const setting = { flags: ["--allow-read", "--allow-write", "--allow-sys=statfs"] };
    const refused = await lockstep([`${at}/source`, `${at}/disk/replica`], setting);
    assertEquals(refused.status, 25);
    assertStringIncludes(refused.err, "--ignore-room");
    assertEquals(harvest(`${at}/disk/replica`), before);
    const begun = await lockstep([`${at}/source`, `${at}/disk/replica`, "--ignore-room"], setting);
    assertEquals(begun.status, 11);
    await command("mount", "-o", "remount,size=20m", `${at}/disk`);
    assertEquals((await lockstep([`${at}/source`, `${at}/disk/replica`], setting)).status, 0);
    assertInStep(`${at}/source`, `${at}/disk/replica`);
  },
);

faultTest(
  "a replica whose inode table is full ends with 11 and one line, and is healed",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, "1"])), disk: {} });
    await mount("-t", "tmpfs", "-o", "nr_inodes=40", "tmpfs", `${at}/disk`);
    plant(`${at}/disk/replica`, { f0: "old", gone: "old" });
    const ran = await lockstep([`${at}/source`, `${at}/disk/replica`]);
    assertEquals([ran.status, ran.err.split("no space left").length], [11, 2], ran.err);
    assert(isThere(`${at}/disk/replica/gone`));
    await command("mount", "-o", "remount,nr_inodes=1000", `${at}/disk`);
    assertEquals((await lockstep([`${at}/source`, `${at}/disk/replica`])).status, 0);
    assertInStep(`${at}/source`, `${at}/disk/replica`);
  },
);

faultTest(
  "a replica whose inode table is full when it begins is not taken for one without links, modes or long names",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: { a: "new", l: "1" }, disk: {} });
    await mount("-t", "tmpfs", "-o", "nr_inodes=6", "tmpfs", `${at}/disk`);
    plant(`${at}/disk/replica`, { a: "old", b: "old", c: "old" });
    const ran = await lockstep([`${at}/source`, `${at}/disk/replica`]);
    assertEquals(ran.out.includes("cannot hold"), false, ran.out);
    await command("mount", "-o", "remount,nr_inodes=1000", `${at}/disk`);
    assertEquals((await lockstep([`${at}/source`, `${at}/disk/replica`])).status, 0);
    assertInStep(`${at}/source`, `${at}/disk/replica`);
  },
);

faultTest("a replica that is mounted read-only ends with 11, and a read-only one that is in step with 0", [
  "mount",
], async (at, mount) => {
  plant(at, { source: { a: "1" }, disk: {} });
  await mount("-t", "tmpfs", "tmpfs", `${at}/disk`);
  assertEquals((await lockstep([`${at}/source`, `${at}/disk/replica`])).status, 0);
  await command("mount", "-o", "remount,ro", `${at}/disk`);
  assertEquals((await lockstep([`${at}/source`, `${at}/disk/replica`])).status, 0);
  plant(`${at}/source`, { b: "1", c: "1" });
  const ran = await lockstep([`${at}/source`, `${at}/disk/replica`]);
  assertEquals(ran.status, 11);
  assertStringIncludes(ran.err, "read-only");
  await command("mount", "-o", "remount,rw", `${at}/disk`);
  assertEquals((await lockstep([`${at}/source`, `${at}/disk/replica`])).status, 0);
  assertInStep(`${at}/source`, `${at}/disk/replica`);
});
