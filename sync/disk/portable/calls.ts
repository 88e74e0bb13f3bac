/**
 * The calls of this edge that a system has ways of its own with. On a Unix they are Deno's; `windows.ts` has those that
 * get past what stands in the way on Windows.
 */
import { SYSTEM } from "../../system.ts";
import type { Calls } from "./system_calls.ts";

function sync(path: string): void {
  using file = Deno.openSync(path);
  file.syncSync();
}

const UNIX: Calls = {
  whyNoName: () => null,
  whyNoPath: () => null,
  modeOf: ({ mode }) => (mode ?? 0) & 0o7777,
  targetOf: (_, target) => ({ target }),
  readLink: (path) => Deno.readLinkSync(path),
  createLink: (target, path) => Deno.symlinkSync(target, path),
  makeWritable: (folder) => Deno.chmodSync(folder, UNIX.modeOf(Deno.lstatSync(folder)) | 0o700),
  setTime: (path, time) => Deno.utimeSync(path, time, time),
  rename: (path, as) => Deno.renameSync(path, as),
  remove: (path) => Deno.removeSync(path),
  syncFile: sync,
  syncFolder: sync,
};

/** Those of the system that the program runs on. */
export const CALLS: Calls = SYSTEM.errors === "windows"
  ? (await import("./windows.ts")).windowsCalls()
  : UNIX;
