/**
 * The one fact that ruins mirrors: a folder that cannot be read to its end looks like one with fewer entries. Real
 * errors are put into the system calls of the real program by strace.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { lockstep, type Ran } from "../support/program.ts";
import { assertInSync, files, harvest, inMemory, namesIn, plant, removeIfThere } from "../support/tree.ts";
import { faultTest } from "./tools.ts";

/** Few files with long names: a listing takes several calls. */
const MANY = files(600, "1", (i) => `${i}-${"long".repeat(50)}`);

/**
 * The program on trees that `prepare` makes, with an error in reading one folder. Calls are counted by thread, and
 * threads share the reading: whether the call that was to fail was made at all is in strace's own log. When it was not,
 * the pass has to be a success, and another is made.
 */
async function withError(
  at: string,
  folder: string,
  error: string,
  when: string,
  prepare = () => {},
): Promise<Ran> {
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
  for (let attempt = 0; attempt < 30; attempt++) {
    prepare();
    const ran = await lockstep([`${at}/source`, `${at}/replica`], { through });
    if (Deno.readTextFileSync(log).includes("(INJECTED)")) return ran;
    assertEquals(ran.status, 0, ran.err);
    assertInSync(`${at}/source`, `${at}/replica`);
  }
  throw new Error(`No call was made to fail: ${when} in ${folder}`);
}

for (const error of ["EIO", "ESTALE"]) {
  for (const when of ["1+", "2+", "3+", "1", "2", "3"]) {
    faultTest(
      `a source folder that fails to list with ${error} at call ${when} removes nothing and is no success`,
      ["strace"],
      async (at) => {
        let before: string[] = [];
        const ran = await withError(at, `${at}/source/many`, error, when, () => {
          removeIfThere(`${at}/source`, `${at}/replica`);
          plant(at, {
            source: { many: MANY, beside: "new" },
            replica: { many: { ...MANY, extra: "1" }, gone: "1" },
          });
          before = harvest(`${at}/replica/many`);
        });
        assertEquals(ran.status, 23);
        assertStringIncludes(ran.err, `Cannot list "many" in the source`);
        assertEquals(harvest(`${at}/replica/many`), before);
        assertEquals(namesIn(`${at}/replica`), ["beside", "many"]);
        assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
        assertInSync(`${at}/source`, `${at}/replica`);
      },
      inMemory,
    );
  }
}

faultTest(
  "a folder that fails to list is no success, though both sides show the same names",
  ["strace"],
  async (at) => {
    plant(at, { source: { many: MANY }, replica: {} });
    await lockstep([`${at}/source`, `${at}/replica`]);
    for (const when of ["1", "2", "3", "4"]) {
      for (const side of ["source", "replica"]) {
        const ran = await withError(at, `${at}/${side}/many`, "EIO", when);
        assertEquals(ran.status, 23);
        assertInSync(`${at}/source`, `${at}/replica`);
      }
    }
  },
);

faultTest(
  "a source folder that fails to list is not made in a first copy, and the rest is",
  ["strace"],
  async (at) => {
    plant(at, { source: { many: MANY, fine: { a: "1" } } });
    const ran = await withError(at, `${at}/source/many`, "EIO", "1+");
    assertEquals(ran.status, 23);
    assertEquals(namesIn(`${at}/replica`), ["fine"]);
  },
);

faultTest("roots that fail to list are unusable, and nothing is changed", ["strace"], async (at) => {
  plant(at, { source: MANY, replica: { ...MANY, extra: "1" } });
  const before = harvest(`${at}/replica`);
  for (const side of ["source", "replica"]) {
    for (const when of ["1+", "1"]) {
      const ran = await withError(at, `${at}/${side}`, "EIO", when);
      assertEquals(ran.status, 3);
      assertStringIncludes(ran.err, "input/output error; nothing was touched");
      assertEquals(harvest(`${at}/replica`), before);
    }
  }
});
