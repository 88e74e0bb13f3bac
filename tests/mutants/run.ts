/**
 * Tests the tests: each mutant is put into a copy of the program, and the tests that should notice it are run there.
 * Prints a line for each, as in docs/promises.md, and ends with 1 when one lives.
 *
 *   deno task mutants [--edge=native] [part of a name]
 */
import { copyTree } from "./copy.ts";
import { type Mutant, MUTANTS } from "./list.ts";

/** How long the tests of a mutant may take, in s: one that hangs is noticed, too. */
const PATIENCE_S = 150;

const root = new URL("../../", import.meta.url).pathname;

/** The tests that failed in a copy with the mutant, by name; null when none did. */
async function killers(mutant: Mutant): Promise<string[] | null> {
  const copy = Deno.makeTempDirSync({ prefix: "lockstep-mutant-" });
  try {
    // some tests run the program as another user
    Deno.chmodSync(copy, 0o755);
    copyTree(root, copy);
    for (const [module, before, after] of mutant.edits) {
      const path = `${copy}/sync/${module}`;
      const text = Deno.readTextFileSync(path);
      if (text.split(before).length !== 2) throw new Error(`Not once in ${module}: ${before}`);
      Deno.writeTextFileSync(path, text.replace(before, () => after));
    }
    const tests = mutant.tests.map((test) => `tests/${test}`);
    const edge = mutant.edge ?? (Deno.args.includes("--edge=native") ? "native" : null);
    const { code, stdout, stderr } = await new Deno.Command("timeout", {
      args: [
        "-k",
        "5",
        `${PATIENCE_S}`,
        Deno.execPath(),
        "test",
        "-A",
        "--lock=tests/deno.lock",
        "--no-check",
        "--parallel",
        ...tests,
      ],
      cwd: copy,
      env: { NO_COLOR: "1", ...(edge && { LOCKSTEP_EDGE: edge }) },
      stdin: "null",
    }).output();
    if (code === 0) return null;
    const out = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    const failed = [...out.matchAll(/^(?:\.\/\S+ => )?(.+?) \.\.\. FAILED/gm)].map((match) => match[1]!);
    if (failed.length === 0 && code !== 124) throw new Error(out);
    return failed.length > 0 ? [...new Set(failed)] : ["(a test waits for ever)"];
  } finally {
    Deno.removeSync(copy, { recursive: true });
  }
}

let living = 0;
for (const mutant of MUTANTS) {
  if (!mutant.name.includes(Deno.args.find((word) => !word.startsWith("--")) ?? "")) continue;
  const found = await killers(mutant);
  if (found === null) living++;
  const [first, ...others] = found ?? [];
  const by = first === undefined
    ? "NOBODY"
    : `"${first}"${others.length > 0 ? `, and ${others.length} more` : ""}`;
  Deno.stdout.writeSync(new TextEncoder().encode(`- **${mutant.name}**: ${by}\n`));
}
Deno.exit(living > 0 ? 1 : 0);
