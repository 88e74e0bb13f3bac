/** Deletes what is too old, or too much, from the trash at the end of each pass: a companion of the passes. */
import { fault } from "../disk/fault.ts";
import type { TrashPlace } from "../engine/config.ts";
import { expire } from "../trash/expire.ts";
import type { Companion } from "./companion.ts";

/** How often, in ms, the trash is looked through when nothing came into it. */
const IDLE_MS = 10 * 60 * 1000;

/** `now`: ms since 1970. */
export function expiring({ keep, max }: TrashPlace, now: () => number): Companion {
  const seen = new Map<string, number>();
  let last: string | null = null;
  let looked = -Infinity;
  return {
    listen(event) {
      if (event.kind !== "notice" || event.code !== "trash") return;
      last = event.folder.slice(event.folder.lastIndexOf("/") + 1);
      looked = -Infinity;
    },
    async finish({ roots, tell, signal }) {
      const { trash } = roots;
      if (trash === undefined || !("path" in trash) || now() - looked < IDLE_MS || signal.aborted) return;
      looked = now();
      try {
        const { deleted, bytes } = await expire(trash.path, { keep, max, now: now() }, { last, seen });
        if (deleted > 0) tell({ kind: "notice", code: "trash-expired", passes: deleted, bytes });
      } catch (error) {
        const { reason } = fault("remove", "replica", error);
        tell({ kind: "notice", code: "trash-unkept", reason });
      }
    },
  };
}
