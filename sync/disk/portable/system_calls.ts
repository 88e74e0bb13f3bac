/** The calls of this edge that systems have ways of their own with. Types only; `calls.ts` has those of this system. */
import type { LinkType, Path, Reason } from "../../engine/entry.ts";

export interface Calls {
  /** Why no call may be given a name; null when one may. */
  whyNoName(name: string): Reason | null;
  /** The same for all names of a path below a root. */
  whyNoPath(path: Path): Reason | null;
  /** Permission bits of what was looked at. */
  modeOf(found: Pick<Deno.FileInfo, "mode" | "isDirectory">): number;
  /** Where a link leads, given as the system spells it, and of what type it is where links have one. */
  targetOf(path: string, target: string): { readonly target: string; readonly type?: LinkType };
  /** Read a link. Throws what the system throws. */
  readLink(path: string): string;
  createLink(target: string, path: string, type: LinkType | undefined): void;
  /** Let the owner of a folder write into it. */
  makeWritable(folder: string): void;
  setTime(path: string, time: Date): void;
  rename(path: string, as: string): void;
  remove(path: string): void;
  /** Force a file to the disk. */
  syncFile(path: string): void;
  syncFolder(path: string): void;
}
