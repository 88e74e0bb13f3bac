/** Where paths lead after some moves, for what is remembered by path: digests, and what a pass left. Pure. */
import type { Move } from "./change.ts";
import { parent, type Path } from "./entry.ts";

/** Moves that were made. Only the functions below use its parts. */
export interface Moved {
  /** New paths by those before the first of the moves. */
  readonly byOld: Map<Path, Path>;
  readonly byNew: Map<Path, Path>;
}

export function noMoves(): Moved {
  return { byOld: new Map(), byNew: new Map() };
}

/** Note a move, after those that were made before it: its old path is the one that it had by then. */
export function noteMove({ byOld, byNew }: Moved, { from, path }: Pick<Move, "from" | "path">): void {
  const old = along(from, byNew) ?? from;
  byNew.delete(from);
  byOld.set(old, path);
  byNew.set(path, old);
}

/** Where a path from before the moves leads now; null when nothing at or around it was moved. */
export function movedTo(path: Path, { byOld }: Moved): Path | null {
  return along(path, byOld);
}

/** By the path itself, or the nearest folder around it. */
function along(path: Path, moves: ReadonlyMap<Path, Path>): Path | null {
  if (moves.size === 0) return null;
  for (let at = path; at !== ""; at = parent(at)) {
    const to = moves.get(at);
    if (to !== undefined) return to + path.slice(at.length);
  }
  return null;
}
