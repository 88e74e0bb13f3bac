/** Whether the system's structures are laid out as `look.ts` reads them: it must see of a file what Deno sees. */
import { timeOf } from "../time.ts";
import { found, lookAt } from "./look.ts";
import { AT_FDCWD } from "./numbers.ts";

export { canBind } from "./bind.ts";

/** What is at a path may change between two looks. */
const ATTEMPTS = 3;

/** Whether both see the same at an absolute path. Throws what Deno throws when it sees nothing. */
export async function agrees(path: string): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // first by a call that does not keep this thread from hearing signals, should the disk hang
    const seen = await Deno.lstat(path);
    if (lookAt(AT_FDCWD, path) === 0 && isSame(seen, found())) return true;
  }
  return false;
}

function isSame(seen: Deno.FileInfo, found: ReturnType<typeof import("./look.ts").found>): boolean {
  const { size, mode, uid, gid, nlink, dev, ino, blocks } = seen;
  return size === found.size && mode === found.mode && uid === found.uid && gid === found.gid &&
    nlink === found.nlink && dev === found.device && ino === Number(found.inode) &&
    blocks === found.blocks && Math.abs(timeOf(seen) - found.mtime) <= 1;
}
