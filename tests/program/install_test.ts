/** The command of `deno install --global` that docs/installing.md gives, and what a run gives up of what it was granted. */
import { assertEquals, assertMatch } from "@std/assert";
import { delimiter, dirname } from "node:path";
import { flagsOf } from "../../.packaging/grants.ts";
import { VERSION } from "../../sync/build.ts";
import { command } from "../support/program.ts";
import { assertInSync, inFolder, plant } from "../support/tree.ts";

const ROOT = new URL("../../", import.meta.url);

/** The commands in a page that begin as one does, as words; without its flags of permissions, which stand in `flags`. */
function commandIn(page: string, start: string): { words: string[]; flags: string[] } {
  const text = Deno.readTextFileSync(new URL(page, ROOT)).replaceAll("\\\n", " ");
  const line = text.split("\n").find((line) => line.startsWith(start));
  if (line === undefined) throw new Error(`${page} has no command ${start}`);
  const words = line.trim().split(/\s+/);
  const isGrant = (word: string) => /^--(allow-|no-prompt)/.test(word);
  return { words: words.filter((word) => !isGrant(word)), flags: words.filter(isGrant) };
}

Deno.test("deno install puts Lockstep into a folder of commands, from where it mirrors, and takes it away again", () =>
  inFolder(async (at) => {
    const { words, flags } = commandIn("docs/installing.md", "deno install --global");
    assertEquals(flags, flagsOf());
    assertEquals(words, "deno install --global --config deno.json --name lockstep main.ts".split(" "));
    const installed = await new Deno.Command(Deno.execPath(), {
      args: [...words.slice(1, -1), "--root", at, ...flags, "main.ts"],
      cwd: ROOT,
    }).output();
    assertEquals(installed.code, 0, new TextDecoder().decode(installed.stderr));
    // what is installed calls Deno by its name
    const env = { PATH: `${dirname(Deno.execPath())}${delimiter}${Deno.env.get("PATH")}` };
    const lockstep = async (...args: string[]) => {
      const ran = await new Deno.Command(program, { args, cwd: at, env, stdin: "null" }).output();
      assertEquals(ran.code, 0, new TextDecoder().decode(ran.stderr));
      return new TextDecoder().decode(ran.stdout);
    };
    const program = `${at}/bin/lockstep${Deno.build.os === "windows" ? ".cmd" : ""}`;
    plant(`${at}/source`, { a: "1", d: { b: "2" } });
    assertMatch(await lockstep("--version"), new RegExp(`^lockstep ${VERSION}\r?\n`));
    await lockstep("source", "replica");
    assertInSync(`${at}/source`, `${at}/replica`);
    const remove = commandIn("docs/installing.md", "deno uninstall --global").words.slice(1);
    assertEquals((await command(Deno.execPath(), ...remove, "--root", at))?.status, 0);
    assertEquals([...Deno.readDirSync(`${at}/bin`)], []);
  }));

Deno.test("a run that tells nobody gives up the right to start programs, where it makes FIFOs by itself", () =>
  inFolder(async (at) => {
    const state = async (
      onFailure: string,
      makesFifos: boolean,
      grants = ["--allow-read", "--allow-run"],
    ) => {
      Deno.writeTextFileSync(
        `${at}/run.ts`,
        `import { startNoPrograms } from ${JSON.stringify(new URL("sync/cli/permissions.ts", ROOT).href)};
        const observe = { onFailure: ${onFailure}, onSuccess: null, onChange: null };
        startNoPrograms(observe as never, ${makesFifos});
        const { state } = Deno.permissions.querySync({ name: "run", command: "true" });
        console.log(state, Deno.permissions.querySync({ name: "read" }).state);`,
      );
      const words = ["run", "--config=deno.json", "--lock=tests/deno.lock", ...grants, `${at}/run.ts`];
      return (await command(Deno.execPath(), ...words))?.out.trim();
    };
    assertEquals(await state("null", true), "prompt granted");
    assertEquals(await state("null", false), "granted granted");
    assertEquals(await state('["mail"]', true), "granted granted");
    // given all with one word: with less Deno denies /proc and /dev
    assertEquals(await state("null", true, ["--allow-all"]), "granted granted");
  }));
