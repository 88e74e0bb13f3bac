/**
 * Where the trees are: a folder of our own on the disk, and a tmpfs in it where one may be mounted. Nothing is removed
 * from the disk until the end: on ext4, files that are made within a minute after many were removed take 2 to 5 times
 * as long, for every program.
 */
import { ask } from "./run.ts";
import { plant, type Shape, type ShapeName, SHAPES } from "./tree.ts";

export interface Place {
  /** The folder for everything. */
  readonly path: string;
  /** The source of that shape, made when it is first asked for. */
  source(shape: ShapeName): Promise<string>;
  /** An exact copy of that source which no program may change, made when it is first asked for. */
  replica(shape: ShapeName): Promise<string>;
  /** A path that nothing has stood at. */
  fresh(name: string): string;
  /** Have everything removed. */
  close(): Promise<void>;
}

/** A new folder in `folder`. */
export function openPlace(folder: string): Place {
  return placeAt(Deno.makeTempDirSync({ dir: folder, prefix: "lockstep-bench-" }));
}

/** The same in memory; null where this user may not mount it. Deno lets nobody with less than all rights write below /dev/shm. */
export async function openTmpfs(within: Place): Promise<Place | null> {
  const path = within.fresh("tmpfs");
  Deno.mkdirSync(path);
  try {
    await ask("mount", "-t", "tmpfs", "-o", "size=8g,nr_inodes=0", "lockstep-bench", path);
  } catch {
    return null;
  }
  return {
    ...placeAt(path),
    async close() {
      await ask("umount", "--lazy", path);
    },
  };
}

function placeAt(path: string): Place {
  const made = new Map<string, string>();
  let count = 0;
  const fresh = (name: string) => `${path}/${++count}-${name}`;
  const source = (shape: ShapeName) =>
    once(shape, (path) => Promise.resolve(plant(path, SHAPES[shape] as Shape, 1)));
  async function once(name: string, make: (path: string) => Promise<unknown>): Promise<string> {
    const known = made.get(name);
    if (known !== undefined) return known;
    const here = fresh(name);
    await make(here);
    made.set(name, here);
    return here;
  }
  return {
    path,
    fresh,
    source,
    async replica(shape) {
      const from = await source(shape);
      return await once(`${shape}-replica`, (to) => ask("cp", "-a", from, to));
    },
    async close() {
      // in a process that goes on alone: millions of files can take longer to remove than they took to measure
      await ask("sh", "-c", 'rm -rf "$0" >/dev/null 2>&1 &', path);
    },
  };
}
