/** Bounds that the system sets to a program: words in front of a command, as `through` of a setting. */

import { has } from "./program.ts";
import { IS_WINDOWS } from "./tree.ts";

/** Whether there is a user to whom permission bits apply; Windows has no such bits. */
export const HAS_ORDINARY = !IS_WINDOWS && (Deno.uid() !== 0 || has("setpriv"));

/** A bound of the shell's `ulimit`: "-n 64" for open files. */
export function limitedTo(bound: string): readonly string[] {
  return ["bash", "-c", `ulimit ${bound}; exec "$@"`, "bash"];
}

/** As root without some of its rights, given as `setpriv` names them: "chown". */
export function without(...rights: readonly string[]): readonly string[] {
  const dropped = rights.map((right) => `-${right}`).join(",");
  return ["setpriv", `--bounding-set=${dropped}`, `--inh-caps=${dropped}`];
}

/** As a user to whom permission bits apply: root without its power over them, or who runs the tests. */
export function asOrdinary(): readonly string[] {
  return Deno.uid() === 0 ? without("dac_override", "dac_read_search") : [];
}
