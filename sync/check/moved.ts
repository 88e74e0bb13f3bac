/** Where files went that a pass has moved: their digests go along. */
import type { Path } from "../engine/entry.ts";
import { parent } from "../engine/entry.ts";

/** Of what was moved by itself: the new path, by the old one. */
export type Moves = ReadonlyMap<Path, Path>;

/** Folders that were moved in one another, at the most. */
const MOST = 16;

/** Where a path leads after some moves; null when it was not moved. */
export function movedTo(path: Path, moves: Moves): Path | null {
  if (moves.size === 0) return null;
  let now = path;
  for (let tries = 0; tries < MOST; tries++) {
    const next = movedOnce(now, moves);
    if (next === null) break;
    now = next;
  }
  return now === path ? null : now;
}

/** By the nearest folder that was moved, or the path itself. */
function movedOnce(path: Path, moves: Moves): Path | null {
  for (let at = path; at !== ""; at = parent(at)) {
    const to = moves.get(at);
    if (to !== undefined) return to + path.slice(at.length);
  }
  return null;
}
