/**
 * A watch by ReadDirectoryChangesW, which says so when events were lost. Deno's watch has a smaller queue, and says nothing
 * when it overflows.
 */
import type { Exclusions } from "../excluding.ts";
import type { Heard, Watcher } from "../heard.ts";
import { sieve } from "../sieve.ts";
import { changesIn, type Told } from "./changes.ts";
import { library, wide } from "./library.ts";
import { trueNames } from "./true_names.ts";

/** The queue of events, in bytes: the system keeps one as large between two reads. More is refused over a network. */
const QUEUE = 64 * 1024;
/** FILE_LIST_DIRECTORY: only to look. */
const LIST = 1;
/** To others, all is allowed: to read, to write, to rename and remove. */
const SHARED = 7;
const OPEN_EXISTING = 3;
/** FILE_FLAG_BACKUP_SEMANTICS, for a folder, and FILE_FLAG_OVERLAPPED. */
const FLAGS = 0x42000000;
/** Names of files and of folders, attributes, size, last write, creation. */
const FILTER = 0x5f;
/** STATUS_NOTIFY_ENUM_DIR. */
const LOST = 0x10c;
/** STATUS_CANCELLED, and the older name of it. */
const CANCELLED = [0xc0000120, 0xc0000121];
const FILE_NOT_FOUND = 2;
const PATH_NOT_FOUND = 3;

export interface WindowsOptions {
  /** By what entries are excluded; null when nothing is. */
  readonly exclusions: Exclusions | null;
  /** In bytes; left out, as much as there can be. */
  readonly queue?: number;
}

/** Whether there is such a watch: on Windows, where it may be called. */
export function hasWindowsWatch(): boolean {
  return library() !== null;
}

/** Watch a folder and all below it. Throws when that cannot be. It follows no link and no junction. */
export function windowsWatch(path: string, { exclusions, queue = QUEUE }: WindowsOptions): Watcher {
  const calls = library();
  if (calls === null) throw new TypeError("Windows is not there");
  const handle = calls.CreateFileW(wide(longPath(path)), LIST, SHARED, null, OPEN_EXISTING, FLAGS, null);
  if (handle === null || Deno.UnsafePointer.value(handle) === 0xffffffffffffffffn) {
    throw errorOf(calls.GetLastError());
  }
  let isClosed = false;
  const events = read(handle, queue, () => isClosed);
  // from now on events are kept; what a caller hears begins here
  const first = events.next();
  const heard = heardOf(first, events, path, exclusions);
  return Object.assign(heard, {
    close() {
      if (isClosed) return;
      isClosed = true;
      calls.CancelIoEx(handle, null);
      // nothing may be under way
      void events.return(null);
    },
  });
}

/** The events of an open folder, some at a time; null when some were lost. It ends when the folder is gone. */
async function* read(
  handle: Deno.PointerObject,
  queue: number,
  isClosed: () => boolean,
): AsyncGenerator<Told[] | null> {
  const calls = library()!;
  // the system writes into these as long as a read is under way
  const [buffer, state, count] = [new Uint8Array(queue), new Uint8Array(32), new Uint8Array(4)];
  try {
    while (!isClosed()) {
      if (!calls.ReadDirectoryChangesW(handle, buffer, queue, 1, FILTER, null, state, null)) {
        // a folder that is removed, or a disk that is gone: whoever looks at the root will find out
        return;
      }
      const isRead = await calls.GetOverlappedResult(handle, state, count, 1) !== 0;
      const status = new DataView(state.buffer).getUint32(0, true);
      const length = new DataView(count.buffer).getUint32(0, true);
      if (CANCELLED.includes(status)) return;
      if (isRead && length > 0) yield changesIn(buffer, length);
      else if (isRead || status === LOST) yield null;
      else return;
    }
  } finally {
    calls.CloseHandle(handle);
  }
}

async function* heardOf(
  first: Promise<IteratorResult<Told[] | null>>,
  events: AsyncGenerator<Told[] | null>,
  path: string,
  exclusions: Exclusions | null,
): AsyncGenerator<readonly Heard[]> {
  const nameOf = trueNames(path);
  const left = exclusions === null ? null : sieve(path, exclusions);
  for (let told = await first; !told.done; told = await events.next()) {
    if (told.value === null) {
      yield [{ kind: "loss" }];
      continue;
    }
    const heard: Heard[] = [];
    for (const one of told.value) {
      const name = await nameOf(one.path);
      heard.push(name === null ? { kind: "loss" } : { kind: "hint", path: name, what: one.what });
    }
    yield left === null ? heard : await left.sift(heard);
  }
}

/** A path of any length, which Windows takes only when it is written so. */
function longPath(path: string): string {
  if (path.startsWith("\\\\?\\")) return path;
  const backward = path.replaceAll("/", "\\");
  return backward.startsWith("\\\\") ? `\\\\?\\UNC\\${backward.slice(2)}` : `\\\\?\\${backward}`;
}

function errorOf(code: number): Error {
  const text = `Windows does not watch it (os error ${code})`;
  return code === FILE_NOT_FOUND || code === PATH_NOT_FOUND
    ? new Deno.errors.NotFound(text)
    : new Error(text);
}
