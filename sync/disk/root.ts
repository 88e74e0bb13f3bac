/**
 * The two folders of a mirror: who they are, whether they can be mirrored into one another, and the hold on the
 * replica that keeps a second run away. Asynchronous calls throughout: a file system that hangs must not take the
 * thread that listens to signals with it.
 */
import { basename, dirname, join, resolve } from "node:path";
import { type Folder, shown, type Side } from "../engine/entry.ts";
import type { Refusal } from "../engine/event.ts";
import { reason } from "./fault.ts";
import type { Capabilities } from "../engine/capabilities.ts";

export interface Root {
  /** Absolute, links resolved. */
  readonly path: string;
  /**
   * Device, inode and time of birth: who the folder is, whatever it is called. Another disk in the same drive has the
   * same two numbers, and a folder that is made anew may get that of the old one.
   */
  readonly id: string;
  readonly entry: Folder;
}

/** Both roots, with the replica held. */
export interface Roots {
  readonly source: Root;
  /** null in a dry run, when there is no replica yet. */
  readonly replica: Root | null;
  /** Who the folder is that holds the replica. */
  readonly parentId: string | null;
  /** Keeps other runs away for as long as it is open; null in a dry run, and where the file system has no locks. */
  readonly lock: Deno.FsFile | null;
  /** The replica was made just now. */
  readonly made: boolean;
  /** What the replica can hold, once that was found out. */
  readonly capabilities: Capabilities | null;
}

/** How two folders lie to one another, by any spelling, link or bind mount. */
export type Relation = "apart" | "same" | "replica in source" | "source in replica";

/** What a folder is now; null when there is no such folder. Throws when that cannot be told. */
export async function rootAt(path: string): Promise<Root | null> {
  try {
    const found = await Deno.stat(path);
    if (!found.isDirectory) return null;
    return {
      path: await Deno.realPath(path),
      id: `${found.dev}:${found.ino}:${found.birthtime?.getTime()}`,
      entry: {
        kind: "folder",
        mode: (found.mode ?? 0) & 0o7777,
        mtime: found.mtime?.getTime() ?? 0,
        uid: found.uid ?? 0,
        gid: found.gid ?? 0,
        device: found.dev,
        inode: found.ino ?? 0,
      },
    };
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(reason(error)?.code ?? "")) return null;
    throw error;
  }
}

/** Whether `root` still leads to the folder it led to. */
export async function isStill(root: Root): Promise<boolean> {
  try {
    return (await rootAt(root.path))?.id === root.id;
  } catch (error) {
    if (reason(error) === null) throw error;
    return false;
  }
}

/** The bytes that we may still write into a root's file system; null where Deno was not given --allow-sys=statfs. */
export async function freeBytes(root: Root): Promise<number | null> {
  const permission = await Deno.permissions.query({ name: "sys", kind: "statfs" });
  if (permission.state !== "granted") return null;
  const { statfs } = await import("node:fs/promises");
  try {
    const { bavail, bsize } = await statfs(root.path);
    return bavail * bsize;
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}

/** Whether a root holds nothing at all. Throws when that cannot be told. */
export async function isEmpty(root: Root): Promise<boolean> {
  for await (const _ of Deno.readDir(root.path)) return false;
  return true;
}

/** How the folders lie to one another; the replica need not exist. */
export async function relation(source: string, replica: string): Promise<Relation> {
  const [from, to] = [await rootAt(source), await rootAt(replica)];
  if (from === null) return "apart";
  if (from.id === to?.id) return "same";
  const asked = resolve(replica);
  const path = to?.path ??
    join((await rootIfAllowed(dirname(asked)))?.path ?? dirname(asked), basename(asked));
  if (path === from.path) return "same";
  if (await leadsTo(dirname(path), from)) return "replica in source";
  if (to !== null && await leadsTo(dirname(from.path), to)) return "source in replica";
  return "apart";
}

/** Whether `folder` or one that it lies in is `root`. */
async function leadsTo(folder: string, root: Root): Promise<boolean> {
  for (let here = folder;; here = dirname(here)) {
    if (here === root.path || (await rootIfAllowed(here))?.id === root.id) return true;
    if (here === dirname(here)) return false;
  }
}

/** What a folder above the roots is; null where Deno may not look, and then only its name speaks for it. */
async function rootIfAllowed(path: string): Promise<Root | null> {
  const permission = await Deno.permissions.query({ name: "read", path });
  if (permission.state !== "granted") return null;
  try {
    return await rootAt(path);
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}

/** Which folders, and what may be done with them. */
export interface Given {
  readonly source: string;
  readonly replica: string;
  /** A dry run: nothing is made, and nothing held. */
  readonly planned: boolean;
  /** Go on with another folder or disk in the place of a root. */
  readonly acceptNewRoot: boolean;
}

/**
 * Look at both roots before a pass, make the replica if it is not there, and hold it. `before` is what the pass before
 * held, whose hold goes on. Returns why it cannot be; then nothing was made, and `before` is as it was.
 */
export async function openRoots(given: Given, before: Roots | null): Promise<Roots | Refusal> {
  let side: Side = "source";
  try {
    const source = await rootAt(given.source);
    if (source === null) return unusable("source", given.source, await whatIsThere(given.source));
    await isEmpty(source); // a source that cannot be listed ends it here, before the replica is made
    if (isAnother(source, before?.source, given)) return unusable("source", given.source, ANOTHER);
    side = "replica";
    const how = await relation(given.source, given.replica);
    if (how !== "apart") return unusable("replica", given.replica, RELATIONS[how]);
    return await openReplica(given, source, before);
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return unusable(side, given[side], why.text);
  }
}

const RELATIONS: Readonly<Record<Exclude<Relation, "apart">, string>> = {
  "same": "it is the source itself",
  "replica in source": "it lies inside the source",
  "source in replica": "the source lies inside it",
};

const ANOTHER =
  "another folder or disk has taken its place since the last pass; if that is meant, start Lockstep anew, " +
  "or run it with --accept-new-root";

/** Whether a root is not the one of the pass before, and that was not accepted beforehand. */
function isAnother(root: Root, before: Root | null | undefined, { acceptNewRoot }: Given): boolean {
  return before !== null && before !== undefined && before.id !== root.id && !acceptNewRoot;
}

async function openReplica(given: Given, source: Root, before: Roots | null): Promise<Roots | Refusal> {
  const { replica: path, planned } = given;
  const above = dirname(resolve(path));
  const parentId = (await rootIfAllowed(above))?.id ?? null;
  let replica = await rootAt(path);
  let made = false;
  if (replica === null) {
    // a replica that goes away with the folder around it was unmounted, and must not be made anew on the disk below
    if (before !== null && parentId !== before.parentId) {
      return unusable("replica", path, "the disk that it was on is away");
    }
    if (before?.replica && parentId === null) {
      return unusable("replica", path, "it is gone, and Deno may not see whether its disk is there");
    }
    if (parentId === null && await whatIsThere(above) !== "it is there") {
      return unusable("replica", path, `the folder ${shown(above)} that should hold it is not there`);
    }
    const there = await whatIsThere(path);
    if (planned && there === ABSENT) {
      return { source, replica: null, parentId, lock: null, made: true, capabilities: null };
    }
    made = there === ABSENT && await makeReplica(path, source);
    replica = await rootAt(path);
    if (replica === null) return unusable("replica", path, await whatIsThere(path));
  } else if (isAnother(replica, before?.replica, given)) return unusable("replica", path, ANOTHER);
  if (before?.lock && before.replica?.id === replica.id) {
    return { ...before, source, replica, parentId, made };
  }
  if (planned) return { source, replica, parentId, lock: null, made, capabilities: null };
  const lock = await lockOn(replica.path);
  if (lock === "locked") {
    return {
      kind: "locked",
      text: `Another run of Lockstep holds the replica ${shown(path)}; wait for it or stop it`,
    };
  }
  before?.lock?.close();
  const capabilities = before?.replica?.id === replica.id ? before.capabilities : null;
  return { source, replica, parentId, lock, made, capabilities };
}

/** False when somebody else has just made it. */
async function makeReplica(path: string, source: Root): Promise<boolean> {
  try {
    await Deno.mkdir(path, { mode: 0o700 | (source.entry.mode & 0o777) });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

/** An advisory lock on the folder itself: no lock file, and nothing stale after a crash. */
async function lockOn(folder: string): Promise<Deno.FsFile | "locked" | null> {
  const file = await Deno.open(folder);
  try {
    if (await file.tryLock(true)) return file;
  } catch (error) {
    file.close();
    if (reason(error) === null) throw error;
    return null; // a file system without locks
  }
  file.close();
  return "locked";
}

const ABSENT = "it is not there";

async function whatIsThere(path: string): Promise<string> {
  const permission = await Deno.permissions.query({ name: "read", path });
  if (permission.state !== "granted") return "it is there";
  try {
    const found = await Deno.lstat(path);
    if (found.isDirectory) return "it is there";
    if (!found.isSymlink) return "it is not a folder";
    return await Deno.stat(path).then(
      () => "it is a link to something that is not a folder",
      () => "it is a link that leads nowhere",
    );
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return ["ENOENT", "ENOTDIR"].includes(why.code) ? ABSENT : why.text;
  }
}

/** Why a root cannot be worked with, in one line. */
export function unusable(side: Side, path: string, why: string): Refusal {
  return {
    kind: "unusable",
    side,
    text: `Cannot use the ${side} ${shown(path)}: ${why}; nothing was touched`,
  };
}
