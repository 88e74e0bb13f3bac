/** A part of two trees that several mirrors keep in sync together, each on a machine of its own: docs/scale.md. Pure. */
import type { Path } from "./entry.ts";

export interface Part {
  /** Absolute paths of the whole trees. */
  readonly source: string;
  readonly replica: string;
  /** Where the part lies in both; "" for the one that has all the rest. */
  readonly path: Path;
  /** Parts of others that lie in it: left alone on both sides, whatever is there. */
  readonly except: readonly Path[];
  /** An absolute path: the file by which machines keep each other off the part. */
  readonly lock: string;
  /** How many entries were seen in the other parts when the whole source was split. */
  readonly seen: number;
  /** Where one run keeps several parts in sync, with threads that work for all of them; left out where it has only this one. */
  readonly together?: Together;
}

export interface Together {
  /** An absolute path: the folder in which the trash of each part has a folder; null where there are none. */
  readonly trash: string | null;
}
