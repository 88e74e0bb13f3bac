/** Where what the replica loses goes: into the trash, where there is one, else it is gone. */
import { isLeftOver, isMoved, pathBefore } from "../disk/temporary.ts";
import type { Action, Name, WritableFolder } from "../disk/tree.ts";
import type { Change } from "../engine/change.ts";
import { type Known, nameOf, parent, type Path } from "../engine/entry.ts";
import type { Context } from "./context.ts";

/** Remove what a path leads to. `was`: what it was when it was compared. */
export function removeEntry(
  { trash }: Context,
  folder: WritableFolder,
  path: Path,
  was: Known | undefined,
  action: Action = "remove",
): void {
  const name = nameOf(path);
  if (trash === null || isHalf(path)) return folder.remove(name);
  trash.remove({ folder, path: parent(path), name, action, was }, pathBefore(path));
}

/** Put what was made at `beside` in the place of what a change replaces. */
export function replaceEntry(
  { trash }: Context,
  folder: WritableFolder,
  beside: Name,
  change: Change,
  action: Action,
): void {
  const { path } = change;
  const name = nameOf(path);
  const isOurs = change.kind === "update" && change.again;
  if (trash === null || isOurs) return folder.rename(beside, folder, name);
  trash.replace({ folder, path: parent(path), name, action, was: change.was }, beside, path);
}

/** Have in the trash what is moved aside, and goes when the pass is through. */
export function keepEntry({ trash }: Context, folder: WritableFolder, { path, was }: Change): void {
  trash?.keep({ folder, path: parent(path), name: nameOf(path), action: "create", was }, path);
}

/** What was moved aside is back. */
export function forgetEntry({ trash }: Context, path: Path): void {
  trash?.forget(path);
}

/** Whether a path is, or lies in, what a killed pass has not finished, and nobody has had yet. */
function isHalf(path: Path): boolean {
  return isLeftOver(path) && !isMoved(path);
}
