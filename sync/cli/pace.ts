/** How fast a mirror may be, as it was asked for. Pure. */
import type { Values } from "./value.ts";

export interface Pace {
  /** As it was typed: a rate, or a timetable of rates; null for any. */
  readonly bandwidth: string | null;
  /** Files a second; null for any number. */
  readonly files: string | null;
  readonly nice: string | null;
}

/** Read it from the values of options; or a text that says what is wrong. */
export function paceOf(values: Values): Pace | string {
  const text = (name: string) => values[name] as string | undefined ?? null;
  return { bandwidth: text("bwlimit"), files: text("max-files-per-second"), nice: text("nice") };
}
