import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  betweenName,
  isLeftOver,
  isTemporary,
  movedName,
  newPassId,
  probeName,
  temporaryName,
} from "../../sync/disk/temporary.ts";

Deno.test("temporary names are short, and known by their format wherever they are", () => {
  const id = newPassId();
  assertMatch(id, /^[0-9a-f]{8}$/);
  for (
    const name of [
      temporaryName(id, 0),
      movedName(id, 7, "a name.txt"),
      temporaryName(id, Number.MAX_SAFE_INTEGER),
      probeName(id),
    ]
  ) {
    assert(name.length < 40);
    assertEquals([isTemporary(name), isTemporary(`a/b/${name}`)], [true, true]);
  }
  // what is in the folder of a probe goes with it
  assertEquals([isTemporary(`${probeName(id)}/a`), isTemporary(`/r/${probeName(id)}/a`)], [true, true]);
});

Deno.test("what only looks like a temporary name is none", () => {
  for (
    const name of [
      ".lockstep",
      ".lockstep-x-1",
      ".lockstep-0badcafe",
      "a.lockstep-0badcafe-1",
      ".lockstepignore",
    ]
  ) {
    assertEquals([isTemporary(name), isTemporary(`/r/${name}`)], [false, false], name);
  }
  assertEquals(isTemporary(`${temporaryName("0badcafe", 1)}/inside`), false);
});

Deno.test("the name between two cases of a name is none of ours, so that no pass deletes what has it", () => {
  for (const name of [betweenName(0, 0), betweenName(1e9, 7)]) {
    assertEquals([isTemporary(name), isLeftOver(name), isLeftOver(`a/${name}/b`)], [false, false, false]);
    assert(name.length < 40);
  }
});
