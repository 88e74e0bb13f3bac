/** A mirror that is to be held back: whether it can be, and what is done about it in this thread before its first pass. */
import { fileURLToPath } from "node:url";
import { beNice, mayBeNice } from "../disk/nice.ts";
import type { Config } from "../engine/config.ts";
import type { Pool } from "./pool.ts";

const THREADS = fileURLToPath(new URL("../", import.meta.url));

/** Hold this thread back as far as it is asked for; or what is missing, as a line for a person. */
export async function holdBack({ pace, nice }: Config, pool: Pool): Promise<string | null> {
  if (pace !== undefined && !pool.isThreaded) {
    // who waits hears no signal, and there is nobody else here
    return "--bwlimit and --max-files-per-second need threads, whose modules Deno may not read: " +
      `add --allow-read=${THREADS}`;
  }
  if (nice === undefined) return null;
  if (!mayBeNice()) return "--nice needs --allow-sys=setPriority, or on Linux --allow-ffi: add one of them";
  await beNice(nice);
  return null;
}
