/**
 * The names of the jobs of a split: of a path alone, so that a part keeps its name, its log and its status from one split to
 * the next. Each can be the name of a file on any system, and a label. Pure.
 */
import { createHash } from "node:crypto";
import { below } from "../engine/entry.ts";
import { misnamed } from "../engine/windows_names.ts";
import { LONGEST_NAME } from "../jobs/fields.ts";
import { TOP_JOB } from "../engine/part.ts";
import type { Piece } from "./cut.ts";

/** Digits of the hash that a name ends with: more where that is not enough to tell two apart. */
const DIGITS = 8;
const MOST_DIGITS = 32;

/**
 * A name for each part, all different, in any case of their letters. A slice has its number, and not its names, which may be
 * others after the next split.
 */
export function jobNames(pieces: readonly Pick<Piece, "path" | "index" | "of">[]): string[] {
  const all = new Set(pieces.map(({ path }) => path));
  const paths = pieces.map(({ path, index, of }) => {
    if (index === undefined) return path;
    const name = below(path, `slice${String(index).padStart(String(of).length, "0")}`);
    // no path has a "/" at its end
    return all.has(name) ? `${name}/` : name;
  });
  let names = paths.map((path) => plainName(path) ?? hashedName(path, DIGITS));
  for (let digits = DIGITS; digits <= MOST_DIGITS; digits += DIGITS) {
    const times = new Map<string, number>();
    for (const name of names) times.set(name.toLowerCase(), (times.get(name.toLowerCase()) ?? 0) + 1);
    if (times.size === names.length) break;
    names = names.map((name, i) =>
      times.get(name.toLowerCase()) === 1 ? name : hashedName(paths[i]!, digits)
    );
  }
  return names;
}

/** The names of a path with "-" between them; null where that is no name of a job, or could be that of another path. */
function plainName(path: string): string | null {
  const name = path.replaceAll("/", "-");
  const isPlain = path.split("/").every((one) => /^[A-Za-z0-9._]+$/.test(one)) && /^[A-Za-z0-9]/.test(name);
  if (!isPlain || name.length > LONGEST_NAME || name.toLowerCase() === TOP_JOB) return null;
  return misnamed(name) === null ? name : null;
}

/** As much of a path as can be read in a name, and digits that tell it apart from others. */
function hashedName(path: string, digits: number): string {
  const hash = createHash("sha256").update(path).digest("hex").slice(0, digits);
  const readable = path.replaceAll("/", "-").replaceAll(/[^A-Za-z0-9._-]/g, "_").replace(
    /^[^A-Za-z0-9]+/,
    "",
  );
  return `${readable.slice(0, LONGEST_NAME - 1 - digits) || "part"}-${hash}`;
}
