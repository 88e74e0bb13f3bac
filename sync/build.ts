/**
 * Which Lockstep this is: its version, and the commit that it was made of, for whoever reports a bug. A clone is asked for its
 * commit; an executable and a package carry theirs in the file `commit` beside this module, which the packaging writes.
 */
import { isSystemError } from "./system_error.ts";

/** As in `deno.json`; a test compares them. */
export const VERSION = "0.1.0";

/** What is said of the program itself. */
export interface Build {
  readonly version: string;
  /** 40 or more hexadecimal digits, with "-dirty" when files were edited since; null when it cannot be told. */
  readonly commit: string | null;
}

/** Which build this is. Reads a few small files beside the program, if Deno may read them, and never asks for the right. */
export function build(): Build {
  return {
    version: VERSION,
    commit: commitIn(new URL("./", import.meta.url), new URL("../", import.meta.url)),
  };
}

/** The commit of a packaged program, else that of a clone. `room`: where `commit` may lie. `root`: where `.git` may lie. */
export function commitIn(room: URL, root: URL): string | null {
  return hashOf(textOf(new URL("commit", room))) ?? commitOfClone(root);
}

/** A commit alone, out of a file; null for anything else. */
function hashOf(text: string | null): string | null {
  return /^([0-9a-f]{40,64}(-dirty)?)\s*$/.exec(text ?? "")?.[1] ?? null;
}

/** The commit that a clone stands at. In a worktree `.git` is a file that names the folder. */
function commitOfClone(root: URL): string | null {
  const link = /^gitdir: (.+)$/m.exec(textOf(new URL(".git", root)) ?? "")?.[1];
  const git = link === undefined ? new URL(".git/", root) : folder(link, root);
  const head = textOf(new URL("HEAD", git));
  const name = /^ref: (refs\/\S+)$/m.exec(head ?? "")?.[1];
  if (name === undefined) return hashOf(head);
  const shared = folder(textOf(new URL("commondir", git))?.trim() ?? ".", git);
  return hashOf(textOf(new URL(name, git))) ?? hashOf(textOf(new URL(name, shared))) ??
    packed(textOf(new URL("packed-refs", shared)) ?? "", name);
}

/** What `packed-refs` says of a branch: lines of a commit and a name. */
function packed(text: string, name: string): string | null {
  const line = text.split("\n").find((line) => line.endsWith(` ${name}`));
  return hashOf(line?.split(" ")[0] ?? null);
}

/** A folder by its path, which may be relative to another. */
function folder(path: string, from: URL): URL {
  const plain = path.replaceAll("\\", "/").replace(/^(?=[A-Za-z]:\/)/, "/");
  return new URL(
    plain.split("/").map(encodeURIComponent).join("/").replace(/^\/([A-Za-z])%3A\//, "/$1:/") + "/",
    from,
  );
}

/** What a file holds; null where there is none, or it may not be read. */
function textOf(file: URL): string | null {
  if (Deno.permissions.querySync({ name: "read", path: file }).state !== "granted") return null;
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (isSystemError(error)) return null;
    throw error;
  }
}
