/**
 * Absolute paths, by the rules of the system: where one path begins, whether two are the same, and which lies in which.
 * On Windows both "/" and "\" stand between names, letters may be of either case, and a path has several beginnings: a
 * drive, `\\server\share`, and the verbatim `\\?\`. What is asked of a path as text is asked here. Below a root, paths are
 * of our own making, with "/" on all systems (`engine/entry.ts`). Pure, but for the current folder.
 */
import { posix, win32 } from "node:path";
import { SYSTEM, type System } from "./system.ts";
import { orElse } from "./system_error.ts";

/** What of a system tells how its paths are read. */
export type PathRules = Pick<System, "separator">;

/**
 * A path as an absolute one. On Windows without the verbatim beginning, after which "/" and ".." would be names: Deno puts
 * one before a path that is too long by itself. `current`: what a path begins with that begins with no drive.
 */
export function wholePath(
  path: string,
  rules: PathRules = SYSTEM,
  current: CurrentFolder = currentOn,
): string {
  return isWindows(rules) ? wholeOnWindows(path, current) : posix.resolve(path);
}

/** The folder that is current on a drive ("C:"), as an absolute path; on the drive at hand where none is named. */
export type CurrentFolder = (drive: string | null) => string;

/** The same path as every other spelling of it: what two absolute paths are compared by. */
export function pathKey(path: string, rules: PathRules = SYSTEM): string {
  return isWindows(rules) ? folded(trimmed(win32.normalize(plain(path)))) : path;
}

/** Whether two absolute paths are the same. */
export function isSamePath(a: string, b: string, rules: PathRules = SYSTEM): boolean {
  return a === b || pathKey(a, rules) === pathKey(b, rules);
}

/** Where an absolute path leads from a folder, with "/" between names; "" for the folder itself, null for elsewhere. */
export function pathWithin(path: string, folder: string, rules: PathRules = SYSTEM): string | null {
  if (!isWindows(rules)) return after(path, path, folder, "/");
  const whole = trimmed(win32.normalize(plain(path)));
  return after(folded(whole), whole, pathKey(folder, rules), "\\")?.replaceAll("\\", "/") ?? null;
}

/** Whether an absolute path is a folder, or lies in it. */
export function isWithinFolder(path: string, folder: string, rules: PathRules = SYSTEM): boolean {
  return pathWithin(path, folder, rules) !== null;
}

/** Whether nothing can lie around an absolute path: "/", a drive, or what another machine shares. */
export function isTopmost(path: string, rules: PathRules = SYSTEM): boolean {
  const { dirname } = isWindows(rules) ? win32 : posix;
  return dirname(path) === path;
}

/** Whether a path as somebody typed it is an absolute one, were it only by its beginning: "\x" is on the drive at hand. */
export function isWhole(path: string, rules: PathRules = SYSTEM): boolean {
  return isWindows(rules) ? win32.isAbsolute(path) : posix.isAbsolute(path);
}

/** Whether an absolute path leads to what another machine shares, by its name: Deno asks for all rights to look there. */
export function isOnNetwork(path: string, rules: PathRules = SYSTEM): boolean {
  return isWindows(rules) && /^[/\\]{2}[^/\\.?]/.test(plain(path));
}

/** The names of a path as somebody typed it, without those that lead nowhere. */
export function namesIn(path: string, rules: PathRules = SYSTEM): string[] {
  return path.split(isWindows(rules) ? /[/\\]/ : "/").filter((name) => name !== "" && name !== ".");
}

/** Whether something stands between names in a path as somebody typed it. */
export function hasFolders(path: string, rules: PathRules = SYSTEM): boolean {
  return (isWindows(rules) ? /[/\\]/ : /\//).test(path);
}

/** What went wrong with `"C:\Photos\"`. */
export const LAST_BACKSLASH = String
  .raw`"\" before a quote stands for the quote itself, so leave out the last "\"`;

/**
 * Why a path can be no folder of this system, for a person; null when it can. On Windows: the quote that a shell puts into
 * `"C:\Photos\"`, and what no name has. A path by the number of a disk has rules of its own.
 */
export function pathFault(path: string, rules: PathRules = SYSTEM): string | null {
  if (!isWindows(rules)) return null;
  if (path.includes('"')) {
    return `has a quote in it: ${LAST_BACKSLASH}`;
  }
  const rest = plain(path);
  if (/^[/\\]{2}[.?][/\\]/.test(rest)) {
    return "is a device, or a disk by its number: give a folder on a drive";
  }
  const name = /[<>|*?]/.exec(rest)?.[0];
  if (name !== undefined) return `has a "${name}" in it, which no name on Windows has`;
  return rest.indexOf(":", 2) > 0
    ? 'has a ":" behind a name, which is for a stream of a file: give a folder'
    : null;
}

function isWindows({ separator }: PathRules): boolean {
  return separator === "\\";
}

/** `whole` after `folder` and what separates them; `key` and `folder` are compared. */
function after(key: string, whole: string, folder: string, separator: string): string | null {
  if (key === folder) return "";
  const start = folder.endsWith(separator) ? folder : folder + separator;
  return key.startsWith(start) ? whole.slice(start.length) : null;
}

/** By itself `node:path` would ask the environment for the current folder of a drive, for which it has no permission. */
function wholeOnWindows(path: string, current: CurrentFolder): string {
  const asked = plain(path);
  const { root } = win32.parse(asked);
  if (root.length > 2) return trimmed(win32.normalize(asked));
  if (root === "" || root.endsWith(":")) {
    return win32.resolve(current(root || null), asked.slice(root.length));
  }
  return win32.resolve(win32.parse(current(null)).root, asked);
}

/** The folder that is current on a drive. Windows keeps one for each in a process, as far as whoever started it did. */
function currentOn(drive: string | null): string {
  const here = Deno.cwd();
  if (drive === null || win32.parse(here).root.slice(0, 2).toUpperCase() === drive.toUpperCase()) return here;
  // a drive that is not there is told of where the folder is opened
  return orElse(() => Deno.realPathSync(drive), `${drive}\\`);
}

/** Without the separator at its end, but for that of the root. */
function trimmed(path: string): string {
  const { root } = win32.parse(path);
  return path.length > root.length && path.endsWith("\\") ? path.slice(0, -1) : path;
}

/** A Windows path without its verbatim beginning, where it is on a drive or a share. */
function plain(path: string): string {
  const [, verbatim, unc, drive] = /^([/\\]{2}\?[/\\])(?:(UNC[/\\])|([a-z]:(?:[/\\]|$)))/i.exec(path) ?? [];
  if (verbatim === undefined) return path;
  if (unc !== undefined) return `\\\\${path.slice(verbatim.length + unc.length)}`;
  // without a slash a drive would be the folder that is current on it
  return drive!.length === 2 ? `${drive}\\` : path.slice(verbatim.length);
}

/** As Windows compares names: letter by letter, none of which becomes two. Keeps the length of a text. */
function folded(path: string): string {
  const low = path.toLowerCase();
  if (low.length === path.length) return low;
  return path.replace(/./gsu, (letter) => {
    const one = letter.toLowerCase();
    return one.length === letter.length ? one : letter;
  });
}
