/** The digests that tell whether two files are the same. */
import type { Folder, Name, Reader } from "../disk/tree.ts";
import { type File, PAGE_BYTES } from "../engine/entry.ts";
import { isEmptyPage, piece, PIECE_BYTES, readPiece } from "./piece.ts";
import { countCompared, type Shared, throwIfStopping } from "./shared.ts";

/** What we use of `node:crypto`, which is loaded only when there is something to compare. */
export type Crypto = Pick<typeof import("node:crypto"), "createHash" | "hash">;

/**
 * A digest of the first `size` bytes of a file, in hexadecimal: SHA-256, or with `holes` two of them, which skip the holes
 * (to be compared with such a digest only). Throws a fault, or `Stopped`. Does not notice when the file changes meanwhile:
 * the digest is then a different one. `fresh`: as the disk has it, where the edge can ask that.
 */
export function digest(
  folder: Folder,
  name: Name,
  { size, holes }: Pick<File, "size" | "holes">,
  shared: Shared,
  crypto: Crypto,
  fresh = false,
): string {
  using file = folder.read(name);
  if (fresh) file.forget();
  if (holes) return digestOfPages(file, size, shared, crypto);
  let count = readPiece(file, size, shared);
  // most files are one piece
  if (count === size) return crypto.hash("sha256", piece.subarray(0, count), "hex");
  const sum = crypto.createHash("sha256");
  for (let length = 0; count > 0; count = readPiece(file, size - length, shared)) {
    sum.update(piece.subarray(0, count));
    length += count;
  }
  return sum.digest("hex");
}

/**
 * SHA-256 of all pages that are not empty, and of where they are: the same whether zeros are a hole or were written. A hole
 * is not read where the edge can skip it.
 */
function digestOfPages(file: Reader, size: number, shared: Shared, crypto: Crypto): string {
  const [pages, places] = [crypto.createHash("sha256"), crypto.createHash("sha256")];
  let at = 0;
  // where the last pages ended that were not empty
  let ended = 0;
  while (at < size) {
    throwIfStopping(shared);
    const hole = Math.min(file.skipHole(), size - at);
    countCompared(shared, hole);
    at += hole;
    // a hole may end within a page
    const lead = at % PAGE_BYTES;
    const end = readPages(file, lead, size - at, shared);
    if (end === lead) break;
    for (let start = 0; start < end; start += PAGE_BYTES) {
      if (isEmptyPage(start, PIECE_BYTES)) continue;
      const page = at - lead + start;
      if (page !== ended) places.update(`${ended} ${page} `);
      pages.update(piece.subarray(start, Math.min(start + PAGE_BYTES, end)));
      ended = page + PAGE_BYTES;
    }
    at += end - lead;
  }
  places.update(`${ended} ${at}`);
  return `${pages.digest("hex")} ${places.digest("hex")}`;
}

/**
 * Read whole pages, or up to the end of what is `left`, into the buffer behind `lead` zeros. Returns where they end there;
 * what is behind in the last page is zeros.
 */
function readPages(file: Reader, lead: number, left: number, shared: Shared): number {
  piece.fill(0, 0, lead);
  const last = Math.min(lead + left, PIECE_BYTES);
  let end = lead;
  do {
    const count = readPiece(file, last - end, shared, end);
    if (count === 0) break;
    end += count;
  } while (end < last && end % PAGE_BYTES !== 0);
  piece.fill(0, end, Math.ceil(end / PAGE_BYTES) * PAGE_BYTES);
  return end;
}
