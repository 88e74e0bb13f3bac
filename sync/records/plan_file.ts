/**
 * A plan in a file, to be carried out later: a line of JSON for what it is of, one for each step, and one for its end,
 * with a digest of all before it. So a file that was cut off, or changed by anybody, is no plan any more, and what is
 * read here was written here.
 */
import { createHash } from "node:crypto";
import type { Change, Difference } from "../engine/change.ts";
import type { Decided } from "../engine/decided.ts";
import type { Path } from "../engine/entry.ts";
import type { Refused } from "../engine/guard.ts";
import { markOf } from "../engine/step.ts";
import { pauses } from "./pauses.ts";
import { linesOf } from "./lines.ts";

/** Goes up when a plan would mean something else to whoever reads it, as with each new option that shapes a pass. */
export const VERSION = 1;

/** What a plan is of: its first line. `Options`: what shapes a pass, in a form that JSON can hold. */
export interface Header<Options> {
  readonly lockstep: "plan";
  readonly version: number;
  /** When it was made, in ms since 1970. */
  readonly time: number;
  readonly source: PlannedRoot;
  readonly replica: PlannedRoot;
  readonly options: Options;
}

export interface PlannedRoot {
  /** Absolute. */
  readonly path: string;
  /** Which folder it is (`rootId`); null for a replica that was not there. */
  readonly id: string | null;
}

/** The last line. */
export interface End {
  readonly steps: number;
  /** Entries that could not be looked at: there are no steps for them. */
  readonly failed: number;
  /** Why the guard would refuse it; left out when it would not. */
  readonly refused?: Refused;
  /** SHA-256 of all lines before, and of this one without it. */
  readonly digest: string;
}

/** Which folder a root is: its device and its inode, which do not change with what is done in it. */
export function rootId({ id }: { readonly id: string }): string {
  return id.split(":", 2).join(":");
}

/** What a file turned out to be. */
export type Found<Options> =
  | { readonly kind: "plan"; readonly header: Header<Options>; readonly end: End }
  | { readonly kind: "no-plan" }
  /** It is of another version than this program reads. */
  | { readonly kind: "version"; readonly version: unknown; readonly reads: number }
  /** Its end is missing, or it is not what was written. */
  | { readonly kind: "damaged" };

/** More bytes than the last line has, which may name three paths. */
const TAIL = 1 << 17;
/** Bytes that are read at once. */
const CHUNK = 1 << 16;

/** Whether a file begins as a plan does. */
export async function isPlan(path: string): Promise<boolean> {
  const start = new Uint8Array(START.length);
  using file = await Deno.open(path);
  const count = await file.read(start) ?? 0;
  return new TextDecoder().decode(start.subarray(0, count)) === START;
}

/** How a plan begins, of whatever version. */
const START = '{"lockstep":"plan",';

/** Read the first and the last line of a plan, and check that it is whole. Throws what the system throws. */
export async function checkPlan<Options>(path: string): Promise<Found<Options>> {
  if (!await isPlan(path)) return { kind: "no-plan" };
  const first = await firstLine(path);
  const { version }: { version?: unknown } = parsed(first) ?? {};
  if (version === undefined) return { kind: "damaged" };
  if (version !== VERSION) return { kind: "version", version, reads: VERSION };
  using file = await Deno.open(path);
  const { last, start } = await lastLine(file);
  const end = parsed(last);
  const { digest, ...counted } = end ?? {};
  const isWhole = typeof digest === "string" &&
    await digestOf(file, start, JSON.stringify(counted)) === digest;
  return isWhole ? { kind: "plan", header: parsed(first), end } : { kind: "damaged" };
}

async function firstLine(path: string): Promise<string> {
  for await (const { line } of linesOf(path)) return line;
  return "";
}

/** The last line of a file, and where it begins; "" for one that has no end. */
async function lastLine(file: Deno.FsFile): Promise<{ readonly last: string; readonly start: number }> {
  const { size } = await file.stat();
  const tail = new Uint8Array(Math.min(TAIL, size));
  await file.seek(size - tail.length, Deno.SeekMode.Start);
  let have = 0;
  while (have < tail.length) {
    const count = await file.read(tail.subarray(have));
    if (count === null) break;
    have += count;
  }
  const start = tail.lastIndexOf(NEWLINE, have - 2) + 1;
  const isWhole = start > 0 && have === tail.length && tail.at(-1) === NEWLINE;
  const last = isWhole ? new TextDecoder().decode(tail.subarray(start)) : "";
  return { last, start: size - tail.length + start };
}

const NEWLINE = 10;

/** The value of a line; null when it is no JSON. */
function parsed(line: string) {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

/** The digest of the beginning of a file, and of a text behind it. */
async function digestOf(file: Deno.FsFile, length: number, text: string): Promise<string> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(CHUNK);
  await file.seek(0, Deno.SeekMode.Start);
  for (let left = length; left > 0;) {
    const count = await file.read(buffer.subarray(0, Math.min(left, CHUNK)));
    if (count === null) break;
    hash.update(buffer.subarray(0, count));
    left -= count;
  }
  return hash.update(text).digest("hex");
}

/** What each step was decided on, of a plan that was checked. Throws what the system throws. */
export async function decidedIn(path: string): Promise<Decided> {
  const decided = new Map<Path, string>();
  for await (const line of stepLines(path)) {
    const { path, differences: _, ...step } = JSON.parse(line);
    decided.set(path, markOf(step));
  }
  return decided;
}

/** A step, as it was planned. */
export interface Planned {
  readonly change: Change;
  readonly differences: readonly Difference[];
}

/** The steps of a plan that was checked, by path, without what nobody decided on. Throws what the system throws. */
export async function* stepsIn(path: string): AsyncGenerator<Planned> {
  for await (const line of stepLines(path)) {
    const { path, action, entry, was, differences = [], ...rest } = JSON.parse(line);
    const change: Change = {
      kind: action,
      path,
      ...rest,
      ...(entry !== undefined && { entry: { ...UNDECIDED, ...entry } }),
      ...(was !== undefined && { was: { ...UNDECIDED, ...was } }),
    };
    yield { change, differences };
  }
}

/** What no step is decided on. */
const UNDECIDED = { mtime: 0, nlink: 1, id: null, holes: false, device: 0, inode: null };
/** All lines but the first and the last. */
async function* stepLines(path: string): AsyncGenerator<string> {
  let isFirst = true;
  let before: string | null = null;
  const pause = pauses();
  for await (const { line } of linesOf(path)) {
    if (before !== null) yield before;
    if (!isFirst) before = line;
    isFirst = false;
    // what is read of a file that is in memory already leaves no time for anything else
    await pause();
  }
}
