/**
 * What is remembered of an entry that a pass left in the replica, as a short text: enough to tell an edit by, and small
 * enough for a million of them. All entries of a folder are one text: name, "/", note, "/", and so on. Pure.
 */
import type { Capabilities } from "./capabilities.ts";
import type { File, Known, Mirrored } from "./entry.ts";
import { marked } from "./racy.ts";
import { sameTime } from "./same.ts";

/** A folder's entries as a text, or some of them; of a name that comes again the last note counts. */
export interface Remembered {
  readonly folder: string;
  readonly text: string;
}

/** The note of what is gone. */
export const GONE = "-";
/** The note of what was an edit before anything was remembered: nobody knows what it was before. */
export const EDITED = "!";

/** The note of an entry. */
export function noted(entry: Known): string {
  switch (entry.kind) {
    case "file":
      return `f${entry.size} ${entry.mtime} ${entry.nanos ?? ""}`;
    case "link":
      return `l${entry.target.replaceAll("%", "%25").replaceAll("/", "%2F")}`;
    case "device":
      return `${entry.type} ${entry.major} ${entry.minor}`;
    case "folder":
    case "fifo":
    case "socket":
      return entry.kind;
  }
}

/** The note of what an entry is about to become: until that is certain, the older notes count, too. */
export function intended(note: string): string {
  return `?${note}`;
}

/** A name and its note, as they stand in a folder's text. */
export function row(name: string, note: string): string {
  return `${name}/${note}/`;
}

/** The names and notes in a text. */
export function* rowsOf(text: string): Generator<readonly [name: string, note: string]> {
  const parts = text.split("/");
  for (let i = 0; i + 1 < parts.length; i += 2) yield [parts[i]!, parts[i + 1]!];
}

/** The notes that count of a name, after one more. */
export function withNote(notes: readonly string[], note: string): readonly string[] {
  return note.startsWith("?") ? [...notes, note.slice(1)] : note === GONE ? [] : [note];
}

/**
 * Whether an entry is what a note says. A file whose time says that it was not certain is so, too: a pass that was cut
 * short left it so.
 */
export function isAsNoted(note: string, entry: Known, capabilities: Capabilities): boolean {
  if (entry.kind !== "file" || !note.startsWith("f")) return noted(entry) === note;
  const [size, mtime, nanos] = note.slice(1).split(" ");
  if (Number(size) !== entry.size) return false;
  const time = { mtime: Number(mtime), ...(nanos !== "" && { nanos: Number(nanos) }) };
  return sameTime(time, entry, capabilities, "file") || isUncertain(time.mtime, entry, capabilities);
}

function isUncertain(
  mtime: number,
  entry: File,
  { step, earliest, latest }: Capabilities,
): boolean {
  return entry.mtime === marked(Math.min(Math.max(mtime, earliest), latest), step);
}

/** Whether an entry of the replica has a later time than one of the source, as far as the replica can tell. */
export function isNewer(
  was: Known,
  than: Pick<Mirrored, "mtime" | "nanos">,
  capabilities: Capabilities,
): boolean {
  if (was.kind === "socket" || sameTime(than, was, capabilities)) return false;
  return was.mtime > than.mtime || (was.mtime === than.mtime && (was.nanos ?? 0) > (than.nanos ?? 0));
}
