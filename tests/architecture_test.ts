/** Imports point one way: between rooms, and within the engine, the disk and the pass from module to module. */
import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("..", import.meta.url);

/** From the values at the bottom to the work at the top; those on one line do not know each other. */
const LAYERS: readonly (readonly string[])[] = [
  ["engine/entry", "engine/racy"],
  ["engine/capabilities"],
  ["engine/plan", "engine/event"], // values that name one another: changes, failures
  ["engine/changes", "engine/guard"],
  ["engine/prune", "engine/order", "engine/hard_links"],
  ["pass/shared", "disk/fault"],
  ["disk/portable/look", "disk/root"],
  ["disk/portable/write"],
  ["disk/portable/content", "disk/probe"],
  ["pass/task"],
  ["pass/queue"],
  ["pass/look", "pass/write"],
  ["pass/turn"],
  ["pass/worker", "pass/pool"],
  ["pass/apply", "pass/compare"],
  ["pass/safety"],
  ["pass/pass"],
];

/** What the rooms beside the engine may know of it: values, and nothing that does work. */
const VALUES = ["engine/entry", "engine/event", "engine/guard", "engine/plan"];

const ROOMS = ["engine", "disk", "disk/portable", "pass", "timing", "timing/scheduler", "cli"];

interface Import {
  readonly from: string;
  readonly to: string;
}

/** The modules of a room, as "room/module". */
function modulesOf(room: string): string[] {
  return [...Deno.readDirSync(new URL(`sync/${room}`, ROOT))].filter(({ isFile }) => isFile)
    .map(({ name }) => `${room}/${name.replace(/\.ts$/, "")}`);
}

function imports(): Import[] {
  const found: Import[] = [];
  for (const from of ROOMS.flatMap(modulesOf)) {
    const text = Deno.readTextFileSync(new URL(`sync/${from}.ts`, ROOT));
    for (const [, to] of text.matchAll(/(?:from|import\(|new URL\()\s*"(\.[^"]+)\.ts"/g)) {
      found.push({ from, to: new URL(to!, `file:///${from}`).pathname.slice(1) });
    }
  }
  return found;
}

function isLayered(module: string): boolean {
  return /^(engine|disk|pass)\//.test(module);
}

Deno.test("every module of engine, disk and pass stands in the list of layers, once", () => {
  assertEquals(LAYERS.flat().sort(), ROOMS.flatMap(modulesOf).filter(isLayered).sort());
});

Deno.test("imports in engine, disk and pass point to lower layers only", () => {
  const layer = (name: string) => LAYERS.findIndex((names) => names.includes(name));
  const layered = imports().filter(({ from }) => isLayered(from));
  assert(layered.length > 20);
  for (const { from, to } of layered) {
    const both = [from, to].sort().join(" ") === "engine/event engine/plan" ||
      [from, to].sort().join(" ") === "pass/pool pass/worker";
    assert(layer(to) >= 0 && (layer(to) < layer(from) || both), `${from} must not import ${to}`);
  }
});

Deno.test("timing and cli know the engine's values only, and timing nothing of cli", () => {
  for (const { from, to } of imports()) {
    if (isLayered(from)) continue;
    if (isLayered(to)) assert(VALUES.includes(to), `${from} must not import ${to}`);
    if (from.startsWith("timing/")) assert(!to.startsWith("cli/"), `${from} must not import ${to}`);
  }
});
