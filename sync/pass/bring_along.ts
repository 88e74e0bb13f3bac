/** With --bring-back, edits are carried to the source at the start of each pass, before anything is compared for it. */
import type { Config } from "../engine/config.ts";
import type { Memory } from "../engine/edits.ts";
import type { Emit } from "../engine/event.ts";
import { bringBack, type Bringing, failureOf, findEdits, type Trouble } from "./bring_back.ts";
import type { Companion } from "./companion.ts";

/**
 * `memory`: what the passes remember. As long as that is nothing, edits are left: nobody knows yet what was changed on
 * both sides.
 */
export function bringsAlong(config: Config, memory: Memory): Companion {
  return {
    async begin(_, roots, { scope, pool, tell, signal }) {
      if (config.dryRun || memory.isBlank() || roots.replica === null || roots.made || signal.aborted) return;
      const bringing: Bringing = { pool, memory, signal, ...(scope && { scope }) };
      const trouble = await carry(config, bringing, tell);
      const failure = trouble && failureOf(trouble);
      if (failure !== null) tell(failure);
    },
  };
}

async function carry(config: Config, bringing: Bringing, tell: Emit): Promise<Trouble | null> {
  const edits = await findEdits(config, bringing);
  if ("kind" in edits) return edits;
  if (edits.steps.length === 0 || bringing.signal.aborted) return null;
  return await bringBack(config, edits, sourceTrash(config), bringing, tell);
}

/** Where the source's old versions go: beside it. */
export function sourceTrash(
  { source, trash }: Pick<Config, "source" | "trash">,
): NonNullable<Config["trash"]> {
  return { folder: `${source}.trash`, keep: trash?.keep ?? null, max: trash?.max ?? null };
}
