/**
 * What the edge does on Windows about read-only files, files that somebody has open, and links, by calls that answer as
 * Windows does. Files and folders are real, on any system.
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Fault, reason } from "../../sync/disk/fault.ts";
import { type DenoCalls, modeOf, plainTarget, windowsCalls } from "../../sync/disk/portable/windows.ts";
import { isTemporary } from "../../sync/disk/temporary.ts";
import { systemOf } from "../../sync/system.ts";
import { inFolder } from "../support/tree.ts";

const WINDOWS = systemOf("windows");

function systemError(number: number): Error {
  return new Error(`No. (os error ${number})`);
}

function isReadOnly(path: string): boolean {
  return ((Deno.lstatSync(path).mode ?? 0) & 0o200) === 0;
}

/** Throws as Windows does when a read-only file would be replaced, removed or written to. */
function guard(path: string): void {
  let found: Deno.FileInfo;
  try {
    found = Deno.lstatSync(path);
  } catch {
    return;
  }
  if (!found.isSymlink && isReadOnly(path)) {
    throw new Deno.errors.PermissionDenied("Access is denied. (os error 5)");
  }
}

/** Deno's calls, with the guards of Windows, and with some that a test gives. */
function calls(own: Partial<DenoCalls> = {}): DenoCalls {
  return {
    chmodSync: Deno.chmodSync,
    lstatSync: Deno.lstatSync,
    readLinkSync: Deno.readLinkSync,
    statSync: Deno.statSync,
    symlinkSync: Deno.symlinkSync,
    openSync(path, options) {
      if (options?.write) guard(String(path));
      return Deno.openSync(path, options);
    },
    removeSync(path) {
      guard(String(path));
      Deno.removeSync(path);
    },
    renameSync(from, to) {
      guard(String(to));
      Deno.renameSync(from, to);
    },
    utimeSync(path, ...times) {
      guard(String(path));
      Deno.utimeSync(path, ...times);
    },
    ...own,
  };
}

/** An old file, read-only or not, and a new one beside it. */
function plantTwo(at: string, readOnly = true): readonly [old: string, fresh: string] {
  Deno.writeTextFileSync(`${at}/old`, "old");
  Deno.writeTextFileSync(`${at}/fresh`, "new");
  if (readOnly) Deno.chmodSync(`${at}/old`, 0o444);
  return [`${at}/old`, `${at}/fresh`];
}

function codeOf(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return reason(error, WINDOWS)?.code;
  }
}

Deno.test("rename() replaces a read-only file", () =>
  inFolder((at) => {
    const [old, fresh] = plantTwo(at);
    windowsCalls(calls()).rename(fresh, old);
    assertEquals([Deno.readTextFileSync(old), isReadOnly(old)], ["new", false]);
    assertEquals([...Deno.readDirSync(at)].map(({ name }) => name), ["old"]);
  }));

Deno.test("a read-only file that cannot be replaced after all is read-only again", () =>
  inFolder((at) => {
    const [old, fresh] = plantTwo(at);
    const failing = calls({
      renameSync(_, to) {
        guard(String(to));
        throw systemError(1117);
      },
    });
    assertEquals(codeOf(() => windowsCalls(failing).rename(fresh, old)), "EIO");
    assertEquals([Deno.readTextFileSync(old), isReadOnly(old)], ["old", true]);
    Deno.chmodSync(old, 0o666);
  }));

Deno.test("remove() removes a read-only file and a read-only folder, and leaves them so when it cannot", () =>
  inFolder((at) => {
    const [old] = plantTwo(at);
    let fails = true;
    const failing = calls({
      removeSync(path) {
        guard(String(path));
        if (fails) throw systemError(32);
        Deno.removeSync(path);
      },
    });
    const { remove } = windowsCalls(failing);
    assertEquals(codeOf(() => remove(old)), "IN_USE");
    assert(isReadOnly(old));
    fails = false;
    remove(old);
    Deno.mkdirSync(`${at}/folder`, { mode: 0o555 });
    remove(`${at}/folder`);
    assertEquals([...Deno.readDirSync(at)].map(({ name }) => name), ["fresh"]);
    assertEquals(codeOf(() => remove(`${at}/none`)), "ENOENT");
  }));

Deno.test("setTime() and syncFile() reach a read-only file, which stays one", () =>
  inFolder((at) => {
    const [old] = plantTwo(at);
    const { setTime, syncFile } = windowsCalls(calls());
    setTime(old, new Date(5000));
    syncFile(old);
    assertEquals([Deno.statSync(old).mtime?.getTime(), isReadOnly(old)], [5000, true]);
    Deno.chmodSync(old, 0o666);
  }));

Deno.test("a file that is open for a moment is tried again, for a while and in threads only", () =>
  inFolder((at) => {
    const [old, fresh] = plantTwo(at, false);
    let [left, tries] = [2, 0];
    const held = calls({
      renameSync(from, to) {
        tries++;
        if (left-- > 0) throw systemError(32);
        Deno.renameSync(from, to);
      },
    });
    const waits: number[] = [];
    windowsCalls(held, (ms) => waits.push(ms)).rename(fresh, old);
    assertEquals([Deno.readTextFileSync(old), waits, tries], ["new", [20, 60], 3]);
    // the first thread has signals to listen to
    [left, tries] = [9, 0];
    assertEquals(codeOf(() => windowsCalls(held, null).rename(old, fresh)), "IN_USE");
    assertEquals(tries, 1);
    // where many are open, they are not all waited for; after a while some are again
    left = Infinity;
    let now = 0;
    const { rename } = windowsCalls(held, (ms) => waits.push(ms), () => now);
    waits.length = 0;
    for (let i = 0; i < 100; i++) assertThrows(() => rename(old, fresh));
    const waited = waits.reduce((sum, ms) => sum + ms, 0);
    assert(waited > 1800 && waited <= 2000, `${waited}`);
    now = 61_000;
    assertThrows(() => rename(old, fresh));
    assertEquals(waits.slice(-3), [20, 60, 120]);
  }));

Deno.test("a file that somebody reads cannot be replaced, and is said to be open", () =>
  inFolder((at) => {
    const [old, fresh] = plantTwo(at, false);
    const renameSync = () => {
      throw systemError(5);
    };
    assertEquals(codeOf(() => windowsCalls(calls({ renameSync }), null).rename(fresh, old)), "IN_USE");
    const openSync = () => {
      throw systemError(32);
    };
    assertEquals(
      codeOf(() => windowsCalls(calls({ renameSync, openSync }), null).rename(fresh, old)),
      "IN_USE",
    );
    // a right that lacks is one
    const denied = () => {
      throw systemError(5);
    };
    const { rename } = windowsCalls(calls({ renameSync, openSync: denied }), null);
    assertEquals(codeOf(() => rename(fresh, old)), "EACCES");
    assertEquals([Deno.readTextFileSync(old), Deno.readTextFileSync(fresh)], ["old", "new"]);
  }));

/** Rows: what Deno gives, and the one spelling that is compared. */
const TARGETS: readonly (readonly [given: string, plain: string | null])[] = [
  ["a", "a"],
  ["a/b", "a\\b"],
  ["..\\a\\", "..\\a"],
  ["\\\\?\\C:\\x\\y", "C:\\x\\y"],
  ["\\??\\C:\\x", "C:\\x"],
  ["C:\\", "C:\\"],
  ["\\\\?\\C:\\", "C:\\"],
  ["\\\\?\\UNC\\host\\share\\x", "\\\\host\\share\\x"],
  ["\\\\host\\share", "\\\\host\\share"],
  ["\\", "\\"],
  ["\\\\?\\Volume{6d2f0b7a-0000-0000-0000-100000000000}\\", null],
  ["Volume{x}", "Volume{x}"],
];

Deno.test("plainTarget() gives a target in one spelling, and none where a disk is mounted", () => {
  for (const [given, plain] of TARGETS) {
    assertEquals(plainTarget(given), plain, given);
    if (plain !== null) assertEquals(plainTarget(plain), plain, plain);
  }
  const mounted = assertThrows(() => windowsCalls(calls()).targetOf("x", "\\\\?\\Volume{6d2f}\\"), Fault);
  assertEquals(mounted.reason.code, "MOUNTED");
});

Deno.test("a link is of the type of what it leads to", () => {
  const leadsTo = (isDirectory: boolean) => calls({ statSync: () => ({ isDirectory }) as Deno.FileInfo });
  const typeOf = (own: DenoCalls, target: string) => windowsCalls(own).targetOf("x", target).type;
  assertEquals(typeOf(leadsTo(false), "a"), "file");
  assertEquals(typeOf(leadsTo(true), "a"), "folder");
  assertEquals(typeOf(leadsTo(true), "\\\\?\\C:\\a"), "junction");
  assertEquals(typeOf(leadsTo(true), "\\\\host\\share"), "folder");
  const gone = calls({
    statSync() {
      throw systemError(2);
    },
  });
  assertEquals(windowsCalls(gone).targetOf("x", "a/b"), { target: "a\\b" });
});

Deno.test("a reparse point that Deno cannot read is told as one, and what it leads to is not", () => {
  const failing = (error: Error) =>
    windowsCalls(calls({
      readLinkSync() {
        throw error;
      },
    })).readLink("x");
  const strange = assertThrows(() => failing(new Error("Unsupported reparse point type")), Fault);
  assertEquals(strange.reason.code, "REPARSE");
  assertThrows(() => failing(new TypeError("a bug")), TypeError);
  assertEquals(codeOf(() => failing(systemError(5))), "EACCES");
});

/** Links of a disk that has none but in memory: what was made, by path. */
function links(own: (type: string) => Error | string | null = () => null): {
  readonly deno: DenoCalls;
  readonly made: Map<string, string>;
} {
  const made = new Map<string, string>();
  const none = systemError(2);
  const deno = calls({
    symlinkSync(target, path, options) {
      const answer = own(options!.type);
      if (answer instanceof Error) throw answer;
      made.set(String(path), `${options!.type} ${answer ?? target}`);
    },
    readLinkSync(path) {
      return made.get(String(path))!.replace(/^\w+ /, "");
    },
    removeSync(path) {
      if (!made.delete(String(path))) throw none;
    },
    lstatSync(path) {
      if (!made.has(String(path))) throw none;
      return { isSymlink: true, isDirectory: false } as Deno.FileInfo;
    },
  });
  return { deno, made };
}

Deno.test("createLink() makes links of the type that was found, and junctions where it can", () => {
  const { deno, made } = links();
  const { createLink } = windowsCalls(deno);
  createLink("a/b", "1", "file");
  createLink("../b", "2", "folder");
  createLink("c", "3", undefined);
  createLink("C:\\x", "4", "junction");
  assertEquals([...made.values()], ["file a\\b", "dir ..\\b", "file c", "junction C:\\x"]);
  assertEquals(codeOf(() => createLink("C:\\x", "4", "junction")), "EEXIST");
});

Deno.test("createLink() makes a link to a folder where a junction would lead elsewhere, or cannot be made", () => {
  const elsewhere = links((type) => type === "junction" ? "C:\\real" : null);
  windowsCalls(elsewhere.deno).createLink("C:\\link\\x", "1", "junction");
  assertEquals([...elsewhere.made.values()], ["dir C:\\link\\x"]);
  const none = links((type) => type === "junction" ? systemError(50) : null);
  windowsCalls(none.deno).createLink("C:\\x", "1", "junction");
  assertEquals([...none.made.values()], ["dir C:\\x"]);
  const noRight = links(() => systemError(1314));
  assertEquals(codeOf(() => windowsCalls(noRight.deno).createLink("C:\\x", "1", "junction")), "NO_RIGHT");
  assertEquals(codeOf(() => windowsCalls(noRight.deno).createLink("x", "1", "file")), "NO_RIGHT");
});

Deno.test("createLink() does not believe a call that made nothing", () => {
  const deno = calls({
    symlinkSync() {},
    lstatSync() {
      throw systemError(2);
    },
  });
  assertEquals(codeOf(() => windowsCalls(deno).createLink("a", "1", "file")), "EOPNOTSUPP");
});

Deno.test("rename() puts a file in the place of a link to a folder, which is there again when it cannot", () =>
  inFolder((at) => {
    const [, fresh] = plantTwo(at, false);
    const path = `${at}/link`;
    // a file stands for the link: Windows replaces neither it nor a junction by a rename
    Deno.writeTextFileSync(path, "link");
    let fails = true;
    const asides: string[] = [];
    const deno = calls({
      lstatSync(of) {
        const found = Deno.lstatSync(of);
        return String(of) === path ? { ...found, isSymlink: true, isFile: false } : found;
      },
      renameSync(from, to) {
        if (String(from) === path) asides.push(String(to).slice(at.length + 1));
        if (String(from) === fresh && (fails || asides.length === 0)) throw systemError(5);
        Deno.renameSync(from, to);
      },
    });
    const { rename } = windowsCalls(deno, null);
    assertThrows(() => rename(fresh, path));
    assertEquals([Deno.readTextFileSync(path), Deno.readTextFileSync(fresh)], ["link", "new"]);
    fails = false;
    asides.length = 0;
    rename(fresh, path);
    assertEquals(Deno.readTextFileSync(path), "new");
    assertEquals([...Deno.readDirSync(at)].map(({ name }) => name).sort(), ["link", "old"]);
    // should it be killed in between, the next pass clears what is aside
    assertEquals(asides.map(isTemporary), [true]);
  }));

Deno.test("modeOf() has the read-only attribute of files, and nothing of folders", () => {
  assertEquals(modeOf({ mode: 0o100666, isDirectory: false }), 0o666);
  assertEquals(modeOf({ mode: 0o100444, isDirectory: false }), 0o444);
  assertEquals(modeOf({ mode: null, isDirectory: false }), 0o666);
  for (const mode of [0o40666, 0o40444, null]) assertEquals(modeOf({ mode, isDirectory: true }), 0o777);
});
