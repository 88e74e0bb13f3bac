/** The document of promises names tests and mutants, and each of them exists; no mutant is missing in it. */
import { assert, assertEquals } from "@std/assert";
import { MUTANTS } from "./mutants/list.ts";

const ROOT = new URL("..", import.meta.url);

/** The lines of docs/promises.md: those on promises, and those on mutants. */
function lines(): { promises: string[]; mutants: string[] } {
  const text = Deno.readTextFileSync(new URL("docs/promises.md", ROOT));
  const [promises, mutants, ...others] = text.split("\n## Tests of the tests\n");
  assert(mutants !== undefined && others.length === 0, "One section on the tests of the tests");
  return { promises: promises!.split("\n"), mutants: mutants!.split("\n") };
}

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
function has(text: string, name: string): boolean {
  const pieces = name.split("…").map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(pieces.join("[^]{0,80}?")).test(text);
}

Deno.test("docs/promises.md names tests that exist, and some for each promise", () => {
  const modules = testModules(new URL("tests/", ROOT));
  const counts = new Map<string, number>();
  let section = "";
  for (const line of lines().promises) {
    if (/^##+ /.test(line)) section = line;
    if (!line.includes("_test.ts`: ")) continue;
    const [, module, name] = /^- `(\w+_test\.ts)`: "([^"]+)"$/.exec(line) ?? [];
    assert(module !== undefined, `Not - \`file_test.ts\`: "name": ${line}`);
    const text = modules.get(module!);
    assert(text !== undefined, `There is no ${module}`);
    assert(has(text!, name!), `${module} has no test "${name}"`);
    assert(section.startsWith("### "), `"${name}" stands under no promise`);
    counts.set(section, (counts.get(section) ?? 0) + 1);
  }
  const names = [...counts.values()].reduce((sum, count) => sum + count, 0);
  assert(counts.size > 25, `${counts.size} promises`);
  assert(names > 70, `${names} tests`);
});

Deno.test("docs/promises.md has a test or a worst outcome under each heading of its own", () => {
  let heading = "";
  let isBacked = true;
  for (const line of [...lines().promises, "### "]) {
    if (/^##+ /.test(line)) {
      assert(isBacked, `Nothing is said of how it is tested, or of the worst outcome: ${heading}`);
      [heading, isBacked] = [line, !line.startsWith("### ")];
    } else if (line.includes("_test.ts`: ") || line.startsWith("**Worst outcome:** ")) isBacked = true;
  }
});

Deno.test("docs/promises.md has each mutant of tests/mutants/list.ts, with a test that notices it", () => {
  const modules = testModules(new URL("tests/", ROOT));
  const found = lines().mutants.filter((line) => line.startsWith("- ")).map((line) => {
    const [, name, test] = /^- \*\*(.+)\*\*: "([^"]+)"(?:, and \d+ more)?$/.exec(line) ?? [];
    assert(test !== undefined, `Not - **mutant**: "test": ${line}`);
    const mutant = MUTANTS.find((one) => one.name === name);
    const text = mutant?.tests.map((path) => modules.get(path.replace(/^.*\//, "")) ?? "").join("\n");
    if (text !== undefined) assert(has(text, test!), `${mutant?.tests.join(", ")}: no test "${test}"`);
    return name!;
  });
  assertEquals(found.toSorted(), MUTANTS.map(({ name }) => name).sort());
});
