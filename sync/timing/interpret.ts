/** What the events of Deno's watch mean for a folder that is watched. Pure. */
import type { Heard } from "./heard.ts";
import type { HintKind } from "./hints.ts";
import { SYSTEM, type System } from "../system.ts";
import { pathWithin } from "../whole_path.ts";

/** Read an event heard while `root` (an absolute path) is watched. */
export function interpret(
  event: Deno.FsEvent,
  root: string,
  separator: System["separator"] = SYSTEM.separator,
): Heard[] {
  if (event.kind === "access") return [];
  if (event.flag === "rescan" || event.paths.length === 0) return [{ kind: "loss" }];
  const what = hintKind(event.kind);
  return event.paths.flatMap((path): Heard[] => {
    const below = pathWithin(path, root, { separator });
    if (below === null) return [];
    return below === "" && what !== "changed" ? [{ kind: "root" }] : [{ kind: "hint", path: below, what }];
  });
}

/** Whatever is neither a change nor a removal may have brought something new. */
function hintKind(kind: Deno.FsEvent["kind"]): HintKind {
  return kind === "modify" ? "changed" : kind === "remove" ? "disappeared" : "appeared";
}
