/** The system's limits for watches: which one is reached, and how it is raised. Pure. */

/** A limit with a value that is enough for a million folders, or for many programs. */
export interface Limit {
  readonly name: string;
  readonly enough: number;
}

const FOLDERS: Limit = { name: "fs.inotify.max_user_watches", enough: 1_048_576 };
const PROGRAMS: Limit = { name: "fs.inotify.max_user_instances", enough: 1024 };

/** The limit that an error of `Deno.watchFs` speaks of; null when it speaks of none. */
export function limitOf(text: string): Limit | null {
  if (/watch limit reached|no space left/i.test(text)) return FOLDERS;
  return /too many open files/i.test(text) ? PROGRAMS : null;
}
