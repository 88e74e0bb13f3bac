/** The trash of a pass in one thread: opened when it is first needed, and its oldest passes deleted when a disk is full. */
import { openKept } from "../disk/open.ts";
import { deleteOldest } from "../disk/trash_room.ts";
import { refusing, type Trash, trashIn } from "../trash/keep.ts";
import type { PassConfig, PassTrash } from "./config.ts";
import { addNotice } from "./notices.ts";
import type { Turn } from "./task.ts";

/** As `makeRoom` of `context.ts`. */
export function makeRoom(
  { config: { trash, criteria: { roots } }, result }: { readonly config: PassConfig; readonly result: Turn },
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
