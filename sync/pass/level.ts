/** Lists many folders of the source in the pool, as all of one depth, by names and kinds alone. */
import { Stopped } from "../disk/fault.ts";
import type { Failure } from "../engine/event.ts";
import type { PassConfig } from "./config.ts";
import type { Pool } from "./pool.ts";
import type { Queue } from "./queue.ts";
import { stopping } from "./shared.ts";
import type { Listable, ListedFolder, Task } from "./task.ts";

export interface Listing {
  /** Called for each folder that was listed, in any order. */
  take(listed: ListedFolder): void;
  /** Called for each that could not be, unless it has gone meanwhile. */
  fail(failure: Failure): void;
}

/** List `count` folders, of which `folderAt` gives each by its index. Throws `Stopped`. */
export async function listFolders(
  config: PassConfig,
  pool: Pool,
  count: number,
  folderAt: (index: number) => Listable,
  { take, fail }: Listing,
): Promise<void> {
  await pool.run(config, listing(count, folderAt), (turn) => {
    for (const listed of turn.children) take(listed);
    for (const failure of turn.failures) if (!failure.gone) fail(failure);
  });
  if (stopping(config.shared)) throw new Stopped();
}

/** Tasks that are made when they are drawn: there may be millions of folders, and their paths are long. */
function listing(count: number, folderAt: (index: number) => Listable): Queue {
  let next = 0;
  return {
    left: () => ({ entries: count - next, bytes: 0 }),
    draw(entries) {
      const tasks: Task[] = [];
      for (const end = Math.min(count, next + Math.max(entries, 1)); next < end; next++) {
        tasks.push({ kind: "list", ...folderAt(next) });
      }
      return tasks;
    },
  };
}
