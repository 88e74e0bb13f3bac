/** What is loaded at the start, before anything is known of what a run is to do: each module of it costs every run. */
import { assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** The modules that one imports statically, by their paths in the repository, with those that they import, and itself. */
async function loadedBy(path: string): Promise<Set<string>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--lock=tests/deno.lock", path],
    cwd: ROOT.pathname,
  }).output();
  interface Module {
    readonly specifier: string;
    readonly dependencies?: readonly { code?: { specifier: string }; isDynamic?: boolean }[];
  }
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: readonly Module[] };
  const byName = new Map(modules.map((module) => [module.specifier, module]));
  const found = new Set<string>();
  const left = [new URL(path, ROOT).href];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (found.has(one)) continue;
    found.add(one);
    for (const { code, isDynamic } of byName.get(one)?.dependencies ?? []) {
      if (code !== undefined && !isDynamic) left.push(code.specifier);
    }
  }
  return new Set([...found].map((name) => name.replace(ROOT.href, "")));
}

/** What a plain pass does without in any thread: rooms end in "/". */
const NOWHERE = [
  "sync/jobs/",
  "sync/check/",
  "sync/trash/",
  "sync/records/",
  "sync/observers/",
  "sync/timing/inotify/",
  "sync/timing/scheduler/",
  "sync/disk/native/",
  "sync/disk/nice.ts",
  "sync/disk/trash.ts",
  "sync/engine/pace.ts",
  "sync/engine/decided.ts",
  "sync/engine/explained.ts",
  "sync/engine/evidence.ts",
  "sync/engine/moved_files.ts",
  "sync/engine/moved_folders.ts",
  "sync/engine/moved_inside.ts",
  "sync/engine/hard_links.ts",
  "sync/engine/no_delete.ts",
  "sync/engine/remembered.ts",
  "sync/engine/step.ts",
  "sync/pass/agree.ts",
  "sync/pass/check.ts",
  "sync/pass/explain.ts",
  "sync/pass/files.ts",
  "sync/pass/leave_edits.ts",
  "sync/pass/look_for.ts",
  "sync/pass/moves.ts",
  "sync/pass/note_edits.ts",
  "sync/pass/pace.ts",
  "sync/pass/read_back.ts",
  "sync/pass/trash.ts",
  "sync/pass/trash_here.ts",
];

/** What the main thread does without, where nothing is asked for but a source and a replica. */
const NOT_IN_MAIN = [
  ...NOWHERE,
  "sync/cli/help.ts",
  "sync/cli/kept_conflict.ts",
  "sync/cli/log_conflict.ts",
  "sync/cli/log_file.ts",
  "sync/cli/log_rotation.ts",
  "sync/cli/patterns.ts",
  "sync/engine/filter.ts",
  "sync/engine/ignore.ts",
  "sync/pass/turn.ts",
  "sync/run_jobs.ts",
  "sync/timing/renewal.ts",
  "sync/timing/system_watch.ts",
  "sync/timing/watch.ts",
];

for (
  const [path, without, own] of [
    ["main.ts", NOT_IN_MAIN, "sync/run.ts"],
    ["sync/pass/worker.ts", NOWHERE, "sync/pass/turn.ts"],
  ] as const
) {
  Deno.test(`${path} loads nothing at the start that a plain pass does without`, async () => {
    const loaded = await loadedBy(path);
    assertEquals(loaded.has(own), true);
    assertEquals([...loaded].filter((name) => without.some((one) => name.startsWith(one))), []);
  });
}

Deno.test("what few runs need is there", () => {
  for (const one of NOT_IN_MAIN) Deno.statSync(new URL(one, ROOT));
});
