/** The folders and files that a command line names, as absolute paths that the system and Deno take to be the same. */
import { basename, dirname, join } from "node:path";
import { SYSTEM } from "../system.ts";
import { pathFault, type PathRules, wholePath } from "../whole_path.ts";
import { shown } from "../engine/entry.ts";
import { orElse } from "../system_error.ts";

/**
 * What is wrong with a path, for a person; null when nothing is. On a Unix Deno takes the `..` in `link/..` to lead back to where
 * the link is; the system goes on from where it leads. Such a path could name the wrong folder. Windows does as Deno does.
 */
export function ambiguous(path: string, rules: PathRules = SYSTEM): string | null {
  const fault = pathFault(path, rules);
  if (fault !== null) return `${shown(path)} ${fault}`;
  if (rules.separator !== "/") return null;
  const names = path.split("/");
  for (let i = 1; i < names.length; i++) {
    if (names[i] !== "..") continue;
    const before = names.slice(0, i).join("/");
    if (before !== "" && isLink(before)) {
      return `${shown(path)} goes through the link ${shown(before)} and back up: write it without ".."`;
    }
  }
  return null;
}

/**
 * The names under which a tree could hold the file at `path`: as it was given, and with links resolved, as far down as
 * its folders exist.
 */
export function namesOf(path: string): string[] {
  const absolute = wholePath(path);
  const names = new Set([absolute]);
  for (let folder = absolute, rest = "";; rest = join(basename(folder), rest), folder = dirname(folder)) {
    // not there yet, or outside of what Deno may read: then the name as it was given must do
    const real = orElse(() => Deno.realPathSync(folder), null);
    if (real !== null) {
      names.add(rest === "" ? real : join(real, rest));
      if (rest !== "") return [...names];
    }
    if (folder === dirname(folder)) return [...names];
  }
}

/** Whether anything has that name, were it a link that leads nowhere. False, too, where Deno may not look. */
export function isThere(path: string): boolean {
  return orElse(() => Deno.lstatSync(path), null) !== null;
}

/** What a path leads to. Nothing, too, where Deno may not look. */
export function kindAt(path: string): "folder" | "other" | "nothing" {
  const found = orElse(() => Deno.statSync(path), null);
  return found === null ? "nothing" : found.isDirectory ? "folder" : "other";
}

function isLink(path: string): boolean {
  return orElse(() => Deno.lstatSync(path).isSymlink, false);
}

/** A path as one word for a shell: on Windows for that of the console and for PowerShell alike. */
export function quoted(path: string, rules: PathRules = SYSTEM): string {
  if (rules.separator === "\\") {
    // before a quote a backslash stands for the quote itself
    return /^[\w@+=:./\\-]+$/.test(path) ? path : `"${path.replace(/\\+$/, "$&$&")}"`;
  }
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
