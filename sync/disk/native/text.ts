/** The text of a file of the system, which Deno lets a program read with --allow-all only. */
import { close, openRoot, read } from "./calls.ts";
import { decodeName } from "../../names.ts";

/** What is in a file at an absolute path; null when it cannot be read. Names in it are those of the edge. */
export function textOf(path: string): string | null {
  const file = openRoot(path, 0);
  if (file < 0) return null;
  const piece = new Uint8Array(16 * 1024);
  const bytes: number[] = [];
  let count;
  while ((count = read(file, piece)) > 0) for (let i = 0; i < count; i++) bytes.push(piece[i]!);
  close(file);
  return count < 0 ? null : decodeName(new Uint8Array(bytes));
}
