/** A folder in which something happens while its files are read. */
import type { Folder, Reader } from "../../sync/disk/tree.ts";

/** The folder, with something done after each read of a file; closing it closes the folder. */
export function disturbed(folder: Folder, act: () => void): Folder {
  const reading = (reader: Reader): Reader => ({
    read(into) {
      const count = reader.read(into);
      act();
      return count;
    },
    skipHole: () => reader.skipHole(),
    forget: () => reader.forget(),
    now: () => reader.now(),
    [Symbol.dispose]: () => reader[Symbol.dispose](),
  });
  return {
    names: () => folder.names(),
    children: () => folder.children(),
    look: (name) => folder.look(name),
    lookAll: (names) => folder.lookAll(names),
    differing: (_other, names) => names,
    read: (name) => reading(folder.read(name)),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
