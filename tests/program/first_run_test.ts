/** A first run downloads what the lock file lists: only what the program needs. */
import { assertEquals } from "@std/assert";
import { command } from "../support/program.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The names that the modules of a folder import from packages. */
function imported(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return imported(`${folder}/${name}`);
    const text = name.endsWith(".ts") ? Deno.readTextFileSync(`${folder}/${name}`) : "";
    return [...text.matchAll(/ from "([^."][^":]*)";/g)].map(([, from]) => from!);
  });
}

/** The lock file as it is committed: a test that is run without its own lock file adds to the one that lies there. */
async function lock(): Promise<{ readonly npm: Readonly<Record<string, unknown>> }> {
  const shown = await command("git", "-C", ROOT, "show", "HEAD:deno.lock");
  return JSON.parse(shown?.status === 0 ? shown.out : Deno.readTextFileSync(`${ROOT}deno.lock`));
}

Deno.test("deno.lock lists the packages that the program imports, and not those of the tests", async () => {
  const { imports } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
  const packages = new Set(
    imported(`${ROOT}sync`).map((name) => /^npm:(@?[^@]+@[^/]+)/.exec(imports[name])![1]!),
  );
  assertEquals(Object.keys((await lock()).npm).sort(), [...packages].sort());
});
