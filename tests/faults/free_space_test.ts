/** A replica that is full, of bytes or of inodes, or cannot be written. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EDGE } from "../support/edges.ts";
import { command, ended, lockstep, running, start, until } from "../support/program.ts";
import {
  assertInSync,
  file,
  files,
  harvest,
  isThere,
  namesIn,
  plant,
  readIfThere,
  temporaryNames,
} from "../support/tree.ts";
import { faultTest, shimmed } from "./tools.ts";

const MIB = new Uint8Array(1 << 20).fill(7);

faultTest(
  "a replica that fills up half-way keeps what fits and the old versions, says it once, and is healed when there is free space",
  ["mount"],
  async (at, mount) => {
    plant(at, {
      source: { changed: MIB, ...files(8, MIB) },
      disk: {},
    });
    await mount("-t", "tmpfs", "-o", "size=5m", "tmpfs", `${at}/disk`);
    plant(`${at}/disk/replica`, { changed: "old", gone: "old" });
    const ran = await lockstep([
      `${at}/source`,
      `${at}/disk/replica`,
      "--threads",
      "1",
      "--ignore-free-space",
    ]);
    assertEquals(ran.status, 11);
    assertEquals(ran.err.split("no space left").length, 2, ran.err);
    assertStringIncludes(ran.err, "bytes left to copy");
    const left = namesIn(`${at}/disk/replica`);
    assertEquals(temporaryNames(`${at}/disk/replica`), []);
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
    assertInSync(`${at}/source`, `${at}/disk/replica`);
  },
);

faultTest(
  "with --allow-sys=statfs what will not fit is refused before the first write, and --ignore-free-space copies what fits",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: { a: MIB, b: MIB, c: MIB, d: MIB, e: MIB, f: MIB }, disk: {} });
    await mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", `${at}/disk`);
    plant(`${at}/disk/replica`, { a: "old", gone: "old" });
    const before = harvest(`${at}/disk/replica`);
    // the native edge needs no other permission
    const sys = EDGE === "portable" ? ["--allow-sys=statfs"] : [];
    const setting = { flags: ["--allow-read", "--allow-write", ...sys] };
    const refused = await lockstep([`${at}/source`, `${at}/disk/replica`], setting);
    assertEquals(refused.status, 25);
    assertStringIncludes(refused.err, "--ignore-free-space");
    assertEquals(harvest(`${at}/disk/replica`), before);
    const begun = await lockstep([`${at}/source`, `${at}/disk/replica`, "--ignore-free-space"], setting);
    assertEquals(begun.status, 11);
    await command("mount", "-o", "remount,size=20m", `${at}/disk`);
    assertEquals((await lockstep([`${at}/source`, `${at}/disk/replica`], setting)).status, 0);
    assertInSync(`${at}/source`, `${at}/disk/replica`);
  },
);

faultTest(
  "a replica whose inode table is full ends with 11 and one line, and is healed",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: files(60), disk: {} });
    await mount("-t", "tmpfs", "-o", "nr_inodes=40", "tmpfs", `${at}/disk`);
    plant(`${at}/disk/replica`, { f0: "old", gone: "old" });
    const ran = await lockstep([`${at}/source`, `${at}/disk/replica`]);
    assertEquals([ran.status, ran.err.split("no space left").length], [11, 2], ran.err);
    assert(isThere(`${at}/disk/replica/gone`));
    await command("mount", "-o", "remount,nr_inodes=1000", `${at}/disk`);
    assertEquals((await lockstep([`${at}/source`, `${at}/disk/replica`])).status, 0);
    assertInSync(`${at}/source`, `${at}/disk/replica`);
  },
);

faultTest(
  "a replica whose inode table is full when it begins is not taken for one without links, modes or long names",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: { a: "new!", l: "1" }, disk: {} });
    await mount("-t", "tmpfs", "-o", "nr_inodes=6", "tmpfs", `${at}/disk`);
    plant(`${at}/disk/replica`, { a: "old", b: "old", c: "old" });
    const ran = await lockstep([`${at}/source`, `${at}/disk/replica`]);
    assertEquals(ran.out.includes("cannot hold"), false, ran.out);
    await command("mount", "-o", "remount,nr_inodes=1000", `${at}/disk`);
    assertEquals((await lockstep([`${at}/source`, `${at}/disk/replica`])).status, 0);
    assertInSync(`${at}/source`, `${at}/disk/replica`);
  },
);

faultTest("a replica that is mounted read-only ends with 11, and a read-only one that is in sync with 0", [
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
  assertInSync(`${at}/source`, `${at}/disk/replica`);
});

faultTest(
  "a file that gives way to a folder is back at its name when the disk fills up before anything is in the folder",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: { x: { big: new Uint8Array(6 << 20).fill(7) } }, disk: {} });
    await mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", `${at}/disk`);
    const replica = `${at}/disk/replica`;
    plant(replica, { x: file("precious", 0o640, 1e12), gone: "old" });
    const before = harvest(replica).filter((line) => line.startsWith("./"));
    for (let pass = 0; pass < 2; pass++) {
      const ran = await lockstep([`${at}/source`, replica, "--ignore-free-space"]);
      assertEquals(ran.status, 11);
      assertStringIncludes(ran.out, '"x" was put back');
      assertEquals(harvest(replica).filter((line) => line.startsWith("./")), before);
    }
    await command("mount", "-o", "remount,size=20m", `${at}/disk`);
    assertEquals((await lockstep([`${at}/source`, replica])).status, 0);
    assertInSync(`${at}/source`, replica);
  },
);

faultTest(
  "a file that gives way to a folder is kept under a temporary name when the disk fills up while the folder is filled",
  ["mount"],
  async (at, mount) => {
    plant(at, {
      source: { x: files(8, MIB) },
      disk: {},
    });
    await mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", `${at}/disk`);
    const replica = `${at}/disk/replica`;
    plant(replica, { x: "precious", gone: "old" });
    // a second pass that does not fit either gives up no more than the first
    for (let pass = 0; pass < 2; pass++) {
      const ran = await lockstep([`${at}/source`, replica, "--threads", "1", "--ignore-free-space"]);
      assertEquals([ran.status, readIfThere(`${replica}/gone`)], [11, "old"], ran.err);
      assert(namesIn(`${replica}/x`).length > 0, "some files fit");
      const kept = temporaryNames(replica);
      assertEquals(kept.map((name) => Deno.readTextFileSync(`${replica}/${name}`)), ["precious"]);
      if (pass === 0) assertStringIncludes(ran.out, `"x" is kept as "${kept[0]}"`);
      assertEquals(temporaryNames(`${replica}/x`), []);
    }
    await command("mount", "-o", "remount,size=20m", `${at}/disk`);
    assertEquals((await lockstep([`${at}/source`, replica])).status, 0);
    assertInSync(`${at}/source`, replica);
  },
);

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  faultTest(
    `a file that gives way to a folder is still there after ${signal} before anything is in the folder`,
    ["cc"],
    async (at) => {
      plant(at, { source: { x: { inner: "new" } }, replica: { x: "precious", gone: "old" } });
      const gate = `${at}/gate`;
      const shim = await shimmed({
        UNDER: `${at}/replica/x`,
        CALL: "create",
        GATE: gate,
        WHEN: "1",
        LOG: `${at}/shim.log`,
      });
      const log = `${at}/log`;
      const process = start([`${at}/source`, `${at}/replica`, "-v", "--log-file", log], shim);
      await until("the first file of the folder is begun", () => readIfThere(`${at}/shim.log`) !== "");
      process.kill(signal);
      if (signal === "SIGTERM") {
        await until("the signal is heard", () => readIfThere(log).includes("asked to stop"));
        Deno.writeTextFileSync(gate, "");
      }
      await ended(process);
      const kept = temporaryNames(`${at}/replica`).map((name) =>
        Deno.readTextFileSync(`${at}/replica/${name}`)
      );
      if (signal === "SIGKILL") assertEquals(kept, ["precious"]);
      else assertEquals([kept, readIfThere(`${at}/replica/x`)], [[], "precious"]);
      assertEquals(readIfThere(`${at}/replica/gone`), "old");
      assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
      assertInSync(`${at}/source`, `${at}/replica`);
    },
  );
}

faultTest(
  "with --allow-sys=statfs a file that does not fit beside the one that it replaces is refused, and what fits one after another is not",
  ["mount"],
  async (at, mount) => {
    const two = new Uint8Array(2 << 20);
    plant(at, { source: { a: file(two.fill(1)) }, disk: {} });
    await mount("-t", "tmpfs", "-o", "size=3m", "tmpfs", `${at}/disk`);
    plant(`${at}/disk/replica`, { a: file(two.fill(2), 0o644, 5000) });
    const before = harvest(`${at}/disk/replica`);
    // the native edge needs no other permission
    const sys = EDGE === "portable" ? ["--allow-sys=statfs"] : [];
    const setting = { flags: ["--allow-read", "--allow-write", ...sys] };
    const words = [`${at}/source`, `${at}/disk/replica`];
    const refused = await lockstep(words, setting);
    assertEquals(refused.status, 25, refused.err);
    assertStringIncludes(refused.err, "needs 2,097,152 bytes of free space");
    assertEquals(harvest(`${at}/disk/replica`), before);
    await command("mount", "-o", "remount,size=4500k", `${at}/disk`);
    plant(`${at}/source`, { b: "1" });
    assertEquals((await lockstep([...words, "--threads", "1"], setting)).status, 0);
    assertInSync(`${at}/source`, `${at}/disk/replica`);
  },
);

faultTest(
  "with --allow-sys=statfs a dry run into a replica that is not there yet judges the space of the folder above",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: { a: MIB, b: MIB }, disk: {} });
    await mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", `${at}/disk`);
    const flags = ["--allow-read", "--allow-write", "--allow-sys=statfs"];
    const ran = await lockstep([`${at}/source`, `${at}/disk/replica`, "--dry-run"], { flags });
    assertEquals(ran.status, 25, ran.out);
    assertStringIncludes(ran.err, "of free space");
    assertEquals(namesIn(`${at}/disk`), []);
  },
);

faultTest(
  "with --allow-sys=statfs a first run that is refused leaves no new folder, and one that was there",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: { a: MIB, b: MIB }, disk: {} });
    await mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", `${at}/disk`);
    const setting = { flags: ["--allow-read", "--allow-write", "--allow-sys=statfs"] };
    const words = [`${at}/source`, `${at}/disk/replica`];
    for (const isThereBefore of [false, true]) {
      if (isThereBefore) plant(`${at}/disk`, { replica: {} });
      const ran = await lockstep(words, setting);
      assertEquals(ran.status, 25, ran.err);
      assertStringIncludes(ran.err, "nothing was touched");
      assertEquals(ran.out.includes("create folder"), false, ran.out);
      assertEquals(namesIn(`${at}/disk`), isThereBefore ? ["replica"] : []);
    }
  },
);

faultTest(
  "with --allow-sys=statfs a loop whose first passes are refused mirrors when there is space, or leaves no new folder",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: { a: MIB, b: MIB }, disk: {} });
    await mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", `${at}/disk`);
    const setting = { flags: ["--allow-read", "--allow-write", "--allow-sys=statfs"] };
    const log = `${at}/log`;
    const words = [`${at}/source`, `${at}/disk/replica`, "20ms", "-v", "--log-file", log];
    const refused = async () => {
      const process = running(words, setting);
      await until("it is refused", () => readIfThere(log).includes("nothing was touched"));
      await until("three passes are made", () => readIfThere(log).split(" begins").length > 4);
      return process;
    };
    await (await refused()).stop();
    assertEquals(namesIn(`${at}/disk`), []);
    Deno.removeSync(log);
    const process = await refused();
    await command("mount", "-o", "remount,size=20m", `${at}/disk`);
    await until("a pass is complete", () => readIfThere(log).includes("in sync: created 3"));
    await process.stop();
    assertEquals(readIfThere(log).split("create folder").length, 2);
    assertInSync(`${at}/source`, `${at}/disk/replica`);
  },
);
