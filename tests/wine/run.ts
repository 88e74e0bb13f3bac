// deno-lint-ignore-file no-console
/**
 * Runs files of tests by the Windows build under Wine, some at a time, each in a process of its own, so that what hangs
 * or crashes there takes no other with it. `tests/windows` sets Wine up and calls it:
 *   run.ts <deno.exe> [--within=<seconds>] [file or folder of tests ...]
 * Its last line is "N passed, N failed"; the status is 0 when none failed.
 */
import type { Excepted } from "./exception.ts";
import { EXCEPTIONS } from "./exceptions.ts";
import { FILES } from "./files.ts";

/** s; longer takes only a test that hangs, or Wine, which does so now and then: then the file is run once more. */
const FILE_SECONDS = 190;
const TESTS = new URL("../", import.meta.url);

interface Sums {
  passed: number;
  failed: number;
  ignored: number;
}

const [exe, ...words] = Deno.args;
const within = Number(words.find((word) => word.startsWith("--within="))?.slice(9) ?? Infinity);
const asked = words.filter((word) => !word.startsWith("--"));
const notes = Deno.makeTempFileSync({ prefix: "lockstep-excepted-" });
const end = Date.now() + within * 1000;
const sums: Sums = { passed: 0, failed: 0, ignored: 0 };
const unrun: string[] = [];

/** The groups of files that one process runs: a folder of pure tests as a whole, else each file. */
function groupsOf(asked: readonly string[]): string[][] {
  if (asked.length > 0) return asked.flatMap((one) => one.endsWith(".ts") ? [[one]] : filesIn(one));
  return FILES.flatMap((one) =>
    one.endsWith("*") ? [[`tests/${one.slice(0, -1)}`]] : filesIn(`tests/${one}`)
  );
}

function filesIn(path: string): string[][] {
  if (path.endsWith(".ts")) return [[path]];
  const folder = new URL(`../${path.replace(/\/?$/, "/")}`, TESTS);
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort()
    .flatMap((name) => {
      const at = `${path.replace(/\/$/, "")}/${name}`;
      return name.endsWith("_test.ts")
        ? [[at]]
        : Deno.statSync(new URL(`../${at}`, TESTS)).isDirectory
        ? filesIn(at)
        : [];
    });
}

async function run(files: readonly string[], isAgain = false): Promise<void> {
  const left = Math.min(FILE_SECONDS, Math.floor((end - Date.now()) / 1000));
  if (left < 5) return void unrun.push(...files);
  // what looks at the Windows build from the outside is run by Linux's own
  const deno = files[0]!.startsWith("tests/wine/") ? [Deno.execPath()] : ["wine", exe!];
  const args = ["-k", "5", `${left}`, ...deno, "test", "--lock=tests/deno.lock", "--no-check", "-A"];
  const { code, stdout, stderr } = await new Deno.Command("timeout", {
    args: [...args, `--preload=tests/wine/preload.ts`, ...files],
    cwd: new URL("../", TESTS),
    env: { NO_COLOR: "1", LOCKSTEP_EXCEPTED: `Z:${notes}`, LOCKSTEP_DENO_EXE: exe! },
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  // Wine asks for its 32-bit half, and Deno's stack has no names there
  console.log(out!.trimEnd());
  const said = err!.split("\n").filter((line) =>
    !/wine32|multiarch|dpkg|^Stack backtrace|<unknown>$|^$/.test(line)
  );
  if (said.length > 0) console.log(said.join("\n"));
  const [, passed = 0, failed = 0] = /^(?:ok|FAILED) \| (\d+) passed.*?\| (\d+) failed/m.exec(out!) ?? [];
  const [, ignored = 0] = /^(?:ok|FAILED) \|.* (\d+) ignored/m.exec(out!) ?? [];
  sums.passed += Number(passed);
  sums.failed += Number(failed);
  sums.ignored += Number(ignored);
  if (code === 0 || Number(failed) > 0) return;
  if (code >= 124 && Date.now() > end - 5000) return void unrun.push(...files);
  if (code >= 124 && !isAgain) {
    console.log(`${files.join(" ")} was not over after ${left} s, and is run once more`);
    return await run(files, true);
  }
  sums.failed++;
  console.log(
    `${files.join(" ")} ... FAILED: ${code >= 124 ? `not over after ${left} s` : `status ${code}`}`,
  );
}

const groups = groupsOf(asked);
const jobs = Number(Deno.env.get("DENO_JOBS") ?? navigator.hardwareConcurrency);
await Promise.all(Array.from({ length: jobs }, async () => {
  for (let group = groups.shift(); group; group = groups.shift()) await run(group);
}));

const excepted: Excepted[] = Deno.readTextFileSync(notes).split("\n").filter((line) => line !== "")
  .map((line) => JSON.parse(line));
Deno.removeSync(notes);
const reasons = new Map<string, number>();
for (const { index } of excepted) {
  const { why } = EXCEPTIONS[index]!;
  reasons.set(why, (reasons.get(why) ?? 0) + 1);
}
console.log(`\n${excepted.length} exceptions:`);
for (const [why, count] of reasons) console.log(`${`${count}`.padStart(5)}  ${why}`);
// tests that fail as expected have passed as far as Deno knows
sums.passed -= excepted.filter(({ outcome }) => outcome === "failed").length;
sums.ignored -= excepted.filter(({ outcome }) => outcome === "untried").length;
console.log(`${sums.ignored} were skipped for want of a tool or a right; their names say of which`);
if (unrun.length > 0) {
  console.log(
    `Cut short after ${within} s: ${unrun.length} files were not run to their end: ${unrun.join(" ")}`,
  );
} else if (asked.length === 0) {
  EXCEPTIONS.forEach(({ file, names }, index) => {
    for (const name of names ?? [/^/]) {
      const isMet = excepted.some((one) =>
        one.index === index && (typeof name === "string" ? one.name === name : name.test(one.name))
      );
      if (isMet) continue;
      sums.failed++;
      console.log(`FAILED: no test of ${file} is meant by the exception ${name}`);
    }
  });
}
console.log(`${sums.passed} passed, ${sums.failed} failed`);
Deno.exit(sums.failed > 0 ? 1 : 0);
