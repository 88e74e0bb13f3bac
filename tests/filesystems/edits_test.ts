/** Edits in a replica whose file system has coarse times, or spells names in its own way. */
import { assertEquals, assertMatch } from "@std/assert";
import { lockstep } from "../support/program.ts";
import { plant } from "../support/tree.ts";
import { onKind } from "./kind.ts";

for (const kind of ["ext4-128", "vfat", "exfat", "ntfs"]) {
  await onKind(kind, `${kind}: with --state only what was edited is left, in a dry run, too`, async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
    plant(source, { a: "1", b: "1", C: "1", d: { "é x": "1" }, kept: "1" });
    const words = [source, replica, "--state", `${at}/state`, "--keep-edits", "--max-delete=100%"];
    assertEquals((await lockstep(words)).status, 0);
    for (const [round, gone] of ["C", "d/é x"].entries()) {
      plant(source, { b: `changed ${round}` });
      Deno.removeSync(`${source}/${gone}`);
      const dry = await lockstep([...words, "--dry-run"]);
      assertEquals([dry.status, dry.err.includes("Left")], [0, false], dry.err);
      const ran = await lockstep(words);
      assertEquals([ran.status, ran.err.includes("Left")], [0, false], ran.err);
    }
    Deno.writeTextFileSync(`${replica}/b`, "edited");
    plant(replica, { made: "2" });
    const { err } = await lockstep(words);
    assertEquals(err.match(/Left/g)?.length, 2);
    assertMatch(err, /Left "b": it was edited/);
    assertMatch(err, /Left "made": it was made/);
    const brought = await lockstep(["bring-back", ...words, "--yes"], {
      flags: ["--allow-read", "--allow-write"],
    });
    assertEquals(brought.status, 0, brought.err);
    const last = await lockstep(words);
    assertEquals([last.status, last.err], [0, ""]);
    assertEquals(Deno.readTextFileSync(`${source}/b`), "edited");
  });
}
