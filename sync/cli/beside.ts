/** Source and replica are one: whoever sits at a terminal is asked whether to copy beside it, and others are told how. */
import { shown } from "../engine/entry.ts";
import { print } from "./listen.ts";

/** Warn that source and replica are one, and ask what to do; no where there is nobody to ask. */
export function askedToCopyBeside(source: string, beside: string): boolean {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return false;
  print(Deno.stderr, `lockstep: Warning: the source and the replica are the same folder, ${shown(source)}`);
  const there = isThere(beside)
    ? " It is there already: what is not in the source will be removed from it."
    : "";
  return confirm(`Keep the replica beside it, as ${shown(beside)}?${there}`);
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** For a shell. */
export function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
