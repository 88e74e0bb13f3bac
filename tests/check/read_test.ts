/** How far reading came: only what was read to its end, in whatever order the threads are done. */
import { assertEquals, assertRejects } from "@std/assert";
import { readUnits } from "../../sync/check/read.ts";
import type { Unit } from "../../sync/check/walk.ts";
import { Stopped } from "../../sync/disk/fault.ts";
import { openRoots } from "../../sync/disk/roots.ts";
import { passConfig } from "../../sync/pass/config.ts";
import type { Pool } from "../../sync/pass/pool.ts";
import { stop } from "../../sync/pass/shared.ts";
import { type Checked, newTurn, type Task } from "../../sync/pass/task.ts";
import { configOf } from "../support/mirror.ts";
import { inFolder, plant } from "../support/tree.ts";

const UNITS: readonly Unit[] = ["a", "b", "c"].map((folder) => ({ folder, names: ["x", "y"], bytes: 2 }));

/** A pool that answers for units in the given order: "1" the first file of unit 1, then the second. */
function answering(order: readonly number[], after: () => void = () => {}): Pool {
  return {
    size: 1,
    isThreaded: false,
    run(_config, work, take) {
      const tasks: Task[] = [];
      for (let drawn = work.draw(1, 1); drawn.length > 0; drawn = work.draw(1, 1)) tasks.push(...drawn);
      for (const unit of order) {
        const checked: Checked = { unit, path: "x", source: null, replica: { kind: "absent" } };
        take({ ...newTurn([]), checked: [checked] });
      }
      after();
      return Promise.resolve();
    },
    close() {},
  };
}

const ORDERS: readonly (readonly [order: number[], reached: number[]])[] = [
  [[0, 0, 1, 1, 2, 2], [1, 2, 3]],
  [[2, 2, 1, 1, 0, 0], [3]],
  [[0, 1, 1, 0, 2], [2]],
  [[1, 1, 2, 2, 0], []],
];

for (const [order, wanted] of ORDERS) {
  Deno.test(`readUnits() comes as far as all is read before: ${order}`, () =>
    inFolder(async (at) => {
      plant(at, { s: {}, r: {} });
      const asked = configOf(`${at}/s`, `${at}/r`);
      const roots = await openRoots({ ...asked, dryRun: true }, null);
      if ("kind" in roots) throw new Error(roots.kind);
      const config = passConfig(asked, roots);
      const reached: number[] = [];
      const reads = {
        sides: "both" as const,
        first: 0,
        isOver: () => false,
        take: () => {},
        reached: (next: number) => void reached.push(next),
      };
      assertEquals(await readUnits(config, answering(order), UNITS, reads), wanted.at(-1) ?? 0);
      assertEquals(reached, wanted);
      const stopping = answering(order, () => stop(config.shared));
      await assertRejects(() => readUnits(config, stopping, UNITS, reads), Stopped);
    }));
}
