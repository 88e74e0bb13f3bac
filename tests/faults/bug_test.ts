/** A bug is loud: planted into a copy of the program, it ends the pass with a stack trace and status 70. */
import { assertEquals, assertMatch } from "@std/assert";
import { command, sh } from "../support/program.ts";
import { isThere, plant } from "../support/tree.ts";
import { faultTest } from "./tools.ts";

const HERE = new URL("../../", import.meta.url).pathname;

const BUGS = [
  [
    "while comparing, in a worker",
    "pass/look.ts",
    "  const planned = plan(",
    "  throw new TypeError('planted');\n  const planned = plan(",
  ],
  [
    "while applying, in a worker",
    "pass/make.ts",
    "  switch (change.kind) {",
    "  throw new TypeError('planted');\n  switch (change.kind) {",
  ],
  [
    "in a rejected promise of a worker",
    "pass/look.ts",
    "  if (given.names) {",
    "  Promise.reject(new TypeError('planted')); await new Promise((r) => setTimeout(r, 50));\n  if (given.names) {",
  ],
  [
    "in a timer of a worker",
    "pass/look.ts",
    "  if (given.names) {",
    "  setTimeout(() => { throw new TypeError('planted'); }); await new Promise((r) => setTimeout(r, 50));\n  if (given.names) {",
  ],
  [
    "in the main thread",
    "engine/guard.ts",
    "  if (source === 0",
    "  throw new TypeError('planted');\n  if (source === 0",
  ],
  [
    "when a worker is loaded, before it has any work",
    "pass/pass.ts",
    "  const began = performance.now();",
    "  await new Promise((r) => setTimeout(r, 500));\n  const began = performance.now();",
    "pass/worker.ts",
    "let config: PassConfig;",
    "let config: PassConfig;\nthrow new TypeError('planted');",
  ],
  [
    "when a worker is loaded",
    "pass/worker.ts",
    "let config: PassConfig;",
    "let config: PassConfig;\nthrow new TypeError('planted');",
  ],
] as const;

for (const [name, ...edits] of BUGS) {
  faultTest(
    `a bug ${name} ends the program with a stack trace and status 70, in a loop too`,
    ["bash"],
    async (at) => {
      plant(at, { source: { a: "1" }, replica: { gone: "1" }, program: {} });
      await sh(`cp -r ${HERE}/main.ts ${HERE}/deno.json ${HERE}/deno.lock ${HERE}/sync program/`, at);
      for (let i = 0; i < edits.length; i += 3) {
        const [module, before, after] = edits.slice(i) as [string, string, string];
        const path = `${at}/program/sync/${module}`;
        const text = Deno.readTextFileSync(path);
        assertEquals(text.split(before).length, 2, `"${before}" is once in ${module}`);
        Deno.writeTextFileSync(path, text.replace(before, () => after));
      }
      for (const looping of [[], ["50ms"]]) {
        const ran = await command(
          "timeout",
          "20",
          Deno.execPath(),
          "run",
          "-q",
          "-RW",
          `${at}/program/main.ts`,
          `${at}/source`,
          `${at}/replica`,
          ...looping,
        );
        assertEquals(ran?.status, 70, ran?.err);
        assertMatch(ran!.err, /bug in Lockstep[^]*planted[^]*"lockstep doctor <source> <replica> --redact"/);
      }
      assertEquals(isThere(`${at}/replica/gone`), true);
    },
  );
}
