/** The table of promises names tests, and each of them exists. */
import { assert } from "@std/assert";

const ROOT = new URL("..", import.meta.url);

/** All modules of tests, by the name of the file, with strings that go on in another line made one. */
function testModules(folder: URL, found = new Map<string, string>()): Map<string, string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) testModules(new URL(`${name}/`, folder), found);
    else if (name.endsWith("_test.ts")) {
      const text = Deno.readTextFileSync(new URL(name, folder)).replaceAll(/["`] \+\s+["`]/g, "");
      found.set(name, `${found.get(name) ?? ""}\n${text}`);
    }
  }
  return found;
}

/** Whether the pieces of a name, "…" between them, stand in a text one soon after another. */
function holds(text: string, name: string): boolean {
  const pieces = name.split("…").map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(pieces.join("[^]{0,80}?")).test(text);
}

Deno.test("docs/promises.md names tests that exist", () => {
  const rows = Deno.readTextFileSync(new URL("docs/promises.md", ROOT)).split("\n")
    .filter((line) => line.startsWith("| ") && line.includes("_test.ts`: "));
  assert(rows.length > 25, `${rows.length}`);
  const modules = testModules(new URL("tests/", ROOT));
  let names = 0;
  for (const row of rows) {
    for (const [, module, list] of row.matchAll(/`(\w+_test\.ts)`: ((?:"[^"]+"(?:, )?)+)/g)) {
      const text = modules.get(module!);
      if (text === undefined) throw new Error(`There is no ${module}`);
      for (const [, name] of list!.matchAll(/"([^"]+)"/g)) {
        assert(holds(text, name!), `${module} has no test "${name}"`);
        names++;
      }
    }
  }
  assert(names > 70, `${names}`);
});
