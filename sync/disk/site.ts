/** Where a folder is, whatever its name, so that it can be told which mirrors must not work at the same time. */
import { basename, dirname, join } from "node:path";
import { inTime } from "./in_time.ts";
import { rootIfAllowed } from "./root.ts";

export interface Site {
  /** Absolute, links resolved as far as the path leads. */
  readonly path: string;
  /** The disk that it is on, or will be made on; null when that cannot be told. */
  readonly device: number | null;
  /** Which folder it is, null when it is not there, then which is around it, and so on: a bind mount has another path. */
  readonly ids: readonly (string | null)[];
}

/** How long to wait for a disk, in ms. */
const PATIENCE_MS = 2000;

/** Where an absolute path leads. A disk that does not answer in time is one of its own. */
export async function siteOf(path: string): Promise<Site> {
  return await inTime(nearest(path), PATIENCE_MS) ?? { path, device: null, ids: [] };
}

/** By the nearest folder that is there. */
async function nearest(path: string): Promise<Site> {
  for (let at = path, below = "";; below = join(basename(at), below), at = dirname(at)) {
    const root = await rootIfAllowed(at);
    if (root !== null) {
      const ids = await idsFrom(root.path);
      return {
        path: join(root.path, below),
        device: root.entry.device,
        ids: below === "" ? ids : [null, ...ids],
      };
    }
    if (at === dirname(at)) return { path, device: null, ids: [] };
  }
}

async function idsFrom(path: string): Promise<(string | null)[]> {
  const ids: (string | null)[] = [];
  for (let at = path;; at = dirname(at)) {
    const root = await rootIfAllowed(at);
    ids.push(root === null || root.entry.inode === null ? null : root.id);
    if (at === dirname(at)) return ids;
  }
}
