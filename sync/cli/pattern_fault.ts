/**
 * Patterns that match nothing, or that mean something else than what was meant. In an ignore file nothing of it is a
 * mistake: there git takes it, too, and so do we. Pure.
 */
import { SYSTEM } from "../system.ts";
import { isTopmost, isWhole, type PathRules, pathWithin, wholePath } from "../whole_path.ts";

/**
 * What is wrong with a pattern that was given to an option, behind others; null when it may match something. `before`: with
 * "!" in front of those that include.
 */
export function patternFault(
  name: string,
  given: string,
  before: readonly string[],
  { separator }: PathRules = SYSTEM,
): string | null {
  if (name === "include" && given.startsWith("!")) {
    return `--include takes a pattern without "!": give --exclude "${given.slice(1)}" to leave that out`;
  }
  if (/[\n\r]/.test(given)) {
    return `--${name} takes one pattern: give the option again for each, or a file of them by --exclude-from`;
  }
  const pattern = given.replace(/^!/, "");
  if (/^[ /]*$/.test(pattern)) return `--${name} "${given}" matches nothing: give a name or a pattern`;
  if (given.startsWith("#") && name === "exclude") {
    return `--exclude "${given}" is a comment, as in a .gitignore: write "\\${given}" for a name that begins so`;
  }
  // a path from a drive or a server on is told of when the source is known
  const isElsewhere = /^([a-z]:|\\\\)/i.test(pattern);
  if (separator === "\\" && !isElsewhere && pattern.search(VAIN_BACKSLASH) >= 0) {
    const instead = given.replaceAll(VAIN_BACKSLASH, "/");
    return `--${name} "${given}" matches nothing, since "/" stands between folders in a pattern: ` +
      `write --${name} "${instead}"`;
  }
  return name === "exclude" ? whyVain(given, before) : null;
}

/** A "\" that takes no meaning from what follows: it was meant to stand between folders. No name on Windows has a "*". */
const VAIN_BACKSLASH = /\\(?=[\p{L}\p{N}._*?~@$%-]|$)/gu;

/** What to say of a pattern that leaves out all that was included before, as it would not in rsync. */
function whyVain(given: string, before: readonly string[]): string | null {
  if (!/^\/?(\*\*\/)?\*\*?$/.test(given)) return null;
  const pattern = before.find((one) => one.startsWith("!"))?.slice(1);
  if (pattern === undefined) return null;
  return `--exclude "${given}" leaves out "${pattern}" after all, since the last pattern that matches decides: ` +
    "give it first";
}

/** What to say of a pattern that is a path from elsewhere and not from the source on; null when there is none. */
export function misplaced(patterns: readonly string[], source: string): string | null {
  const root = wholePath(source);
  for (const pattern of patterns) {
    const [, not, path] = /^(!?)([^]*)$/.exec(pattern)!;
    const isFromHere = /^\.\.?(\/|$)/.test(path!);
    if (!isFromHere && !isWhole(path!)) continue;
    const inside = below(root, path!);
    // no name on Windows has a ":"
    if (inside === null && !isFromHere && !/^[a-z]:/i.test(path!)) continue;
    const option = `--${not ? "include" : "exclude"}`;
    const instead = inside ?? (/^\.\/[^/]/.test(path!) ? path!.slice(1) : null);
    return `${option} "${path}" matches nothing, since patterns begin at the source` +
      (instead === null ? "" : `: write ${option} "${instead}"`);
  }
  return null;
}

/** A path as a pattern of a folder that it leads into, with its last "/"; null when it does not. */
function below(root: string, path: string): string | null {
  const whole = wholePath(path);
  // below "/" a path is a pattern as it is
  const inside = isTopmost(root) ? null : pathWithin(whole, root);
  if (inside === null || inside === "") return null;
  return `/${inside}${/[/\\]$/.test(path) ? "/" : ""}`;
}
