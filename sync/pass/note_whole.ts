/** Notes, when a pass of `top` is complete, that the replica has become what the whole source is. */
import { noteWhole } from "../disk/whole.ts";
import type { Part } from "../engine/part.ts";
import type { Companion } from "./companion.ts";

export function notesWhole(part: Part): Companion {
  return {
    async finish({ report, roots }) {
      if (report.ended === "complete" && roots.replica !== null) await noteWhole(part, roots.replica);
    },
  };
}
