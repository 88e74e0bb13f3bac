/** The calls of inotify, and how a thread waits for what they tell. */
import { bytesOfName, decodeName } from "../../names.ts";
import { library, type Result, result } from "./library.ts";

const [NONBLOCK, CLOEXEC] = [0o4000, 0o2000000];
/** Of `poll`: there is something to read. */
const POLLIN = 1;

/** A queue of events. */
export function init(): Result {
  return result((c) => c.inotify_init1(NONBLOCK | CLOEXEC));
}

/** Watch an open folder: by the descriptor, so that it is the folder that is listed. */
export function watch(inotify: number, fd: number, mask: number): Result {
  const path = bytesOfName(`/proc/self/fd/${fd}/.`);
  return result((c) => c.inotify_add_watch(inotify, path, mask));
}

export function unwatch(inotify: number, wd: number): void {
  library().inotify_rm_watch(inotify, wd);
}

export function read(fd: number, into: Uint8Array<ArrayBuffer>): Result {
  return result((c) => c.read(fd, into, BigInt(into.length)));
}

export function close(fd: number): void {
  library().close(fd);
}

/** Something that wakes `wait` from the same process. */
export function bell(): Result {
  return result((c) => c.eventfd(0, NONBLOCK | CLOEXEC));
}

export function ring(bell: number): void {
  library().write(bell, new BigUint64Array([1n]), 8n);
}

/** Resolves when there is something to read from one of some descriptors, or after `ms`; -1 for never. */
export async function wait(fds: readonly number[], ms: number): Promise<void> {
  await library().poll(new Int32Array(fds.flatMap((fd) => [fd, POLLIN])), BigInt(fds.length), ms);
}

/** A number in a file of the system; null when there is none. */
export function numberIn(path: string): number | null {
  const fd = result((c) => c.open(bytesOfName(path), CLOEXEC));
  if (fd < 0) return null;
  const bytes = new Uint8Array(32);
  const length = read(fd, bytes);
  close(fd);
  return length <= 0 ? null : Number.parseInt(decodeName(bytes.subarray(0, length)), 10);
}

/** The system's words for an error. */
export function textOf(error: Result): string {
  return Deno.UnsafePointerView.getCString(library().strerror(-error)!);
}
