/** A pass that makes only what somebody has decided on: which of its changes are those, and what becomes of the rest. */
import { isLeftOver } from "../disk/temporary.ts";
import type { Roots } from "../disk/roots.ts";
import type { Changes } from "../engine/changes.ts";
import { type Decided, disturbedBy, onlyDecided } from "../engine/decided.ts";
import { type Folder, nameOf, parent, type Path } from "../engine/entry.ts";
import type { Emit } from "../engine/event.ts";
import { forEach } from "../engine/steps.ts";
import { type Comparison, rootChange } from "./compare.ts";
import type { Pool } from "./pool.ts";
import { stack } from "./queue.ts";
import { throwIfStopping } from "./shared.ts";
import { inSlices } from "./slices.ts";
import type { Task } from "./task.ts";

/** What is to be done, and the folders around it that are set right last. */
export interface Agreed {
  readonly changes: Changes;
  readonly disturbed: ReadonlyMap<Path, Folder>;
  /** The replica was made for it. */
  readonly made: boolean;
}

/** What holds of what was decided on. Tells the rest as left, but for what is done already. Throws `Stopped`. */
export async function agree(
  { found, known: { config } }: Pick<Comparison, "found" | "known">,
  needed: Changes,
  decided: Decided,
  roots: Roots,
  pool: Pool,
  tell: Emit,
): Promise<Agreed> {
  const { shared } = config;
  const isMade = roots.made && roots.replica !== null;
  const options = { isOurs: isLeftOver, ...(isMade && { made: rootChange(roots) }) };
  const split = await inSlices(onlyDecided(needed, decided, options), shared);
  const undone: Path[] = [];
  if (roots.replica === null) { for (const path of split.open) undone.push(path); }
  else {
    const tasks = await tasksFor(split.open, decided, shared);
    if (tasks.length > 0) {
      await pool.run(config, stack(tasks), (turn) => {
        for (const path of turn.undone) undone.push(path);
      });
      throwIfStopping(shared);
    }
  }
  for (const left of [split.left, undone]) {
    await inSlices(forEach(left, (path) => tell({ kind: "left", path, why: "changed" })), shared);
  }
  const left = split.left.length + undone.length;
  const done = split.open.length - undone.length;
  tell({
    kind: "decided",
    steps: decided.size,
    hold: decided.size - left - done,
    done,
    left,
    others: split.others,
  });
  const disturbed = await inSlices(disturbedBy(split, found.disturbed), shared);
  return { changes: split.changes, disturbed, made: split.made };
}

/** How many names a thread looks at in one task. */
const TOGETHER = 256;

/** The names to look at, folder by folder. */
async function tasksFor(
  paths: readonly Path[],
  decided: Decided,
  shared: SharedArrayBuffer,
): Promise<Task[]> {
  type Steps = Extract<Task, { kind: "lookFor" }>["steps"][number][];
  const tasks: Task[] = [];
  const open = new Map<Path, Steps>();
  await inSlices(
    forEach(paths, (path) => {
      const folder = parent(path);
      let steps = path === "" ? undefined : open.get(folder);
      if (steps === undefined || steps.length === TOGETHER) {
        steps = [];
        tasks.push({ kind: "lookFor", folder, steps });
        if (path !== "") open.set(folder, steps);
      }
      steps.push([nameOf(path), decided.get(path)!]);
    }),
    shared,
  );
  return tasks;
}
