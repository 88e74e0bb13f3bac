import { assertEquals } from "@std/assert";
import { movedTo, noMoves, noteMove } from "../../sync/engine/moved_to.ts";

/** Moves in the order in which they are made, as "old new"; a path from before them, and where it leads. */
const ROWS: readonly (readonly [moves: readonly string[], path: string, to: string | null])[] = [
  [[], "a", null],
  [["a b"], "c/a", null],
  [["a b"], "ab", null],
  [["a b"], "a", "b"],
  [["a b"], "a/x/y", "b/x/y"],
  // what lies in a moved folder moves on
  [["a b", "b/x c"], "a/x/y", "c/y"],
  [["a b", "b/x c"], "a/z", "b/z"],
  [["a/x c", "a b"], "a/x/y", "c/y"],
  [["a b", "b/x b/y"], "a/x", "b/y"],
  // each takes the name of the one before it
  [["b c", "a b"], "a/f", "b/f"],
  [["b c", "a b"], "b/f", "c/f"],
  [["b c", "a b", "b/x d"], "a/x", "d"],
  [["b c", "a b", "b/x d"], "b/x", "c/x"],
  [["a b", "b c"], "a/f", "c/f"],
];

for (const [moves, path, to] of ROWS) {
  Deno.test(`movedTo() of ${path} after ${moves.join(", ") || "nothing"} is ${to}`, () => {
    const moved = noMoves();
    for (const [from, path] of moves.map((move) => move.split(" "))) {
      noteMove(moved, { from: from!, path: path! });
    }
    assertEquals(movedTo(path, moved), to);
  });
}
