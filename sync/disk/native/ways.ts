/**
 * Opening the folders of a tree, each by its path below the open root. No link is followed on the way, and none leads
 * out: the system sees to both (`openat2`, Linux 5.6), or every folder on the way is opened by itself.
 */
import { nameOf, type Path, type Side } from "../../engine/entry.ts";
import { Fault } from "../fault.ts";
import type { Action } from "../tree.ts";
import { close, openAt, openBeneath, openRoot } from "./calls.ts";
import { failed } from "./failed.ts";
import { foundLink, lookAt, type View } from "./look.ts";
import {
  ELOOP,
  ENAMETOOLONG,
  ENOENT,
  ENOSYS,
  ENOTDIR,
  EPERM,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
} from "./numbers.ts";

/** Opens a path below an open folder, as `openBeneath` does. Another one in tests: an older kernel has none. */
export type Beneath = typeof openBeneath;

const FOLDER = O_DIRECTORY | O_CLOEXEC;
/** Not for its names, but for what they lead to. */
const PASSABLE = FOLDER | O_PATH;
/** What says that there is no folder to be reached. */
const NO_FOLDER = [-ENOENT, -ENOTDIR, -ELOOP, -ENAMETOOLONG];

export class Ways {
  readonly side: Side;
  private root = -1;

  constructor(
    /** How entries are looked at. */
    readonly view: View,
    private readonly path: string,
    private readonly beneath: Beneath,
  ) {
    this.side = view.side;
  }

  /** Open a folder. Throws a fault. */
  open(path: Path, action: Action): number {
    const root = this.rootOr(action);
    const opened = this.openFrom(root, path);
    if (opened >= 0) return opened;
    const link = [-ELOOP, -ENOTDIR].includes(opened) ? this.linkOn(root, path) : null;
    if (link === null) throw failed(opened, action, this.side);
    throw new Fault(action, this.side, { code: "LINKED", detail: link });
  }

  /**
   * Open a folder by its path below an open one; less than 0, the number of an error. Names in a folder that cannot be
   * listed can be reached all the same.
   */
  openFrom(open: number, path: Path): number {
    const opened = this.from(open, path, FOLDER);
    if (opened >= 0 || NO_FOLDER.includes(opened)) return opened;
    const passable = this.from(open, path, PASSABLE);
    return passable < 0 ? opened : passable;
  }

  /** Let go of the root; it is opened again when it is needed. */
  release(): void {
    if (this.root >= 0) close(this.root);
    this.root = -1;
  }

  private rootOr(action: Action): number {
    if (this.root >= 0) return this.root;
    const opened = openRoot(this.path, PASSABLE);
    if (opened < 0) throw failed(opened, action, this.side);
    return this.root = opened;
  }

  private from(open: number, path: Path, flags: number): number {
    if (path === "") return openAt(open, ".", flags);
    const opened = this.beneath(open, path, flags);
    // a container may refuse what it does not know
    if (opened === -ENOSYS || opened === -EPERM) return this.walk(open, path, flags);
    return opened === -ENAMETOOLONG && path.includes("/") ? this.inTwo(open, path, flags) : opened;
  }

  /** Open a path that is too long for one call. */
  private inTwo(open: number, path: Path, flags: number): number {
    const middle = path.indexOf("/", path.length / 2);
    const cut = middle < 0 ? path.lastIndexOf("/") : middle;
    const between = this.from(open, path.slice(0, cut), PASSABLE);
    if (between < 0) return between;
    try {
      return this.from(between, path.slice(cut + 1), flags);
    } finally {
      close(between);
    }
  }

  /** Open each folder on the way by itself. */
  private walk(open: number, path: Path, flags: number): number {
    let at = open;
    const names = path.split("/");
    for (const [index, name] of names.entries()) {
      const next = isName(name) ? openAt(at, name, index === names.length - 1 ? flags : PASSABLE) : -ELOOP;
      if (at !== open) close(at);
      if (next < 0) return next;
      at = next;
    }
    return at;
  }

  /** The first link on the way to a path; null when there is none to be seen. */
  private linkOn(open: number, path: Path): Path | null {
    for (let end = path.indexOf("/");; end = path.indexOf("/", end + 1)) {
      const way = end < 0 ? path : path.slice(0, end);
      const above = way.includes("/") ? this.from(open, way.slice(0, way.lastIndexOf("/")), PASSABLE) : open;
      if (above < 0) return null;
      const isLink = lookAt(above, nameOf(way)) >= 0 && foundLink();
      if (above !== open) close(above);
      if (isLink) return way;
      if (end < 0) return null;
    }
  }
}

/** Whether a part of a path is the name of something in a folder. */
function isName(name: string): boolean {
  return name !== "" && name !== "." && name !== "..";
}
