/**
 * Healing: rotten files of the replica are copied anew from a source that holds what was noted, by the same careful way as
 * in a pass: beside its place, read back, renamed. Then each is read once more.
 */
import { Fault } from "../disk/fault.ts";
import { mountPoints } from "../disk/mounts.ts";
import type { Tree } from "../disk/tree.ts";
import { each, listOf } from "../engine/changes.ts";
import type { Change } from "../engine/change.ts";
import { type Entry, type File, type Folder, type Leaf, nameOf, parent, type Path } from "../engine/entry.ts";
import { hardLinks } from "../engine/hard_links.ts";
import { order } from "../engine/order.ts";
import { apply } from "../pass/apply.ts";
import { passConfig } from "../pass/config.ts";
import { treesOf } from "../pass/context.ts";
import { inSlices } from "../pass/slices.ts";
import { tryOut } from "../pass/try_out.ts";
import { readUnits } from "./read.ts";
import type { Look } from "./subject.ts";
import { type Running, unitOf } from "./running.ts";

/** Copy what can be healed, and say of each what came of it. Throws `Stopped`. */
export async function healed(running: Running, paths: readonly Path[], look: Look): Promise<void> {
  if (paths.length === 0) return;
  const { asking, roots, state, doing, config: { shared } } = running;
  const { pool, tell, signal } = doing;
  const given = { ...asking, dryRun: false, verify: true };
  const asked = { ...passConfig(given, roots, await mountPoints(asking.edge) ?? []), shared };
  const known = { config: asked, capabilities: roots.capabilities, mounted: roots.mounted, failures: [] };
  const tried = await tryOut(known, [], pool, tell);
  if ("kind" in tried) return void tell(tried);
  const { config } = tried;
  const trees = await treesOf(running.config);
  const updates: Change[] = [];
  const disturbed = new Map<Path, Folder>();
  for (const path of paths) {
    const [entry, was] = [fileAt(trees.source, path), fileAt(trees.replica, path)];
    if (entry === null || was === null) continue;
    updates.push({ kind: "update", path, entry, was });
    const folder = folderAt(trees.replica, parent(path)) ?? roots.replica!.entry;
    disturbed.set(parent(path), folder);
  }
  const ids = new Set(updates.flatMap((one) => one.kind === "update" ? [one.entry.id, one.was.id] : []));
  const isOne = (entry: Leaf | null) => entry !== null && entry.id !== null && ids.has(entry.id);
  const linked = look.walked.linked.filter(({ entry, was }) => isOne(entry) || isOne(was));
  trees.source.release();
  trees.replica.release();
  const changes = await inSlices(hardLinks(listOf(updates), linked), shared);
  const stages = await inSlices(order(changes), shared);
  for (const change of each(changes)) {
    const at = parent(change.path);
    if (!disturbed.has(at)) disturbed.set(at, folderAt(trees.replica, at) ?? roots.replica!.entry);
  }
  const quiet: typeof tell = (event) => {
    if (event.kind !== "change") tell(event);
  };
  await apply(config, pool, roots, { changes, stages, disturbed }, quiet, signal);
  for (const path of paths) state.findings.set(path, { what: "rot", side: "replica", why: "failed" });
  await readUnits(running.config, pool, paths.map(unitOf), {
    sides: "both",
    first: 0,
    isOver: () => false,
    take({ path, source, replica }) {
      const isHealed = source?.kind === "file" && replica.kind === "file" && source.sha256 === replica.sha256;
      if (isHealed) state.findings.set(path, { what: "healed" });
    },
  });
}

function fileAt(tree: Tree, path: Path): File | null {
  const entry = entryAt(tree, path);
  return entry?.kind === "file" ? entry : null;
}

function folderAt(tree: Tree, path: Path): Folder | null {
  const entry = path === "" ? null : entryAt(tree, path);
  return entry?.kind === "folder" ? entry : null;
}

/** What a tree has at a path; null, too, when that cannot be told. */
function entryAt(tree: Tree, path: Path): Entry | null {
  try {
    using folder = tree.open(parent(path), "read");
    return folder.look(nameOf(path));
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}
