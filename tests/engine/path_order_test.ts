/** The order in which changes are shown. */
import { assertEquals } from "@std/assert";
import type { Change } from "../../sync/engine/change.ts";
import { at, listOf } from "../../sync/engine/changes.ts";
import { inPathOrder } from "../../sync/engine/path_order.ts";
import { finish } from "../../sync/engine/steps.ts";
import { FILE, FOLDER } from "../support/entries.ts";
import { seeded } from "../support/random.ts";

function shown(changes: readonly Change[]): string[] {
  const list = listOf(changes);
  return finish(inPathOrder(list)).map((index) => at(list, index)).map(({ kind, path }) => `${kind} ${path}`);
}

function made(path: string): Change {
  return { kind: "create", path, entry: FILE };
}

Deno.test("inPathOrder() has each folder at once followed by what is in it, the root first", () => {
  const changes: Change[] = [
    made("b"),
    made("a.b"),
    made("a/z"),
    { kind: "remove", path: "a/y", was: FOLDER },
    made("a/y.d"),
    made("a/y/1/2/3"),
    { kind: "remove", path: "a/y/0", was: FILE },
    { kind: "attributes", path: "", entry: FOLDER, was: FOLDER },
    { kind: "create", path: "a", entry: FOLDER },
  ];
  assertEquals(shown(changes), [
    "attributes ",
    "create a",
    "remove a/y",
    "remove a/y/0",
    "create a/y/1/2/3",
    "create a/y.d",
    "create a/z",
    "create a.b",
    "create b",
  ]);
  assertEquals(shown([]), []);
});

Deno.test("inPathOrder() is the order of paths in which the slash comes before all else", () =>
  seeded((dice) => {
    const names = ["a", "A", "a b", "a-", "a.", "b", "\u00e9", "\u0001", "\u{1f41f}", "\udcff"];
    for (let round = 0; round < 100; round++) {
      const paths = Array.from(
        { length: dice.below(60) },
        () => Array.from({ length: 1 + dice.below(5) }, () => names[dice.below(names.length)]).join("/"),
      );
      const changes = [...new Set(paths)].map((path): Change =>
        dice.below(2) === 0 ? made(path) : { kind: "remove", path, was: FILE }
      );
      const keyOf = ({ path }: Change) => path.replaceAll("/", "\0");
      const expected = changes.toSorted((a, b) => keyOf(a) < keyOf(b) ? -1 : 1);
      assertEquals(shown(changes), expected.map(({ kind, path }) => `${kind} ${path}`));
    }
  }));
