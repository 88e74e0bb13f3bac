/** The time of an entry, as Deno tells it. */
import { FURTHEST_MS } from "../engine/entry.ts";

/**
 * In ms since 1970. A time further away than JavaScript counts arrives as an invalid date, of which not even the side
 * is known: it is taken for the latest there is.
 */
export function timeOf({ mtime }: Deno.FileInfo): number {
  const time = mtime?.getTime() ?? 0;
  return Number.isNaN(time) ? FURTHEST_MS : time;
}
