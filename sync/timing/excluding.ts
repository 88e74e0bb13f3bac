/**
 * What a watch tells nothing of: what the user's choice excludes by its name. Ages and sizes are not its concern, since
 * a pass decides. The same ignore files count on both sides, those of the source. Pure.
 */
import type { Path } from "../engine/entry.ts";
import { filterOf, type IgnoreFile, type Rule, rulesIn } from "../engine/filter.ts";

/** By what entries are excluded. */
export interface Exclusions {
  /** From the command line, in the order given. */
  readonly rules: readonly Rule[];
  /** The folder in which the ignore files are: an absolute path without links. */
  readonly source: string;
}

/** What is excluded in a folder that is not excluded itself. */
export interface Excluding {
  /** Whether an entry in it is excluded, by its path below the root. */
  excludes(path: Path, isFolder: boolean): boolean;
  /** The same in a folder in it that has an ignore file. */
  within(file: IgnoreFile): Excluding;
}

/** What is excluded by rules, and by the ignore files on the way to a folder, from the root on. */
export function excluding(rules: readonly Rule[], files: readonly IgnoreFile[] = []): Excluding {
  const filter = filterOf([...files.flatMap(rulesIn), ...rules]);
  return {
    excludes: (path, isFolder) => filter.ruleFor(path, isFolder) !== null,
    within: (file) => excluding(rules, [...files, file]),
  };
}
