/** A trash on file systems that cannot do all that Linux's own can. */
import { assertEquals } from "@std/assert";
import { failuresOf, mirror, UNLIMITED } from "../support/mirror.ts";
import { runsOf } from "../support/trash.ts";
import { link, namesIn, plant } from "../support/tree.ts";
import { onKind } from "./kind.ts";

for (const kind of ["exfat", "ntfs", "btrfs"]) {
  await onKind(
    kind,
    `on ${kind}, what goes is in a trash beside the replica, the old before the new takes its place`,
    async (at) => {
      const replica = `${at}/mnt/replica`;
      plant(at, { source: { changed: "newer", "was-file": { inside: "x" }, kept: "k" } });
      plant(replica, { changed: "old", gone: "gone", "was-file": "file", kept: "k", d: { e: { f: "f" } } });
      const trash = { folder: `${replica}.trash`, keep: null, max: null };
      const outcome = await mirror(`${at}/source`, replica, { trash, limits: UNLIMITED });
      assertEquals(failuresOf(outcome), []);
      const [run] = runsOf(trash.folder);
      const kept = `${trash.folder}/${run}`;
      assertEquals(namesIn(kept), ["changed", "d", "gone", "was-file"]);
      const read = (path: string) => Deno.readTextFileSync(path);
      assertEquals(["changed", "gone", "was-file", "d/e/f"].map((path) => read(`${kept}/${path}`)), [
        "old",
        "gone",
        "file",
        "f",
      ]);
      assertEquals(read(`${replica}/changed`), "newer");
      assertEquals((await mirror(`${at}/source`, replica, { trash, limits: UNLIMITED })).changes, []);
      assertEquals(runsOf(trash.folder), [run]);
    },
  );
}

await onKind(
  "exfat",
  "a trash on exfat leaves in the replica what it cannot hold, and takes the rest",
  async (at) => {
    plant(at, {
      source: { x: "x" },
      replica: { x: "x", l: link("nowhere"), f: "f", "a:b": "no name there" },
    });
    const trash = { folder: `${at}/mnt/trash`, keep: null, max: null };
    const outcome = await mirror(`${at}/source`, `${at}/replica`, { trash, limits: UNLIMITED });
    assertEquals(failuresOf(outcome).map((line) => line.replace(/ [A-Z]+$/, "")), [
      "remove replica a:b",
      "remove replica l",
    ]);
    assertEquals(namesIn(`${at}/replica`), ["a:b", "l", "x"]);
    const [run] = runsOf(trash.folder);
    assertEquals(namesIn(`${trash.folder}/${run}`), ["f"]);
  },
);
