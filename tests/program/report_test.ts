/** The real program with --report: the page and its history, run after run. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { lockstep, running, until } from "../support/program.ts";
import { files, inFolder, isThere, plant, readIfThere } from "../support/tree.ts";

Deno.test("lockstep --report keeps a page and its history, run after run, that others cannot read", () =>
  inFolder(async (at) => {
    const page = `${at}/report.html`;
    plant(`${at}/source`, { ...files(120, "12345"), holidays: { "a <b> & c": "1" } });
    const words = [`${at}/source`, `${at}/replica`, "--report", page, "--trash"];
    assertEquals((await lockstep(words)).status, 0);
    let text = Deno.readTextFileSync(page);
    for (const part of ["In sync", "The last pass", "<bdi>holidays</bdi>", "when it is started again"]) {
      assertStringIncludes(text, part);
    }
    for (const path of [page, `${page}.history`]) assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
    // nearly all of it is gone
    for (let i = 0; i < 120; i++) Deno.removeSync(`${at}/source/f${i}`);
    assertEquals((await lockstep(words)).status, 25);
    text = Deno.readTextFileSync(page);
    for (
      const part of [
        "Refused: nothing was changed",
        "Out of sync since",
        "<code>--max-delete 120</code>",
        "The last 2 passes",
      ]
    ) {
      assertStringIncludes(text, part);
    }
    assertEquals((await lockstep([...words, "--max-delete", "120"])).status, 0);
    text = Deno.readTextFileSync(page);
    for (
      const part of ["In sync since", "The last 3 passes", "120 removed", "In the trash</b> <span>600 B"]
    ) {
      assertStringIncludes(text, part);
    }
  }));

Deno.test("lockstep --report shows the first failures by their paths", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { taken: "1", fine: "2" });
    plant(`${at}/replica`, { taken: { inside: "3" }, fine: "2" });
    const ran = await lockstep([`${at}/source`, `${at}/replica`, "--no-delete", "--report", `${at}/r.html`]);
    assertEquals(ran.status, 23);
    const text = Deno.readTextFileSync(`${at}/r.html`);
    for (const part of ["Not all in sync", "&quot;taken&quot;", "with failures"]) {
      assertStringIncludes(text, part);
    }
  }));

Deno.test("lockstep --report says in a loop when the next pass is, and that it was stopped", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const page = `${at}/r.html`;
    await using loop = running([`${at}/source`, `${at}/replica`, "1h", "--report", page]);
    await until("the page is there", () => readIfThere(page).includes("In sync"));
    const text = Deno.readTextFileSync(page);
    assert(
      /Next pass<dd>\w{3} \d+ \w{3} \d{4}, \d\d:\d\d/.test(text.replaceAll(/\s*\n\s*/g, "")),
      text.slice(-3000),
    );
    assertEquals((await loop.stop()).status, 0);
    assertStringIncludes(Deno.readTextFileSync(page), "none: it was stopped");
  }));

Deno.test("lockstep --report takes no file's place that is not its own, and lies in no tree", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, "index.html": "<html>", "h.html.history": "notes\n", both: {} });
    const run = async (report: string, ...more: string[]) => {
      const { status, err } = await lockstep([`${at}/source`, `${at}/replica`, "--report", report, ...more]);
      assertEquals([status, err.split("\n").length], [1, 2], err);
      return err;
    };
    assertStringIncludes(await run(`${at}/index.html`), "is no report of Lockstep");
    assertStringIncludes(await run(`${at}/h.html`), "is no history of the report");
    assertStringIncludes(await run(`${at}/source/r.html`), "lies inside the source");
    assertStringIncludes(await run(`${at}/replica/r.html`), "lies inside the replica");
    assertStringIncludes(await run(`${at}/none/r.html`), "there is no folder");
    assertStringIncludes(await run(`${at}/x`, "--log-file", `${at}/x`), "have the same name");
    assertEquals(Deno.readTextFileSync(`${at}/index.html`), "<html>");
    assertEquals(isThere(`${at}/replica`), false);
  }));

Deno.test("lockstep --report names the permission that its page needs, and needs none for a dry run", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const words = [`${at}/source`, `${at}/replica`, "--report", `${at}/r.html`];
    const flags = [`--allow-read=${at}`, `--allow-write=${at}/replica`];
    const ran = await lockstep(words, { flags });
    assertEquals([ran.status, ran.err.split("\n").length], [1, 2]);
    assertStringIncludes(ran.err, "r.html");
    const enough = [`${at}/r.html`, `${at}/r.html.history`].flatMap((path) => [path, `${path}.lockstep-new`]);
    const scoped = [`--allow-read=${at}`, `--allow-write=${[`${at}/replica`, ...enough]}`];
    assertEquals((await lockstep(words, { flags: scoped })).status, 0);
    Deno.removeSync(`${at}/r.html`);
    assertEquals((await lockstep([...words, "-n"], { flags: [`--allow-read=${at}`] })).status, 0);
    assertEquals(isThere(`${at}/r.html`), false);
  }));

Deno.test("lockstep without --report loads nothing of it", () => {
  const seen = new Set<string>();
  const left = [new URL("../../main.ts", import.meta.url).href];
  for (let module = left.pop(); module !== undefined; module = left.pop()) {
    if (seen.has(module)) continue;
    seen.add(module);
    const text = Deno.readTextFileSync(new URL(module));
    for (const [, to] of text.matchAll(/^(?:import|export)(?! type) [^;]*?from "(\.[^"]+)";/gm)) {
      left.push(new URL(to!, module).href);
    }
  }
  assert(seen.size > 50, `${seen.size}`);
  assertEquals([...seen].filter((module) => /observers\/report/.test(module)), []);
});

Deno.test("lockstep --report leaves the page to the run that keeps it, and says so", () =>
  inFolder(async (at) => {
    const page = `${at}/report.html`;
    plant(`${at}/source`, { a: "1" });
    await using run = running([`${at}/source`, `${at}/replica`, "1h", "--report", page]);
    await until("the page is there", () => readIfThere(page).includes("In sync"));
    await until("its history is there", () => readIfThere(`${page}.history`).includes('"pass"'));
    const [before, history] = [readIfThere(page), readIfThere(`${page}.history`)];
    const { status, out, err } = await lockstep([`${at}/source`, `${at}/other`, "--report", page]);
    assertEquals(status, 0);
    assertStringIncludes(out + err, "is kept by another run that is at work");
    assertEquals([readIfThere(page), readIfThere(`${page}.history`)], [before, history]);
    assertEquals((await run.stop()).status, 0);
    assertEquals(
      (await lockstep([`${at}/source`, `${at}/other`, "--report", page])).out.includes("is kept by"),
      false,
    );
  }));
