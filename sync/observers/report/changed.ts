/** What a pass changed, by folder, and the largest files that it copied: summed up while it goes on. Pure. */
import { bytes, type Change } from "../../engine/change.ts";
import type { Path } from "../../engine/entry.ts";
import { byEntries, type Count, count, newTally, type Tally } from "./tally.ts";

/** A folder with what was changed in it and below. */
export interface Branch extends Readonly<Count> {
  readonly folder: Path;
}

/** A file that was copied. `at`: when its pass began, in ms since 1970. */
export interface Large {
  readonly path: Path;
  readonly bytes: number;
  readonly at: number;
}

/** What one pass changed. */
export interface Changed {
  /** In ms since 1970. */
  readonly began: number;
  readonly created: number;
  readonly updated: number;
  readonly attributes: number;
  readonly removed: number;
  readonly moved: number;
  readonly bytes: number;
  /** The folders in the root with most changes, each with those in it. "": what lies in the root itself. */
  readonly folders: readonly (Branch & { readonly below: readonly Branch[] })[];
  /** What was changed in no folder of these. */
  readonly others: Readonly<Count>;
  /** There were too many folders to count all of them: the numbers are the least that they can be. */
  readonly isCut: boolean;
}

/** What is summed up. */
export interface Sum {
  readonly all: Count;
  readonly top: Tally;
  readonly below: Tally;
  readonly largest: Large[];
}

/** So many folders are told apart, of the root and below them. */
const KEPT = 512;
/** So many are shown, and so many in each of them. */
const SHOWN = 10;
const SHOWN_BELOW = 4;
/** How many of the largest files are kept. */
export const LARGEST = 10;

export function newSum(): Sum {
  return { all: { entries: 0, bytes: 0 }, top: newTally(KEPT), below: newTally(KEPT), largest: [] };
}

/** Take one more change in. `at`: when its pass began. */
export function addTo({ all, top, below, largest }: Sum, change: Change, at: number): void {
  const copied = bytes(change);
  const { path } = change;
  all.entries++;
  all.bytes += copied;
  const first = path.indexOf("/");
  count(top, first < 0 ? "" : path.slice(0, first), copied);
  const second = first < 0 ? -1 : path.indexOf("/", first + 1);
  if (second >= 0) count(below, path.slice(0, second), copied);
  if (copied > 0) keepLargest(largest, { path, bytes: copied, at });
}

/** What the largest folders are. */
export function foldersOf({ all, top, below }: Sum): Pick<Changed, "folders" | "others" | "isCut"> {
  const inner = byEntries(below.counts);
  const folders = byEntries(top.counts).slice(0, SHOWN).map(([folder, counted]) => ({
    folder,
    ...counted,
    below: inner.filter(([path]) => path.startsWith(`${folder}/`)).slice(0, SHOWN_BELOW)
      .map(([folder, counted]) => ({ folder, ...counted })),
  }));
  const others = { entries: all.entries, bytes: all.bytes };
  for (const { entries, bytes } of folders) {
    others.entries -= entries;
    others.bytes -= bytes;
  }
  return { folders, others, isCut: top.isCut || below.isCut };
}

/** Take out what a change took away. */
export function forget(largest: Large[], change: Change): void {
  if (largest.length === 0 || (change.kind !== "remove" && change.kind !== "move")) return;
  const gone = change.kind === "remove" ? change.path : change.from;
  for (let i = largest.length - 1; i >= 0; i--) {
    const { path } = largest[i]!;
    if (path === gone || path.startsWith(`${gone}/`)) largest.splice(i, 1);
  }
}

/** Keep the largest files, a path once, from the largest on. */
export function keepLargest(largest: Large[], one: Large): void {
  const last = largest.at(-1);
  const known = largest.findIndex(({ path }) => path === one.path);
  if (known >= 0) largest.splice(known, 1);
  else if (largest.length === LARGEST && last!.bytes >= one.bytes) return;
  const at = largest.findIndex(({ bytes }) => bytes < one.bytes);
  largest.splice(at < 0 ? largest.length : at, 0, one);
  if (largest.length > LARGEST) largest.pop();
}
