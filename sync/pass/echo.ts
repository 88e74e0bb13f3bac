/**
 * Telling what a pass did itself to the replica from what others do there. An event of the replica means nothing when
 * both sides have the same at its path by now, or when a pass set what will not stay as it was set.
 */
import { glance } from "../disk/glance.ts";
import type { Change } from "../engine/change.ts";
import type { Path } from "../engine/entry.ts";
import { compareEntries, type Criteria, sameAttributes } from "../engine/same.ts";

/** How many changes are remembered at most of a pass. */
const MOST = 10_000;
/** How many paths are looked at at the same time. */
const AHEAD = 32;

/** The changes of the last two passes of which the disk alone does not tell that they are ours. */
export interface Echo {
  /** A pass begins. */
  begin(): void;
  /** It has made a change. */
  note(change: Change): void;
  /** Those of some paths of the replica of which it is not certain that nothing is to be done about them. */
  others(
    roots: { readonly source: string; readonly replica: string },
    paths: readonly (readonly [path: Path, appeared: boolean])[],
    criteria: Criteria,
  ): Promise<Set<Path>>;
}

/** `hidden`: a file may differ in what a glance does not tell (content, attributes), but a change of ours tells. */
export function echo(hidden: boolean): Echo {
  let before = new Map<Path, Change>();
  let made = new Map<Path, Change>();

  async function isOurs(
    { source, replica }: { readonly source: string; readonly replica: string },
    [path, appeared]: readonly [Path, boolean],
    criteria: Criteria,
  ): Promise<boolean> {
    const found = await glance(source, replica, path);
    if (found === null) return false;
    const { source: entry, replica: was } = found;
    if (entry === null || was === null) return entry === was;
    const change = made.get(path) ?? before.get(path);
    if (isFutile(change, found, criteria)) return true;
    // who knows what is in a folder, and which names a file has elsewhere
    const isHidden = was.kind === "folder" ? appeared : hidden || ("nlink" in was && was.nlink > 1);
    if (isHidden && change === undefined) return false;
    return entry.kind === was.kind && "mtime" in entry && "mtime" in was &&
      compareEntries(entry, was, { ...criteria, checksum: false }) === "same";
  }

  return {
    begin() {
      [before, made] = [made, new Map()];
    },
    note(change) {
      if (change.kind === "remove" || made.size >= MOST) return;
      if (hidden || tellsNothing(change)) made.set(change.path, change);
    },
    async others(roots, paths, criteria) {
      const left = new Set<Path>();
      const ahead = [...paths];
      const look = async () => {
        for (let one = ahead.pop(); one !== undefined; one = ahead.pop()) {
          if (!await isOurs(roots, one, criteria)) left.add(one[0]);
        }
      };
      await Promise.all(Array.from({ length: AHEAD }, look));
      return left;
    },
  };
}

/** Whether the disk alone does not tell that a change is ours. */
function tellsNothing(change: Exclude<Change, { kind: "remove" }>): boolean {
  const { kind, entry } = change;
  return kind === "attributes" || entry.kind === "folder" || entry.nlink > 1;
}

/** Whether a change was made in vain: the replica has what it had before, and the source what was to be set. */
function isFutile(
  change: Change | undefined,
  { source, replica }: NonNullable<Awaited<ReturnType<typeof glance>>>,
  criteria: Criteria,
): boolean {
  if (
    change?.kind !== "attributes" || source?.kind !== change.entry.kind || replica?.kind !== change.was.kind
  ) {
    return false;
  }
  // a glance does not see extended attributes
  const isSame = (a: typeof change.entry, b: typeof source) =>
    "mtime" in b &&
    sameAttributes(a, a.xattrs === undefined ? b : { ...b, xattrs: a.xattrs }, criteria) &&
    ("size" in a ? a.size : 0) === ("size" in b ? b.size : 0);
  return isSame(change.entry, source) && isSame(change.was, replica);
}
