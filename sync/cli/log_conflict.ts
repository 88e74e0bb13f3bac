/**
 * What a log file would spoil. A file that Lockstep has not written is not appended to in the source, in the replica,
 * or where it has another name that may lie there, and nowhere when it was not named by its option; and it is not
 * renamed when the log file is begun anew.
 */
import { shown } from "../engine/entry.ts";
import { renamedNames, type Rotation } from "./log_rotation.ts";
import { namesOf } from "./paths.ts";
import { orElse } from "../system_error.ts";
import { isSamePath, isWithinFolder } from "../whole_path.ts";

/**
 * What a log at `path` would spoil, as a line for a person; null when it spoils nothing. `isWord`: it was not named by
 * its option, so that a file of others there is more likely a slip than a log to be shared.
 */
export function logConflict(
  path: string,
  rotation: Rotation,
  roots: Readonly<Record<"source" | "replica", string>>,
  isWord = false,
): string | null {
  const names = namesOf(path);
  let isBelow = false;
  for (const [side, root] of Object.entries(roots)) {
    for (const tree of namesOf(root)) {
      if (names.some((name) => isSamePath(name, tree))) {
        return `The log file and the ${side} have the same name, ${shown(path)}`;
      }
      isBelow ||= names.some((name) => isWithinFolder(name, tree));
    }
  }
  if (isFifo(path)) return `The log file ${shown(path)} is a FIFO, which waits for a reader: give a file`;
  const spoilt = renamedNames(path, rotation).find((name) => foreignLinks(name) > 0) ??
    (foreignLinks(path) > (isBelow || isWord ? 0 : 1) ? path : null);
  if (spoilt === null) return null;
  const anyway = isWord && !isBelow && spoilt === path ? ", or give it by --log-file to append to it" : "";
  return `${
    shown(spoilt)
  } is there already and is no log of Lockstep: choose another name for the log file${anyway}`;
}

function isFifo(path: string): boolean {
  return orElse(() => Deno.statSync(path).isFifo === true, false);
}

/** How our lines begin. */
const OURS = /^(\d{4,}-\d\d-\d\dT[\d:.]+\S* (DEBUG|INFO|WARN|ERROR)|\d+ (line is|lines are) missing here)/;

/** How many names (nlink) a file has that somebody else wrote; 0 for a file of ours, for no file, and when we cannot tell. */
function foreignLinks(path: string): number {
  return orElse(() => {
    const found = Deno.statSync(path);
    if (!found.isFile || found.size === 0) return 0;
    using file = Deno.openSync(path);
    const start = new Uint8Array(64);
    const text = new TextDecoder().decode(start.subarray(0, file.readSync(start) ?? 0));
    return OURS.test(text) ? 0 : found.nlink ?? 1;
  }, 0);
}
