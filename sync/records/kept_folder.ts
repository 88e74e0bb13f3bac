/** A folder in which many runs keep small files of ours (`kept_text.ts`), among whatever else lies there. */
import { reason } from "../disk/fault.ts";
import type { Reason } from "../engine/entry.ts";

/** The names in a folder that end so, in the order of their letters; or why it cannot be read. */
export async function namesEnding(folder: string, ending: string): Promise<readonly string[] | Reason> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) if (name.endsWith(ending)) names.push(name);
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return why;
  }
  return names.sort();
}

/**
 * Whether a file begins as ours do, was cut off before that, or has no bytes of its own. What cannot be read may be ours, too.
 */
export async function mayBegin(path: string, start: string): Promise<boolean> {
  try {
    // a pipe would be waited for
    if (!(await Deno.stat(path)).isFile) return false;
    using file = await Deno.open(path);
    const bytes = new Uint8Array(start.length);
    const text = new TextDecoder().decode(bytes.subarray(0, await file.read(bytes) ?? 0));
    return start.startsWith(text) || /^\0*$/.test(text);
  } catch (error) {
    if (reason(error) === null) throw error;
    return true;
  }
}
