/**
 * A glance at one path on both sides, while no pass is made. Asynchronous calls throughout: a file system that hangs must
 * not take the thread that listens to signals with it. What it says is no reason to change anything.
 */
import { absolute, type Entry, type Path } from "../engine/entry.ts";
import { reason } from "./fault.ts";
import { CALLS } from "./portable/calls.ts";
import { entryOf } from "./portable/look.ts";

/** What is at a path on both sides, null where nothing is. Null when that cannot be told. */
export async function glance(
  source: string,
  replica: string,
  path: Path,
): Promise<{ readonly source: Entry | null; readonly replica: Entry | null } | null> {
  // Deno cannot reach a name that is not UTF-8
  if (!path.isWellFormed() || path.includes("\ufffd")) return null;
  try {
    const [given, there] = await Promise.all([
      entryAt(absolute(source, path)),
      entryAt(absolute(replica, path)),
    ]);
    return { source: given, replica: there };
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}

async function entryAt(path: string): Promise<Entry | null> {
  try {
    const found = await Deno.lstat(path);
    return entryOf(
      found,
      path,
      found.isSymlink ? CALLS.targetOf(path, await Deno.readLink(path)).target : undefined,
    );
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(reason(error)?.code ?? "")) return null;
    throw error;
  }
}
