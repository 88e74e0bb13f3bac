/** Folders of the replica in which we may not write as they are. */
import { Fault } from "../disk/fault.ts";
import type { WritableFolder } from "../disk/tree.ts";

/** Do something in a folder. One that its owner may not write into is made writable, until it is settled. */
export function withWritable(folder: WritableFolder, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Fault) || error.side !== "replica" || error.reason.code !== "EACCES") throw error;
    try {
      folder.makeWritable();
    } catch (other) {
      throw other instanceof Fault ? error : other;
    }
    act();
  }
}
