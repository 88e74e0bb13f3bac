/** Comparing two files by their contents. */
import { Fault } from "../disk/fault.ts";
import type { Folder, Name } from "../disk/tree.ts";
import { add } from "../engine/changes.ts";
import { type File, nameOf, parent } from "../engine/entry.ts";
import type { Reading } from "../engine/evidence.ts";
import { resolve } from "../engine/plan.ts";
import { isKnown, sameVersion } from "../engine/same.ts";
import type { Context } from "./context.ts";
import { type Crypto, digest } from "./digest.ts";
import { criteriaOn } from "./mounts.ts";
import type { Task } from "./task.ts";

/** Compare two files by their contents. */
export function compareContents(
  context: Context,
  { undecided, device }: Extract<Task, { kind: "compareContents" }>,
  crypto: Crypto,
): void {
  const { config, trees, result } = context;
  const { path, entry, was } = undecided;
  const comparedAt = Date.now();
  const name = nameOf(path);
  using from = trees.source.open(parent(path), "read");
  using to = trees.replica.open(parent(path), "read");
  const holes = entry.holes || was.holes;
  const source = digest(from, name, { size: entry.size, holes }, config.shared, crypto);
  let replica: string | null = null;
  try {
    replica = digest(to, name, { size: was.size, holes }, config.shared, crypto);
  } catch (error) {
    // a file of the replica that cannot be read counts as different, and is copied anew
    if (!(error instanceof Fault)) throw error;
  }
  if (source !== replica) throwIfOther(from, name, entry);
  const change = resolve(undecided, source === replica, comparedAt, criteriaOn(device, config.criteria));
  if (change === null) return;
  add(result.changes, change);
  const { roots } = config.criteria;
  const on = device ?? roots.replica.device;
  if (isKnown(on, config.criteria)) return;
  result.strangers.push({ path: parent(path), device: on, sourceDevice: roots.source.device });
}

/** Read a file, to tell whether it is another one. Of one that cannot be read, nothing is told. */
export function digestFile(
  { config, trees, result }: Context,
  { side, path, size, holes }: Reading,
  crypto: Crypto,
): void {
  try {
    using folder = trees[side].open(parent(path), "read");
    result.digests.push({
      side,
      path,
      digest: digest(folder, nameOf(path), { size, holes }, config.shared, crypto),
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

/** Throws a fault when a file of the source is no longer the version that was compared. */
function throwIfOther(folder: Folder, name: Name, entry: File): void {
  const now = folder.look(name);
  if (now?.kind === "file" && sameVersion(now, entry)) return;
  if (now?.kind === "unknown") throw new Fault("read", "source", now.reason);
  throw new Fault("read", "source", { code: "CHANGED" });
}
