/**
 * An open file of a tree. It is opened without blocking, since a FIFO may have taken its place. With `--allow-read`
 * Deno resolves links before it opens a file, so the open file is compared with its name afterwards (`now`).
 */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { File, Side } from "../../engine/entry.ts";
import { fault, reason } from "../fault.ts";
import type { Reader } from "../tree.ts";
import { entryOf } from "./look.ts";

/** Windows has neither flag and needs neither. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
/** Reading should leave no trace: Linux lets root and a file's owner leave its time of access as it is. */
const UNSEEN = READ | (constants.O_NOATIME ?? 0);

export class PortableReader implements Reader {
  private readonly file: number;

  constructor(private readonly side: Side, private readonly path: string) {
    this.file = open(side, path);
  }

  /** The call takes longer the more it is asked for: ask for no more than the file should have. */
  read(into: Uint8Array): number {
    for (;;) {
      try {
        return readSync(this.file, into, 0, into.length, null);
      } catch (error) {
        if (!isInterrupted(error)) throw fault("read", this.side, error);
      }
    }
  }

  /** Deno has no call that tells a hole from zeros. */
  skipHole(): number {
    return 0;
  }

  /** Nor one for this. */
  forget(): void {}

  now(): File | null {
    try {
      const found = Deno.lstatSync(this.path);
      if (!found.isFile || found.ino !== fstatSync(this.file).ino) return null;
      const entry = entryOf(found, this.path);
      return entry.kind === "file" ? entry : null;
    } catch (error) {
      throw fault("read", this.side, error);
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.file);
  }
}

function open(side: Side, path: string): number {
  try {
    return openSync(path, UNSEEN);
  } catch (error) {
    if (reason(error)?.code !== "EPERM") throw fault("read", side, error);
  }
  try {
    return openSync(path, READ);
  } catch (error) {
    throw fault("read", side, error);
  }
}

/** Whether a call was interrupted by a signal and must be made again. */
export function isInterrupted(error: unknown): boolean {
  return reason(error)?.code === "EINTR";
}
