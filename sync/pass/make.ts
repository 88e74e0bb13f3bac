/** Making one change in its folder: a new file, link or FIFO is made beside its place and put there in one step. */
import { Fault, UNSETTABLE } from "../disk/fault.ts";
import { temporaryName } from "../disk/temporary.ts";
import type { Name, WritableFolder } from "../disk/tree.ts";
import { asHeld } from "../engine/capabilities.ts";
import type { Change } from "../engine/change.ts";
import {
  type Device,
  type Fifo,
  type File,
  type Folder,
  type Link,
  nameOf,
  parent,
} from "../engine/entry.ts";
import type { Failure } from "../engine/event.ts";
import { leavesAside, takesFolder } from "../engine/order.ts";
import { isRacy, marked } from "../engine/racy.ts";
import { which } from "./config.ts";
import { type Context, readBackHere } from "./context.ts";
import { copy, discard } from "./copy.ts";
import { forgetEntry, keepEntry, removeEntry, replaceEntry } from "./losing.ts";
import { criteriaIn } from "./mounts.ts";
import { move } from "./move.ts";
import { respell } from "./respell.ts";
import { failure } from "./task.ts";
import { withWritable } from "./writable.ts";
import { begin } from "./shared.ts";

/** A change that can wait for its last step. */
export type Waiting = Extract<Change, { kind: "create" | "update" | "attributes" }>;

/** Make one change in its folder. Throws a fault. */
export function make(context: Context, number: number, change: Change, folder: WritableFolder): void {
  try {
    withWritable(folder, () => makeOnce(context, number, change, folder));
  } catch (error) {
    throw isOfName(error, nameOf(change.path)) ? new Fault(error.action, error.side, ILLEGAL) : error;
  }
}

/** Characters that FAT, exFAT and NTFS do not have in names. */
// deno-lint-ignore no-control-regex
const FORBIDDEN = /[<>:"|?*\\\x01-\x1f]/;
const ILLEGAL = { code: "ILLEGAL" };

/** Whether a name may be what the replica's file system will not take: some say then that it is not there. */
function isOfName(error: unknown, name: Name): error is Fault {
  return error instanceof Fault && error.side === "replica" && FORBIDDEN.test(name) &&
    ["ENOENT", "EINVAL"].includes(error.reason.code);
}

/**
 * Make a change but for its last step, so that many can be forced to the disk at once before `putInPlace`. Throws a fault; then nothing is left there.
 */
export function prepare(
  context: Context,
  number: number,
  change: Waiting,
  folder: WritableFolder,
): Prepared {
  let prepared: Prepared = { beside: null, copied: null };
  withWritable(folder, () => {
    if (change.kind === "attributes") return setAttributes(context, number, change, folder, false);
    respellFirst(context, number, change, folder);
    const name = temporaryName(context.config.passId, number);
    prepared = { beside: name, copied: makeBeside(context, number, change, folder, name, false) };
  });
  return prepared;
}

/** What waits for its last step under a temporary name; null when nothing does. */
export interface Prepared {
  readonly beside: Name | null;
  /** The version of a file that is to be read back; null for none. */
  readonly copied: File | null;
}

/**
 * Read back a copy that is on the disk. One that differs is made once more. Throws a fault; then nothing is left at
 * `beside`.
 */
export function readBack(
  context: Context,
  number: number,
  change: Extract<Change, { kind: "create" | "update" }>,
  folder: WritableFolder,
  beside: Name,
  copied: File,
): void {
  const { path } = change;
  const { isWhole } = readBackHere();
  orNothing(folder, beside, () => {
    if (isWhole(context, path, copied, folder, beside)) return;
    folder.remove(beside);
    const again = makeBeside(context, number, change, folder, beside, true);
    if (again !== null && !isWhole(context, path, again, folder, beside)) {
      throw new Fault("copy", "replica", { code: "UNVERIFIED" });
    }
  });
}

/** What a change opens its folder for, and its failure reports. A hard link in a folder's place removes that first. */
export function changeAction(change: Change): Failure["action"] {
  if (isHardLinkForFolder(change)) return "remove";
  if (change.kind === "move") return "create";
  return change.kind === "update" ? "copy" : change.kind;
}

/** Whether a hard link takes the place of a folder, which is empty by then. */
function isHardLinkForFolder(change: Change): boolean {
  return change.kind === "create" && change.was?.kind === "folder" && change.hardLinkTo !== undefined;
}

function makeOnce(context: Context, number: number, change: Change, folder: WritableFolder): void {
  switch (change.kind) {
    case "remove":
      return removeEntry(context, folder, change.path, change.was);
    case "attributes":
      return setAttributes(context, number, change, folder, context.config.durable);
    case "move":
      return move(context, change, folder);
    case "create":
    case "update":
      return change.entry.kind === "folder"
        ? makeFolder(context, number, change, change.entry, folder)
        : replace(context, number, change, folder);
  }
}

/** A folder gets only its name: its attributes are set when it is settled. */
function setAttributes(
  context: Context,
  number: number,
  change: Extract<Change, { kind: "attributes" }>,
  folder: WritableFolder,
  durable: boolean,
): void {
  const { path, entry, comparedAt } = change;
  const misspelled = respell(context, number, change, folder);
  if (entry.kind !== "folder") {
    const criteria = criteriaIn(context, parent(path));
    const { step } = criteria.capabilities;
    const held = asHeld(entry, criteria.capabilities);
    const racy = comparedAt !== undefined && isRacy(entry.mtime, comparedAt, step);
    const wanted = racy ? { ...held, mtime: marked(held.mtime, step) } : held;
    folder.setAttributes(nameOf(path), wanted, which(criteria, durable));
    if (racy) context.result.racy.push(number);
  }
  if (misspelled !== null) throw misspelled;
}

/** Have what a new version replaces under the right name. What cannot be is told, and replaced all the same. */
function respellFirst(context: Context, number: number, change: Change, folder: WritableFolder): void {
  const misspelled = respell(context, number, change, folder);
  if (misspelled !== null) context.result.unset.push(failure(misspelled, change.path));
}

/** Make a folder. What is in its way is moved aside first, to a temporary name. */
function makeFolder(
  context: Context,
  number: number,
  change: Change,
  { mode }: Folder,
  above: WritableFolder,
): void {
  const name = nameOf(change.path);
  if (!leavesAside(change)) return above.createFolder(name, mode);
  const aside = temporaryName(context.config.passId, number);
  keepEntry(context, above, change);
  try {
    above.rename(name, above, aside);
    try {
      above.createFolder(name, mode);
    } catch (error) {
      renameIfPossible(above, aside, name);
      throw error;
    }
  } catch (error) {
    if (above.look(name) !== null) forgetEntry(context, change.path);
    throw error;
  }
}

/** What stays aside is not in the source, so the next pass removes it. */
function renameIfPossible(folder: WritableFolder, name: Name, as: Name): void {
  try {
    folder.rename(name, folder, as);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

/** Make a file, link or FIFO beside its place and put it there in one step. What replaces a folder stays beside it. */
function replace(
  context: Context,
  number: number,
  change: Extract<Change, { kind: "create" | "update" }>,
  folder: WritableFolder,
): void {
  const beside = temporaryName(context.config.passId, number);
  const { durable, verify } = context.config;
  respellFirst(context, number, change, folder);
  const copied = makeBeside(context, number, change, folder, beside, durable || verify);
  if (copied !== null) readBack(context, number, change, folder, beside, copied);
  if (takesFolder(change)) return;
  if (isHardLinkForFolder(change)) {
    try {
      removeEntry(context, folder, change.path, change.was);
    } catch (error) {
      discard(folder, beside);
      throw error;
    }
  }
  putInPlace(context, folder, beside, change);
  // a rename over another name of the same file does nothing, and leaves the temporary name
  if (change.hardLinkTo !== undefined) discard(folder, beside);
}

/**
 * Make a file, link or FIFO under a temporary name. Returns the version of a file that is to be read back, null for none.
 * Throws a fault; then nothing is left there.
 */
function makeBeside(
  context: Context,
  number: number,
  { path, entry, was, hardLinkTo }: Extract<Change, { kind: "create" | "update" }>,
  folder: WritableFolder,
  beside: Name,
  durable: boolean,
): File | null {
  const { config: { shared, exact, verify }, pacer, trees, result } = context;
  if (hardLinkTo !== undefined) {
    using other = trees.replica.open(parent(hardLinkTo), "create");
    orNothing(folder, beside, () => folder.createHardLink(beside, other, nameOf(hardLinkTo)));
    return null;
  }
  const criteria = criteriaIn(context, parent(path));
  const { capabilities } = criteria;
  if (entry.kind === "file") {
    using source = trees.source.open(parent(path), "read");
    begin(shared, number);
    const how = {
      which: which(criteria, durable),
      capabilities,
      shared,
      ...(was?.kind === "file" && { was }),
      ...(exact && { exact }),
      ...(pacer && { pacer }),
    };
    const copied = copy(source, nameOf(path), folder, beside, entry, how);
    if (copied.unset) result.unset.push(failure(copied.unset, path));
    if (copied.unsteady) result.unset.push(failure(new Fault("copy", "source", { code: "UNSTEADY" }), path));
    if (copied.racy) result.racy.push(number);
    if (copied.entry !== entry) result.revised.push({ number, entry: copied.entry });
    // one that is written to all the time was compared already
    return verify && !copied.unsteady ? copied.entry : null;
  }
  const special = asHeld(entry as Link | Fifo | Device, capabilities);
  orNothing(folder, beside, () => {
    if (special.kind === "link") folder.createLink(beside, special.target, special.type);
    else if (special.kind === "device") folder.createDevice(beside, special);
    else folder.createFifo(beside);
    try {
      folder.setAttributes(beside, special, which(criteria, durable));
    } catch (error) {
      if (!(error instanceof Fault) || !UNSETTABLE.has(error.reason.code)) throw error;
      result.unset.push(failure(error, path));
    }
  });
  return null;
}

/** Put what was made under a temporary name in its place. Throws a fault; then what is there is unchanged. */
export function putInPlace(context: Context, folder: WritableFolder, beside: Name, change: Change): void {
  orNothing(folder, beside, () => replaceEntry(context, folder, beside, change, changeAction(change)));
}

/** Leave nothing under the temporary name when `act` throws. */
function orNothing(folder: WritableFolder, beside: Name, act: () => void): void {
  try {
    act();
  } catch (error) {
    discard(folder, beside);
    throw error;
  }
}
