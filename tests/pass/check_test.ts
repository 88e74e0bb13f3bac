/** The task that digests files: what it sees of a file, also of one that changes while it is read. */
import { assertEquals } from "@std/assert";
import * as crypto from "node:crypto";
import { openAlone } from "../../sync/disk/roots.ts";
import type { Trees } from "../../sync/disk/open.ts";
import { check } from "../../sync/pass/check.ts";
import { passConfig } from "../../sync/pass/config.ts";
import type { Context } from "../../sync/pass/context.ts";
import { newTurn } from "../../sync/pass/task.ts";
import { disturbed } from "../support/disturbed.ts";
import { edgeTest } from "../support/edges.ts";
import { configOf } from "../support/mirror.ts";
import { file, plant, sparse } from "../support/tree.ts";

async function seen(at: string, trees: Trees, names: string[], act?: () => void) {
  const asked = configOf(at, at);
  const roots = await openAlone(asked);
  if ("kind" in roots) throw new Error(roots.kind);
  const source = act
    ? { ...trees.source, side: trees.source.side, open: () => disturbed(trees.source.open("", "read"), act) }
    : trees.source;
  const context: Context = {
    config: { ...passConfig(asked, roots), checking: { alone: false, rate: null } },
    trees: { source, replica: trees.replica },
    result: newTurn([]),
    wrote: new Set(),
    trash: null,
    together: null,
    devices: new Map(),
    pacer: null,
    end: Infinity,
  };
  const task = { kind: "check", folder: "", names, sides: "both", bytes: 0, unit: 7 } as const;
  await check(context, task, crypto);
  trees.source.release();
  trees.replica.release();
  assertEquals(context.result.tasks, []);
  return context.result.checked.map(({ path, unit, source }) => {
    assertEquals(unit, 7);
    return [path, source?.kind === "file" ? source.sha256 : source?.kind];
  });
}

function sum(path: string): string {
  return crypto.createHash("sha256").update(Deno.readFileSync(path)).digest("hex");
}

edgeTest("check() digests whole files, of any size and with holes, as sha256sum does", async (at, trees) => {
  const names = {
    empty: file(""),
    one: file("1"),
    large: file("abc".repeat(300_000)),
    holes: sparse(900_000, "end"),
  };
  plant(at, { ...names, piece: file("x".repeat(256 * 1024)), r: { in: "" } });
  const all = [...Object.keys(names), "piece"];
  const wanted = all.map((name) => [name, sum(`${at}/${name}`)]);
  assertEquals(await seen(at, trees, [...all, "r", "nothing"]), [...wanted, ["r", "absent"], [
    "nothing",
    "absent",
  ]]);
});

const DEEDS: readonly (readonly [what: string, act: (path: string) => void])[] = [
  ["grows", (path) => Deno.writeTextFileSync(path, "more", { append: true })],
  ["is cut off", (path) => Deno.truncateSync(path, 5)],
  ["is written to", (path) => Deno.writeTextFileSync(path, "x".repeat(600_000))],
  ["is replaced", (path) => {
    const { mtime } = Deno.statSync(path);
    Deno.renameSync(path, `${path}.old`);
    Deno.writeTextFileSync(path, "y".repeat(600_000));
    Deno.utimeSync(path, mtime!, mtime!);
  }],
];

for (const [what, act] of DEEDS) {
  edgeTest(`check() says of a file that ${what} while it is read that it is changing`, async (at, trees) => {
    plant(at, { f: file("x".repeat(600_000), 0o644, 1e12), r: { in: "" } });
    let isDone = false;
    const once = () => {
      if (!isDone) act(`${at}/f`);
      isDone = true;
    };
    assertEquals(await seen(at, trees, ["f"], once), [["f", "changing"]]);
  });
}
