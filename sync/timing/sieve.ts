/**
 * Which events of a watch that hears of everything are none of ours, since what they tell of is excluded. The ignore
 * files on the way to an entry are read when something happens there, and remembered.
 */
import { absolute, below, nameOf, parent, type Path } from "../engine/entry.ts";
import { IGNORE_FILE, MOST_BYTES } from "../engine/filter.ts";
import { isSystemError } from "../system_error.ts";
import { type Excluding, excluding, type Exclusions } from "./excluding.ts";
import type { Heard } from "./heard.ts";
import type { HintKind } from "./hints.ts";

export interface Sieve {
  /** What is left of what was heard. */
  sift(heard: readonly Heard[]): Promise<Heard[]>;
}

/** How many folders are remembered. */
const MOST = 10_000;

/** What is known of a folder that is not excluded. */
interface Known {
  readonly excluding: Excluding;
  /** The text of its ignore file; null when it has none. */
  readonly text: string | null;
}

/** A sieve for what happens below `root`, an absolute path without links. */
export function sieve(root: string, { rules, source }: Exclusions): Sieve {
  const given = excluding(rules);
  const known = new Map<Path, Known>();
  /** Folders that were excluded, and were there. */
  const excluded = new Set<Path>();

  /** What is known of a folder; null when it is excluded. */
  async function inside(folder: Path): Promise<Known | null> {
    const found = known.get(folder);
    if (found !== undefined) return found;
    const upper = folder === "" ? { excluding: given } : await inside(parent(folder));
    if (upper === null) return null;
    if (folder !== "" && upper.excluding.excludes(folder, true)) {
      remember(excluded, () => excluded.add(folder));
      return null;
    }
    const text = await textIn(source, folder);
    const one = {
      excluding: text === null ? upper.excluding : upper.excluding.within({ folder, text }),
      text,
    };
    remember(known, () => known.set(folder, one));
    return one;
  }

  async function isExcluded(path: Path, { excluding }: Known): Promise<boolean> {
    const [asFile, asFolder] = [excluding.excludes(path, false), excluding.excludes(path, true)];
    if (asFile === asFolder) return asFile;
    const isFolder = await isFolderAt(absolute(root, path));
    // one that was excluded has gone
    if (isFolder === null) return asFolder && excluded.delete(path);
    if (isFolder && asFolder) remember(excluded, () => excluded.add(path));
    return isFolder ? asFolder : asFile;
  }

  async function meaning(path: Path, what: HintKind): Promise<"hint" | "rules" | null> {
    if (path === "") return "hint";
    // another folder may have taken its place, with other ignore files in it
    if (what !== "changed" && known.has(path)) known.clear();
    const folder = parent(path);
    const was = known.get(folder);
    const around = await inside(folder);
    if (around === null) return null;
    if (nameOf(path) === IGNORE_FILE) {
      // where nothing was decided by it, it may still have decided what the last pass left out
      const isOther = was === undefined ? root === source : was.text !== await textIn(source, folder);
      if (isOther) return "rules";
    }
    return await isExcluded(path, around) ? null : "hint";
  }

  return {
    async sift(heard) {
      const left: Heard[] = [];
      for (const one of heard) {
        const means = one.kind === "hint" ? await meaning(one.path, one.what) : "hint";
        if (means === "rules") left.push({ kind: "rules" });
        else if (means === "hint") left.push(one);
      }
      return left;
    },
  };
}

function remember(all: { readonly size: number; clear(): void }, add: () => void): void {
  if (all.size >= MOST) all.clear();
  add();
}

/** The text of the ignore file of a folder of the source; null when there is none that a pass would read. */
async function textIn(source: string, folder: Path): Promise<string | null> {
  const path = absolute(source, below(folder, IGNORE_FILE));
  return await orNull(async () => {
    const { isFile, size } = await Deno.lstat(path);
    if (!isFile || size > MOST_BYTES) return null;
    return new TextDecoder().decode(await Deno.readFile(path));
  });
}

/** Null when nothing is there. */
async function isFolderAt(path: string): Promise<boolean | null> {
  return await orNull(async () => (await Deno.lstat(path)).isDirectory);
}

async function orNull<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return null;
  }
}
