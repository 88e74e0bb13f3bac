/** The log file as a target for bytes: opened to be appended to, and named by where it really is. */
import { basename, dirname, join, resolve } from "@std/path";
import type { Target } from "./log.ts";

export interface LogFile extends Target {
  /** Absolute paths under which a tree could hold the file: as it was given, and with links resolved. */
  readonly paths: readonly string[];
}

/** Open `path` to append to it, making it if it is not there. Throws what the system throws. */
export function openLogFile(path: string): LogFile {
  const file = Deno.openSync(path, { append: true, create: true });
  return { paths: namesOf(path), writeSync: (bytes) => file.writeSync(bytes) };
}

/**
 * The same for a file whose folder will be there only after the first pass has begun (a log inside a new replica):
 * what is written until then is kept.
 */
export function openLogFileLater(path: string): LogFile {
  let file: LogFile | null = null;
  return {
    paths: namesOf(path),
    writeSync(bytes) {
      file ??= openLogFile(path);
      return file.writeSync(bytes);
    },
  };
}

function namesOf(path: string): string[] {
  const absolute = resolve(path);
  const names = new Set([absolute]);
  for (
    const real of [
      () => Deno.realPathSync(absolute),
      () => join(Deno.realPathSync(dirname(absolute)), basename(absolute)),
    ]
  ) {
    try {
      names.add(real());
    } catch {
      // not there yet, or outside of what Deno may read: then the name as it was given must do
    }
  }
  return [...names];
}
