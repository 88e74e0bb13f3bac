/**
 * Confines a thread to the two trees, by the kernel: it may read below the source, read and write below the replica and
 * in its trash, and reach nothing else, whoever puts a link where. For threads that only take turns; roots, lock and log are the main
 * thread's, which stays free.
 */
import type { Folder, Side } from "../engine/entry.ts";
import { reason } from "./fault.ts";
import { isEnough, landlockVersion, type Opening, restrict } from "./native/sandbox.ts";

/** What a thread works for. */
export interface Bounds {
  /** Absolute paths of the roots, links resolved, and what was found there. */
  readonly source: string;
  readonly replica: string;
  readonly criteria: { readonly roots: Readonly<Record<Side, Folder>> };
  /** Nothing is written. */
  readonly dryRun: boolean;
  /** The trash, to be written to as well. */
  readonly trash?: { readonly folder: string; readonly entry: Folder } | { readonly code: string } | null;
}

/** Whether threads can be confined here, and why not: Deno may not call the system, or the kernel cannot do it. */
export function confinement(): "here" | "no-ffi" | "no-landlock" | "old-landlock" {
  const version = landlockVersion();
  if (version === null) return "no-ffi";
  if (version === 0) return "no-landlock";
  return isEnough(version) ? "here" : "old-landlock";
}

/** To what this thread is confined; null while it is free. */
let confined: { readonly to: string; readonly folders: readonly string[] } | null = null;

/**
 * Confine this thread, for good, where that is possible. False when it is confined to other folders already, or to ones
 * that have gone, so that it cannot work for these: another thread must.
 */
export function confine(bounds: Bounds): boolean {
  if (confinement() !== "here") return true;
  const openings = openingsOf(bounds);
  const to = JSON.stringify(openings);
  if (confined !== null) return confined.to === to && confined.folders.every(isOpen);
  restrict(openings);
  confined = { to, folders: openings.map(({ path }) => path) };
  return true;
}

function openingsOf({ source, replica, criteria: { roots }, dryRun, trash }: Bounds): Opening[] {
  const opening = (path: string, { device, inode }: Folder, access: Opening["access"]): Opening => {
    return { path, device, inode, access };
  };
  return [
    opening(source, roots.source, "read"),
    opening(replica, roots.replica, dryRun ? "read" : "write"),
    ...trash && "folder" in trash ? [opening(trash.folder, trash.entry, "write")] : [],
  ];
}

/**
 * Whether this thread may still open a folder. A rule is bound to the folder itself: it is of no use when the folder was
 * made anew, or its disk was unmounted and mounted again.
 */
function isOpen(folder: string): boolean {
  try {
    Deno.openSync(folder).close();
    return true;
  } catch (error) {
    if (reason(error) === null) throw error;
    return false;
  }
}
