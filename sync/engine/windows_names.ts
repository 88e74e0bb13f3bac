/**
 * Names that Windows does not have, although a disk can: those of devices, those with characters that mean something
 * else in a path, and those whose end the Win32 calls drop. Such a call would reach another file than the one that was
 * meant, or a stream of it (`a:b`), so none is made. Pure. Rules and list: Microsoft, "Naming Files, Paths, and
 * Namespaces", https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
import type { Path, Reason } from "./entry.ts";

/** Names of devices, whatever follows a dot, with spaces before that. */
const DEVICE =
  /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$) *(?:\.|$)/i;
// deno-lint-ignore no-control-regex
const CHARACTER = /[<>:"/\\|?*\x00-\x1f]/;
const END = /[. ]$/;

/** The code of a name that Windows does not have. */
export const MISNAMED = "WINDOWS_NAME";

/** What is wrong with a name on Windows. */
export type Misnamed = "device" | "character" | "end";

/** What is wrong with a name on Windows; null when nothing is. */
export function misnamed(name: string): Misnamed | null {
  if (CHARACTER.test(name)) return "character";
  if (DEVICE.test(name)) return "device";
  return END.test(name) ? "end" : null;
}

/** Why no call may be given a name on Windows; null when one may. */
export function whyNoName(name: string): Reason | null {
  const wrong = misnamed(name);
  return wrong === null ? null : { code: MISNAMED, detail: wrong };
}

/** The same for all names of a path below a root. */
export function whyNoPath(path: Path): Reason | null {
  if (path === "") return null;
  for (const name of path.split("/")) {
    const why = whyNoName(name);
    if (why !== null) return why;
  }
  return null;
}

/** The name that a careless program reaches: without what the calls drop, and without the stream. */
export function reachedBy(name: string): string {
  return name.replace(/:.*$/s, "").replace(/[. ]+$/, "");
}
