/**
 * What a folder's turn notes of edits, where those are kept: what only the replica has and is newer than the folder of
 * the source around it, and, where all is to be remembered, what both sides have.
 */
import { align } from "../engine/capabilities.ts";
import type { Listing, Timed } from "../engine/entry.ts";
import { aboveOf, type Pair, type Plan } from "../engine/plan.ts";
import { isNewer, noted, row } from "../engine/remembered.ts";
import type { Criteria } from "../engine/same.ts";
import type { Context } from "./context.ts";

/** Note what a turn has found of edits. `source`, `replica`: what is in the pair, as far as it was looked at. */
export function noteEdits(
  { config, result }: Context,
  pair: Pair,
  { changes }: Plan,
  source: Listing,
  replica: Listing,
  { capabilities }: Criteria,
): void {
  const above: Timed | undefined = aboveOf(pair).above;
  for (const { kind, path, was } of changes) {
    if (kind === "remove" && above && isNewer(was, above, capabilities)) result.newer.push(path);
  }
  if (!config.listsAll) return;
  const aligned = align(source, replica, capabilities);
  let text = "";
  for (const [name, was] of aligned.replica) {
    if (was.kind !== "unknown" && aligned.source.has(name)) text += row(name, noted(was));
  }
  if (text !== "") result.listing.push({ folder: pair.path, text });
}
