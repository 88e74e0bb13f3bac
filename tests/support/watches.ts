/** The watches that tests of --watch run over: Deno's own, and ours by inotify where the system has it. */
import { EDGE } from "./edges.ts";
import { inFolder } from "./tree.ts";

export interface Watch {
  /** As the log names it. */
  readonly by: "inotify" | "Deno's watch";
  /** What the program is granted for it, besides the usual. */
  readonly grants: readonly string[];
}

export const DENO: Watch = { by: "Deno's watch", grants: [] };
export const INOTIFY: Watch = { by: "inotify", grants: ["--allow-ffi"] };
/** Where the program may call the C library for its edge, it has no use for Deno's watch. */
export const WATCHES: readonly Watch[] = EDGE === "native"
  ? [INOTIFY]
  : Deno.build.os === "linux"
  ? [DENO, INOTIFY]
  : [DENO];

/** A test for each watch, in a folder of its own. `skipped`: why it is not run here, null when it is. */
export function watchTest(
  name: string,
  test: (at: string, watch: Watch) => Promise<void>,
  skipped: string | null = null,
  watches: readonly Watch[] = WATCHES,
): void {
  for (const watch of watches) {
    Deno.test({
      name: `${name} (${watch.by}${skipped === null ? "" : `; skipped: ${skipped}`})`,
      ignore: skipped !== null,
      fn: () => inFolder((at) => test(at, watch)),
    });
  }
}
