/** What ReadDirectoryChangesW writes into its buffer: one FILE_NOTIFY_INFORMATION behind the other. Pure. */
import type { Path } from "../../engine/entry.ts";
import type { HintKind } from "../hints.ts";

/** Something happened to an entry, which may be told by its short name. */
export interface Told {
  readonly path: Path;
  readonly what: HintKind;
}

/** By FILE_ACTION_…: added, removed, modified, renamed from, renamed to. */
const ACTIONS: Readonly<Record<number, HintKind>> = {
  1: "appeared",
  2: "disappeared",
  3: "changed",
  4: "disappeared",
  5: "appeared",
};

/** Offset of the next one, action, length of the name in bytes. */
const HEAD = 12;

/** Read the first `length` bytes; null when they make no sense, and nobody knows what they tell. */
export function changesIn(buffer: Uint8Array<ArrayBuffer>, length: number): Told[] | null {
  const view = new DataView(buffer.buffer, buffer.byteOffset, length);
  const told: Told[] = [];
  for (let at = 0;;) {
    if (at + HEAD > length) return null;
    const [next, action, bytes] = [0, 4, 8].map((offset) => view.getUint32(at + offset, true));
    const what = ACTIONS[action!];
    if (what === undefined || bytes! % 2 !== 0 || at + HEAD + bytes! > length) return null;
    let path = "";
    for (let unit = 0; unit < bytes!; unit += 2) {
      path += String.fromCharCode(view.getUint16(at + HEAD + unit, true));
    }
    told.push({ path: path.replaceAll("\\", "/"), what });
    if (next === 0) return told;
    at += next!;
  }
}
