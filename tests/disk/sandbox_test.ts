import { assertEquals, assertThrows } from "@std/assert";
import type { Folder } from "../../sync/engine/entry.ts";
import { type Bounds, boundsOf as boundsFor, confinement } from "../../sync/disk/sandbox.ts";
import { restrict } from "../../sync/disk/native/sandbox.ts";
import { rootAt } from "../../sync/disk/root.ts";
import { inFolder, link, plant } from "../support/tree.ts";
import type { Confined } from "./confined.ts";

const how = await confinement();
const isHere = how === "here";

function sandboxTest(name: string, test: (at: string) => Promise<void>): void {
  Deno.test({
    name: isHere ? name : `${name} (skipped: ${how})`,
    ignore: !isHere,
    fn: () => inFolder(test),
  });
}

async function boundsOf(at: string, given: Partial<Bounds> = {}): Promise<Bounds> {
  const rootOf = async (name: string): Promise<Folder> => (await rootAt(`${at}/${name}`))!.entry;
  return {
    source: `${at}/source`,
    replica: `${at}/replica`,
    criteria: { roots: { source: await rootOf("source"), replica: await rootOf("replica") } },
    dryRun: false,
    ...given,
  };
}

interface Thread extends Disposable {
  /** Confine the thread and try some things: whether it fits these bounds, and what came of each. */
  ask(bounds: Bounds, attempts?: Confined["attempts"]): Promise<{ fits: boolean; outcomes: string[] }>;
}

function thread(): Thread {
  const worker = new Worker(new URL("confined.ts", import.meta.url), { type: "module" });
  return {
    ask: (bounds, attempts = []) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(event.message));
        };
        worker.postMessage({ bounds, attempts });
      }),
    [Symbol.dispose]: () => worker.terminate(),
  };
}

function plantTrees(at: string): void {
  plant(at, {
    source: { d: { a: "1" }, out: link("../outside"), file: link("../outside/secret") },
    replica: { d: { old: "1" }, other: {}, out: link("../outside"), file: link("../outside/secret") },
    outside: { secret: "secret" },
  });
}

sandboxTest("confine() lets a thread read below the source, and do all below the replica", async (at) => {
  plantTrees(at);
  using one = thread();
  const { outcomes } = await one.ask(await boundsOf(at), [
    ["list", `${at}/source`],
    ["read", `${at}/source/d/a`],
    ["openByLibc", `${at}/source/d/a`],
    ["list", `${at}/replica/d`],
    ["read", `${at}/replica/d/old`],
    ["write", `${at}/replica/d/new`],
    ["truncate", `${at}/replica/d/new`],
    ["writeByLibc", `${at}/replica/d/new`],
    ["makeFolder", `${at}/replica/e`],
    ["makeLink", `${at}/replica/e/l`],
    ["rename", `${at}/replica/d/new`, `${at}/replica/other/new`],
    ["hardLink", `${at}/replica/other/new`, `${at}/replica/d/again`],
    ["remove", `${at}/replica/e/l`],
    ["remove", `${at}/replica/e`],
  ]);
  assertEquals(outcomes, outcomes.map(() => "done"));
});

sandboxTest(
  "a thread of parts together works for each of them, and still writes only below the whole replica",
  async (at) => {
    plantTrees(at);
    plant(at, { trashes: { d: {}, other: {} } });
    const folder = async (name: string): Promise<Folder> => (await rootAt(`${at}/${name}`))!.entry;
    const together = await boundsOf(at, {
      trash: { folder: `${at}/trashes`, entry: await folder("trashes") },
    });
    const part = async (source: string, replica: string): Promise<Bounds> => {
      const roots = { source: await folder(source), replica: await folder(replica) };
      const bounds = {
        source: `${at}/${source}`,
        replica: `${at}/${replica}`,
        criteria: { roots },
        dryRun: false,
      };
      return boundsFor({ ...bounds, together });
    };
    using one = thread();
    const first = await one.ask(await part("source/d", "replica/d"), [
      ["read", `${at}/source/d/a`],
      ["write", `${at}/replica/d/new`],
      ["rename", `${at}/replica/d/new`, `${at}/trashes/d/new`],
    ]);
    assertEquals(first, { fits: true, outcomes: ["done", "done", "done"] });
    const { fits, outcomes } = await one.ask(await part("source", "replica/other"), [
      ["write", `${at}/source/d/a`],
      ["remove", `${at}/source/d/a`],
      ["makeFolder", `${at}/source/new`],
      ["read", `${at}/outside/secret`],
      ["write", `${at}/replica/file`],
      ["makeFolder", `${at}/replica/out/new`],
      ["makeFolder", `${at}/beside`],
    ]);
    assertEquals([fits, outcomes], [true, outcomes.map(() => "EACCES")]);
    assertEquals((await one.ask(await boundsOf(at, { source: `${at}/source/d` }))).fits, false);
  },
);

sandboxTest("confine() leaves a thread nothing outside, nor what a link leads to there", async (at) => {
  plantTrees(at);
  using one = thread();
  const { outcomes } = await one.ask(await boundsOf(at), [
    ["read", "/etc/passwd"],
    ["openByLibc", "/etc/passwd"],
    ["list", at],
    ["read", `${at}/source/file`],
    ["read", `${at}/source/out/secret`],
    ["read", `${at}/replica/out/secret`],
    ["list", `${at}/replica/out`],
    ["write", `${at}/replica/file`],
    ["write", `${at}/replica/out/new`],
    ["makeFolder", `${at}/replica/out/new`],
    ["remove", `${at}/replica/out/secret`],
    ["rename", `${at}/replica/d/old`, `${at}/replica/out/old`],
    ["run", "/bin/true"],
  ]);
  const codes = outcomes.map((outcome) => outcome === "refused" || outcome === "EXDEV" ? "EACCES" : outcome);
  assertEquals(codes, outcomes.map(() => "EACCES"));
});

sandboxTest("confine() lets a thread write nothing into the source", async (at) => {
  plantTrees(at);
  using one = thread();
  const { outcomes } = await one.ask(await boundsOf(at), [
    ["write", `${at}/source/d/a`],
    ["truncate", `${at}/source/d/a`],
    ["write", `${at}/source/new`],
    ["makeFolder", `${at}/source/new`],
    ["makeLink", `${at}/source/new`],
    ["remove", `${at}/source/d/a`],
    ["remove", `${at}/source/out`],
  ]);
  assertEquals(outcomes, outcomes.map(() => "EACCES"));
});

sandboxTest("confine() lets a thread of a dry run write nowhere", async (at) => {
  plantTrees(at);
  using one = thread();
  const { outcomes } = await one.ask(await boundsOf(at, { dryRun: true }), [
    ["write", `${at}/replica/d/old`],
    ["makeFolder", `${at}/replica/new`],
    ["remove", `${at}/replica/d/old`],
    ["read", `${at}/replica/d/old`],
  ]);
  assertEquals(outcomes, ["EACCES", "EACCES", "EACCES", "done"]);
});

sandboxTest("confine() says of a confined thread whether it can work for other roots", async (at) => {
  plantTrees(at);
  using one = thread();
  const bounds = await boundsOf(at);
  assertEquals((await one.ask(bounds)).fits, true);
  assertEquals((await one.ask(bounds)).fits, true);
  assertEquals((await one.ask({ ...bounds, dryRun: true })).fits, false);
  assertEquals((await one.ask({ ...bounds, source: `${at}/source/d` })).fits, false);
  // the same path and, as far as the caller knows, the same folder
  Deno.renameSync(`${at}/replica`, `${at}/aside`);
  Deno.mkdirSync(`${at}/replica`);
  assertEquals((await one.ask(bounds)).fits, false);
});

sandboxTest(
  "confine() says that a thread cannot work for a root that was away when it was confined",
  async (at) => {
    plantTrees(at);
    using one = thread();
    const bounds = await boundsOf(at);
    Deno.renameSync(`${at}/source`, `${at}/aside`);
    assertEquals((await one.ask(bounds)).fits, true);
    Deno.renameSync(`${at}/aside`, `${at}/source`);
    assertEquals((await one.ask(bounds)).fits, false);
  },
);

sandboxTest("confine() opens nothing of what has taken the place of a root", async (at) => {
  plantTrees(at);
  const bounds = await boundsOf(at);
  Deno.renameSync(`${at}/source`, `${at}/aside`);
  plant(`${at}/source`, { secret: "secret" });
  using one = thread();
  const { outcomes } = await one.ask(bounds, [["read", `${at}/source/secret`], ["read", `${at}/aside/d/a`]]);
  assertEquals(outcomes, ["EACCES", "EACCES"]);
});

Deno.test("restrict() throws where there is no Landlock", { ignore: isHere }, () => {
  assertThrows(() => restrict([]));
});
