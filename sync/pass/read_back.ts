/**
 * Reading back what was written, before it gets its name: the source and the copy are digested, the copy from the disk
 * itself where the edge can. A copy that differs is never put in its place.
 */
import { Fault } from "../disk/fault.ts";
import type { Trees } from "../disk/open.ts";
import type { Folder, Name, WritableFolder } from "../disk/tree.ts";
import { type File, nameOf, parent, type Path } from "../engine/entry.ts";
import { sameVersion } from "../engine/same.ts";
import type { PassConfig } from "./config.ts";
import { type Crypto, digest } from "./digest.ts";
import type { Shared } from "./shared.ts";

/** Loaded before the first turn that reads back: whatever writes is synchronous. */
let crypto: Crypto | null = null;

export async function preloadReadBack(): Promise<void> {
  crypto ??= await import("node:crypto");
}

/**
 * Whether the copy at `beside` of a version of a file (`entry`) holds what the source holds. Throws a fault when either
 * cannot be read, or the source has another version by now; and `Stopped`.
 */
export function isWhole(
  { trees, config: { shared } }: { readonly trees: Trees; readonly config: Pick<PassConfig, "shared"> },
  path: Path,
  entry: File,
  folder: WritableFolder,
  beside: Name,
): boolean {
  using source = trees.source.open(parent(path), "read");
  const name = nameOf(path);
  const wanted = digest(source, name, entry, shared, crypto!);
  const found = digestCopy(folder, beside, entry, shared);
  if (found === wanted) return true;
  const now = source.look(name);
  if (now?.kind !== "file" || !sameVersion(now, entry)) {
    throw new Fault("copy", "source", { code: "CHANGED" });
  }
  return false;
}

/** A copy that its mode keeps us from reading is ours to read for a moment. */
function digestCopy(folder: WritableFolder, beside: Name, entry: File, shared: Shared): string | null {
  try {
    return digestFresh(folder, beside, entry, shared);
  } catch (error) {
    if (!(error instanceof Fault) || error.reason.code !== "EACCES") throw error;
  }
  const { mode } = entry;
  const which = { modes: true, owners: false, xattrs: false, durable: false };
  const there = folder.look(beside);
  if (there?.kind !== "file") return null;
  folder.setAttributes(beside, { ...there, mode: mode | 0o400 }, which);
  try {
    return digestFresh(folder, beside, entry, shared);
  } finally {
    folder.setAttributes(beside, there, which);
  }
}

/** Null when the copy is shorter or longer than it should be. */
function digestFresh(folder: Folder, beside: Name, entry: File, shared: Shared): string | null {
  const there = folder.look(beside);
  if (there?.kind !== "file" || there.size !== entry.size) return null;
  return digest(folder, beside, entry, shared, crypto!, true);
}
