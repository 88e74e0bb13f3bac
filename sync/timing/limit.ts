/** The system's limits for watches: which one was reached, and how far to raise it. Pure. */

/** A limit by its name for sysctl, with a value that is enough for a million folders, or for many programs. */
export interface Limit {
  readonly name: string;
  readonly enough: number;
  /** What it is now, where that is known. */
  readonly now?: number;
}

const FOLDERS: Limit = { name: "fs.inotify.max_user_watches", enough: 1_048_576 };
const PROGRAMS: Limit = { name: "fs.inotify.max_user_instances", enough: 1024 };

/** The limit that a message of `Deno.watchFs` means; null for none. Deno gives these errors no class and no code. */
export function limitOf(text: string): Limit | null {
  if (/watch limit reached|no space left/i.test(text)) return FOLDERS;
  return /too many open files/i.test(text) ? PROGRAMS : null;
}

/** The limit for folders, with what it is now, or null where nobody knows. */
export function folderLimit(now: number | null): Limit {
  return now === null ? FOLDERS : { ...FOLDERS, enough: Math.max(FOLDERS.enough, 2 * now), now };
}
