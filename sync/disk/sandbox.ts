/**
 * Confines a thread to the two trees, by the kernel: it may read below the source, read and write below the replica and
 * in its trash, and reach nothing else, whoever puts a link where. For threads that only take turns; roots, lock and log are the main
 * thread's, which stays free.
 */
import type { Folder, Side } from "../engine/entry.ts";
import { reason } from "./fault.ts";
import { inTime } from "./in_time.ts";
import { mayUseLibc } from "../libc.ts";
import type { Opening } from "./native/sandbox.ts";

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

/** What of a config a thread must know to be confined: it crosses to each. `together`: what it is confined to instead. */
export function boundsOf(
  { source, replica, criteria: { roots }, dryRun, trash = null, together }: Bounds & { together?: Bounds },
): Bounds {
  return together ?? { source, replica, criteria: { roots }, dryRun, trash };
}

/** Why threads can be confined or not: Deno may not call the system, or the kernel cannot do it. */
export type Confinement = "here" | "no-ffi" | "no-landlock" | "old-landlock";

/** Whether threads can be confined here. */
export async function confinement(): Promise<Confinement> {
  return (await landlockHere()).state;
}

/** The same, with the version of Landlock; null where it cannot be asked. */
export async function landlockHere(): Promise<
  { readonly state: Confinement; readonly version: number | null }
> {
  if (!mayUseLibc()) return { state: "no-ffi", version: null };
  const { isEnough, landlockVersion } = await import("./native/sandbox.ts");
  const version = landlockVersion();
  if (version === null) return { state: "no-ffi", version };
  if (version === 0) return { state: "no-landlock", version };
  return { state: isEnough(version) ? "here" : "old-landlock", version };
}

/** To what this thread is confined, one opening as a text; null while it is free. */
let confined: ReadonlySet<string> | null = null;

/** Whether this thread is confined. */
export function isConfined(): boolean {
  return confined !== null;
}

async function opens(folder: string): Promise<boolean> {
  try {
    // Deno follows a path that is to be opened before it goes to another thread for that, and hangs itself
    for await (const _ of Deno.readDir(folder)) break;
    return true;
  } catch (error) {
    if (reason(error) === null) throw error;
    return false;
  }
}

/** How long, in ms, to wait for the disks of others. */
const PATIENCE_MS = 300;

/** Those whose folders can be opened without a wait: a thread must not hang on the disk of a mirror that it does not work for. */
export async function answering(others: readonly Bounds[]): Promise<Bounds[]> {
  const paths = ({ source, replica, trash }: Bounds) => {
    return [source, replica, ...trash && "folder" in trash ? [trash.folder] : []];
  };
  const found = await Promise.all(others.map(async (bounds) => {
    // a look might be answered from memory
    const opened = await inTime(Promise.all(paths(bounds).map(opens)), PATIENCE_MS);
    const isAnswering = opened !== null && opened.every(Boolean);
    return isAnswering ? [bounds] : [];
  }));
  return found.flat();
}

/**
 * Confine this thread, for good, where that is possible, to what it is to work for: `others`, too, which must be
 * answering. False when it is confined to other folders already, or to ones that have gone, so that it cannot work for
 * these: another thread must.
 */
export async function confine(bounds: Bounds, others: readonly Bounds[] = []): Promise<boolean> {
  if (await confinement() !== "here") return true;
  const openings = openingsOf(bounds);
  if (confined !== null) {
    const to = confined;
    return openings.every((one) => to.has(JSON.stringify(one)) && isOpen(one.path));
  }
  const all = new Map([...others, bounds].flatMap(openingsOf).map((one) => [JSON.stringify(one), one]));
  const { restrict } = await import("./native/sandbox.ts");
  restrict([...all.values()]);
  confined = new Set(all.keys());
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
