/** A part of two trees that several mirrors keep in sync together, each on a machine of its own: docs/scale.md. Pure. */
import { foldersTo, nameOf, parent, type Path } from "./entry.ts";

export interface Part {
  /** Absolute paths of the whole trees. */
  readonly source: string;
  readonly replica: string;
  /** Where the part lies in both; "" for the one that has all the rest. */
  readonly path: Path;
  /** Which of the names in that folder it has; left out where it has them all, and the folder itself. */
  readonly slice?: Slice;
  /** Paths in it of what others have: left alone on both sides, whatever is there. */
  readonly except: readonly Path[];
  /** Folders in it of whose names others have slices; of none but the rest. */
  readonly sliced: readonly Sliced[];
  /** An absolute path: the file by which machines keep each other off the part. */
  readonly lock: string;
  /** How many entries were seen in the other parts when the whole source was split, and how many names they are known by. */
  readonly seen: number;
  readonly names: number;
  /** Where one run keeps several parts in sync, with threads that work for all of them; left out where it has only this one. */
  readonly together?: Together;
}

/**
 * The names whose keys (`sliceKey`) are `from`, or come after it, and come before `to`; null for no end. It has them whatever
 * they are, and whenever they come. The folder itself, its attributes, is another's matter.
 */
export interface Slice {
  readonly from: string;
  readonly to: string | null;
}

/** A folder of whose names slices have all but these: folders that were cut themselves. */
export interface Sliced {
  readonly path: Path;
  readonly but: readonly string[];
}

export interface Together {
  /** An absolute path: the folder in which the trash of each part has a folder; null where there are none. */
  readonly trash: string | null;
}

/** The job that has what no other one has. It comes last in the file, and is to be run when the others are over. */
export const TOP_JOB = "top";

/** Whether a part has all the rest, the root among it. */
export function isRest({ path, slice }: Pick<Part, "path" | "slice">): boolean {
  return path === "" && slice === undefined;
}

/**
 * By what names are dealt out to slices: the same for names that some file system takes for one, which ignores case, forms
 * of letters, or dots and spaces at their end; and for a name and what a system keeps beside it (`isDouble`). So one slice
 * has them all, and none undoes what another does.
 */
export function sliceKey(name: string): string {
  // some compare capitals, of which "s" and "\u017f" have one, and others small letters, as of "k" and "\u212a"
  const folded = name.normalize("NFC").toLowerCase().toUpperCase().toLowerCase().normalize("NFC");
  return folded.replace(/^(\._)+/, "").replace(/[. ]+$/, "");
}

/** Whether a slice has a name. */
export function isOf({ from, to }: Slice, name: string): boolean {
  const key = sliceKey(name);
  return key >= from && (to === null || key < to);
}

/** Where a part lies. */
export type Place = Pick<Part, "path" | "slice">;

/** What parts leave to others. */
export interface Left {
  /** What the one that has all the rest leaves to them. */
  readonly rest: Pick<Part, "except" | "sliced">;
  /** Names in folders of which there are slices that are no matter of these, by the path of the folder. */
  readonly bySlices: ReadonlyMap<Path, readonly string[]>;
}

/** How parts, the rest not among them, leave each other alone. */
export function leftBy(places: readonly Place[]): Left {
  const slices = new Map<Path, { readonly ways: Set<string>; readonly parts: Set<string> }>();
  for (const { path, slice } of places) {
    if (slice !== undefined) slices.set(path, { ways: new Set(), parts: new Set() });
  }
  const except: Path[] = [];
  for (const { path, slice } of places) {
    if (slice === undefined) {
      except.push(path);
      slices.get(parent(path))?.parts.add(nameOf(path));
    }
    for (const folder of foldersTo(slice === undefined ? parent(path) : path)) {
      if (folder !== "") slices.get(parent(folder))?.ways.add(nameOf(folder));
    }
  }
  const all = [...slices];
  return {
    rest: { except, sliced: all.map(([path, { ways }]) => ({ path, but: [...ways] })) },
    bySlices: new Map(all.map(([path, { ways, parts }]) => [path, [...ways, ...parts]])),
  };
}
