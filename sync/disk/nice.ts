/**
 * Standing back behind other programs. On Linux a thread has a niceness of its own, so each sets it; its share of the disk
 * follows from it, where nothing else was set for that.
 */
import { libc, mayUseLibc } from "../libc.ts";

/** "The process with this number", which is a thread on Linux; and the number of the one that calls. */
const PRIO_PROCESS = 0;
const THIS = 0;

/** Whether Deno lets us do it, one way or the other. */
export function mayBeNice(): boolean {
  return mayUseLibc() || Deno.permissions.querySync({ name: "sys", kind: "setPriority" }).state === "granted";
}

/** Let this thread, and those that it starts from now on, be at least so nice. A thread that is nicer stays so. */
export async function beNice(nice: number): Promise<void> {
  const calls = libc({
    getpriority: { parameters: ["i32", "u32"], result: "i32" },
    setpriority: { parameters: ["i32", "u32", "i32"], result: "i32" },
  });
  if (calls !== null) {
    if (calls.getpriority(PRIO_PROCESS, THIS) < nice) calls.setpriority(PRIO_PROCESS, THIS, nice);
    return;
  }
  const { setPriority } = await import("node:os");
  try {
    setPriority(THIS, nice);
  } catch (error) {
    // it is nicer already, and only root may take that back
    if ((error as { readonly code?: string }).code !== "ERR_SYSTEM_ERROR") throw error;
  }
}
