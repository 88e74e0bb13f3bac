/**
 * The tasks that write: making changes, replacing a folder, removing what was moved aside, settling, clearing up. They
 * add to the turn's result.
 */
import { Fault, FULL, Stopped } from "../disk/fault.ts";
import { movedName, temporaryName } from "../disk/temporary.ts";
import type { Name, WritableFolder } from "../disk/tree.ts";
import { asHeld } from "../engine/capabilities.ts";
import type { Change } from "../engine/change.ts";
import { at, from } from "../engine/changes.ts";
import { below, nameOf, parent, type Path } from "../engine/entry.ts";
import type { Failure } from "../engine/event.ts";
import { abandon, type Batch, finish, makeInBatch, newBatch, report } from "./batch.ts";
import { which } from "./config.ts";
import { type Context, makeRoom } from "./context.ts";
import { discard } from "./copy.ts";
import { forgetEntry, removeEntry } from "./losing.ts";
import { changeAction, make, putInPlace } from "./make.ts";
import { criteriaIn, failureOn } from "./mounts.ts";
import { stopping } from "./shared.ts";
import { pathOf, type Task } from "./task.ts";
import { withWritable } from "./writable.ts";

/** A task that writes. */
export type Writing = Exclude<
  Task,
  { kind: "probe" | "find" | "compare" | "compareContents" | "list" | "lookFor" | "digest" | "check" }
>;
type Settle = Extract<Writing, { kind: "settle" }>;
type Single = Exclude<Writing, { kind: "make" | "settle" }>;

/** Carry out a task that writes. Throws a fault when that fails; a task of many changes reports each fault itself. */
export function write(context: Context, task: Writing): void {
  if (task.kind === "make") return makeAll(context, task);
  const { trees, result, wrote } = context;
  const path = pathOf(task);
  if (task.kind === "settle") {
    if (!settle(context, task)) return;
  } else {
    using folder = trees.replica.open(parent(path), actionOf(task));
    wrote.add(parent(path));
    writeIn(context, task, folder, nameOf(path));
  }
  if ("number" in task && task.number !== undefined) result.done.push(task.number);
}

function writeIn(context: Context, task: Single, folder: WritableFolder, name: Name): void {
  const { config } = context;
  switch (task.kind) {
    case "makeFolders":
      return withRoom(context, () => makeFolders(context, task.folders, folder));
    case "replaceFolder":
      removeEntry(context, folder, task.change.path, task.change.was);
      return putInPlace(context, folder, temporaryName(config.passId, task.number), task.change);
    case "removeAside":
      return folder.remove(temporaryName(config.passId, task.number));
    case "tryToMove":
      return tryToMove(folder, name, movedName(config.passId, task.index, name));
    case "discard":
      return discard(folder, temporaryName(config.passId, task.number));
    case "putBack":
      return putBack(context, task.path, folder, temporaryName(config.passId, task.number));
  }
}

/** Give a folder or file its attributes. False when that could not be done; it is in its place all the same. */
function settle(context: Context, { path, entry }: Settle): boolean {
  const { config: { durable }, trees, result, wrote } = context;
  const at = entry.kind === "folder" ? path : parent(path);
  try {
    using folder = trees.replica.open(at, "attributes");
    wrote.add(at);
    const criteria = criteriaIn(context, at);
    const held = asHeld(entry, criteria.capabilities);
    if (held.kind === "folder") folder.settle(held, which(criteria, durable));
    else folder.setAttributes(nameOf(path), held, which(criteria, durable));
    return true;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    result.unset.push(failureOn(context, error, path, at));
    return false;
  }
}

function actionOf(task: Single): Failure["action"] {
  switch (task.kind) {
    case "makeFolders":
      return "create";
    case "replaceFolder":
    case "removeAside":
    case "tryToMove":
    case "discard":
    case "putBack":
      return "remove";
  }
}

/**
 * Give a folder another name and its own again: the system refuses that where something is mounted on it, and a bind
 * mount of the same device shows itself in no other way. Throws a fault then, and where the folder keeps its temporary
 * name: the next pass removes that. Whatever else goes wrong is met again when the folder is removed.
 */
function tryToMove(folder: WritableFolder, name: Name, temporary: Name): void {
  try {
    withWritable(folder, () => folder.rename(name, folder, temporary));
  } catch (error) {
    if (!(error instanceof Fault) || error.reason.code === "EACCES") throw error;
    if (error.reason.code === "EBUSY") throw new Fault("remove", "replica", { code: "MOUNTED" });
    return;
  }
  // by itself: another try of both would find nothing under the old name
  withWritable(folder, () => folder.rename(temporary, folder, name));
}

/** Make the first of some folders. The folders in it become new tasks. */
function makeFolders(
  context: Context,
  folders: Extract<Writing, { kind: "makeFolders" }>["folders"],
  above: WritableFolder,
): void {
  const { pacer, result } = context;
  const { number, change } = folders[0]!;
  pacer?.change();
  try {
    make(context, number, change, above);
  } catch (error) {
    if (change.kind !== "move") throw error;
    return report(context, number, change, error);
  }
  for (let first = 1, next; first < folders.length; first = next) {
    next = first + 1 + folders[first]!.inside;
    result.tasks.push({ kind: "makeFolders", folders: folders.slice(first, next) });
  }
  result.done.push(number);
}

/** Make changes until the turn is over. The rest become a task again. */
function makeAll(context: Context, { numbers, changes }: Extract<Writing, { kind: "make" }>): void {
  const { config, result, end } = context;
  const batch = newBatch(context, numbers.length);
  for (let index = 0; index < numbers.length; index++) {
    const change = at(changes, index);
    try {
      if (stopping(config.shared) || (index > 0 && performance.now() >= end)) throw new Stopped();
      context.pacer?.change();
      withRoom(context, () => makeOne(context, numbers[index]!, change, batch));
    } catch (error) {
      if (error instanceof Stopped) {
        result.tasks.push({ kind: "make", numbers: numbers.slice(index), changes: from(changes, index) });
        break;
      }
      report(context, numbers[index]!, change, error);
    }
  }
  if (batch === null) return;
  if (!stopping(config.shared)) finish(context, batch);
  else result.tasks.push({ kind: "make", ...abandon(context, batch) });
}

/** Do something that leaves nothing behind when it throws, again when there is room for it in a full replica after all. */
function withRoom(context: Context, act: () => void): void {
  for (;;) {
    try {
      return act();
    } catch (error) {
      const isFull = error instanceof Fault && error.side === "replica" && FULL.has(error.reason.code);
      if (!isFull || !makeRoom(context)) throw error;
    }
  }
}

function makeOne(context: Context, number: number, change: Change, batch: Batch | null): void {
  const { trees, result, wrote } = context;
  const path = parent(change.path);
  using folder = trees.replica.open(path, changeAction(change));
  wrote.add(path);
  if (batch !== null && makeInBatch(context, batch, number, change, folder)) return;
  make(context, number, change, folder);
  result.done.push(number);
}

/** Put back what was moved aside for a folder that is still empty. What stays aside is removed by the next pass. */
function putBack(context: Context, path: Path, folder: WritableFolder, aside: Name): void {
  const { result } = context;
  const name = nameOf(path);
  // when it is not here, this is not the folder in which it was moved aside
  const there = folder.look(aside);
  if (there === null || there.kind === "unknown") return;
  try {
    if (folder.look(name)?.kind === "folder") folder.remove(name);
    folder.rename(aside, folder, name);
    forgetEntry(context, path);
    result.notices.push({ kind: "notice", code: "put-back", path });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    result.notices.push({ kind: "notice", code: "kept-aside", path, as: below(parent(path), aside) });
  }
}
