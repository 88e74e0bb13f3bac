/** The table of promises names tests, and each of them exists. */
import { assert } from "@std/assert";

const ROOT = new URL("..", import.meta.url);

/** The text of the modules of tests of a name, with strings that go on in another line made one. */
function textOf(module: string): string {
  const texts: string[] = [];
  for (const folder of ["tests/faults", "tests/filesystems", "tests"]) {
    try {
      texts.push(Deno.readTextFileSync(new URL(`${folder}/${module}`, ROOT)));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  if (texts.length === 0) throw new Error(`There is no ${module}`);
  return texts.join("\n").replaceAll(/["`] \+\s+["`]/g, "");
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
  let names = 0;
  for (const row of rows) {
    for (const [, module, list] of row.matchAll(/`(\w+_test\.ts)`: ((?:"[^"]+"(?:, )?)+)/g)) {
      const text = textOf(module!);
      for (const [, name] of list!.matchAll(/"([^"]+)"/g)) {
        assert(holds(text, name!), `${module} has no test "${name}"`);
        names++;
      }
    }
  }
  assert(names > 70, `${names}`);
});
