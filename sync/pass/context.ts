/** What the tasks of a turn share, in one thread. */
import { openKept, openTrees, type Trees } from "../disk/open.ts";
import { deleteOldest } from "../disk/trash_room.ts";
import type { Together } from "../disk/tree.ts";
import type { Path } from "../engine/entry.ts";
import { refusing, type Trash, trashIn } from "../trash/keep.ts";
import type { PassConfig, PassTrash } from "./config.ts";
import { addNotice } from "./notices.ts";
import type { Turn } from "./task.ts";

export interface Context {
  readonly config: PassConfig;
  readonly trees: Trees;
  /** Where what is removed or replaced goes; null when it is gone. */
  readonly trash: Trash | null;
  /** The result of the turn, which the tasks add to. */
  readonly result: Turn;
  /** Folders of the replica that the turn has written in. */
  readonly wrote: Set<Path>;
  /** With --durable, what forces the turn's changes to the disk at once; null when each is forced by itself. */
  readonly together: Together | null;
  /** The devices of folders of the replica, as far as they were looked at. */
  readonly devices: Map<Path, number>;
  /** When the turn is to end, as `performance.now()` counts. */
  readonly end: number;
}

/** The trees of the pass that this thread works for. */
let last: { readonly config: PassConfig; readonly trees: Trees } | null = null;

/** The trees of a pass, opened in this thread when they are first needed. */
export async function treesOf(config: PassConfig): Promise<Trees> {
  if (last?.config !== config) {
    last = { config, trees: await openTrees(config.edge, config.source, config.replica, config.criteria) };
  }
  return last.trees;
}

/**
 * Delete the oldest pass from the trash, when the replica's disk is full: where that was asked for, and the trash is on
 * that disk. False when it was not done.
 */
export function makeRoom(
  { config: { trash, criteria: { roots } }, result }: Pick<Context, "config" | "result">,
): boolean {
  if (trash === null || "code" in trash || !trash.isBounded) return false;
  return trash.entry.device === roots.replica.device && deleteFrom(trash, result);
}

/** Delete the oldest pass, and tell it. */
function deleteFrom({ folder, run }: PassTrash, { notices }: Turn): boolean {
  const deleted = deleteOldest(folder, run ?? "");
  if (deleted !== null) notices.push({ kind: "notice", code: "trash-room", folder: `${folder}/${deleted}` });
  return deleted !== null;
}

/** What is known in this thread of the trash of a pass. `turn`: the result of the turn that is taken. */
let lastTrash: { readonly config: PassConfig; readonly trash: Trash; turn: Turn } | null = null;

/** The trash of a pass, opened in this thread when it is first needed; null when there is none. */
export async function trashFor(config: PassConfig, turn: Turn): Promise<Trash | null> {
  const { trash: asked } = config;
  if (asked === null || ("run" in asked && asked.run === null)) return null;
  if (lastTrash?.config !== config) {
    const opened = { config, turn, trash: refusing("code" in asked ? asked.code : "") };
    if ("run" in asked && asked.run !== null) {
      const { folder, run } = asked;
      opened.trash = trashIn(await openKept(config.edge, config.replica, folder), {
        run,
        durable: config.durable,
        makeRoom: () => asked.isBounded && deleteFrom(asked, opened.turn),
        lacks: () => addNotice(opened.turn.notices, { kind: "notice", code: "trash-attributes" }),
      });
    }
    lastTrash = opened;
  }
  lastTrash.turn = turn;
  return lastTrash.trash;
}
