/** From what was found to the changes that are to be made. Nothing is written. */
import type { Changes } from "../engine/changes.ts";
import { type Path, within } from "../engine/entry.ts";
import type { Emit } from "../engine/event.ts";
import { hardLinks } from "../engine/hard_links.ts";
import type { Linked } from "../engine/plan.ts";
import { prune } from "../engine/prune.ts";
import { forEach } from "../engine/steps.ts";
import type { Comparison } from "./compare.ts";
import { inSlices } from "./slices.ts";

type Judgeable = Pick<Comparison, "found"> & { readonly known: Pick<Comparison["known"], "config"> };

/** What is needed and possible, with files of several names made right for each other. Throws `Stopped`. */
export async function changesOf({ found, known: { config } }: Judgeable, tell: Emit): Promise<Changes> {
  const { changes, linked, failures } = found;
  const { ownLogs, shared } = config;
  const { changes: kept, failures: blocked } = await inSlices(
    prune(changes, failures, [...ownLogs.replica, ...found.kept]),
    shared,
  );
  await inSlices(forEach(blocked, tell), shared);
  if (linked.length === 0) return kept;
  const failed = new Set<Path>();
  for (const some of [failures, blocked]) {
    await inSlices(forEach(some, ({ path }) => failed.add(path)), shared);
  }
  const left: Linked[] = [];
  await inSlices(forEach(linked, (one) => !within(one.path, failed) && left.push(one)), shared);
  return await inSlices(hardLinks(kept, left, config.trash !== null), shared);
}
