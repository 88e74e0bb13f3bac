/** What is told of one root, or of both, for `lockstep doctor`. Never waits for a disk that does not answer; writes nothing. */
import { dirname, resolve } from "node:path";
import type { Edge } from "../../engine/config.ts";
import type { DiskFacts, FoundFacts, LockFacts, PairFacts, RootFacts } from "../../engine/doctor/facts.ts";
import { known, type Told, UNTOLD, untold } from "../../engine/doctor/told.ts";
import { absolute, type Side } from "../../engine/entry.ts";
import { SYSTEM } from "../../system.ts";
import { reason } from "../fault.ts";
import { inTime } from "../in_time.ts";
import { lockOn } from "../lock.ts";
import { isLockedByFile } from "../locking.ts";
import { relation } from "../relation.ts";
import { type Root, rootIfAllowed } from "../root.ts";
import { openAlone } from "../roots.ts";
import { markOf } from "../trash.ts";
import { countIn, topOf } from "./count.ts";
import { diskFacts } from "./disk.ts";

/** How long to wait for a disk to answer at all, in ms. */
const ANSWER_MS = 3000;
/** And for all that is asked of it. The count of what is on it has a bound of its own. */
const PATIENCE_MS = 10_000;

/** What was found of a root, and the names at its top. */
export interface Looked {
  readonly facts: RootFacts;
  readonly root: Root | null;
  readonly names: readonly string[];
}

/** Look at a root (an absolute path). `uid`: whose rights count. */
export async function lookAt(side: Side, path: string, edge: Edge, uid: Told<number>): Promise<Looked> {
  const nothing = { root: null, names: [] };
  if (!await mayRead(path)) {
    return { ...nothing, facts: { side, path, fault: { code: "not-allowed" }, found: null, disk: null } };
  }
  const answers = await inTime(rootIfAllowed(path).then(() => true), ANSWER_MS);
  const looked = answers === null ? null : await inTime(look(side, path, edge, uid), PATIENCE_MS);
  if (looked !== null) return looked;
  return { ...nothing, facts: { side, path, fault: { code: "silent" }, found: null, disk: null } };
}

/** Whether Deno lets us read something without asking anybody. */
async function mayRead(path: string): Promise<boolean> {
  return (await Deno.permissions.query({ name: "read", path })).state === "granted";
}

async function look(side: Side, path: string, edge: Edge, uid: Told<number>): Promise<Looked> {
  const opened = await openAlone({ replica: path, edge: "portable", xattrs: false });
  if ("kind" in opened) {
    const { fault } = opened;
    const above = await rootIfAllowed(dirname(path));
    // a replica that is not there is made, where there is a folder to hold it
    const isMade = side === "replica" && fault.code === "absent";
    const why = !isMade
      ? fault
      : above === null
      ? { code: "no-parent", parent: dirname(path) } as const
      : null;
    const disk = above === null ? null : await diskFacts(above.path, above.entry.device, edge);
    return { root: null, names: [], facts: { side, path, fault: why, found: null, disk } };
  }
  const root = opened.source;
  const disk = await diskFacts(root.path, root.entry.device, edge);
  try {
    const { top, names, leftOvers } = await topOf(root);
    const found: FoundFacts = {
      path: root.path,
      mode: root.entry.mode,
      uid: root.entry.uid,
      // with the sticky bit others may not take away what is not theirs
      othersWrite: SYSTEM.hasModes && (root.entry.mode & 0o1002) === 0o002,
      top,
      tree: await countIn(root),
      leftOvers,
      writable: await writable(root, disk, edge, uid),
    };
    return { root, names, facts: { side, path, fault: null, found, disk } };
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return {
      root,
      names: [],
      facts: { side, path, fault: { code: "fault", reason: why }, found: null, disk },
    };
  }
}

/** Whether a user may make entries in a folder, as far as that shows without making one; or the code of why not. */
async function writable(
  root: Root,
  disk: DiskFacts,
  edge: Edge,
  uid: Told<number>,
): Promise<Told<true | string>> {
  if (edge === "native") {
    const told = (await import("../native/access.ts")).whyNotWritable(root.path);
    if (told !== "ENOSYS") return told ?? true;
  }
  const options = known(disk.mount, null)?.options ?? [];
  if (options.includes("ro")) return "EROFS";
  const user = known(uid, null);
  if (user === null) return SYSTEM.hasModes ? untold("--allow-sys=uid") : UNTOLD;
  const { mode, uid: owner } = root.entry;
  if (user === 0 || (mode & 0o003) === 0o003) return true;
  if (user === owner) return (mode & 0o300) === 0o300 ? true : "EACCES";
  return (mode & 0o030) === 0o030 ? untold("--allow-ffi") : "EACCES";
}

/**
 * Whether another run is at work on a replica, or in it, or on a folder around it. `writes`: a file may be written for
 * that, where folders cannot be locked.
 *
 * RACE: the folder is locked for as long as it takes to ask. A run that begins just then ends with status 40.
 */
export async function lockFacts(folder: string, writes: boolean): Promise<LockFacts> {
  try {
    if (!SYSTEM.locksFolders && !writes) return await lockFileFacts(folder);
    const locking = await inTime(lockOn(folder), PATIENCE_MS);
    if (locking === null || locking.kind === "refused") return { kind: "unknown" };
    if (locking.kind === "none") return { kind: "no-locks" };
    if (locking.kind === "taken") return { kind: "taken", by: locking.folder };
    await locking.lock.close();
    return { kind: "free" };
  } catch (error) {
    if (reason(error) === null) throw error;
    return { kind: "unknown" };
  }
}

/** The same where a file is locked: it is looked at, and not made. */
async function lockFileFacts(folder: string): Promise<LockFacts> {
  for (let at = folder;; at = dirname(at)) {
    if (await inTime(isLockedByFile(at), PATIENCE_MS)) return { kind: "taken", by: at };
    if (at === dirname(at)) return { kind: "free" };
  }
}

/** How the roots lie to each other. */
export async function relationFacts(source: string, replica: string): Promise<PairFacts["relation"]> {
  try {
    return await inTime(relation(source, replica), PATIENCE_MS) ?? UNTOLD;
  } catch (error) {
    if (reason(error) === null) throw error;
    return UNTOLD;
  }
}

/** Whose trash a folder is. */
export async function trashFacts(folder: string, replica: string): Promise<PairFacts["trash"]> {
  if (!await mayRead(folder)) return "none";
  try {
    const mark = await inTime(markOf(folder), PATIENCE_MS);
    if (mark === null) return "none";
    return typeof mark === "string" ? mark === replica ? "ours" : "others" : "not-a-trash";
  } catch (error) {
    if (reason(error) === null) throw error;
    return "none";
  }
}

/** How files of ours begin, by what they are. */
const BEGINNINGS = [
  [/^# Lockstep manifest /, "manifest"],
  [/^\{\s*"lockstep":\s*"(state|status|report-history|plan)"/, "file"],
] as const;
/** How many names beside a replica are looked at, and how many of them are read. */
const [LISTED, READ] = [5000, 50];

/**
 * Files of ours beside a replica, with what they are: of those with its name, or ours, in theirs. Only their beginning is
 * read.
 */
export async function filesBeside(replica: string, names: readonly string[]): Promise<string[]> {
  return await inTime(ofOurs(dirname(resolve(replica)), names), PATIENCE_MS) ?? [];
}

async function ofOurs(folder: string, names: readonly string[]): Promise<string[]> {
  const wanted: string[] = [];
  const found: string[] = [];
  if (!await mayRead(folder)) return found;
  try {
    let listed = 0;
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (++listed > LISTED || wanted.length === READ) break;
      const fits = /lockstep/i.test(name) || names.some((one) => one !== "" && name.includes(one));
      if (isFile && fits) wanted.push(name);
    }
    for (const name of wanted) {
      const what = await kindOf(absolute(folder, name));
      if (what !== null) found.push(`${name} (${what})`);
    }
  } catch (error) {
    if (reason(error) === null) throw error;
  }
  return found.sort();
}

async function kindOf(path: string): Promise<string | null> {
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(64);
    const text = new TextDecoder().decode(bytes.subarray(0, await file.read(bytes) ?? 0));
    for (const [form, kind] of BEGINNINGS) {
      const match = form.exec(text);
      if (match !== null) return match[1] ?? kind;
    }
    return null;
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}
