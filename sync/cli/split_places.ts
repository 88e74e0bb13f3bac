/** Where the files of a split and of its jobs go: in no tree, and in nobody's place. */
import { MARK } from "../engine/trash.ts";
import { shown } from "../engine/entry.ts";
import { orElse } from "../system_error.ts";
import { isWithinFolder } from "../whole_path.ts";
import { keptConflict, type KeptFile } from "./kept_conflict.ts";
import { namesOf } from "./paths.ts";
import { keptNeeds, missing } from "./permissions.ts";

/** Absolute paths; null for what was not asked for. */
export interface Places {
  /** The file of jobs. */
  readonly output: string;
  /** The folders of the jobs' status files, logs and trashes. */
  readonly status: string;
  readonly logs: string | null;
  readonly trash: string | null;
}

/** What is wrong with a place, as a line for a person; null when nothing is. `start`: how a file of jobs of a split begins. */
export function placesFault(
  { output, status, logs, trash }: Places,
  roots: Readonly<Record<"source" | "replica", string>>,
  start: string,
): string | null {
  const folders: KeptFile[] = [
    { what: "folder of status files", path: status },
    ...logs === null ? [] : [{ what: "folder of logs", path: logs }],
    ...trash === null ? [] : [{ what: "trash", path: trash }],
  ];
  const both = ["read", "write"] as const;
  const lack = missing([
    ...keptNeeds(output, false),
    ...folders.flatMap(({ path }) => both.map((name) => ({ name, path }))),
  ]);
  if (lack !== null) return lack;
  const file: KeptFile = { what: "file of jobs", path: output };
  const conflict = keptConflict(file, roots, []) ?? takenFault(output, start);
  if (conflict !== null) return conflict;
  const beside = [file];
  for (const folder of folders) {
    const wrong = keptConflict(folder, roots, beside) ?? folderFault(folder);
    if (wrong !== null) return wrong;
    beside.push(folder);
  }
  return trash === null ? null : trashFault(trash, roots);
}

/** What is said of a file that would be overwritten, and that no split has made; null where none is. */
function takenFault(path: string, start: string): string | null {
  const text = `${shown(path)} is there already and was not made by lockstep split: choose another name`;
  const found = orElse(() => Deno.statSync(path), null);
  if (found === null) return orElse(() => Deno.lstatSync(path), null) === null ? null : text;
  if (!found.isFile) return text;
  const bytes = new Uint8Array(start.length);
  const length = orElse(() => {
    using file = Deno.openSync(path);
    return file.readSync(bytes) ?? 0;
  }, 0);
  return new TextDecoder().decode(bytes.subarray(0, length)) === start ? null : text;
}

function folderFault({ what, path }: KeptFile): string | null {
  const isThere = orElse(() => Deno.lstatSync(path), null) !== null;
  return isThere && !orElse(() => Deno.statSync(path).isDirectory, false)
    ? `The ${what} ${shown(path)} is no folder: choose another name`
    : null;
}

/** Each job's trash is a folder in it, so it is none itself, and holds neither tree. */
function trashFault(
  trash: string,
  roots: Readonly<Record<"source" | "replica", string>>,
): string | null {
  for (const [side, root] of Object.entries(roots)) {
    const isAround = namesOf(root).some((tree) => namesOf(trash).some((name) => isWithinFolder(tree, name)));
    if (isAround) {
      return `The trash ${shown(trash)} holds the ${side}: name another folder by --trash=<folder>`;
    }
  }
  return orElse(() => Deno.statSync(`${trash}/${MARK}`), null) === null
    ? null
    : `The trash ${shown(trash)} is that of a mirror, and each job needs its own: name another folder by ` +
      "--trash=<folder>";
}

/** Make the folders that are not there. Throws what the system throws. */
export function makeFolders({ status, logs, trash }: Places): void {
  for (const path of [status, logs, trash]) if (path !== null) Deno.mkdirSync(path, { recursive: true });
}
