/** The names in an open folder, by `getdents64`, which tells its errors. */
import { list, seek } from "./calls.ts";
import { decodeName } from "../../names.ts";
import { SEEK_SET } from "./numbers.ts";

const buffer = new Uint8Array(64 * 1024);
const view = new DataView(buffer.buffer);
/** The names of one call, with "/" between them: one decoding for all of them is far faster than one for each. */
const joined = new Uint8Array(buffer.length);
const SLASH = 0x2f;
const DOT = 0x2e;

/** Where a name begins in a `struct linux_dirent64`, after its length at 16 and the kind of the entry at 18. */
const NAME = 19;
const KIND = 18;
/** Kinds: a folder, and what the file system does not tell. */
export const [DT_UNKNOWN, DT_DIR] = [0, 4];

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * All names of an open folder, from its beginning; less than 0, the number of an error. `kinds` gets the kind of each,
 * where it is given.
 */
export function namesIn(folder: number, kinds?: number[]): string[] | number {
  const rewound = seek(folder, 0, SEEK_SET);
  if (rewound < 0) return rewound;
  let names: string[] = [];
  for (;;) {
    const length = list(folder, buffer);
    if (length < 0) return length;
    if (length === 0) return names;
    const more = namesOf(length, kinds);
    if (names.length === 0) names = more;
    else for (const name of more) names.push(name);
  }
}

/** The names in the first bytes of the buffer. */
function namesOf(length: number, kinds?: number[]): string[] {
  let end = 0;
  for (let at = 0; at < length; at += view.getUint16(at + 16, true)) {
    const start = end;
    for (let from = at + NAME, byte; (byte = buffer[from]!) !== 0; from++) joined[end++] = byte;
    const isDots = joined[start] === DOT &&
      (end - start === 1 || (end - start === 2 && joined[start + 1] === DOT));
    if (isDots) end = start;
    else {
      joined[end++] = SLASH;
      kinds?.push(buffer[at + KIND]!);
    }
  }
  return end === 0 ? [] : split(joined.subarray(0, end - 1));
}

function split(names: Uint8Array): string[] {
  try {
    return utf8.decode(names).split("/");
  } catch {
    const found: string[] = [];
    for (let start = 0, end; start < names.length; start = end + 1) {
      end = names.indexOf(SLASH, start);
      if (end < 0) end = names.length;
      found.push(decodeName(names.subarray(start, end)));
    }
    return found;
  }
}
