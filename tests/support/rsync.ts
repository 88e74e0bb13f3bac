/** What an independent tool says of two folders. Tests that ask it are skipped where it is missing. */
import { assertEquals } from "@std/assert";
import { command } from "./program.ts";

/** What rsync would still have to do to make the replica the source, by contents; "" when the two are the same. */
export async function leftToDo(
  source: string,
  replica: string,
  flags = "-naiHS",
  ...more: readonly string[]
): Promise<string> {
  const ran = await command("rsync", flags, "--checksum", "--delete", ...more, `${source}/`, `${replica}/`);
  assertEquals([ran?.status, ran?.err], [0, ""]);
  return ran!.out;
}
