/**
 * One folder gets a watch. It is opened, watched and listed by one descriptor, and what is made in it later is an event,
 * so nothing comes between the two unseen.
 */
import type { Path } from "../../engine/entry.ts";
import type { Exclusions } from "../excluding.ts";
import { close, watch } from "./calls.ts";
import { ASKED } from "./events.ts";
import { ignoreFileAt, ignoreFileIn } from "./ignore_file.ts";
import { ERROR, type Result } from "./library.ts";
import { deviceOf, foldersIn, openFolder } from "./opened.ts";

/** Where folders are watched. */
export interface Place {
  /** An absolute path without links. */
  readonly root: string;
  /** The descriptor of the queue. */
  readonly inotify: number;
  /** The only disk that is watched; null for all. */
  readonly device: bigint | null;
  /** By what entries are excluded; null when nothing is. */
  readonly exclusions: Exclusions | null;
}

/** The folders that are open meanwhile. */
export interface Roots {
  readonly fd: number;
  /** The source, where that is another one; less than 0 where it is not there. */
  readonly source: number | null;
}

export type Visited =
  /**
   * It has a watch; `folders`: the names in it, whole when `listed` is 0, else the error of the listing. `ignoreFile`: the
   * text of its ignore file, or of that which the source has for it.
   */
  | {
    readonly kind: "watched";
    readonly wd: number;
    readonly folders: readonly string[];
    readonly listed: Result;
    readonly ignoreFile: string | null;
  }
  /** It has the watch that it had, and was listed before. */
  | { readonly kind: "known" }
  /** It is on a disk that is not watched. */
  | { readonly kind: "elsewhere" }
  /** The system has no more watches. */
  | { readonly kind: "full" }
  | { readonly kind: "refused"; readonly why: Result };

/** Visit a folder by its path below the root. `was`: what is known of it. */
export function visit(
  roots: Roots,
  path: Path,
  was: { readonly wd: number; readonly isListed: boolean },
  { inotify, device, exclusions }: Place,
): Visited {
  const fd = openFolder(roots.fd, path);
  if (fd < 0) return { kind: "refused", why: fd };
  try {
    if (device !== null && deviceOf(fd) !== device) return { kind: "elsewhere" };
    const wd = watch(inotify, fd, ASKED);
    if (wd < 0) return wd === -ERROR.NOSPC ? { kind: "full" } : { kind: "refused", why: wd };
    if (wd === was.wd && was.isListed) return { kind: "known" };
    const folders: string[] = [];
    const listed = foldersIn(fd, (name) => folders.push(name));
    const ignoreFile = exclusions === null
      ? null
      : roots.source === null
      ? ignoreFileIn(fd)
      : ignoreFileAt(roots.source, path);
    return { kind: "watched", wd, folders, listed, ignoreFile };
  } finally {
    close(fd);
  }
}
