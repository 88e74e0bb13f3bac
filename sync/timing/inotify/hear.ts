/** What the events of inotify mean: to the tree of watched folders, and to those who listen. */
import { below, type Path } from "../../engine/entry.ts";
import type { Heard } from "../heard.ts";
import type { HintKind } from "../hints.ts";
import { IN, type InotifyEvent } from "./events.ts";
import type { Folders, Node } from "./folders.ts";
import type { Walk } from "./walk.ts";

/** So long after it has left a folder, in ms, one that was moved has not gone elsewhere in the tree. */
export const MOVE_MS = 100;

export interface Hearing {
  hear(event: InotifyEvent, now: number): void;
  /** Something happened to an entry. */
  note(path: Path, what: HintKind): void;
  /** Something else is to be told. */
  tell(heard: Heard): void;
  /** What was heard since the last call. */
  take(): readonly Heard[];
  /** Give up folders that were moved away some time ago. */
  settle(now: number): void;
  /** Whether folders were moved away just now. */
  isMoving(): boolean;
}

const APPEARED = IN.CREATE | IN.MOVED_TO;
const DISAPPEARED = IN.DELETE | IN.MOVED_FROM;
const ROOT_GONE = IN.DELETE_SELF | IN.MOVE_SELF | IN.UNMOUNT | IN.IGNORED;

export function hearing(folders: Folders, walk: Walk): Hearing {
  let heard: Heard[] = [];
  /** What was noted last of each path. */
  let noted = new Map<Path, HintKind>();
  /** Folders on the way from one place to another, or out of the tree. */
  let moving: { readonly cookie: number; readonly node: Node; readonly since: number }[] = [];

  function note(path: Path, what: HintKind): void {
    const was = noted.get(path);
    if (was === what || (was === "appeared" && what === "changed")) return;
    noted.set(path, what);
    heard.push({ kind: "hint", path, what });
  }

  function leaves(parent: Node, name: string, { mask, cookie }: InotifyEvent, now: number): void {
    const node = folders.child(parent, name);
    if ((mask & IN.MOVED_FROM) === 0 || node.wd < 0) walk.leave(node);
    else {
      folders.leave(node);
      moving.push({ cookie, node, since: now });
    }
    // the other one of two that change places may be here
    if ((mask & IN.MOVED_FROM) !== 0) walk.add(folders.child(parent, name));
  }

  /** Returns whether the folder is watched, with all below it. */
  function comes(parent: Node, name: string, { mask, cookie }: InotifyEvent): boolean {
    const moved = (mask & IN.MOVED_TO) === 0 ? -1 : moving.findIndex((one) => one.cookie === cookie);
    if (moved >= 0) {
      walk.leave(folders.child(parent, name));
      folders.put(moving.splice(moved, 1)[0]!.node, parent, name);
    }
    const node = folders.child(parent, name);
    // also of one that is known: it is certain only when it was looked at
    walk.add(node);
    return node.isListed;
  }

  function hearIn(folder: Node, path: Path, event: InotifyEvent, now: number): void {
    const { mask, name } = event;
    const entry = below(path, name);
    const isFolder = (mask & IN.ISDIR) !== 0;
    if ((mask & DISAPPEARED) !== 0) {
      if (isFolder) leaves(folder, name, event, now);
      note(entry, "disappeared");
    } else if ((mask & APPEARED) !== 0) {
      // a folder that is not watched is told when it is: what came before is found then
      if (!isFolder || comes(folder, name, event) || walk.isResting()) note(entry, "appeared");
    } else {
      // it may be readable by now
      const node = isFolder ? folder.children?.get(name) : undefined;
      if (node !== undefined && !node.isListed) walk.add(node);
      note(entry, "changed");
    }
  }

  function hear(event: InotifyEvent, now: number): void {
    const { wd, mask, name } = event;
    for (const node of folders.at(wd)) {
      const path = folders.path(node);
      if (node === folders.root && (mask & ROOT_GONE) !== 0) heard.push({ kind: "root" });
      else if ((mask & IN.IGNORED) !== 0) {
        folders.unassign(node);
        // unless it was removed: what it was mounted on is there again
        if (path !== null) walk.add(node);
      } else if (path !== null && name !== "") hearIn(node, path, event, now);
      else if (path !== null && (mask & IN.ATTRIB) !== 0) note(path, "changed");
    }
  }

  return {
    hear,
    note,
    tell: (one) => void heard.push(one),
    take() {
      const taken = heard;
      heard = [];
      noted = new Map();
      return taken;
    },
    settle(now) {
      const gone = moving.filter(({ since }) => now - since > MOVE_MS);
      if (gone.length === 0) return;
      moving = moving.filter((one) => !gone.includes(one));
      for (const { node } of gone) walk.leave(node);
    },
    isMoving: () => moving.length > 0,
  };
}
