/** Which watch of the system is used: inotify of our own where the C library may be called, Deno's watch elsewhere. */
import type { Edge } from "../engine/config.ts";
import type { Open } from "./heard.ts";
import { hasInotify, inotifyWatch } from "./inotify/open.ts";
import { portableWatch } from "./portable.ts";
import { threadedEvents } from "./portable_thread.ts";

export interface SystemWatch {
  readonly by: "inotify" | "Deno";
  readonly open: Open;
}

/** `edge`: by which the trees are reached. `stays`: what is mounted in a root is left alone. */
export function systemWatch(edge: Edge, stays: boolean): SystemWatch {
  const module = new URL("./", import.meta.url);
  const isThreaded = Deno.permissions.querySync({ name: "read", path: module }).state === "granted";
  if (edge === "portable" || !hasInotify()) {
    // elsewhere nobody has tried whether a beat disturbs the watch; an executable has no file of its own to watch for it
    const canBeat = isThreaded && Deno.build.os === "linux" && !Deno.build.standalone;
    const open = canBeat ? threadedEvents : Deno.watchFs;
    return { by: "Deno", open: (path, _signal, exclusions) => portableWatch(path, exclusions, open) };
  }
  return {
    by: "inotify",
    open: (path, signal, exclusions) => inotifyWatch(path, signal, { stays, isThreaded, exclusions }),
  };
}
