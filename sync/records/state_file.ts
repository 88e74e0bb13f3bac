/**
 * The state file: what the last pass left in the replica, to know edits by. A header, the entries by folder, and a line
 * that says so many folders' lines there are; then what passes added, each at its end. When that has become long the file
 * is written anew. A line that was cut off in what was added is as if it were not there: the worst of it is that what a
 * pass made is taken for an edit, and left.
 */
import { reason } from "../disk/fault.ts";
import type { Reason } from "../engine/entry.ts";
import { shown } from "../engine/entry.ts";
import type { Remembered } from "../engine/remembered.ts";
import { linesOf, writerOf, writeWhole } from "./lines.ts";
import { isSamePath } from "../whole_path.ts";

const VERSION = 1;

/** One of the two roots, as the file knows it. */
export interface KnownRoot {
  /** Absolute, links resolved. */
  readonly path: string;
  /** Inode and time of birth: the number of a device is another one when its disk is plugged in anew. */
  readonly id: string;
}

export interface Header {
  readonly source: KnownRoot;
  readonly replica: KnownRoot;
}

/** What stands in a state file. */
export interface Loaded {
  readonly header: Header;
  readonly rows: Remembered[];
  /** The coarsest step of times that entries were noted in, in ms. */
  readonly step: number;
  /** The replica may spell names in another way. */
  readonly folded: boolean;
  /** How many characters are those of the whole state, and how many were added since. */
  readonly whole: number;
  readonly added: number;
  /** The last line was cut off: nothing must be added behind it. */
  readonly isCut: boolean;
}

/** Read it; null when there is none, and a text when it cannot be used. */
export async function readState(path: string): Promise<Loaded | null | string> {
  let header: Header | null = null;
  const rows: Remembered[] = [];
  let [step, whole, added, folded, isCut, isWhole] = [0, 0, 0, false, false, false];
  try {
    for await (const { line, whole: hasEnd } of linesOf(path)) {
      const value = hasEnd ? parsed(line) : undefined;
      if (header === null) {
        header = headerOf(value);
        if (header === null) return notOurs(path, value);
      } else if (value === undefined) {
        if (hasEnd || !isWhole) return damaged(path);
        isCut = true;
      } else if (isWhole) added += line.length;
      else whole += line.length;
      if (isRow(value)) rows.push({ folder: value[0], text: value[1] });
      else if (isObject(value) && typeof value.step === "number") {
        step = Math.max(step, value.step);
        folded ||= value.folded === true;
      } else if (isObject(value) && typeof value.rows === "number") {
        if (value.rows !== rows.length) return damaged(path);
        isWhole = true;
      }
    }
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return why.code === "ENOENT"
      ? null
      : `Cannot read the state file ${shown(path)}: ${why.detail ?? why.code}`;
  }
  // an empty file, as a tool for temporary files makes one, is as good as none
  if (header === null) return null;
  return isWhole ? { header, rows, step, folded, whole, added, isCut } : damaged(path);
}

/** What the replica can hold of what was noted: the coarsest step of its times, in ms, and how it spells names. */
export type Held = Pick<Loaded, "step" | "folded">;

/** Write a whole state; null, or why it cannot be. */
export async function writeState(
  path: string,
  { source, replica }: Header,
  held: Held,
  rows: AsyncIterable<Remembered>,
): Promise<Reason | null> {
  async function* lines(): AsyncGenerator<string> {
    let count = 0;
    yield JSON.stringify({ lockstep: "state", version: VERSION, source, replica });
    for await (const { folder, text } of rows) {
      yield JSON.stringify([folder, text]);
      count++;
    }
    yield JSON.stringify(held);
    yield JSON.stringify({ rows: count });
  }
  return await orReason(() => writeWhole(path, lines()));
}

/** Add to it, and force it to the disk: what a pass does next must not be there before. Null, or why that failed. */
export async function addToState(
  path: string,
  held: Held,
  rows: readonly Remembered[],
): Promise<Reason | null> {
  return await orReason(async () => {
    using file = await Deno.open(path, { append: true });
    const writer = writerOf(file);
    const encoder = new TextEncoder();
    let text = `${JSON.stringify(held)}\n`;
    for (const { folder, text: more } of rows) {
      text += `${JSON.stringify([folder, more])}\n`;
      if (text.length < CHUNK) continue;
      await writer.write(encoder.encode(text));
      text = "";
    }
    await writer.write(encoder.encode(text));
    await file.syncData();
  });
}

/** Characters written at once. */
const CHUNK = 1 << 16;

async function orReason(act: () => Promise<void>): Promise<Reason | null> {
  try {
    await act();
    return null;
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return why;
  }
}

/** What is wrong with a state of other roots; null when it is of these. A root may have another path, or be restored. */
export function othersOf(path: string, header: Header, roots: Header): string | null {
  for (const side of ["source", "replica"] as const) {
    const [was, is] = [header[side], roots[side]];
    if (isSamePath(was.path, is.path) || (was.id === is.id && is.id !== "")) continue;
    return `The state file ${shown(path)} belongs to another ${side}, ${shown(was.path)}: ` +
      "give each mirror a state file of its own";
  }
  return null;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // whatever it is, it is no line of ours
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRow(value: unknown): value is [string, string] {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "string";
}

function headerOf(value: unknown): Header | null {
  if (!isObject(value) || value.lockstep !== "state" || value.version !== VERSION) return null;
  const { source, replica } = value;
  return isRoot(source) && isRoot(replica) ? { source, replica } : null;
}

function isRoot(value: unknown): value is KnownRoot {
  return isObject(value) && typeof value.path === "string" && typeof value.id === "string";
}

function notOurs(path: string, value: unknown): string {
  if (isObject(value) && value.lockstep === "state" && value.version !== VERSION) {
    return `The state file ${
      shown(path)
    } is of another version of Lockstep: delete it, and edits are known by their ` +
      "times until the next pass has made it anew";
  }
  return `${
    shown(path)
  } is there already and is no state file of Lockstep: choose another name for the state file`;
}

function damaged(path: string): string {
  return `The state file ${
    shown(path)
  } is damaged or cut off: restore it, or delete it, and edits are known by their ` +
    "times until the next pass has made it anew";
}
