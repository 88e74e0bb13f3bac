/** What many changes come to: by kind, by folder, and the largest files. Summed up one change after another. Pure. */
import { bytes, type Change, removals } from "./change.ts";
import { foldersTo, parent, type Path } from "./entry.ts";

export interface Tally {
  entries: number;
  /** Copied, or lost by a removal. */
  bytes: number;
}

/** What is to be done in a folder and below it. */
export interface InFolder {
  readonly folder: Path;
  steps: number;
  /** Copied. */
  bytes: number;
  removals: number;
}

/** A file that is copied or removed. */
export interface Large {
  readonly path: Path;
  readonly bytes: number;
}

export interface Sums {
  readonly byKind: Map<Change["kind"], Tally>;
  /** By the depth of the folders, from 1 on: the folders in the root, those in them … */
  readonly byFolder: readonly Map<Path, InFolder>[];
  /** The largest files, from the largest on. */
  readonly copies: Large[];
  readonly losses: Large[];
}

/** How many of the largest files are kept. */
const LARGEST = 10;
/** How deep folders are told apart. */
const DEPTHS = 3;
/** How many folders a person reads. */
const FOLDERS = 20;

export function newSums(): Sums {
  return {
    byKind: new Map(),
    byFolder: Array.from({ length: DEPTHS }, () => new Map()),
    copies: [],
    losses: [],
  };
}

/** Take one more change in. */
export function addTo({ byKind, byFolder, copies, losses }: Sums, change: Change): void {
  const copied = bytes(change);
  const removed = removals(change);
  if (change.kind !== "remove") count(byKind, change.kind, copied);
  if (copied > 0) keepLargest(copies, { path: change.path, bytes: copied });
  if (removed > 0) {
    const lost = change.was?.kind === "file" ? change.was.size : 0;
    count(byKind, "remove", lost);
    if (lost > 0) keepLargest(losses, { path: change.path, bytes: lost });
  }
  const folders = foldersTo(parent(change.path));
  for (const [i, known] of byFolder.entries()) {
    // too many to be read: those above them will be
    if (i > 0 && known.size > FOLDERS) continue;
    const folder = folders[Math.min(i + 1, folders.length - 1)]!;
    const sum = known.get(folder) ?? { folder, steps: 0, bytes: 0, removals: 0 };
    sum.steps++;
    sum.bytes += copied;
    sum.removals += removed;
    known.set(folder, sum);
  }
}

/** The folders with most to do: as deep as they are few enough to be read. `more`: how many others there are. */
export function foldersOf(
  { byFolder }: Sums,
): { readonly folders: readonly InFolder[]; readonly more: number } {
  const few = byFolder.findLast((known) => known.size <= FOLDERS) ?? byFolder[0]!;
  const all = [...few.values()].sort((a, b) => b.steps - a.steps || (a.folder < b.folder ? -1 : 1));
  return { folders: all.slice(0, FOLDERS), more: Math.max(all.length - FOLDERS, 0) };
}

function count(byKind: Sums["byKind"], kind: Change["kind"], bytes: number): void {
  const tally = byKind.get(kind) ?? { entries: 0, bytes: 0 };
  tally.entries++;
  tally.bytes += bytes;
  byKind.set(kind, tally);
}

function keepLargest(largest: Large[], one: Large): void {
  const last = largest.at(-1);
  if (largest.length === LARGEST && last !== undefined && last.bytes >= one.bytes) return;
  const at = largest.findIndex(({ bytes }) => bytes < one.bytes);
  largest.splice(at < 0 ? largest.length : at, 0, one);
  if (largest.length > LARGEST) largest.pop();
}
