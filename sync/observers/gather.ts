/** Reads the status files of the jobs of a split, which may be thousands: some at a time, as one that was written alone. */
import { join } from "node:path";
import { STATUS_START } from "../cli/observe.ts";
import { reasonText } from "../cli/reason.ts";
import { shown } from "../engine/entry.ts";
import { reason } from "../disk/fault.ts";
import { readKept } from "../records/kept_text.ts";
import { AT_ONCE, eachOf } from "./each_of.ts";
import { readStatus, type StatusFile } from "./status_file.ts";
import type { Found } from "./whole.ts";

/** What was found, and a line on each file that cannot be used. */
export interface Gathered {
  readonly found: readonly Found[];
  readonly unread: readonly string[];
}

/** A status file, and whether a run holds it; null when none is there; or why it cannot be used. */
export async function statusFileAt(
  path: string,
  typed: string,
): Promise<{ readonly file: StatusFile; readonly isHeld: boolean } | string | null> {
  const found = await readKept(path);
  if (found === null) return null;
  if ("code" in found) return `Cannot read the status file ${shown(typed)}: ${reasonText(found)}`;
  const file = readStatus(found.text);
  return typeof file === "string" ? `Cannot use ${shown(typed)}: ${file}` : { file, isHeld: found.isHeld };
}

/** All status files of a folder, whatever else is in it. */
export async function statusFilesIn(folder: string): Promise<Gathered> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (name.endsWith(".json")) names.push(name);
    }
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return { found: [], unread: [`Cannot read the folder ${shown(folder)}: ${reasonText(why)}`] };
  }
  return await gather(names.sort().map((name) => ({ name, path: join(folder, name) })), async (path) => {
    if (!await mayBeOurs(path)) return null;
    return await statusFileAt(path, path) ??
      `The status file ${shown(path)} is empty or gone: the next run writes it; remove it if none is to come`;
  });
}

/** The status files of jobs, by their names. Those that have none are left out. */
export async function statusFilesOf(
  jobs: readonly string[],
  fileOf: (job: string) => string,
): Promise<Gathered> {
  const files = jobs.map((name) => ({ name, path: fileOf(name) }));
  return await gather(files, (path) => statusFileAt(path, path));
}

async function gather(
  files: readonly { readonly name: string; readonly path: string }[],
  read: (path: string) => ReturnType<typeof statusFileAt>,
): Promise<Gathered> {
  // in their order, whichever is read first
  const results: Awaited<ReturnType<typeof read>>[] = files.map(() => null);
  await eachOf(files.entries(), AT_ONCE, async ([index, { path }]) => {
    results[index] = await read(path);
  });
  const found: Found[] = [];
  const unread: string[] = [];
  for (const [index, result] of results.entries()) {
    if (typeof result === "string") unread.push(result);
    else if (result !== null) found.push({ name: files[index]!.name, ...result });
  }
  return { found, unread };
}

/** Whether a file begins as ours do, or was cut off before that. What cannot be read may be one, too. */
async function mayBeOurs(path: string): Promise<boolean> {
  try {
    // a pipe would be waited for
    if (!(await Deno.stat(path)).isFile) return false;
    using file = await Deno.open(path);
    const bytes = new Uint8Array(STATUS_START.length);
    const text = new TextDecoder().decode(bytes.subarray(0, await file.read(bytes) ?? 0));
    return STATUS_START.startsWith(text) || /^\0*$/.test(text);
  } catch (error) {
    if (reason(error) === null) throw error;
    return true;
  }
}
