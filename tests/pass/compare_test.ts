/** Comparing before it is known what the replica can hold. */
import { assertEquals } from "@std/assert";
import type { Capabilities } from "../../sync/engine/capabilities.ts";
import { each } from "../../sync/engine/changes.ts";
import { hardLinks } from "../../sync/engine/hard_links.ts";
import { finish } from "../../sync/engine/steps.ts";
import { configOf, foundWhere } from "../support/mirror.ts";
import { file, files, inMemory, plant, type Tree } from "../support/tree.ts";

/** Compare two trees with a replica that can hold so much: the changes, how often it was probed, and what was listed. */
async function compared(
  source: Tree,
  replica: Tree,
  less: Partial<Capabilities> = {},
  more: (at: string) => void = () => {},
) {
  let outcome: { changes: string[]; probes: number; listed: unknown } | undefined;
  await inMemory(async (at) => {
    plant(`${at}/source`, source);
    plant(`${at}/replica`, replica);
    more(at);
    const time = new Date(1e12);
    for (const side of ["source", "replica"]) Deno.utimeSync(`${at}/${side}`, time, time);
    const asked = configOf(`${at}/source`, `${at}/replica`);
    const { found: { changes, linked, listed }, probes } = await foundWhere(asked, less);
    outcome = {
      changes: [...each(finish(hardLinks(changes, linked)))].map(({ kind, path }) => `${kind} ${path}`)
        .sort(),
      probes,
      listed,
    };
  });
  return outcome!;
}

const A = file("1", 0o644, 1e12);
const MANY = files(2100, "1", (i) => `f${i}`);
const planted = (tree: Tree): Tree => Object.fromEntries(Object.keys(tree).map((name) => [name, A]));

Deno.test("a replica is not probed when nothing is to be done, however large the folder", async () => {
  assertEquals(await compared({ a: A }, { a: A }), {
    changes: [],
    probes: 0,
    listed: { source: 1, replica: 1 },
  });
  assertEquals(await compared(planted(MANY), planted(MANY)), {
    changes: [],
    probes: 0,
    listed: { source: 2100, replica: 2100 },
  });
});

Deno.test("a replica is probed once when there is something to do, and every entry is counted once", async () => {
  const more = { ...planted(MANY), b: A, f7: file("22", 0o644, 1e12) };
  for (const less of [{ owners: false }, { cases: false }]) {
    const { changes, probes, listed } = await compared(more, planted(MANY), less);
    assertEquals([changes, probes, listed], [["create b", "update f7"], 1, { source: 2101, replica: 2100 }]);
  }
});

Deno.test("what was done is compared by what the replica was found to hold", async () => {
  const other = file("1", 0o600, 1e12 + 1500);
  const lacking = { modes: false, step: 2000 };
  assertEquals((await compared({ a: other, b: A }, { a: A, b: A }, lacking)).changes, []);
  assertEquals((await compared({ A: A, b: A }, { a: A, b: A }, { cases: false })).changes, []);
  assertEquals((await compared({ A: A, b: A }, { a: A, b: A })).changes, ["create A", "remove a"]);
  // what is the same under one name is not left out where it stands for another, too
  const both = { A: A, a: A, b: A };
  assertEquals((await compared(both, { a: A }, { cases: false })).changes, ["create b"]);
  assertEquals((await compared(both, { a: A })).changes, ["create A", "create b"]);
});

Deno.test("a large folder is compared anew when the replica takes two names for one that are in different parts", async () => {
  const source = { ...planted(MANY), Zz: A };
  const replica = { ...planted(MANY), zz: A };
  for (const [cases, expected] of [[true, ["create Zz", "remove zz"]], [false, []]] as const) {
    const { changes, probes, listed } = await compared(source, replica, { cases });
    assertEquals([changes, probes, listed], [[...expected], 1, { source: 2101, replica: 2101 }]);
  }
});

Deno.test("a replica is probed when nothing but the names of one file may be to do", async () => {
  const linkedUp = (at: string) => {
    Deno.linkSync(`${at}/source/a`, `${at}/source/b`);
    plant(`${at}/replica`, { b: A });
  };
  for (const [hardLinks, expected] of [[true, ["update b"]], [false, []]] as const) {
    const { changes, probes } = await compared({ a: A }, { a: A }, { hardLinks }, linkedUp);
    assertEquals([changes, probes], [[...expected], 1]);
  }
});

Deno.test("compare() has the folder around a name that changes its case settled after that", async () => {
  await inMemory(async (at) => {
    plant(`${at}/source`, { around: { foo: A }, other: { Foo: A } });
    plant(`${at}/replica`, { around: { Foo: A }, other: { Foo: A } });
    for (const folder of ["around", "other", ""]) {
      for (const side of ["source", "replica"]) Deno.utimeSync(`${at}/${side}/${folder}`, 1e9, 1e9);
    }
    const asked = configOf(`${at}/source`, `${at}/replica`);
    const { found } = await foundWhere(asked, { cases: false, recase: "once" });
    assertEquals([...each(found.changes)].map(({ kind, path }) => `${kind} ${path}`), [
      "attributes around/foo",
    ]);
    assertEquals([...found.disturbed.keys()], ["around"]);
  });
});
