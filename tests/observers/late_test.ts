/** What a run that is observed by nobody loads of all this: nothing. */
import { assert, assertEquals } from "@std/assert";

const SYNC = new URL("../../sync/", import.meta.url);

/** The modules that are loaded with one, by imports of values that are not put off. */
function loadedWith(start: URL): Set<string> {
  const found = new Set<string>();
  const left = [start];
  for (let module = left.pop(); module !== undefined; module = left.pop()) {
    if (found.has(module.href)) continue;
    found.add(module.href);
    const text = Deno.readTextFileSync(module);
    for (const [, what, to] of text.matchAll(/^(?:import|export) ([^;]*?)from "(\.[^"]+)";/gm)) {
      if (!what!.startsWith("type ")) left.push(new URL(to!, module));
    }
  }
  return found;
}

Deno.test("a run without --status and --metrics loads no module of theirs", () => {
  const loaded = loadedWith(new URL("../main.ts", SYNC));
  assert(loaded.size > 100, `${loaded.size}`);
  const ours = [...loaded].filter((module) => module.startsWith(new URL("observers/", SYNC).href));
  assertEquals(ours, []);
  assertEquals([...loaded].filter((module) => /kept_(text|conflict)|commands\/status/.test(module)), []);
  assert(loadedWith(new URL("observers/status.ts", SYNC)).has(new URL("records/kept_text.ts", SYNC).href));
});
