/** What is checked of the copies, as it was asked for. Pure. */
import type { Values } from "./value.ts";

export interface Check {
  /** What a pass has written is read back. */
  readonly verify: boolean;
  /** The file with the digests of the replica's files; null for none. */
  readonly manifest: string | null;
}

/** Read it from the values of options. */
export function checkOf(values: Values): Check {
  return { verify: Boolean(values.verify), manifest: values.manifest as string | undefined ?? null };
}
