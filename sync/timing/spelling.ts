/**
 * Where the events of a watch really lie. Deno's watch follows links when it is opened, and the system gives each folder
 * one watch, with the name by which it was reached last: what happens in `lib` is told of `lib64/…` when `lib64` leads
 * there. Once such a link goes, so does the watch of the folder that it led to, without a word.
 */
import { absolute, below, type Path, within } from "../engine/entry.ts";
import { isSystemError } from "../system_error.ts";
import { pathWithin } from "../whole_path.ts";

export interface Spelling {
  /**
   * An event with its paths as they are without links. `isStale`: from now on the watch does not tell all, and must be
   * opened anew.
   */
  read(event: Deno.FsEvent): Promise<{ readonly event: Deno.FsEvent; readonly isStale: boolean }>;
}

/** Links to folders, and where they lead; both below the root. */
type Aliases = ReadonlyMap<Path, Path>;

/** How many folders are remembered to be called as they are spelled. */
const MOST = 10_000;

/** The spelling of a watch of `root` (absolute, no links) that was opened just now. */
export function spelling(root: string): Spelling {
  const looking = aliasesIn(root);
  /** Folders that were seen to be where their path says, and all that they lie in. */
  const certain = new Set<string>();

  /** Whether a folder may be told by another name than those that are known. */
  async function isOdd(folder: string): Promise<boolean> {
    if (certain.has(folder) || pathWithin(folder, root) === null) return false;
    const real = await orNull(() => Deno.realPath(folder));
    // what lies outside is not told, or none of ours
    if (real === null || pathWithin(real, root) === null) return false;
    if (real !== folder) return true;
    if (certain.size > MOST) certain.clear();
    for (let at = folder; !certain.has(at) && at !== root; at = parentOf(at)) certain.add(at);
    return false;
  }

  /** Where a path lies that is none of the root's: a link in another tree leads into this one, and both are watched. */
  async function spelledFrom(path: string): Promise<Path | null> {
    const folder = await orNull(() => Deno.realPath(parentOf(path)));
    const real = folder === null ? null : pathWithin(folder, root);
    return real === null ? null : below(real, path.slice(path.lastIndexOf("/") + 1));
  }

  return {
    async read(event) {
      const aliases = await looking;
      let isStale = false;
      const paths: string[] = [];
      for (const path of event.paths) {
        const spelled = pathWithin(path, root) ?? await spelledFrom(path);
        const isMoved = event.kind !== "modify" && event.kind !== "access";
        if (isMoved && certain.has(path)) certain.clear();
        if (spelled === null || spelled === "") {
          paths.push(path);
          continue;
        }
        isStale ||= isMoved && carries(spelled, aliases);
        const real = unaliased(spelled, aliases);
        paths.push(absolute(root, real));
        isStale ||= event.kind !== "access" && await isOdd(parentOf(absolute(root, real)));
      }
      // Deno calls it a removal when nothing has the name that it was told
      const isRenamed = paths.some((path, index) => path !== event.paths[index]);
      const kind = isRenamed && event.kind === "remove" ? "any" : event.kind;
      return { event: { ...event, kind, paths }, isStale };
    },
  };
}

/** A path without the aliases in it. */
export function unaliased(path: Path, aliases: Aliases): Path {
  if (aliases.size === 0) return path;
  let done: Path = "";
  const left = path.split("/");
  // the last name is that of the entry itself, which may be a link
  for (let turns = 0; left.length > 1 && turns < 1000; turns++) {
    const next = below(done, left.shift()!);
    const real = aliases.get(next);
    if (real === undefined) done = next;
    else {
      left.unshift(...real.split("/"));
      done = "";
    }
  }
  return left.reduce(below, done);
}

/** Whether an alias, or the folder that one leads to, is or lies below what happened to `path`. */
export function carries(path: Path, aliases: Aliases): boolean {
  const here = new Set([path]);
  for (const [link, real] of aliases) if (within(link, here) || within(real, here)) return true;
  return false;
}

/** The links below a folder that lead to folders below it. What cannot be looked at is left out. */
export async function aliasesIn(root: string): Promise<Aliases> {
  const aliases = new Map<Path, Path>();
  const left: Path[] = [""];
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    const names = await orNull(() => Array.fromAsync(Deno.readDir(absolute(root, folder!))));
    for (const { name, isDirectory, isSymlink } of names ?? []) {
      const path = below(folder, name);
      if (isDirectory) left.push(path);
      if (!isSymlink) continue;
      const real = await orNull(() => realFolder(absolute(root, path)));
      const target = real === null ? null : pathWithin(real, root);
      if (target !== null && target !== "") aliases.set(path, target);
    }
  }
  return aliases;
}

async function realFolder(path: string): Promise<string | null> {
  return (await Deno.stat(path)).isDirectory ? await Deno.realPath(path) : null;
}

/** What a call of the disk gives; null when the system says no. */
async function orNull<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return null;
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 1));
}
