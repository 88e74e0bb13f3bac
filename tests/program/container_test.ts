/** The recipe of the container image, held against the program: building it takes images that a test cannot fetch. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { COMMAND_TABLE } from "../../sync/cli/command_table.ts";
import { parse } from "../../sync/cli/options.ts";
import { faultTest } from "../faults/tools.ts";
import { ended, has, MAIN, sh, until } from "../support/program.ts";
import { assertInSync, isThere, plant } from "../support/tree.ts";

const RECIPE = Deno.readTextFileSync(new URL("../../.packaging/Containerfile", import.meta.url));

/** The words of an instruction that has them as JSON. */
function wordsOf(instruction: string): string[] {
  return JSON.parse(new RegExp(`${instruction} (\\[.*\\])$`, "m").exec(RECIPE)![1]!);
}

Deno.test("the container image is built upon exact versions, and its program is not root", () => {
  const bases = [...RECIPE.matchAll(/^ARG \w+=(.*)$/gm)].map(([, image]) => image!);
  assertEquals(bases.length, 2);
  for (const image of bases) assertMatch(image, /:[\w-]*\d+\.\d+[\w.-]*$|@sha256:[0-9a-f]{64}$/);
  assertMatch(bases.find((image) => image.includes("deno"))!, /2\.9\.\d+$/);
  for (const [, from] of RECIPE.matchAll(/^FROM (\S+)/gm)) assertMatch(from!, /^\$\{(DENO|BASE)\}$/);
  const users = [...RECIPE.matchAll(/^USER (.*)$/gm)].map(([, user]) => user);
  assertEquals(users, ["10001:10001"]);
  assert(RECIPE.indexOf("USER") < RECIPE.indexOf("ENTRYPOINT"));
});

Deno.test("the container's words are a mirror of its volumes, and its health is read from the file that this writes", () => {
  const command = parse(wordsOf("^CMD"));
  if (command.kind !== "mirror") throw new Error(command.kind);
  const volumes = wordsOf("VOLUME");
  assertEquals([command.options.source, command.options.replica], volumes.slice(0, 2));
  const [program, name, file] = wordsOf("HEALTHCHECK .* CMD");
  assertEquals([program], wordsOf("ENTRYPOINT"));
  assert(COMMAND_TABLE.some((one) => one.name === name));
  assertEquals(command.options.observe.status, file);
  assert(file!.startsWith(`${volumes[2]}/`));
});

const isHere = has("unshare");

faultTest(
  `lockstep as the first process of a container ends in good order at SIGTERM${
    isHere ? "" : " (skipped: no unshare here)"
  }`,
  ["mount"],
  async (at) => {
    if (!isHere) return;
    plant(`${at}/source`, { a: "1" });
    const args = [
      "--pid",
      "--net",
      "--fork",
      "--kill-child",
      Deno.execPath(),
      "run",
      "--allow-read",
      "--allow-write",
    ];
    const words = [`${at}/source`, `${at}/replica`, "1h", `--status=${at}/status.json`];
    const unshare = new Deno.Command("unshare", {
      args: [...args, MAIN, ...words],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await until(
      "a pass is made",
      () => isThere(`${at}/status.json`) && Deno.readTextFileSync(`${at}/status.json`).includes('"success"'),
    );
    const children = (await sh(`cat /proc/${unshare.pid}/task/*/children`, at)).trim().split(" ");
    assertEquals(children.length, 1);
    assertMatch(await sh(`cat /proc/${children[0]}/status`, at), /^NSpid:\t\d+\t1$/m);
    Deno.kill(Number(children[0]), "SIGTERM");
    const ran = await ended(unshare);
    assertEquals(ran.status, 0, ran.err);
    assertMatch(ran.out, /stopped after 1 pass/);
    assertInSync(`${at}/source`, `${at}/replica`);
  },
);
