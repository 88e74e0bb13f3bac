/** `--bwlimit` and `--nice` of the real program. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ended, has, lockstep, running, sh, start, until } from "../support/program.ts";
import { EDGE } from "../support/edges.ts";
import { assertInSync, file, inFolder, isThere, namesIn, plant } from "../support/tree.ts";

Deno.test("--bwlimit holds a copy back, and a program that waits for it hears SIGTERM at once", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, { a: file("x".repeat(600_000), 0o644, 1e12) });
    await using program = running([`${at}/s`, `${at}/r`, "--bwlimit", "16KiB"]);
    await until(
      "a copy was begun",
      () => isThere(`${at}/r`) && namesIn(`${at}/r`).some((name) => !name.endsWith("-probe")),
    );
    const began = performance.now();
    const { status } = await program.stop();
    // the copy takes 36 s
    assert(performance.now() - began < 15_000, `${performance.now() - began} ms`);
    assertEquals(status, 20);
    assertEquals(namesIn(`${at}/r`), []);
    const again = performance.now();
    assertEquals((await lockstep([`${at}/s`, `${at}/r`, "--bwlimit", "600KiB"])).status, 0);
    assert(performance.now() - again > 850);
    assertInSync(`${at}/s`, `${at}/r`);
  }));

Deno.test("--bwlimit without threads is one clear line", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, { a: file("1") });
    const flags = [`--allow-read=${at}`, "--allow-write"];
    for (const option of ["--bwlimit=1MiB", "--max-files-per-second=1"]) {
      const { status, err } = await lockstep([`${at}/s`, `${at}/r`, option], { flags, edge: "as flags say" });
      assertEquals(status, 1);
      assertStringIncludes(err, "need threads, whose modules Deno may not read: add --allow-read=");
    }
    assertEquals(isThere(`${at}/r`), false);
  }));

Deno.test("--nice without a permission is one clear line", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, { a: file("1") });
    const { status, err } = await lockstep([`${at}/s`, `${at}/r`, "--nice=5"], { edge: "as flags say" });
    assertEquals(status, 1);
    assertEquals(
      err,
      "lockstep: --nice needs --allow-sys=setPriority, or on Linux --allow-ffi: add one of them\n",
    );
  }));

/** How nice each thread of a process is. Deno may not read it without --allow-all. */
async function nicenesses(pid: number): Promise<number[]> {
  const lines = await sh(`cat /proc/${pid}/task/*/stat`, "/");
  return lines.split("\n").map((stat) => Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]));
}

const grants = EDGE === "native" ? [] : ["--allow-sys=setPriority"];
const canLook = Deno.build.os === "linux" && has("nice");

Deno.test({
  name: `--nice makes the threads nicer, and a program that is nicer stays so${
    canLook ? "" : " (skipped: no Linux)"
  }`,
  ignore: !canLook,
  fn: () =>
    inFolder(async (at) => {
      plant(`${at}/s`, { a: file("x".repeat(600_000), 0o644, 1e12) });
      const words = [`${at}/s`, `${at}/r`, "--bwlimit=16KiB", "--threads=2"];
      for (const [through, nice] of [[[], 7], [["nice", "-n", "12"], 12]] as const) {
        await using program = running([...words, "--nice=7"], { grants, through });
        await until("a copy was begun", () => isThere(`${at}/r`) && namesIn(`${at}/r`).length > 0);
        // nice(1) becomes the program that it starts
        const found = await nicenesses(program.process.pid);
        // this one, and the worker that copies
        assert(found.filter((one) => one === nice).length >= 2, `${found}`);
        await program.stop();
      }
    }),
});

Deno.test("a program with --bwlimit ends by itself when all is copied", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, { a: file("x") });
    const { status, out } = await ended(start([`${at}/s`, `${at}/r`, "--bwlimit", "00:00,1MiB 12:00,off"]));
    assertEquals(status, 0);
    assertStringIncludes(out, "in sync");
  }));
