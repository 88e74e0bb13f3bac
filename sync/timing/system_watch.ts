/**
 * Which watch of the system is used: one of our own where the C library may be called, inotify or ReadDirectoryChangesW,
 * and Deno's watch elsewhere.
 */
import type { Edge } from "../engine/config.ts";
import type { Open } from "./heard.ts";
import { hasInotify, inotifyWatch } from "./inotify/open.ts";
import { portableWatch } from "./portable.ts";
import { threadedEvents } from "./portable_thread.ts";
import { hasWindowsWatch, windowsWatch } from "./windows/watch.ts";

export interface SystemWatch {
  readonly by: "inotify" | "ReadDirectoryChangesW" | "Deno";
  readonly open: Open;
}

/** `edge`: by which the trees are reached. `stays`: what is mounted in a root is left alone. */
export function systemWatch(edge: Edge, stays: boolean): SystemWatch {
  // Windows has one edge, so that it cannot be meant by it
  if (hasWindowsWatch()) {
    return {
      by: "ReadDirectoryChangesW",
      open: (path, _signal, exclusions) => windowsWatch(path, { exclusions }),
    };
  }
  const module = new URL("./", import.meta.url);
  const isThreaded = Deno.permissions.querySync({ name: "read", path: module }).state === "granted";
  if (edge === "portable" || !hasInotify()) {
    // Windows has no FIFO that stops the watch; on macOS nobody has tried whether a beat disturbs it; an executable has
    // no file of its own to watch for it
    const canBeat = isThreaded && Deno.build.os === "linux" && !Deno.build.standalone;
    const open = canBeat ? threadedEvents : Deno.watchFs;
    return { by: "Deno", open: (path, _signal, exclusions) => portableWatch(path, exclusions, open) };
  }
  return {
    by: "inotify",
    open: (path, signal, exclusions) => inotifyWatch(path, signal, { stays, isThreaded, exclusions }),
  };
}
