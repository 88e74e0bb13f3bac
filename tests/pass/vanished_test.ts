/** Entries of the source that go while a pass reads them. */
import { assertEquals } from "@std/assert";
import type { Event, Failure } from "../../sync/engine/event.ts";
import { orGone } from "../../sync/pass/gone.ts";
import { openTrees } from "../../sync/disk/open.ts";
import { EDGE } from "../support/edges.ts";
import { failuresOf, mirror, poolsOfFile } from "../support/mirror.ts";
import { assertInSync, files, inFolder, plant } from "../support/tree.ts";

/** What goes once the trees were compared, before anything is copied. */
function onceCompared(act: () => void): (event: Event) => void {
  return ({ kind }) => {
    if (kind === "compared") act();
  };
}

for (const [how, pool] of poolsOfFile()) {
  Deno.test(`pass() ${how} tells at once of all that vanished while it was read, and of no failure`, () =>
    inFolder(async (at) => {
      const [source, replica] = [`${at}/source`, `${at}/replica`];
      plant(source, { node_modules: { a: files(40), b: files(19) }, stays: "1" });
      const onEvent = onceCompared(() => Deno.removeSync(`${source}/node_modules`, { recursive: true }));
      const outcome = await mirror(source, replica, { pool, onEvent });
      assertEquals(failuresOf(outcome), []);
      const vanished = outcome.events.filter(({ kind }) => kind === "vanished");
      assertEquals(vanished.length, 1);
      assertEquals([outcome.report.vanished, outcome.report.failed], [59, 0]);
      assertEquals((await mirror(source, replica, { pool })).report.failed, 0);
      assertInSync(source, replica);
    }));
}

Deno.test("pass() does not take a file for vanished that cannot be read although it is there", () =>
  inFolder(async (at) => {
    plant(at, { source: { there: "1", d: {} }, replica: {} });
    const trees = await openTrees(EDGE, `${at}/source`, `${at}/replica`);
    const isGone = (path: string, code = "ENOENT", side: Failure["side"] = "source") => {
      const failure: Failure = { kind: "failure", action: "read", side, path, reason: { code } };
      return orGone({ trees }, failure).gone ?? false;
    };
    assertEquals([
      isGone("there"),
      isGone("gone"),
      isGone("d/gone"),
      isGone("gone/too"),
      isGone("there/under"),
    ], [
      false,
      true,
      true,
      true,
      true,
    ]);
    assertEquals([isGone("gone", "EIO"), isGone("gone", "ENOENT", "replica"), isGone("")], [
      false,
      false,
      false,
    ]);
  }));

Deno.test("pass() that loses an entry while it is read leaves its replica alone", () =>
  inFolder(async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    plant(source, { a: "newer" });
    plant(replica, { a: "old" });
    const onEvent = onceCompared(() => Deno.removeSync(`${source}/a`));
    const { report } = await mirror(source, replica, { onEvent });
    assertEquals([report.vanished, report.ended], [1, "complete"]);
    assertEquals(Deno.readTextFileSync(`${replica}/a`), "old");
  }));
