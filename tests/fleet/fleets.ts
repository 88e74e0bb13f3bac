/** Splits for the texts of engines, and programs that stand in for what the texts start. */
import type { Fleet } from "../../sync/fleet/told.ts";
import type { Split } from "../../sync/jobs/split.ts";
import { has } from "../support/program.ts";
import { SPLIT as ANY } from "../support/split.ts";

export const SPLIT: Split = {
  ...ANY,
  source: "/data/source",
  replica: "/data/replica",
  shares: [1, 1, 3],
  status: "/data/jobs.status",
};

export const FLEET: Fleet = {
  split: SPLIT,
  config: "/data/jobs.jsonc",
  program: ["/usr/bin/lockstep"],
  cpus: 2,
  lines: true,
  nice: null,
};

/** The same with so many tasks. */
export function withTasks(count: number): Fleet {
  return { ...FLEET, split: { ...SPLIT, shares: Array.from({ length: count }, () => 1) } };
}

/** A name that a shell, GNU parallel, Slurm, Kubernetes and YAML would each make something else of, where it is not quoted. */
export const AWKWARD =
  `-a b'c"d$HOME$(id)\`id\`{}{.}{#}{= die =}{1}%A%%*?[x]#;&|<>~!ä: $$(LOCKSTEP_JOB_INDEX)\u0085\u2028`;
/** One that only some can have. */
export const WORSE = `${AWKWARD}\\n\\\nEND\n# \t`;

/** A program that writes the words that it is given to files `<folder>/<name>.<number>`, a NUL behind each; exits with `status`. */
export function recorder(folder: string, name: string, status = "0"): string {
  const path = `${folder}/${name}`;
  Deno.writeTextFileSync(
    path,
    `#!/bin/sh
index=0
while ! (set -C; : > "\${0%/*}/record.$index") 2>/dev/null; do index=$((index + 1)); done
for word in "$@"; do printf '%s\\0' "$word"; done > "\${0%/*}/record.$index"
exit ${status}
`,
    { mode: 0o755 },
  );
  return path;
}

/** What was recorded in a folder, in any order. */
export function recorded(folder: string): string[][] {
  return [...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith("record."))
    .map(({ name }) => Deno.readTextFileSync(`${folder}/${name}`).split("\0").slice(0, -1));
}

/** Run a script; its status and all that it said. */
export async function runScript(text: string, folder: string, env: Record<string, string> = {}) {
  const path = `${folder}/script.sh`;
  Deno.writeTextFileSync(path, text);
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: [path],
    env,
    stdin: "null",
    cwd: folder,
  })
    .output();
  const decoder = new TextDecoder();
  return { status: code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** What shells say against a script, and shellcheck where it is here and asked: it warns of what looks strange in quotes. */
export async function complaintsOn(text: string, folder: string, asksAll = false): Promise<string> {
  const path = `${folder}/checked.sh`;
  Deno.writeTextFileSync(path, text);
  const checks = [
    ["sh", "-n"],
    ["bash", "-n"],
    ...asksAll && has("shellcheck") ? [["shellcheck", "-x"]] : [],
  ];
  let found = "";
  for (const [tool, flag] of checks) {
    const { stdout, stderr } = await new Deno.Command(tool!, { args: [flag!, path] }).output();
    found += new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  }
  return found;
}
