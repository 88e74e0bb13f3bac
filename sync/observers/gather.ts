/** Reads the status files of the jobs of a split, which may be thousands: some at a time, as one that was written alone. */
import { join } from "node:path";
import { STATUS_START } from "../cli/observe.ts";
import { reasonText } from "../cli/reason.ts";
import { shown } from "../engine/entry.ts";
import { mayBegin, namesEnding } from "../records/kept_folder.ts";
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
  const names = await namesEnding(folder, ".json");
  if ("code" in names) {
    return { found: [], unread: [`Cannot read the folder ${shown(folder)}: ${reasonText(names)}`] };
  }
  return await gather(names.map((name) => ({ name, path: join(folder, name) })), async (path) => {
    if (!await mayBegin(path, STATUS_START)) return null;
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
