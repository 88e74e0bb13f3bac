/** Source and replica are the same folder: whoever sits at a terminal is asked whether to copy it beside itself. */
import { shown } from "../engine/entry.ts";
import { isThere } from "./paths.ts";
import { print } from "./print.ts";

/** Warn that source and replica are the same, and ask what to do; false where there is nobody to ask. */
export function askedToCopyBeside(source: string, beside: string): boolean {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return false;
  print(Deno.stderr, `lockstep: Warning: the source and the replica are the same folder, ${shown(source)}`);
  const there = isThere(beside)
    ? " It is there already: what is not in the source will be removed from it."
    : "";
  return confirm(`Keep the replica beside it, as ${shown(beside)}?${there}`);
}
