import { assertEquals, assertNotEquals } from "@std/assert";
import { isSameRoot, isStill, type Root, rootAt } from "../../sync/disk/root.ts";
import { identityOf, isExactNumber } from "../../sync/identity.ts";
import { SYSTEM } from "../../sync/system.ts";
import { until } from "../support/program.ts";
import { inFolder } from "../support/tree.ts";

/** The time of birth of a folder that is made now, in ms. */
function birthOf(path: string): number {
  Deno.mkdirSync(path);
  const birth = Deno.statSync(path).birthtime!.getTime();
  Deno.removeSync(path);
  return birth;
}

Deno.test({
  name: "rootAt() knows a folder that was made anew from the old one, though it may get its number",
  // elsewhere the number counts how often it was given; but not under Wine
  ignore: !SYSTEM.reusesFileNumbers,
  fn: () =>
    inFolder(async (at) => {
      for (let i = 0; i < 20; i++) {
        Deno.mkdirSync(`${at}/root`);
        const birth = Deno.statSync(`${at}/root`).birthtime!.getTime();
        const before = await rootAt(`${at}/root`);
        assertEquals(await isStill(before!), true);
        Deno.removeSync(`${at}/root`);
        await until("times of birth have gone on", () => birthOf(`${at}/clock`) > birth);
        Deno.mkdirSync(`${at}/root`);
        assertNotEquals((await rootAt(`${at}/root`))?.id, before?.id);
        Deno.removeSync(`${at}/root`);
      }
    }),
});

/** A root as Deno tells of it on Windows. */
function rootOnWindows(path: string, ino: number, times: string): Root {
  const exact = Number.isSafeInteger(ino);
  const entry = {
    kind: "folder",
    mode: 0,
    mtime: 0,
    uid: 0,
    gid: 0,
    device: 7,
    inode: exact ? ino : null,
  } as const;
  return { path, id: `7:${ino}`, entry, times };
}

Deno.test("isSameRoot() takes roots for one by path in any case, by number, and by a rounded number with its times", () => {
  const windows = { reusesFileNumbers: false };
  const [small, large] = [5 * 2 ** 48 + 40, 1000 * 2 ** 48 + 64];
  const share = "\\\\localhost\\c$\\x";
  const rows: readonly (readonly [a: Root, b: Root, same: boolean])[] = [
    [rootOnWindows("C:\\x", small, "1:2"), rootOnWindows(share, small, "1:3"), true],
    [rootOnWindows("C:\\x", small, "1:2"), rootOnWindows("C:\\y", small + 1, "1:2"), false],
    [rootOnWindows("C:\\x", large, "1:2"), rootOnWindows(share, large, "1:2"), true],
    // made one after the other, so that the numbers fall together
    [rootOnWindows("C:\\x", large, "1:2"), rootOnWindows("C:\\y", large + 1, "1:3"), false],
    [rootOnWindows("C:\\x", large, "1:2"), rootOnWindows("C:\\y", large + 1, "3:2"), false],
  ];
  assertEquals(large, large + 1);
  for (const [a, b, same] of rows) assertEquals(isSameRoot(a, b, windows), same, `${a.path} ${b.path}`);
  assertEquals(isSameRoot(rows[2]![0], rows[2]![1], { reusesFileNumbers: true }), false);
});

Deno.test("identityOf() leaves out the time of birth where numbers are not used again", () => {
  const found = { dev: 7, ino: 1000 * 2 ** 48 + 64, birthtime: new Date(5) };
  assertEquals(identityOf(found, { reusesFileNumbers: true }), `7:${found.ino}:5`);
  assertEquals(identityOf(found, { reusesFileNumbers: false }), `7:${found.ino}`);
  assertEquals([isExactNumber(found), isExactNumber({ dev: 7, ino: 0 }), isExactNumber({ dev: 7, ino: 1 })], [
    false,
    false,
    true,
  ]);
});
