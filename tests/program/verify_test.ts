/** The command `verify` as its user runs it. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { command, ended, has, lockstep, start, until } from "../support/program.ts";
import { rot } from "../support/check.ts";
import {
  assertInSync,
  file,
  folder,
  harvest,
  inFolder,
  isThere,
  plant,
  readIfThere,
} from "../support/tree.ts";
import { schemaOfEvents, violations } from "../support/json_schema.ts";

const OLD = 1_000_000_000_000;
const TREE = { a: file("one", 0o644, OLD), b: file("two", 0o644, OLD) };

Deno.test("a mirror keeps a manifest; rot on either side is found, told, and healed only from a sound source", () =>
  inFolder(async (at) => {
    const [s, r, m] = [`${at}/s`, `${at}/r`, `${at}/m`];
    plant(s, TREE);
    assertEquals((await lockstep([s, r, "--manifest", m])).status, 0);
    if (has("sha256sum")) {
      assertEquals((await command("sh", "-c", `cd ${r} && sha256sum -c --strict --quiet ../m`))?.status, 0);
    }
    const clean = await lockstep(["verify", s, r], { flags: ["--allow-read"] });
    assertEquals([clean.status, clean.err], [0, ""]);
    assertMatch(clean.out, /checked: no difference, 2 files, 6 B in /);
    rot(`${r}/a`);
    rot(`${s}/b`);
    const both = await lockstep(["verify", s, r], { flags: ["--allow-read"] });
    assertEquals(both.status, 41);
    assertStringIncludes(both.err, '"a" differs: content, although size and time agree');
    const alone = await lockstep(["verify", "--manifest", m, r], { flags: ["--allow-read"] });
    assertEquals(alone.status, 41);
    assertStringIncludes(alone.err, '"a" is ROTTEN');
    const healing = await lockstep(["verify", "--heal", "--manifest", m, s, r, "--json"]);
    assertEquals(healing.status, 41);
    const events = healing.out.trimEnd().split("\n").map((line) => JSON.parse(line));
    const schema = schemaOfEvents();
    assertEquals(events.flatMap((event) => violations(event, schema)), []);
    const told = events.filter(({ kind }) => kind === "finding");
    assertEquals(told.map(({ path, what, side }) => [path, what, side]), [
      ["a", "healed", undefined],
      ["b", "rot", "source"],
    ]);
    assertEquals(["a", "b"].map((name) => Deno.readTextFileSync(`${r}/${name}`)), ["one", "two"]);
    Deno.copyFileSync(`${r}/b`, `${s}/b`);
    Deno.utimeSync(`${s}/b`, OLD / 1000, OLD / 1000);
    Deno.utimeSync(s, OLD / 1000, OLD / 1000);
    Deno.utimeSync(r, OLD / 1000, OLD / 1000);
    const last = await lockstep(["verify", "--heal", "--manifest", m, s, r]);
    assertEquals([last.status, last.err], [0, ""]);
    assertInSync(s, r);
  }));

const WRONG: readonly (readonly [words: (at: string) => string[], status: number, says: string])[] = [
  [(at) => ["verify", `${at}/s`, `${at}/nowhere`], 3, "Cannot use the replica"],
  [(at) => ["verify", `${at}/nowhere`, `${at}/s`], 3, "Cannot use the source"],
  [(at) => ["verify", "--manifest", `${at}/none`, `${at}/s`], 3, "There is no manifest"],
  [(at) => ["verify", "--manifest", `${at}/text`, `${at}/s`], 3, "it is no manifest of Lockstep"],
  [(at) => ["verify", `${at}/s`], 1, "Give a source and a replica"],
  [(at) => [`${at}/s`, `${at}/r`, "--manifest", `${at}/text`], 1, "is no manifest of Lockstep"],
  [(at) => [`${at}/s`, `${at}/r`, "--manifest", `${at}/r/m`], 1, "lies inside the replica"],
  [(at) => [`${at}/s`, `${at}/r`, "--manifest", `${at}/none/m`], 1, "cannot be made: there is no folder"],
  [(at) => [`${at}/s`, `${at}/r`, "--manifest", `${at}/s/m`], 1, "lies inside the source"],
  [(at) => ["verify", `${at}/s`, `${at}/s2`, "--since", `${at}/text`], 3, "Cannot go on from"],
];

Deno.test("what a check cannot work with is one line that says what to do, and nothing is touched", () =>
  inFolder(async (at) => {
    plant(at, { s: TREE, s2: TREE, text: "mine\n" });
    const before = harvest(at);
    for (const [words, status, says] of WRONG) {
      const ran = await lockstep(words(at), { flags: ["--allow-read", "--allow-write"] });
      assertEquals([ran.status, ran.err.trimEnd().split("\n").length], [status, 1], ran.err);
      assertStringIncludes(ran.err, says);
    }
    const bare = await lockstep(["verify", `${at}/s`, `${at}/s2`, "--since", `${at}/state`], {
      flags: ["--allow-read"],
    });
    assertEquals([bare.status, bare.err.includes("run with --allow-write")], [1, true]);
    assertEquals(harvest(at), before);
  }));

Deno.test("a check that is asked to stop says how far it came, and the next one goes on from there", () =>
  inFolder(async (at) => {
    const z = folder({ z: file("y".repeat(900_000), 0o644, OLD) });
    plant(`${at}/s`, { a: file("x".repeat(100), 0o644, OLD), z });
    await lockstep([`${at}/s`, `${at}/r`]);
    const words = ["verify", `${at}/s`, `${at}/r`, "--since", `${at}/state`];
    const out = `${at}/out`;
    const through = ["sh", "-c", `exec "$@" > ${out}`, "sh"];
    const process = start([...words, "--rate", "1000B", "--json", "--progress"], { through });
    const end = ended(process);
    // the first file is small, the last one takes minutes
    await until("the first is checked", () => /"kind":"progress".*"entries":1,/.test(readIfThere(out)));
    process.kill("SIGINT");
    const ran = await end;
    assertEquals(ran.status, 20, ran.err);
    assertStringIncludes(readIfThere(out), '"ended":"interrupted"');
    await until("the state is there", () => isThere(`${at}/state`));
    const next = await lockstep(words);
    assertEquals([next.status, next.err], [0, ""]);
    assertMatch(next.out, /checked to the end: no difference, 1 of 2 files .*; all has been checked by now/);
  }));
