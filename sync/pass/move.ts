/**
 * Making a move: one rename, of what was compared and to where nothing is. Whatever is not as it was then is a fault, after
 * which nothing has changed; the pass then removes and copies instead.
 *
 * RACE: something else may take the place of what is moved between the look and the rename. The worst outcome is that it
 * gets the new name: the next pass sees what it is.
 */
import { Fault } from "../disk/fault.ts";
import type { WritableFolder } from "../disk/tree.ts";
import { asHeld } from "../engine/capabilities.ts";
import type { Move } from "../engine/change.ts";
import { type Entry, type Mirrored, nameOf, parent } from "../engine/entry.ts";
import { sameAttributes, sameDevice, sameFolder, sameVersion } from "../engine/same.ts";
import { which } from "./config.ts";
import type { Context } from "./context.ts";
import { criteriaIn } from "./mounts.ts";
import { failure } from "./task.ts";
import { withWritable } from "./writable.ts";

/** Give an entry of the replica its new name, and its attributes where it has others. Throws a fault. */
export function move(context: Context, { path, from, entry, was }: Move, to: WritableFolder): void {
  const { config: { durable }, trees, result, wrote } = context;
  const [name, as] = [nameOf(from), nameOf(path)];
  using old = trees.replica.open(parent(from), "create");
  const found = old.look(name);
  if (found === null || !isStill(found, was)) throw new Fault("create", "replica", { code: "CHANGED" });
  wrote.add(parent(from));
  withWritable(old, () => {
    try {
      old.move(name, to, as);
    } catch (error) {
      if (!(error instanceof Fault) || error.reason.code !== "EACCES" || was.kind !== "folder") throw error;
      // the system changes the folder itself when it gets another one around it
      using itself = trees.replica.open(from, "create");
      withWritable(itself, () => old.move(name, to, as));
    }
  });
  // a folder gets its attributes when it is settled
  const criteria = criteriaIn(context, parent(path));
  if (entry.kind === "folder" || sameAttributes(entry, was, criteria)) return;
  try {
    to.setAttributes(as, asHeld(entry, criteria.capabilities), which(criteria, durable));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    result.unset.push(failure(error, path));
  }
}

/** Whether something is what was compared. */
export function isStill(found: Entry, was: Mirrored): boolean {
  switch (was.kind) {
    case "folder":
      return found.kind === "folder" &&
        (was.inode === null || found.inode === null || sameFolder(found, was));
    case "file":
      return found.kind === "file" && sameVersion(found, was);
    case "link":
      return found.kind === "link" && found.target === was.target;
    case "fifo":
      return found.kind === "fifo";
    case "device":
      return found.kind === "device" && sameDevice(found, was);
  }
}
