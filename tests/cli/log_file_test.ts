/** The log file: whole lines, and each of them kept, however often the file is begun anew. */
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { resolve } from "node:path";
import { logConflict } from "../../sync/cli/log_conflict.ts";
import { type LogFile, openLogFile } from "../../sync/cli/log_file.ts";
import type { Rotation } from "../../sync/cli/log_rotation.ts";
import { systemOf } from "../../sync/system.ts";
import { isSystemError } from "../../sync/system_error.ts";
import { command } from "../support/program.ts";
import { inFolder, plant } from "../support/tree.ts";

const EVER = { most: null, keep: 5 };

function write(file: LogFile, text: string): void {
  file.writeSync(new TextEncoder().encode(text));
}

const WINDOWS = systemOf("windows");

/** A log of a Unix, that is closed at the end. */
function logIn(
  path: string,
  rotation: Rotation,
  later = false,
  system = systemOf("linux"),
): LogFile & Disposable {
  const file = openLogFile(path, rotation, later, system);
  return Object.assign(file, { [Symbol.dispose]: file.close });
}

/** The contents of the log files in `folder`, the oldest first. */
function contents(folder: string): string[] {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
    name.startsWith("log")
  );
  const age = (name: string) => Number(name.split(".")[1] ?? 0);
  return names.sort((a, b) => age(b) - age(a)).map((name) => Deno.readTextFileSync(`${folder}/${name}`));
}

Deno.test("openLogFile() rotates without a lost or a broken line, and no file grows beyond its size", () =>
  inFolder((at) => {
    using file = logIn(`${at}/log`, { most: 1000, keep: 99 });
    let all = "";
    for (let i = 0; i < 300; i++) {
      const lines = Array.from({ length: i % 7 + 1 }, (_, j) => `${i} ${j} ${"ä".repeat(i * 31 % 60)}\n`)
        .join("");
      all += lines;
      write(file, lines);
    }
    const kept = contents(at);
    assertEquals(kept.join("").length, all.length);
    assertEquals(kept.join(""), all);
    for (const text of kept) assert(new TextEncoder().encode(text).length <= 1000 && text.endsWith("\n"));
    assert(kept.length > 20);
  }));

Deno.test("openLogFile() keeps as many files as asked, and a line that is too long is a file of its own", () =>
  inFolder((at) => {
    using file = logIn(`${at}/log`, { most: 10, keep: 2 });
    for (const line of ["1\n", "2\n", "a long line of its own\n", "3\n", "123456789\n", "4\n"]) {
      write(file, line);
    }
    assertEquals(contents(at), ["3\n", "123456789\n", "4\n"]);
  }));

Deno.test("openLogFile() goes on with what is there, and renames it", () =>
  inFolder((at) => {
    plant(at, { log: "12345\n" });
    using file = logIn(`${at}/log`, { most: 10, keep: 2 });
    assertEquals(file.paths(), [resolve(at, "log")]);
    write(file, "67890\n");
    assertEquals(contents(at), ["12345\n", "67890\n"]);
  }));

Deno.test("openLogFile() opens the file anew by its name when asked, and keeps the old one when that fails", () =>
  inFolder((at) => {
    using file = logIn(`${at}/log`, EVER);
    write(file, "1\n");
    Deno.renameSync(`${at}/log`, `${at}/log.9`);
    write(file, "2\n");
    file.reopen();
    write(file, "3\n");
    assertEquals(contents(at), ["1\n2\n", "3\n"]);
    // Windows keeps the name of a file that is removed while it is open
    Deno.renameSync(`${at}/log`, `${at}/gone`);
    Deno.mkdirSync(`${at}/log`);
    assertThrows(() => file.reopen());
    write(file, "4\n");
  }));

const mounts = Deno.uid() === 0 && (await command("unshare", "-m", "true"))?.status === 0;

Deno.test({
  name: `openLogFile() says how many lines a full disk took${mounts ? "" : " (skipped: may not mount)"}`,
  ignore: !mounts,
  fn: () =>
    inFolder(async (at) => {
      const mounted = await command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", at);
      if (mounted?.status !== 0) throw new Error(`Cannot mount: ${mounted?.err}`);
      try {
        using file = logIn(`${at}/log`, EVER);
        plant(at, { filler: "x".repeat(60_000) });
        const line = `${"y".repeat(99)}\n`;
        let failed = 0;
        for (let i = 0; i < 100; i++) {
          try {
            write(file, line);
          } catch (error) {
            if (!isSystemError(error)) throw error;
            failed++;
          }
        }
        assert(failed > 10);
        Deno.removeSync(`${at}/filler`);
        write(file, "last\n");
        const lines = Deno.readTextFileSync(`${at}/log`).trimEnd().split("\n");
        assertEquals(lines.at(-1), "last");
        assertEquals(lines.at(-2), `${failed} lines are missing here: the log could not be written`);
        // the line that did not fit to its end is one of those
        assertEquals(lines.slice(0, 100 - failed).every((text) => text.length === 99), true);
        assertMatch(lines.at(-3)!, /^y+$/);
      } finally {
        await command("umount", "-l", at);
      }
    }),
});

Deno.test("logConflict() finds a file of somebody else that a log would be written to, or would rename", () =>
  inFolder((at) => {
    plant(at, {
      source: { f: "theirs" },
      replica: { f: "theirs" },
      "out.log": "theirs",
      "other.log.1": "theirs",
    });
    plant(at, { source: { ours: "2026-03-01T12:00:00.123+01:00 INFO mirror\n", empty: "" } });
    Deno.linkSync(`${at}/source/f`, `${at}/linked`);
    const trees = { source: `${at}/source`, replica: `${at}/replica` };
    const asked = (name: string, most: number | null = null) =>
      logConflict(`${at}/${name}`, { most, keep: 3 }, trees);
    for (const name of ["source/f", "replica/f", "linked"]) {
      assertStringIncludes(asked(name) ?? "", "no log of Lockstep");
    }
    for (const name of ["source/ours", "source/empty", "source/new", "out.log", "other.log"]) {
      assertEquals(asked(name), null);
    }
    assertStringIncludes(asked("other.log", 100) ?? "", "other.log.1");
    assertStringIncludes(asked("replica") ?? "", "have the same name");
  }));

Deno.test("logConflict() refuses a FIFO, which would wait for a reader", () =>
  inFolder(async (at) => {
    const made = await command("mkfifo", `${at}/fifo`);
    if (made?.status !== 0) return;
    const trees = { source: `${at}/source`, replica: `${at}/replica` };
    assertStringIncludes(logConflict(`${at}/fifo`, EVER, trees) ?? "", "is a FIFO");
  }));

Deno.test("openLogFile() begins each new file for Windows with a mark of UTF-8, and no file grows beyond its size", () =>
  inFolder((at) => {
    using file = logIn(`${at}/log`, { most: 100, keep: 99 }, false, WINDOWS);
    let all = "";
    for (let i = 0; i < 50; i++) {
      const line = `${i} ${"ä".repeat(i)}\r\n`;
      all += line;
      write(file, line);
    }
    const names = [...Deno.readDirSync(at)].map(({ name }) => `${at}/${name}`);
    for (const name of names) {
      const bytes = Deno.readFileSync(name);
      assert(bytes.length <= 100 || bytes.filter((byte) => byte === 10).length === 1, name);
      assertEquals([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
      // one at its beginning, and no other
      assertEquals(bytes.filter((byte) => byte === 0xef).length, 1);
    }
    assert(names.length > 10);
    assertEquals(contents(at).join("").replaceAll("\ufeff", ""), all);
    // what others began goes on as it is, however short
    for (const begun of ["x", "x\r\n", "1234\r\n"]) {
      plant(at, { [`other${begun.length}`]: begun });
      using other = logIn(`${at}/other${begun.length}`, EVER, false, WINDOWS);
      write(other, "next\r\n");
      assertEquals(Deno.readTextFileSync(`${at}/other${begun.length}`), `${begun}next\r\n`);
    }
  }));

Deno.test("openLogFile() sees by itself, where nobody can tell it, that its file was renamed or replaced", () =>
  inFolder((at) => {
    for (const [name, head, system] of [["w", "\ufeff", WINDOWS], ["l", "", systemOf("linux")]] as const) {
      using file = logIn(`${at}/${name}`, EVER, false, system);
      write(file, "one\n");
      Deno.renameSync(`${at}/${name}`, `${at}/${name}.old`);
      write(file, "two\n");
      const text = (path: string) =>
        new TextDecoder("utf-8", { ignoreBOM: true }).decode(Deno.readFileSync(path));
      if (name === "l") {
        assertEquals(text(`${at}/l.old`), "one\ntwo\n");
        continue;
      }
      assertEquals([text(`${at}/w.old`), text(`${at}/w`)], [`${head}one\n`, `${head}two\n`]);
      Deno.renameSync(`${at}/w`, `${at}/w.older`);
      Deno.writeTextFileSync(`${at}/w`, "somebody's\n");
      write(file, "three\n");
      assertEquals(text(`${at}/w`), "somebody's\nthree\n");
    }
  }));
