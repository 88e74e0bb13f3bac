/** How much a trash holds, by the ends of its journals. */
import { assertEquals } from "@std/assert";
import { trashBytes } from "../../sync/records/journal_end.ts";
import { mirror, UNLIMITED } from "../support/mirror.ts";
import { files, inFolder, plant } from "../support/tree.ts";

Deno.test("trashBytes() knows what passes kept without looking into their folders, and leaves out what was cut off", () =>
  inFolder(async (at) => {
    const trash = `${at}/trash`;
    const seen = new Map<string, number>();
    assertEquals(await trashBytes(trash, seen), 0);
    plant(`${at}/source`, files(30, "12345"));
    const config = { trash: { folder: trash, keep: null, max: null }, limits: UNLIMITED };
    await mirror(`${at}/source`, `${at}/replica`, config);
    for (let i = 0; i < 20; i++) Deno.removeSync(`${at}/source/f${i}`);
    await mirror(`${at}/source`, `${at}/replica`, config);
    assertEquals(await trashBytes(trash, seen), 100);
    // what was read once is not read again
    const journal = [...Deno.readDirSync(trash)].find(({ name }) => name.endsWith(".jsonl"))!.name;
    const text = Deno.readTextFileSync(`${trash}/${journal}`);
    Deno.writeTextFileSync(`${trash}/${journal}`, text.slice(0, -5));
    assertEquals(await trashBytes(trash, seen), 100);
    assertEquals(await trashBytes(trash, new Map()), 0);
    // and what expired is forgotten
    Deno.removeSync(trash, { recursive: true });
    Deno.mkdirSync(trash);
    assertEquals([await trashBytes(trash, seen), seen.size], [0, 0]);
  }));
