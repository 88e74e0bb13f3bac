/** What a manifest has and what is there, side by side: both are in the same order. */
import type { Path } from "../engine/entry.ts";
import type { FilesOf } from "../pass/task.ts";
import { compareFiles, type NotedFile } from "../records/manifest.ts";

/** A file of the replica: the row of a part. */
export interface Row {
  readonly part: FilesOf;
  readonly row: number;
}

/** One file: noted, there, or both. */
export interface Beside {
  readonly noted: NotedFile | null;
  readonly there: Row | null;
}

/** Go through both to the end. Throws what reading a manifest throws. */
export async function* sideBySide(
  noted: AsyncIterable<NotedFile>,
  parts: readonly FilesOf[],
): AsyncGenerator<Beside> {
  const rows = rowsOf(parts);
  let next = rows.next();
  let count = 0;
  for await (const one of noted) {
    while (!next.done && compareFiles(nameAt(next.value), one) < 0) {
      yield { noted: null, there: next.value };
      next = rows.next();
      if (++count % STEP === 0) await pause();
    }
    const isThere = !next.done && compareFiles(nameAt(next.value), one) === 0;
    yield { noted: one, there: isThere ? next.value! : null };
    if (isThere) next = rows.next();
  }
  for (; !next.done; next = rows.next()) {
    yield { noted: null, there: next.value };
    if (++count % STEP === 0) await pause();
  }
}

/** So many files that are not noted are gone through at once: nothing is read meanwhile, so nothing else is heard. */
const STEP = 2048;

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

export function nameAt({ part, row }: Row): { readonly folder: Path; readonly name: string } {
  return { folder: part.folder, name: part.names[row]! };
}

/** Size and time of a row. */
export function factsAt({ part, row }: Row): {
  readonly size: number;
  readonly mtime: number;
  readonly nanos?: number;
} {
  const nanos = part.nanos[row]!;
  return { size: part.sizes[row]!, mtime: part.times[row]!, ...(nanos >= 0 && { nanos }) };
}

/** No manifest yet. */
export async function* nothingNoted(): AsyncGenerator<NotedFile> {}

function* rowsOf(parts: readonly FilesOf[]): Generator<Row, undefined> {
  for (const part of parts) for (let row = 0; row < part.names.length; row++) yield { part, row };
}
