/** What the system's file events mean for a folder that is watched. Pure. */
import type { Path } from "../engine/entry.ts";
import type { HintKind } from "./hints.ts";
import { pathBelow } from "./spelling.ts";

/** What an event says. */
export type Heard =
  /** Something happened to an entry below the root. */
  | { readonly kind: "hint"; readonly path: Path; readonly what: HintKind }
  /** Some events were lost, or there is no telling where something happened. */
  | { readonly kind: "loss" }
  /** The root itself was created, moved or removed. */
  | { readonly kind: "root" };

/** Read an event heard while `root` (an absolute path) is watched. `ignores` is asked about each absolute path. */
export function interpret(
  event: Deno.FsEvent,
  root: string,
  ignores: (path: string) => boolean,
): Heard[] {
  if (event.kind === "access") return [];
  if (event.flag === "rescan" || event.paths.length === 0) return [{ kind: "loss" }];
  const what = hintKind(event.kind);
  return event.paths.flatMap((path): Heard[] => {
    const below = ignores(path) ? null : pathBelow(root, path);
    if (below === null) return [];
    return below === "" && what !== "changed" ? [{ kind: "root" }] : [{ kind: "hint", path: below, what }];
  });
}

/** Whatever is neither a change nor a removal may have brought something new. */
function hintKind(kind: Deno.FsEvent["kind"]): HintKind {
  return kind === "modify" ? "changed" : kind === "remove" ? "disappeared" : "appeared";
}
