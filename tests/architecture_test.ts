/** Imports point one way, as a list: each module may import those above it, and its own equals nowhere. */
import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("..", import.meta.url);

/** From the values at the bottom to the program at the top; those on one line do not know each other. */
const LAYERS: readonly (readonly string[])[] = [
  ["engine/entry", "engine/racy", "engine/shared"],
  ["engine/holds"],
  ["engine/plan", "engine/event"], // values that name one another: changes, failures
  ["engine/changes", "engine/fault", "engine/guard"],
  ["engine/prune", "engine/stages", "engine/twins"],
  ["engine/listing", "engine/roots"],
  ["engine/disk"],
  ["engine/content", "engine/probe"],
  ["engine/task"],
  ["engine/supply"],
  ["engine/look", "engine/write"],
  ["engine/turn"],
  ["engine/worker", "engine/pool"],
  ["engine/apply", "engine/survey"],
  ["engine/judge"],
  ["engine/pass"],
];

/** What the rooms beside the engine may know of it: values, and nothing that does work. */
const VALUES = ["engine/entry", "engine/event", "engine/guard", "engine/plan"];

interface Import {
  readonly from: string;
  readonly to: string;
}

function imports(): Import[] {
  const found: Import[] = [];
  for (const room of ["engine", "timing", "timing/scheduler", "faces"]) {
    for (const { name, isFile } of Deno.readDirSync(new URL(`sync/${room}`, ROOT))) {
      if (!isFile) continue;
      const from = `${room}/${name.replace(/\.ts$/, "")}`;
      const text = Deno.readTextFileSync(new URL(`sync/${from}.ts`, ROOT));
      for (const [, to] of text.matchAll(/(?:from|new URL\() ?"(\.[^"]+)\.ts"/g)) {
        found.push({ from, to: new URL(to!, `file:///${from}`).pathname.slice(1) });
      }
    }
  }
  return found;
}

Deno.test("every module of the engine stands in the list of layers, once", () => {
  const listed = LAYERS.flat().sort();
  const there = [...Deno.readDirSync(new URL("sync/engine", ROOT))].map(({ name }) =>
    `engine/${name.replace(/\.ts$/, "")}`
  );
  assertEquals(listed, there.sort());
});

Deno.test("imports in the engine point to lower layers only", () => {
  const layer = (name: string) => LAYERS.findIndex((names) => names.includes(name));
  const inEngine = imports().filter(({ from }) => from.startsWith("engine/"));
  assert(inEngine.length > 20);
  for (const { from, to } of inEngine) {
    const both = [from, to].sort().join(" ") === "engine/event engine/plan" ||
      [from, to].sort().join(" ") === "engine/pool engine/worker";
    assert(layer(to) >= 0 && (layer(to) < layer(from) || both), `${from} must not import ${to}`);
  }
});

Deno.test("timing and faces know the engine's values only, and timing no face", () => {
  for (const { from, to } of imports()) {
    if (from.startsWith("engine/")) continue;
    if (to.startsWith("engine/")) assert(VALUES.includes(to), `${from} must not import ${to}`);
    if (from.startsWith("timing/")) assert(!to.startsWith("faces/"), `${from} must not import ${to}`);
  }
});
