/** What is wrong with the folder of a trash, before the first pass: nothing may go to where it would be lost. */
import { dirname } from "node:path";
import { shown } from "../engine/entry.ts";
import { MARK, UNMARKED } from "../engine/trash.ts";
import { isSystemError, orElse } from "../system_error.ts";
import type { Relate } from "./relate.ts";
import { isSamePath, isWithinFolder } from "../whole_path.ts";

/** A line for a person; null when nothing is wrong. All paths are absolute. */
export async function trashFault(
  folder: string,
  { source, replica }: { readonly source: string; readonly replica: string },
  relation: Relate,
): Promise<string | null> {
  for (const [side, root] of [["source", source], ["replica", replica]] as const) {
    const how = await relate(root, folder, relation);
    const advice = "name a folder outside of both by --trash=<folder>";
    if (how === "same") return `The trash ${shown(folder)} is the ${side} itself: ${advice}`;
    // a replica that is not there yet is nowhere
    if (how === "replica-in-source" || isWithinFolder(folder, root)) {
      return `The trash ${shown(folder)} lies inside the ${side}: ${advice}`;
    }
    if (how === "source-in-replica") return `The trash ${shown(folder)} holds the ${side}: ${advice}`;
  }
  const found = orElse(() => Deno.statSync(folder), null);
  if (found === null) {
    if (orElse(() => Deno.lstatSync(folder), null) !== null) {
      return `The trash ${shown(folder)} is a link that leads nowhere: name a folder by --trash=<folder>`;
    }
    const above = dirname(folder);
    if (isForbidden(folder)) {
      return `The trash ${shown(folder)} cannot be made: Deno may not look there without --allow-all`;
    }
    return orElse(() => Deno.statSync(above).isDirectory, false) || isSamePath(above, dirname(replica))
      ? null
      : `The trash ${shown(folder)} cannot be made: there is no folder ${shown(above)}`;
  }
  if (!found.isDirectory) return `The trash ${shown(folder)} is no folder: name one by --trash=<folder>`;
  const names: string[] = orElse(() => [...Deno.readDirSync(folder)].map(({ name }) => name), []);
  if (names.includes(MARK)) {
    const other = otherReplica(folder);
    const isOthers = other !== null && !isSamePath(other, replica) && orElse(() =>
          Deno.statSync(other), null) !== null &&
      await relate(other, replica, relation) !== "same";
    return isOthers
      ? `The trash ${shown(folder)} is that of the replica ${shown(other)}: name another by --trash=<folder>`
      : null;
  }
  return names.every((name) => name === UNMARKED)
    ? null
    : `The trash ${shown(folder)} holds other things: name an empty folder, or one that is not there yet`;
}

/** Whether Deno asks for all rights to look at a path: one on the network on Windows, what is below /dev. */
function isForbidden(path: string): boolean {
  try {
    Deno.statSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotCapable;
  }
}

/** The replica that the mark of a trash names; null where it says nothing. */
function otherReplica(folder: string): string | null {
  const text = orElse(() => Deno.readTextFileSync(`${folder}/${MARK}`), "");
  try {
    const { replica } = JSON.parse(text);
    return typeof replica === "string" ? replica : null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

async function relate(root: string, folder: string, relation: Relate): Promise<Awaited<ReturnType<Relate>>> {
  try {
    return await relation(root, folder);
  } catch (error) {
    // the first pass will meet it again and say so
    if (!isSystemError(error)) throw error;
    return "apart";
  }
}
