/**
 * The one executable. What is in it is known without Deno's runtime for executables: Deno itself can stand in for that while
 * it is made, but does not run what is embedded. With DENORT_BIN in the environment the executable is run, too.
 */
import { Buffer } from "node:buffer";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { compile, objection, read, workersBelow } from "../../.packaging/compile.ts";
import { flagsOf, GRANTS } from "../../.packaging/grants.ts";
import { stage } from "../../.packaging/stage.ts";
import { VERSION } from "../../sync/build.ts";
import { COMMAND_TABLE } from "../../sync/cli/command_table.ts";
import { assertInSync, inFolder, link, plant } from "../support/tree.ts";

const ROOT = new URL("../../", import.meta.url);
const CLONE = fileURLToPath(ROOT);
const runtime = Deno.env.get("DENORT_BIN");

/** All modules of the program below `sync`, as text. */
function* sources(folder = "sync"): Generator<{ path: string; text: string }> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, ROOT))) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* sources(path);
    else if (path.endsWith(".ts")) yield { path, text: Deno.readTextFileSync(new URL(path, ROOT)) };
  }
}

/** Run a program and return what it printed. */
async function run(
  program: string,
  args: readonly string[],
  options: Omit<Deno.CommandOptions, "args"> = {},
) {
  const output = await new Deno.Command(program, { args: [...args], ...options }).output();
  const [out, err] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { status: output.code, out: out!, err: err! };
}

/** The local modules that a module leads to, early or late, by Deno's own account. */
async function graphOf(path: string): Promise<string[]> {
  const { out } = await run(Deno.execPath(), ["info", "--json", "--lock=tests/deno.lock", path], {
    cwd: ROOT,
  });
  const { modules } = JSON.parse(out) as { modules: readonly { specifier: string; error?: string }[] };
  assertEquals(modules.filter(({ error }) => error !== undefined), []);
  return modules.map(({ specifier }) => specifier).filter((name) => name.startsWith(ROOT.href))
    .map((name) => name.slice(ROOT.href.length));
}

/** Compile with Deno in the place of its runtime; the environment of Deno is put back. */
async function compiledBy(
  bin: string,
  output: string,
  flags: readonly string[] = [],
): Promise<string | null> {
  const { out } = await run(Deno.execPath(), [
    "eval",
    "--ext=ts",
    "--lock=tests/deno.lock",
    `import { compile } from "./.packaging/compile.ts";
    console.log(JSON.stringify(await compile(${JSON.stringify({ output, target: null, flags })})));`,
  ], { cwd: ROOT, env: { DENORT_BIN: bin } });
  return JSON.parse(out);
}

/** The modules that some module imports more of than types: what is of types alone is not there when the program runs. */
function withValues(): Set<string> {
  const found = new Set(["main.ts", ...workersBelow(CLONE)]);
  const all = [...sources(), { path: "main.ts", text: Deno.readTextFileSync(new URL("main.ts", ROOT)) }];
  for (const { path, text } of all) {
    const early = text.matchAll(/^(?:import|export) (?!type )([^;]*?) from "(\.[^"]+)"/gm);
    for (const [, names, to] of early) {
      if (/^\{(\s*type \w+,?)*\s*\}$/.test(names!)) continue;
      found.add(new URL(to!, new URL(path, ROOT)).href.slice(ROOT.href.length));
    }
    for (const [, to] of text.matchAll(/[^.\w]import\("(\.[^"]+)"\)/g)) {
      found.add(new URL(to!, new URL(path, ROOT)).href.slice(ROOT.href.length));
    }
  }
  return found;
}

function contains(bytes: Uint8Array, text: Uint8Array): boolean {
  return (bytes as Uint8Array & { indexOf(text: Uint8Array): number }).indexOf(text) >= 0;
}

Deno.test("workers are found by their addresses, and every one of them", () => {
  const workers = workersBelow(CLONE);
  assertEquals(workers, [
    "sync/pass/worker.ts",
    "sync/timing/inotify/worker.ts",
    "sync/timing/portable_worker.ts",
  ]);
  // none is started in another way
  const started = [...sources()].flatMap(({ text }) => [...text.matchAll(/new Worker\(/g)]);
  assertEquals(started.length, workers.length);
});

Deno.test("the program reads no file of its own but the workers and its commit, and imports nothing that Deno does not see", () => {
  const read: string[] = [];
  for (const { path, text } of sources()) {
    for (const [, late] of text.matchAll(/[^.\w]import\(([^)]*)\)/g)) assertMatch(late!, /^"[^"]+"$/, path);
    for (const [, to] of text.matchAll(/new URL\("([^"]*)", import\.meta\.url\)/g)) {
      // folders are asked about, and the main module's address is told
      if (!/(\/|^\.\.\/\.\.\/main\.ts)$/.test(to!)) read.push(`${path}: ${to}`);
    }
  }
  assertEquals(read.sort(), [
    "sync/pass/pool.ts: ./worker.ts",
    "sync/timing/inotify/open.ts: ./worker.ts",
    "sync/timing/portable_thread.ts: ./portable_worker.ts",
  ]);
});

Deno.test({
  name:
    "an executable embeds every module that the program and its workers lead to, its packages and its commit",
  // the stand-in for the runtime must be as for the runtime: one file that is the program itself
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (at) => {
      const output = `${at}/lockstep`;
      Deno.mkdirSync(`${at}/stage`);
      const { commit, packages } = await stage(`${at}/stage`);
      assertEquals(await compiledBy(Deno.execPath(), output), null);
      const bytes = Buffer.from(Deno.readFileSync(output)).subarray(Deno.statSync(Deno.execPath()).size);
      const workers = workersBelow(CLONE);
      const modules = new Set((await Promise.all(["main.ts", ...workers].map(graphOf))).flat());
      assert(modules.size > 200, `${modules.size}`);
      assert(modules.has("sync/cli/help.ts"));
      const needed = withValues();
      assert(needed.size > 200 && needed.size <= modules.size, `${needed.size}`);
      const missing = [...modules].filter((path) => needed.has(path)).filter((path) =>
        !contains(bytes, Deno.readFileSync(`${at}/stage/${path}`))
      );
      assertEquals(missing, []);
      if (commit !== null) assert(contains(bytes, new TextEncoder().encode(`${commit}\n`)));
      for (const { name } of packages) {
        assert(contains(bytes, Deno.readFileSync(`${at}/stage/node_modules/${name}/package.json`)), name);
      }
      for (const name of ["fast-check", "ajv"]) {
        assert(!bytes.includes(`"name": "${name}"`) && !bytes.includes(`"name":"${name}"`));
      }
      // what is baked in
      const text = bytes.toString("latin1");
      const [, grants] = /"permissions":(\{[^}]*\})/.exec(text) ?? [];
      const { allow_read, allow_net, allow_sys, prompt } = JSON.parse(grants!);
      assertEquals([allow_read, allow_net, prompt], [[], null, false]);
      assertEquals(
        allow_sys,
        GRANTS.find(([flag]) => flag.startsWith("--allow-sys"))![0].split("=")[1]!.split(","),
      );
      assertMatch(text, /"code_cache_key":null/);
      // a program that ignores what is embedded is no executable of ours
      assertMatch(await objection(output) ?? "", /does not run Lockstep.*DENORT_BIN must name denort/);
    }),
});

Deno.test("where Deno has no runtime for executables, one line says what to do", () =>
  inFolder(async (at) => {
    const said = await compiledBy(`${at}/none`, `${at}/lockstep`);
    assertMatch(said!, /^Deno has no runtime for executables here: unpack https:\S+\.zip and set DENORT_BIN/);
    assertEquals(said!.includes("\n"), false);
  }));

Deno.test("the words of deno task compile", () => {
  assertEquals(read(["--target", "x86_64-pc-windows-msvc"]), {
    output: resolve("lockstep.exe"),
    target: "x86_64-pc-windows-msvc",
    flags: [],
  });
  assertEquals(read(["--output=/x/y", "--allow-read=/a", "--deny-write=/a"]), {
    output: resolve("/x/y"),
    target: null,
    flags: ["--allow-read=/a", "--deny-write=/a"],
  });
  assertEquals(read(["--output"]), "--output takes a value");
  assertMatch(`${read(["a"])}`, /^Not known: a;/);
});

Deno.test("grants that were given stand in the place of our own, and what is denied beside them", () => {
  assertEquals(flagsOf(["--allow-read=/a"]), ["--no-prompt", "--allow-read=/a"]);
  assertEquals(flagsOf(["--deny-write=/a"]), [...flagsOf(), "--deny-write=/a"]);
});

Deno.test("what is staged runs without network or cache, writes nothing of its own, and knows its commit", () =>
  inFolder(async (at) => {
    Deno.mkdirSync(`${at}/stage`);
    const { version, commit } = await stage(`${at}/stage`);
    assertEquals(version, VERSION);
    if (commit !== null) assertEquals(Deno.readTextFileSync(`${at}/stage/sync/commit`), `${commit}\n`);
    const before = [...Deno.readDirSync(`${at}/stage`)].map(({ name }) => name).sort();
    const lockstep = (...args: string[]) =>
      run(Deno.execPath(), ["run", "--cached-only", ...flagsOf(), `${at}/stage/main.ts`, ...args], {
        cwd: at,
        env: { DENO_DIR: `${at}/deno`, NO_COLOR: "1" },
      });
    plant(`${at}/source`, { a: "1", d: { b: "2" } });
    assertEquals((await lockstep("source", "replica", "--threads=2", "--log-file=s.log")).status, 0);
    assertInSync(`${at}/source`, `${at}/replica`);
    assertEquals(
      (await lockstep("schedule", "show", "source", "replica", "@daily", "s.log", "--with=cron")).status,
      0,
    );
    assertMatch((await lockstep("--version")).out, new RegExp(`^lockstep ${VERSION}\n`));
    Deno.writeTextFileSync(
      `${at}/jobs.jsonc`,
      `{ "jobs": { "a": { "source": "source", "replica": "other" } } } // c`,
    );
    assertEquals((await lockstep("run", "--config", "jobs.jsonc", "--once")).status, 0);
    assertEquals([...Deno.readDirSync(`${at}/stage`)].map(({ name }) => name).sort(), before);
  }));

Deno.test({
  name: `lockstep as one executable mirrors in threads, knows its help and follows changes${
    runtime ? "" : " (skipped: DENORT_BIN names no runtime)"
  }`,
  ignore: !runtime,
  fn: () =>
    inFolder(async (at) => {
      const program = `${at}/lockstep${Deno.build.os === "windows" ? ".exe" : ""}`;
      assertEquals(await compile({ output: program, target: null, flags: [] }), null);
      assertEquals(await objection(program), null);
      const began = performance.now();
      const version = await run(program, ["--version"]);
      const took = performance.now() - began;
      assertMatch(version.out, new RegExp(`^lockstep ${VERSION}\n`));
      // deno-lint-ignore no-console
      console.log(`${Math.round(Deno.statSync(program).size / 1e6)} MB, ${Math.round(took)} ms to --version`);
      for (let i = 0; i < 100; i++) plant(`${at}/source/d${i}`, { a: "1", l: link("a") });
      assertEquals((await run(program, [`${at}/source`, `${at}/replica`])).status, 0);
      assertInSync(`${at}/source`, `${at}/replica`);
      for (const { name } of COMMAND_TABLE) {
        assertEquals((await run(program, ["help", name])).status, 0, name);
      }
      assertEquals((await run(program, ["man"])).out.startsWith(".TH"), true);
      const watching = await run(program, [`${at}/source`, `${at}/replica`, "-w", "--passes=1"]);
      assertEquals(watching.status, 0, watching.err);
      const entry = await run(program, [
        "schedule",
        "show",
        at,
        `${at}-2`,
        "1h",
        `${at}.log`,
        "--with=systemd",
      ]);
      assertMatch(entry.out, new RegExp(`ExecStart="?${program}"? `));
    }),
});
