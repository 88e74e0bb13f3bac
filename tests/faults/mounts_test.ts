/** Mount points in the trees and around them, made for real: needs root and a kernel that lets it mount. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { relation } from "../../sync/disk/relation.ts";
import { EDGE } from "../support/edges.ts";
import { mirror } from "../support/mirror.ts";
import { command, ended, lockstep, running, sh, start, until } from "../support/program.ts";
import {
  assertInSync,
  file,
  files,
  hardLink,
  harvest,
  isThere,
  namesIn,
  plant,
  type Tree,
} from "../support/tree.ts";
import { faultTest, type Mount } from "./tools.ts";

/** A test that mounts. */
const mountTest = (name: string, test: (at: string, mount: Mount) => Promise<void>): void =>
  faultTest(name, ["mount"], test);

for (
  const [name, tree, from, to, source, replica] of [
    [
      "the replica is a folder of the source",
      { s: { a: "1", sub: { b: "1" } }, r: {} },
      "s/sub",
      "r",
      "s",
      "r",
    ],
    [
      "the source is a folder of the replica",
      { r: { o: "1", sub: { b: "1" } }, s: {} },
      "r/sub",
      "s",
      "s",
      "r",
    ],
    ["the source is mounted inside the replica", { s: { a: "1" }, r: { x: {} } }, "s", "r/x", "s", "r"],
    [
      "the replica is mounted inside the source",
      { s: { a: "1", x: {} }, r: { b: "1" } },
      "r",
      "s/x",
      "s",
      "r",
    ],
    [
      "a folder of both is one folder",
      { s: { d: { a: "1" } }, r: { d: {}, old: "1" } },
      "s/d",
      "r/d",
      "s",
      "r",
    ],
    ["source and replica are one folder", { s: { a: "1" }, r: {} }, "s", "r", "s", "r"],
  ] as const
) {
  mountTest(
    `lockstep finds out by itself that ${name}, through a bind mount, and changes nothing`,
    async (at, mount) => {
      plant(at, tree);
      await mount("--bind", `${at}/${from}`, `${at}/${to}`);
      const before = harvest(at);
      const ran = await lockstep([`${at}/${source}`, `${at}/${replica}`, "--max-delete", "100%"]);
      assertEquals(ran.status, 3, ran.out + ran.err);
      assertEquals(harvest(at), before);
    },
  );
}

mountTest(
  "lockstep crosses mount points of the source, and with -x leaves alone what lies below",
  async (at, mount) => {
    plant(at, { s: { a: "1", m: {} }, r: {} });
    await mount("-t", "tmpfs", "tmpfs", `${at}/s/m`);
    plant(`${at}/s/m`, { deep: { f: "1" } });
    assertEquals((await lockstep([`${at}/s`, `${at}/r`])).status, 0);
    assertEquals(Deno.readTextFileSync(`${at}/r/m/deep/f`), "1");
    Deno.removeSync(`${at}/s/m/deep`, { recursive: true });
    assertEquals((await lockstep([`${at}/s`, `${at}/r`, "-x"])).status, 0);
    assertEquals(Deno.readTextFileSync(`${at}/r/m/deep/f`), "1");
    assertEquals((await lockstep([`${at}/s`, `${at}/r`])).status, 0);
    assertEquals(namesIn(`${at}/r/m`), []);
  },
);

/** What lay in a mirror, and what a pass over some folders makes of it. */
const KNOWN = { source: 10, replica: 10 };

mountTest(
  "pass() over a scope changes nothing when the folder leads into the other tree through a bind mount",
  async (at, mount) => {
    plant(at, { s: { precious: "1", x: { f: "1" } }, r: { precious: "1", x: {} } });
    await mount("--bind", `${at}/s`, `${at}/r/x`);
    const before = harvest(`${at}/s`);
    for (const folder of ["x", "x/x"]) {
      const scope = { folders: [folder], known: KNOWN };
      const { report } = await mirror(`${at}/s`, `${at}/r`, { scope });
      assertEquals(report.ended, "unusable");
      assertEquals(harvest(`${at}/s`), before);
    }
  },
);

mountTest(
  "pass() over a scope leaves alone what lies below a mount point of the source, with -x",
  async (at, mount) => {
    plant(at, { s: { m: {} }, r: { m: { kept: "1", deep: { kept: "1" } } } });
    await mount("-t", "tmpfs", "tmpfs", `${at}/s/m`);
    plant(`${at}/s/m`, { other: "1", deep: {} });
    const before = harvest(`${at}/r/m`).filter((line) => !line.startsWith(". "));
    for (const folder of ["m", "m/deep"]) {
      await mirror(`${at}/s`, `${at}/r`, {
        scope: { folders: [folder], known: KNOWN },
        oneFileSystem: true,
      });
      assertEquals(harvest(`${at}/r/m`).filter((line) => !line.startsWith(". ")), before);
    }
  },
);

mountTest("lockstep does not empty an extraneous mount point of the replica", async (at, mount) => {
  plant(at, { s: { a: "1" }, r: { x: { m: {}, f: "1" } } });
  await mount("-t", "tmpfs", "tmpfs", `${at}/r/x/m`);
  plant(`${at}/r/x/m`, { precious: "1" });
  const ran = await lockstep([`${at}/s`, `${at}/r`]);
  assertEquals(ran.status, 23);
  assertStringIncludes(ran.err, `Cannot remove "x/m" in the replica: something is mounted there`);
  assertEquals(Deno.readTextFileSync(`${at}/r/x/m/precious`), "1");
  assertEquals(namesIn(`${at}/r/x`), ["m"]);
});

mountTest(
  "lockstep in a loop does not go on with another disk in the place of a root, until it is back",
  async (at, mount) => {
    for (const side of ["s", "r"]) {
      plant(`${at}/${side}-test`, { s: { below: "1" }, r: {} });
      const [s, r] = [`${at}/${side}-test/s`, `${at}/${side}-test/r`];
      const point = side === "s" ? s : r;
      await mount("-t", "tmpfs", "tmpfs", point);
      if (side === "s") plant(s, { a: "1" });
      const log = `${at}/${side}.log`;
      await using run = running([s, r, "50ms", log, "-v"]);
      const said = () => Deno.readTextFileSync(log);
      await until("a pass has nothing to do", () => isThere(log) && said().includes("nothing to do"));
      await command("umount", "-l", point);
      // between two passes, or in the middle of one
      await until(
        "the change is noticed",
        () => /another folder or disk has taken its place|it went away (while|during)/.test(said()),
      );
      const before = harvest(`${at}/${side}-test`);
      const passes = () => said().split(" begins").length;
      const noticed = passes();
      await until("more passes are made", () => passes() > noticed + 5);
      assertEquals(harvest(`${at}/${side}-test`), before);
      assertEquals((await run.stop()).status, 0);
    }
  },
);

mountTest("lockstep mirrors one folder of 200,000 names", async (at, mount) => {
  Deno.mkdirSync(`${at}/m`);
  await mount("-t", "tmpfs", "tmpfs", `${at}/m`);
  plant(`${at}/m/s`, {});
  await sh("seq -f 'a-name-that-is-not-short-%.0f' 200000 | xargs touch", `${at}/m/s`);
  const ran = await lockstep([`${at}/m/s`, `${at}/m/r`, "-q", "--log-file", `${at}/log`]);
  assertEquals([ran.status, ran.err], [0, ""]);
  const again = await lockstep([`${at}/m/s`, `${at}/m/r`]);
  assert(again.out.includes("nothing to do for 200,000 entries"));
});

// on tmpfs holes are read at once, while other file systems make pages of them
mountTest("lockstep mirrors a sparse file of 8 GiB", async (at, mount) => {
  Deno.mkdirSync(`${at}/m`);
  await mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", `${at}/m`);
  await sh("mkdir s; truncate -s 8G s/big; printf end >> s/big", `${at}/m`);
  const ran = await lockstep([`${at}/m/s`, `${at}/m/r`]);
  assertEquals([ran.status, ran.err], [0, ""]);
  assertEquals((await command("tail", "-c", "3", `${at}/m/r/big`))?.out, "end");
  const copy = Deno.statSync(`${at}/m/r/big`);
  assertEquals(copy.size, 8589934595);
  assert(copy.blocks! < 1000);
});

/** Mount an overlay whose inode numbers lie beyond 2^53, with the entries of `tree` in it. */
async function mountOverlay(at: string, name: string, tree: Tree, mount: Mount): Promise<boolean> {
  plant(at, { [`${name}-lower`]: {}, [`${name}-upper`]: {}, [name]: {} });
  // numbers are made larger only for what comes from another file system than the upper one
  await mount("-t", "tmpfs", "tmpfs", `${at}/${name}-lower`);
  await mount("-t", "tmpfs", "tmpfs", `${at}/${name}-upper`);
  plant(`${at}/${name}-lower`, tree);
  plant(`${at}/${name}-upper`, { u: {}, w: {} });
  const layers =
    `lowerdir=${at}/${name}-lower,upperdir=${at}/${name}-upper/u,workdir=${at}/${name}-upper/w,xino=on`;
  await mount("-t", "overlay", "overlay", "-o", layers, `${at}/${name}`);
  return BigInt(await sh(`stat -c %i ${name}/first`, at)) > 2n ** 53n;
}

/** Whether the edge tells every inode number as it is. */
const isExact = EDGE === "native";

for (const more of [[], ["--checksum"]]) {
  faultTest(
    `files with inode numbers beyond 2^53 stay what they are${more.map((word) => `, ${word}`).join("")}`,
    ["mount"],
    async (at, mount) => {
      const tree = { first: "1", b: "22", c: "333", d: { e: { f: "4" } }, g: { e: { f: "5" } } };
      assert(await mountOverlay(at, "source", tree, mount));
      // a link to an inode of the lower layer is known by its number there
      for (const name of ["first", "b", "c"]) {
        Deno.linkSync(`${at}/source-lower/${name}`, `${at}/source-lower/${name}-2`);
      }
      plant(at, { replica: {} });
      for (const pass of [1, 2]) {
        const ran = await lockstep([`${at}/source`, `${at}/replica`, ...more]);
        assertEquals([ran.status, ran.err], [0, ""]);
        assertEquals(ran.out.split("inode numbers are too large").length, isExact ? 1 : 2, ran.out);
        if (pass === 2) assertStringIncludes(ran.out, "nothing to do");
      }
      assertInSync(`${at}/source`, `${at}/replica`, { hardLinks: false });
      const pairs = "replica/first replica/first-2 replica/b replica/b-2 replica/c replica/c-2";
      const inodes = (await sh(`stat -c %i ${pairs}`, at)).split("\n");
      if (isExact) assertEquals(new Set(inodes).size, 3);
    },
  );
}

faultTest(
  "a replica with inode numbers beyond 2^53 is kept in sync, and no inode of a snapshot is changed",
  ["mount"],
  async (at, mount) => {
    const tree = { first: "older", b: "2", d: { e: "3" } };
    assert(await mountOverlay(at, "replica", tree, mount));
    Deno.linkSync(`${at}/replica-lower/b`, `${at}/replica-lower/snapshot`);
    plant(at, {
      source: { first: "new", b: file("2", 0o600), snapshot: file("2", 0o644), d: { e: "3", f: "4" } },
    });
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    assertInSync(`${at}/source`, `${at}/replica`);
    const again = await lockstep([`${at}/source`, `${at}/replica`]);
    assertStringIncludes(again.out, "nothing to do");
  },
);

faultTest(
  "two folders whose inode numbers cannot be told exactly are not taken for one",
  ["mount"],
  async (at, mount) => {
    assert(
      await mountOverlay(at, "disk", { first: "1", source: { a: "1" }, replica: { b: { c: "2" } } }, mount),
    );
    const ran = await lockstep([`${at}/disk/source`, `${at}/disk/replica`, "--max-delete=100%"]);
    assertEquals([ran.status, ran.err], [0, ""]);
    assertInSync(`${at}/disk/source`, `${at}/disk/replica`);
    assertEquals(await relation(`${at}/disk/source`, `${at}/disk/replica`), "apart");
    // a folder is still known by its path
    assertEquals(await relation(`${at}/disk/source`, `${at}/disk/../disk/source`), "same");
    assertEquals(await relation(`${at}/disk/source`, `${at}/disk/source/a/b`), "replica-in-source");
  },
);

for (
  const [what, source] of [
    ["that the source does not have", {}],
    ["where the source has a file", { d: { m: "1" } }],
    ["below a folder that the source does not have", {}],
    ["where the source has a hard link", { d: { m: hardLink("../one") } }],
  ] as const
) {
  const point = what.startsWith("below") ? "d/x/y/m" : "d/m";
  mountTest(
    `a bind mount of the same device in the replica ${what} keeps all its files`,
    async (at, mount) => {
      plant(at, {
        source: { one: "1", d: {}, ...source },
        replica: { one: "1", d: { gone: "1" }, gone: { a: { b: "1" } } },
        outside: { a: "precious", b: { c: "precious" } },
      });
      Deno.mkdirSync(`${at}/replica/${point}`, { recursive: true });
      await mount("--bind", `${at}/outside`, `${at}/replica/${point}`);
      const before = harvest(`${at}/outside`);
      // the README's command, with which Deno may not read which mount points there are; and one with which it may
      for (const flags of [["--allow-read", "--allow-write"], ["--allow-all"]]) {
        const ran = await lockstep([`${at}/source`, `${at}/replica`, "--max-delete=100%"], { flags });
        assertEquals(ran.status, 23, ran.out + ran.err);
        assertStringIncludes(ran.err, `Cannot remove "${point}" in the replica: something is mounted there`);
        assertEquals(harvest(`${at}/outside`), before);
        assertEquals([isThere(`${at}/replica/gone`), isThere(`${at}/replica/d/gone`)], [false, false]);
        assertEquals(await sh("find replica -name '.lockstep-*'", at), "");
      }
      const dry = await lockstep([`${at}/source`, `${at}/replica`, "-n"], { flags: ["--allow-all"] });
      assertStringIncludes(dry.err, "something is mounted there");
      await command("umount", `${at}/replica/${point}`);
      assertEquals((await lockstep([`${at}/source`, `${at}/replica`, "--max-delete=100%"])).status, 0);
      assertInSync(`${at}/source`, `${at}/replica`);
    },
  );
}

mountTest(
  "--one-file-system stops at a bind mount of the same device where Deno may read of it",
  async (at, mount) => {
    plant(at, { source: { a: "1", m: {} }, replica: {}, outside: { b: "1" } });
    await mount("--bind", `${at}/outside`, `${at}/source/m`);
    const setting = EDGE === "native" ? {} : { flags: ["--allow-all"] };
    const ran = await lockstep([`${at}/source`, `${at}/replica`, "-x"], setting);
    assertEquals([ran.status, namesIn(`${at}/replica/m`)], [0, []]);
  },
);

for (const kind of ["bindfs", "overlay"] as const) {
  faultTest(
    `one tree that is seen in the other through ${kind} is refused, either way, and nothing is changed`,
    kind === "bindfs" ? ["bindfs"] : ["mount"],
    async (at, mount) => {
      plant(at, { low: { sub: { a: "only copy", d: { x: "1" } } }, up: {}, work: {}, m: {} });
      if (kind === "bindfs") await sh("bindfs low m", at);
      else {await mount(
          "-t",
          "overlay",
          "-o",
          `lowerdir=${at}/low,upperdir=${at}/up,workdir=${at}/work`,
          "overlay",
          `${at}/m`,
        );}
      try {
        const before = harvest(`${at}/low`);
        for (
          const [from, to, words] of [["m/sub", "low", "the source lies inside it"], [
            "low",
            "m/sub",
            "it lies inside the source",
          ]]
        ) {
          // what overlayfs writes lands elsewhere
          if (kind === "overlay" && to === "m/sub") continue;
          const ran = await lockstep([`${at}/${from}`, `${at}/${to}`]);
          assertEquals(ran.status, 3, ran.out);
          assertStringIncludes(ran.err, words!);
          assertEquals(harvest(`${at}/low`), before);
        }
      } finally {
        await command("umount", "-l", `${at}/m`);
      }
    },
  );
}

mountTest(
  "what is extraneous inside a mount in the replica is removed, folders too, and gives way",
  async (at, mount) => {
    plant(at, { s: { usb: { f: "1", dir: "a file" } }, r: { usb: {} } });
    await mount("-t", "tmpfs", "tmpfs", `${at}/r/usb`);
    plant(`${at}/r/usb`, { old: { f: "1", deeper: {} }, oldfile: "1", dir: {} });
    assertEquals((await lockstep([`${at}/s`, `${at}/r`])).status, 0);
    assertInSync(`${at}/s`, `${at}/r`);
    assertStringIncludes((await lockstep([`${at}/s`, `${at}/r`])).out, "nothing to do");
  },
);

for (const options of ["size=64k", "ro"]) {
  mountTest(
    `a mount in the replica that takes nothing (${options}) fails alone, and the rest goes on`,
    async (at, mount) => {
      plant(at, {
        s: { small: { big: new Uint8Array(200_000) }, ...files(50) },
        r: { small: {}, old: { f: "1" } },
      });
      await mount("-t", "tmpfs", "-o", options, "tmpfs", `${at}/r/small`);
      const ran = await lockstep([`${at}/s`, `${at}/r`]);
      assertEquals(ran.status, 23, ran.err);
      assertStringIncludes(ran.err, `"small/big"`);
      assertEquals([namesIn(`${at}/r`).length, isThere(`${at}/r/old`)], [51, false]);
    },
  );
}

faultTest("a replica whose file system dies ends the pass with 11 and few lines", ["bindfs"], async (at) => {
  const folders = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`d${i}`, files(150)]));
  plant(at, { s: folders, b: {}, m: {} });
  // the system remembers for some seconds what was there
  const args = ["-f", "-o", "attr_timeout=5,entry_timeout=5", "b", "m"];
  const bindfs = new Deno.Command("bindfs", { args, cwd: at }).spawn();
  try {
    await until("it is mounted", () => Deno.statSync(`${at}/m`).dev !== Deno.statSync(at).dev);
    const process = start([`${at}/s`, `${at}/m/r`]);
    const made = (name: string) => name.startsWith("d") && namesIn(`${at}/b/r/${name}`).length > 3;
    await until("files are there", () => isThere(`${at}/b/r`) && namesIn(`${at}/b/r`).some(made));
    bindfs.kill("SIGKILL");
    const ran = await ended(process);
    assertEquals(ran.status, 11, ran.err.slice(-2000));
    assert(ran.err.split("\n").length < 250, `${ran.err.split("\n").length} lines`);
    assertMatch(ran.err, /cut short, the replica('s disk fails| is gone)/);
  } finally {
    await bindfs.status;
    await command("umount", "-l", `${at}/m`);
  }
});
