/**
 * The one fact that ruins mirrors: a folder that cannot be read to its end looks like one with fewer entries. Real
 * errors are put into the system calls of the real program by strace.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { command, has, lockstep, type Ran } from "../support/program.ts";
import { assertInStep, harvest, inFolder, plant } from "../support/tree.ts";

/** Whether strace is there and may trace. */
const traces = has("strace") && (await command("strace", "-o", "/dev/null", "true"))?.status === 0;

/** Few files with long names: a listing takes several calls. */
const MANY = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`${i}-${"long".repeat(50)}`, "1"]));

/**
 * The program, with an error in reading one folder. Calls are counted by thread, and threads share the reading: whether
 * the call that was to fail was made at all is in strace's own log.
 */
async function withError(
  at: string,
  folder: string,
  error: string,
  when: string,
): Promise<Ran & { injected: boolean }> {
  const log = `${at}/strace.log`;
  const inject = `inject=getdents64:error=${error}:when=${when}`;
  const through = [
    "strace",
    "-f",
    "--seccomp-bpf",
    "-o",
    log,
    "-P",
    folder,
    "-e",
    "trace=getdents64",
    "-e",
    inject,
  ];
  const ran = await lockstep([`${at}/source`, `${at}/replica`], { through });
  return { ...ran, injected: Deno.readTextFileSync(log).includes("(INJECTED)") };
}

for (const error of ["EIO", "ESTALE"]) {
  for (const when of ["1+", "2+", "3+", "1", "2", "3"]) {
    Deno.test({
      name:
        `a source folder that fails to list with ${error} at call ${when} removes nothing and is no success`,
      ignore: !traces,
      fn: () =>
        inFolder(async (at) => {
          plant(at, {
            source: { many: MANY, beside: "new" },
            replica: { many: { ...MANY, extra: "1" }, gone: "1" },
          });
          const before = harvest(`${at}/replica/many`);
          const ran = await withError(at, `${at}/source/many`, error, when);
          if (ran.injected) {
            assertEquals(ran.status, 23);
            assertStringIncludes(ran.err, `Cannot list "many" in the source`);
            assertEquals(harvest(`${at}/replica/many`), before);
            assertEquals([...Deno.readDirSync(`${at}/replica`)].map((entry) => entry.name).sort(), [
              "beside",
              "many",
            ]);
          } else assert(!when.startsWith("1"), "the first call is always made");
          assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
          assertInStep(`${at}/source`, `${at}/replica`);
        }),
    });
  }
}

Deno.test({
  name: "a folder that fails to list is no success, though both sides show the same names",
  ignore: !traces,
  fn: () =>
    inFolder(async (at) => {
      plant(at, { source: { many: MANY }, replica: {} });
      await lockstep([`${at}/source`, `${at}/replica`]);
      for (const when of ["1", "2", "3", "4"]) {
        for (const side of ["source", "replica"]) {
          const ran = await withError(at, `${at}/${side}/many`, "EIO", when);
          assertEquals(ran.status, ran.injected ? 23 : 0);
          assertInStep(`${at}/source`, `${at}/replica`);
        }
      }
    }),
});

Deno.test({
  name: "a source folder that fails to list is not made in a first copy, and the rest is",
  ignore: !traces,
  fn: () =>
    inFolder(async (at) => {
      plant(at, { source: { many: MANY, fine: { a: "1" } } });
      const ran = await withError(at, `${at}/source/many`, "EIO", "1+");
      assertEquals([ran.status, ran.injected], [23, true]);
      assertEquals([...Deno.readDirSync(`${at}/replica`)].map((entry) => entry.name), ["fine"]);
    }),
});

Deno.test({
  name: "roots that fail to list are unusable, and nothing is touched",
  ignore: !traces,
  fn: () =>
    inFolder(async (at) => {
      plant(at, { source: MANY, replica: { ...MANY, extra: "1" } });
      const before = harvest(`${at}/replica`);
      for (const side of ["source", "replica"]) {
        for (const when of ["1+", "1"]) {
          const ran = await withError(at, `${at}/${side}`, "EIO", when);
          assertEquals([ran.status, ran.injected], [3, true]);
          assertStringIncludes(ran.err, "input/output error; nothing was touched");
          assertEquals(harvest(`${at}/replica`), before);
        }
      }
    }),
});
