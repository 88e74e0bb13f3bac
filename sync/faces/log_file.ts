/** The log file as a target for bytes: opened to be appended to, and named by where it really is. */
import type { Target } from "./log.ts";
import { namesOf } from "./places.ts";

export interface LogFile extends Target {
  /** Absolute paths under which a tree could hold the file: as it was given, and with links resolved. */
  paths(): readonly string[];
}

/** Open `path` to append to it, making it if it is not there. Throws what the system throws. */
export function openLogFile(path: string): LogFile {
  const file = Deno.openSync(path, { append: true, create: true });
  return { paths: () => namesOf(path), writeSync: (bytes) => file.writeSync(bytes) };
}

/**
 * The same for a file whose folder will be there only after the first pass has begun (a log inside a new replica):
 * what is written until then is kept.
 */
export function openLogFileLater(path: string): LogFile {
  let file: LogFile | null = null;
  return {
    paths: () => namesOf(path),
    writeSync(bytes) {
      file ??= openLogFile(path);
      return file.writeSync(bytes);
    },
  };
}
