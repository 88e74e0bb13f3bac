/**
 * The journal of a pass in a trash: what went, when, and what took its place. The tree beside it is the truth: after a
 * kill the last lines may be missing. It is locked as long as the pass is made, so that nobody deletes that pass.
 */
import { reason } from "../disk/fault.ts";
import type { TrashRoot } from "../disk/trash.ts";
import { endRun } from "../disk/trash_runs.ts";
import type { Change } from "../engine/change.ts";
import { absolute, isSpecial, type Reason } from "../engine/entry.ts";
import { journalName, runName, TRASH_VERSION } from "../engine/trash.ts";

export interface Journal {
  /** The name of the pass. */
  readonly run: string;
  /** Note a change that was made. */
  note(change: Change): void;
  /** Write what is left. The journal of a pass that kept nothing goes. */
  close(): Promise<void>;
}

export interface JournalHeader {
  readonly source: string;
  readonly replica: string;
  /** When the pass began, in ms since 1970. */
  readonly began: number;
}

/** Lines are written after so many ms, or from so many characters on. */
const FLUSH_MS = 100;
const FLUSH_CHARACTERS = 1 << 16;
/** Passes with the same second in their names. */
const MOST = 10_000;

/** Begin the journal of a new pass. `failed` hears, once, that it cannot be written. Returns why when there is none. */
export async function beginJournal(
  { path }: Pick<TrashRoot, "path">,
  header: JournalHeader,
  failed: (why: Reason) => void,
): Promise<Journal | Reason> {
  const opened = await create(path, header.began);
  if ("code" in opened) return opened;
  const { file, run } = opened;
  const encoder = new TextEncoder();
  let waiting = line({ lockstep: "trash-journal", version: TRASH_VERSION, ...timed(header) });
  let [entries, bytes] = [0, 0];
  let writing: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isBroken = false;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const text = waiting;
    waiting = "";
    if (text === "" || isBroken) return;
    writing = writing.then(() => writeAll(file, encoder.encode(text))).catch((error) => {
      const why = reason(error);
      if (why === null) throw error;
      if (!isBroken) failed(why);
      isBroken = true;
    });
  }

  flush();
  return {
    run,
    note(change) {
      const lost = lineOf(change);
      if (lost === null) return;
      waiting += line({ time: new Date().toISOString(), ...lost });
      entries++;
      bytes += lost.was.size ?? 0;
      if (waiting.length >= FLUSH_CHARACTERS) flush();
      else timer ??= setTimeout(flush, FLUSH_MS);
    },
    async close() {
      if (entries > 0) waiting += line({ ended: new Date().toISOString(), entries, bytes });
      flush();
      await writing;
      await endRun(path, run);
      file.close();
    },
  };
}

/** Make a journal for a pass that began at a time, under a name that no other pass has, and lock it. */
async function create(
  folder: string,
  began: number,
): Promise<{ readonly file: Deno.FsFile; readonly run: string } | Reason> {
  for (let nth = 1;; nth++) {
    const run = runName(began, nth);
    try {
      await Deno.lstat(absolute(folder, run));
      if (nth < MOST) continue;
    } catch (error) {
      const why = reason(error);
      if (why === null) throw error;
      if (why.code !== "ENOENT") return why;
    }
    try {
      const path = absolute(folder, journalName(run));
      const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
      await lock(file);
      return { file, run };
    } catch (error) {
      const why = reason(error);
      if (why === null) throw error;
      if (why.code !== "EEXIST" || nth === MOST) return why;
    }
  }
}

/** Where the file system has no locks, nothing keeps others from deleting the pass. */
async function lock(file: Deno.FsFile): Promise<void> {
  try {
    await file.tryLock(true);
  } catch (error) {
    if (reason(error) === null) throw error;
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await file.write(bytes.subarray(sent));
}

function line(fields: object): string {
  return `${JSON.stringify(fields)}\n`;
}

function timed({ began, ...rest }: JournalHeader): object {
  return { ...rest, began: new Date(began).toISOString() };
}

/** What a change lost, for the journal; null when it lost nothing. */
function lineOf(change: Change) {
  if (change.kind === "attributes" || change.was === undefined) return null;
  const { kind, path, was } = change;
  const fields = isSpecial(was) ? { kind: was.kind } : {
    kind: was.kind,
    ...(was.kind === "file" && { size: was.size }),
    ...(was.kind === "link" && { target: was.target }),
    mode: was.mode.toString(8).padStart(4, "0"),
    uid: was.uid,
    gid: was.gid,
    mtime: was.mtime,
    ...(was.nanos !== undefined && { nanos: was.nanos }),
  };
  const by = kind === "remove" ? null : change.entry;
  return {
    path,
    what: by === null ? "removed" : "replaced",
    was: fields as typeof fields & { readonly size?: number },
    ...(by !== null && { by: { kind: by.kind, ...(by.kind === "file" && { size: by.size }) } }),
  };
}
