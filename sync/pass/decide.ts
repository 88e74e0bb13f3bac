/** From what was found to the changes that are to be made. Nothing is written. */
import type { Changes } from "../engine/changes.ts";
import { type Decided, onlyDecided } from "../engine/decided.ts";
import type { Memory } from "../engine/edits.ts";
import { type Path, within } from "../engine/entry.ts";
import type { Emit } from "../engine/event.ts";
import { hardLinks } from "../engine/hard_links.ts";
import type { Linked } from "../engine/plan.ts";
import { prune } from "../engine/prune.ts";
import { forEach } from "../engine/steps.ts";
import type { Comparison } from "./compare.ts";
import { leaveEdits } from "./leave_edits.ts";
import { inSlices } from "./slices.ts";

type Judgeable = Pick<Comparison, "found"> & { readonly known: Pick<Comparison["known"], "config"> };

/** The changes that may be made: of those that are needed, what is allowed and was decided on. Throws `Stopped`. */
export async function changesOf(
  judgeable: Judgeable,
  { decided, memory }: { readonly decided?: Decided | undefined; readonly memory?: Memory | undefined },
  tell: Emit,
): Promise<Changes> {
  const { config: { shared } } = judgeable.known;
  const needed = await neededChanges(judgeable, memory, tell);
  if (decided === undefined) return needed;
  const { changes, left } = await inSlices(onlyDecided(needed, decided), shared);
  await inSlices(forEach(left, (path) => tell({ kind: "left", path, why: "changed" })), shared);
  return changes;
}

const NONE: ReadonlySet<Path> = new Set();

/** What is needed and possible, with files of several names made right for each other. */
async function neededChanges(
  { found, known: { config } }: Judgeable,
  memory: Memory | undefined,
  tell: Emit,
): Promise<Changes> {
  const { changes, linked, failures } = found;
  const { ownLogs, shared } = config;
  const { changes: possible, failures: blocked } = await inSlices(
    prune(changes, failures, [...ownLogs.replica, ...found.kept]),
    shared,
  );
  await inSlices(forEach(blocked, tell), shared);
  const { changes: kept, edits } = config.keepEdits
    ? await leaveEdits(possible, found, config, memory ?? null, tell)
    : { changes: possible, edits: NONE };
  if (linked.length === 0) return kept;
  const failed = new Set<Path>(edits);
  for (const some of [failures, blocked]) {
    await inSlices(forEach(some, ({ path }) => failed.add(path)), shared);
  }
  const left: Linked[] = [];
  await inSlices(forEach(linked, (one) => !within(one.path, failed) && left.push(one)), shared);
  return await inSlices(hardLinks(kept, left), shared);
}
