/**
 * Imports point one way: from room to room (engine <- disk <- pass <- mirror <- run <- main, with timing and cli beside them),
 * and within a room from module to module, without a circle. No exceptions.
 */
import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/** What the modules of a room may import from others: rooms, and modules of `sync/`. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "engine": ["system"],
  "engine/doctor": ["engine", "system"],
  "disk": [
    "engine",
    "engine/doctor",
    "disk/native",
    "disk/portable",
    "libc",
    "identity",
    "names",
    "system",
    "whole_path",
  ],
  "disk/native": ["engine", "engine/doctor", "disk", "libc", "names"],
  "disk/doctor": ["engine", "engine/doctor", "disk", "disk/native", "libc", "system", "whole_path"],
  "disk/portable": ["engine", "disk", "identity", "system", "system_error"],
  "trash": ["engine", "disk", "records", "names"],
  "records": ["engine", "disk", "names", "system", "whole_path"],
  "check": ["engine", "disk", "records", "pass"],
  "pass": ["engine", "disk", "trash", "records", "names", "system", "whole_path"],
  "jobs": ["cli", "engine", "timing", "system", "system_error", "whole_path"],
  "fleet": ["cli", "engine", "jobs", "whole_path"],
  "commands": [
    "build",
    "cli",
    "jobs",
    "engine",
    "engine/doctor",
    "disk",
    "disk/doctor",
    "fleet",
    "libc",
    "trash",
    "records",
    "check",
    "pass",
    "observers",
    "timing",
    "mirror",
    "run",
    "run_jobs",
    "whole_path",
  ],
  "timing": [
    "engine",
    "timing/inotify",
    "timing/windows",
    "system",
    "system_error",
    "identity",
    "whole_path",
  ],
  "timing/inotify": ["engine", "timing", "libc", "names"],
  "timing/windows": ["engine", "timing", "system", "system_error", "whole_path"],
  "timing/scheduler": ["timing", "system_error"],
  "observers": [
    "build",
    "cli",
    "engine",
    "disk",
    "records",
    "timing",
    "system_error",
    "observers/report",
    "whole_path",
  ],
  "observers/report": ["observers", "cli", "engine", "disk", "records", "timing", "whole_path"],
  "cli": [
    "build",
    "engine",
    "engine/doctor",
    "timing",
    "timing/scheduler",
    "system",
    "system_error",
    "whole_path",
  ],
};

/** What timing and cli may know of the engine: its values. */
const VALUES = [
  "capabilities",
  "change",
  "checked",
  "config",
  "difference",
  "entry",
  "event",
  "explained",
  "filter",
  "guard",
  "pace",
  "part",
  "report",
  "same",
  "trash",
  "sums",
];

/** The modules of `sync/` itself, with all that they may import. */
const TOP: Readonly<Record<string, readonly string[]>> = {
  "build": ["system_error"],
  "libc": ["system_error"],
  "names": [],
  "system": [],
  "identity": ["system"],
  "whole_path": ["system", "system_error"],
  "system_error": [],
  "mirror": ["engine", "disk", "trash", "records", "pass", "timing", "whole_path"],
  "job": [
    "cli",
    "engine",
    "disk",
    "trash",
    "records",
    "check",
    "pass",
    "observers",
    "timing",
    "mirror",
    "whole_path",
  ],
  "run": ["cli", "observers", "pass", "job"],
  "job_set": ["cli", "disk", "engine", "jobs", "observers", "pass", "mirror", "job", "whole_path"],
  "run_jobs": ["cli", "engine", "jobs", "observers", "pass", "job_set"],
};

/** Of the modules in `disk`, those that the other rooms may import: the rest is the edge's own business. */
const DISK = [
  "edge",
  "fault",
  "fifo",
  "glance",
  "in_the_way",
  "in_time",
  "lock",
  "locking",
  "mounts",
  "nice",
  "open",
  "probe",
  "relation",
  "root",
  "roots",
  "sandbox",
  "temporary",
  "site",
  "trash",
  "trash_room",
  "trash_runs",
  "trashes",
  "tree",
  "whole",
];

interface Import {
  /** "room/module", or "module" in `sync/` itself. */
  readonly from: string;
  readonly to: string;
}

function roomOf(module: string): string {
  return module.includes("/") ? module.slice(0, module.lastIndexOf("/")) : module;
}

function nameOf(module: string): string {
  return module.slice(module.lastIndexOf("/") + 1);
}

/** The modules of a folder below `sync/`, "" for itself. */
function modulesOf(room: string): string[] {
  return [...Deno.readDirSync(new URL(`sync/${room}`, ROOT))].filter(({ isFile }) => isFile)
    .map(({ name }) => `${room}/${name.replace(/\.ts$/, "")}`.replace(/^\//, ""));
}

function importsOf(from: string): Import[] {
  const text = Deno.readTextFileSync(new URL(`sync/${from}.ts`, ROOT));
  return [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)\.ts"/g)]
    .map(([, to]) => ({ from, to: new URL(to!, `file:///${from}`).pathname.slice(1) }));
}

const MODULES = [...Object.keys(ROOMS), ""].flatMap(modulesOf);
const IMPORTS = MODULES.flatMap(importsOf);

Deno.test("every folder of sync/ is a room with its rules, and every module beside them has its own", () => {
  assertEquals(modulesOf("").sort(), Object.keys(TOP).sort());
  const folders: string[] = [];
  const visit = (folder: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(new URL(`sync/${folder}`, ROOT))) {
      if (!isDirectory) continue;
      folders.push(`${folder}${name}`);
      visit(`${folder}${name}/`);
    }
  };
  visit("");
  assertEquals(folders.sort(), Object.keys(ROOMS).sort());
});

Deno.test("a room imports only from the rooms that it may know", () => {
  assert(IMPORTS.length > 200, `${IMPORTS.length}`);
  for (const { from, to } of IMPORTS) {
    const [room, other] = [roomOf(from), roomOf(to)];
    if (room === other && from.includes("/")) continue;
    const allowed = ROOMS[room] ?? TOP[room]!;
    assert(allowed.includes(other), `${from} must not import ${to}`);
    if (room === "timing" || room === "cli") {
      assert(other !== "engine" || VALUES.includes(nameOf(to)), `${from} must not import ${to}`);
    }
    if (other === "disk" && !room.startsWith("disk")) {
      assert(DISK.includes(nameOf(to)), `${from} must not import ${to}`);
    }
  }
});

Deno.test("no module imports itself by a circle of imports", () => {
  const next = new Map<string, string[]>();
  for (const { from, to } of IMPORTS) next.set(from, [...next.get(from) ?? [], to]);
  for (const start of MODULES) {
    const seen = new Set<string>();
    const left = [...next.get(start) ?? []];
    for (let module = left.pop(); module !== undefined; module = left.pop()) {
      assert(module !== start, `${start} imports itself by ${[...seen].join(", ")}`);
      if (seen.has(module)) continue;
      seen.add(module);
      left.push(...next.get(module) ?? []);
    }
  }
});

Deno.test("nothing but the edge calls Deno on a tree", () => {
  const calls =
    /Deno\.(open|create|read|write|mkdir|make|remove|rename|link|symlink|copyFile|l?stat|chmod|chown|utime|truncate|realPath|Command)\w*\(/g;
  for (const module of MODULES) {
    if (/^(disk|cli|timing|records|jobs|build|whole_path)\b/.test(module)) continue;
    const text = Deno.readTextFileSync(new URL(`sync/${module}.ts`, ROOT)).replaceAll(/\/\*\*[^]*?\*\//g, "");
    assertEquals([...text.matchAll(calls)].map(([call]) => `${module}: ${call}`), []);
    assert(!/from "node:fs/.test(text), `${module} must not import node:fs`);
  }
});

Deno.test("docs/architecture.md names rules that are where it says", () => {
  const rows = Deno.readTextFileSync(new URL("docs/architecture.md", ROOT)).split("\n")
    .map((line) => /^\| .+\? +\| `(sync\/[\w/]+\.ts)`: `(\w+)` +\|$/.exec(line)).filter((row) =>
      row !== null
    );
  assert(rows.length >= 25, `${rows.length}`);
  for (const [, path, name] of rows) {
    const text = Deno.readTextFileSync(new URL(path!, ROOT));
    const defined = new RegExp(
      `^(export )?(async )?(function\\*?|const|class) ${name}\\b|^  (async )?${name}\\(.*\\{$`,
      "m",
    );
    assert(defined.test(text), `${path} does not define ${name}`);
  }
});
