/** The trash of a pass: opened with the roots, begun when the pass is about to lose something, ended after it. */
import type { Roots } from "../disk/roots.ts";
import { openTrash } from "../disk/trash.ts";
import { lost } from "../engine/change.ts";
import { type Changes, each } from "../engine/changes.ts";
import type { Config } from "../engine/config.ts";
import type { Emit, Event, Refusal } from "../engine/event.ts";
import { forEach } from "../engine/steps.ts";
import { expire } from "../trash/expire.ts";
import { beginJournal } from "../records/journal.ts";
import { isBeside, type PassConfig } from "./config.ts";
import { inSlices } from "./slices.ts";

/** The roots with the trash, where one was asked for: threads must know it before they are confined. */
export async function withTrash(config: Config, roots: Roots, before: Roots | null): Promise<Roots> {
  const { trash, source, replica, dryRun } = config;
  if (trash === null || dryRun) return roots;
  return {
    ...roots,
    trash: await openTrash({ folder: trash.folder, source, replica }, before?.trash ?? null, config),
  };
}

/** What a pass is applied with. */
export interface Kept {
  readonly config: PassConfig;
  readonly tell: Emit;
  close(): Promise<void>;
}

/** Begin a pass in the trash, when the changes lose anything. Throws `Stopped`. */
export async function keeping(
  config: PassConfig,
  changes: Changes,
  roots: Roots,
  tell: Emit,
): Promise<Kept> {
  const { trash } = config;
  const plain = { config, tell, close: () => Promise.resolve() };
  if (trash === null || "code" in trash || roots.trash === undefined || !("path" in roots.trash)) {
    return plain;
  }
  let isLosing = false;
  await inSlices(forEach(each(changes), (change) => isLosing ||= lost(change) !== null), config.shared);
  if (!isLosing) return plain;
  const { source, replica, began } = config;
  const journal = await beginJournal(roots.trash, { source, replica, began }, (reason) => {
    tell({ kind: "notice", code: "trash-journal", reason });
  });
  if ("code" in journal) return { ...plain, config: { ...config, trash: journal } };
  const { run } = journal;
  let isTold = false;
  return {
    config: { ...config, trash: { ...trash, run } },
    tell(event: Event) {
      if (event.kind === "change" && lost(event.change) !== null) {
        journal.note(event.change);
        if (!isTold) tell({ kind: "notice", code: "trash", folder: `${trash.folder}/${run}` });
        isTold = true;
      }
      tell(event);
    },
    close: () => journal.close(),
  };
}

/**
 * Delete the oldest passes from a trash that was bounded, when a plan was refused since the disk is too full. False when
 * that would not be enough: then nothing is deleted.
 */
export async function makesRoom(config: PassConfig, refusal: Refusal | null, tell: Emit): Promise<boolean> {
  const { trash } = config;
  if (refusal?.kind !== "refused" || refusal.rule !== "free-space") return false;
  if (trash === null || "code" in trash || !trash.isBounded || !isBeside(config)) return false;
  const { deleted, bytes } = await expire(trash.folder, { shortage: refusal.needed - refusal.free });
  if (deleted > 0) tell({ kind: "notice", code: "trash-expired", passes: deleted, bytes });
  return deleted > 0;
}
