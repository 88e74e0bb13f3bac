/** The lock that keeps other runs off a replica: advisory, and on the folder itself, so a crash leaves no file. */
import { reason } from "./fault.ts";

/** The open folder. Closing it gives up the lock. */
export type Lock = Deno.FsFile;

/** Lock a folder; null where the file system has no locks. Throws what the system throws when it cannot be opened. */
export async function lockOn(folder: string): Promise<Lock | "locked" | null> {
  const file = await Deno.open(folder);
  try {
    if (await file.tryLock(true)) return file;
  } catch (error) {
    file.close();
    if (reason(error) === null) throw error;
    return null;
  }
  file.close();
  return "locked";
}
