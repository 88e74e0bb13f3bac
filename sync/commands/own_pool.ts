/** The threads of a command that works on the trees. */
import { inline, type Pool, threads } from "../pass/pool.ts";

const SYNC = new URL("../", import.meta.url);

/** Worker threads, or this thread where Deno may not load the worker's module. */
export function ownPool(size: number | null): Pool {
  const isAllowed = Deno.permissions.querySync({ name: "read", path: SYNC }).state === "granted";
  return isAllowed ? threads(size ?? navigator.hardwareConcurrency) : inline();
}
