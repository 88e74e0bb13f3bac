/** Moves on replicas that tell fewer names and times apart, and what is renamed in its capitals only. */
import { assertEquals } from "@std/assert";
import { mirror, UNLIMITED } from "../support/mirror.ts";
import { leftToDo } from "../support/rsync.ts";
import { namesIn, plant } from "../support/tree.ts";
import { onKind } from "./kind.ts";

for (const [kind, folder] of [["vfat", ""], ["exfat", ""], ["ext4-casefold", "/f"], ["ext4", ""]] as const) {
  await onKind(
    kind,
    `${kind}: folders and files are moved, with names that differ in their capitals`,
    async (at) => {
      const [source, replica] = [`${at}/source`, `${at}/mnt${folder}/replica`];
      plant(source, { a: { Name: "1", other: "22", more: "333", sub: { Deep: "4" } }, f: "55555", k: "k" });
      const options = { limits: UNLIMITED, owners: false };
      await mirror(source, replica, options);
      // FAT has times of 2 s
      await new Promise((resolve) => setTimeout(resolve, kind === "vfat" ? 4100 : 50));
      Deno.renameSync(`${source}/a`, `${source}/b`);
      Deno.renameSync(`${source}/b/Name`, `${source}/b/name`);
      Deno.renameSync(`${source}/b/sub`, `${source}/b/Sub`);
      Deno.writeTextFileSync(`${source}/b/Sub/deep`, "other");
      Deno.removeSync(`${source}/b/Sub/Deep`);
      Deno.renameSync(`${source}/f`, `${source}/b/f`);
      const { report } = await mirror(source, replica, options);
      assertEquals([report.ended, report.failed], ["complete", 0]);
      const isFolding = kind !== "ext4";
      assertEquals(report.moved >= 2, true);
      const found = namesIn(`${replica}/b`).map((name) => isFolding ? name.toLowerCase() : name).sort();
      assertEquals(
        found,
        isFolding ? ["f", "more", "name", "other", "sub"] : ["Sub", "f", "more", "name", "other"],
      );
      assertEquals(Deno.readTextFileSync(`${replica}/b/Sub/deep`), "other");
      assertEquals((await mirror(source, replica, options)).changes, []);
      if (!isFolding) assertEquals(await leftToDo(source, replica), "");
    },
  );
}
