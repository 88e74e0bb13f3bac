/** What is wrong with a command line, and how it is written: one line. Pure. */
import { printable } from "./reason.ts";

export function usageLine(complaint: string, how: string): string {
  const text = printable(complaint);
  return text.endsWith("?") ? `${text} ${how}` : `${text}; ${how}`;
}
