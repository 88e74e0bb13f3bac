/**
 * Finds out what the file system of a replica can hold, by trying it in a folder of its own that is gone afterwards.
 * The replica's own time is put back. A part of the edge, beside `disk.ts`.
 */
import { lchownSync } from "node:fs";
import { absolute } from "../engine/entry.ts";
import { fault, FULL, reason } from "./fault.ts";
import type { Capabilities } from "../engine/capabilities.ts";

/** Two odd times, in ms, which show the step of a clock. */
const TIMES = [1_000_000_001_357, 1_500_000_003_789];
/** Steps that file systems have, in ms: exact, exFAT, HFS+ and ext3, FAT. */
const STEPS = [1, 10, 100, 1000, 2000];
/** Longest names that file systems have, in bytes: nearly all, and the encrypting eCryptfs. */
const NAMES = [255, 143];

/** Codes of a disk in trouble, which say nothing of what it can hold. */
const TROUBLE = new Set(["EIO", "ESTALE", "ETIMEDOUT", "ENOTCONN", "EMFILE", "ENFILE", "ENOMEM", "EUCLEAN"]);

/**
 * What the file system that `replica` lies on can hold; null where nothing can be tried. Throws a fault when the disk
 * is in trouble: a call that failed for that must not pass for one that it does not have.
 */
export function probe(replica: string, passId: string): Capabilities | null {
  const folder = absolute(replica, `.lockstep-${passId}-probe`);
  try {
    const { mtime } = Deno.statSync(replica);
    Deno.mkdirSync(folder);
    try {
      return tryIn(folder);
    } finally {
      works(() => Deno.removeSync(folder, { recursive: true }));
      works(() => mtime && Deno.utimeSync(replica, mtime, mtime));
    }
  } catch (error) {
    const cause = fault("create", "replica", error);
    if (TROUBLE.has(cause.reason.code)) throw cause;
    return null;
  }
}

function tryIn(folder: string): Capabilities {
  const file = absolute(folder, "a");
  Deno.writeTextFileSync(file, "");
  return {
    modes: [0o640, 0o750].every((mode) => works(() => Deno.chmodSync(file, mode)) && modeOf(file) === mode),
    owners: canGiveAway(file),
    links: works(() => Deno.symlinkSync("a", absolute(folder, "link"))),
    hardLinks: works(() => Deno.linkSync(file, absolute(folder, "other"))) &&
      Deno.lstatSync(file).nlink === 2,
    cases: !works(() => Deno.lstatSync(absolute(folder, "A"))),
    expands: works(() => Deno.writeTextFileSync(absolute(folder, "\u00df"), "")) &&
      works(() => Deno.lstatSync(absolute(folder, "SS"))),
    forms: !sameInOtherForm(folder),
    step: stepOf(file),
    longestName:
      NAMES.find((length) => works(() => Deno.writeTextFileSync(absolute(folder, "n".repeat(length)), ""))) ??
        100,
  };
}

/** Whether the disk lets us. Throws when it cannot be told. */
function works(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    const code = reason(error)?.code;
    if (code === undefined || TROUBLE.has(code) || FULL.has(code)) throw error;
    return false;
  }
}

function modeOf(path: string): number {
  return (Deno.lstatSync(path).mode ?? 0) & 0o7777;
}

function canGiveAway(file: string): boolean {
  const { uid, gid } = Deno.lstatSync(file);
  if (uid === null || gid === null) return false;
  return works(() => lchownSync(file, uid + 1, gid + 1)) && Deno.lstatSync(file).uid === uid + 1;
}

function sameInOtherForm(folder: string): boolean {
  if (!works(() => Deno.writeTextFileSync(absolute(folder, "\u00e9"), ""))) return false;
  return works(() => Deno.lstatSync(absolute(folder, "e\u0301")));
}

function stepOf(file: string): number {
  const errors = TIMES.map((time) => {
    Deno.utimeSync(file, new Date(time), new Date(time));
    return Math.abs((Deno.lstatSync(file).mtime?.getTime() ?? 0) - time);
  });
  return STEPS.find((step) => errors.every((error) => error < step)) ?? STEPS.at(-1)!;
}
