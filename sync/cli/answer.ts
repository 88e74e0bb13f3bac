/** What the program says once, instead of a run or at its end. */
import { STATUS } from "./exit_status.ts";
import { jsonError } from "./json_line.ts";
import { print } from "./print.ts";

/** Say what was asked for; returns the exit status. */
export function answer(text: string): number {
  print(Deno.stdout, text);
  return STATUS.inSync;
}

/** Say why nothing more is done; returns the exit status. A program that reads JSON gets it there, too. */
export function complain(text: string, exit: number): number {
  print(Deno.stderr, `lockstep: ${text}`);
  if (Deno.args.includes("--json")) print(Deno.stdout, jsonError(text, exit, Date.now()).trimEnd());
  return exit;
}

/** What is said of a bug: where it came up, and what a report of it needs. */
export function bugText(where: unknown): string {
  return `This is a bug in Lockstep:\n${where}\nIn a report, add what "lockstep doctor <source> <replica> --redact" prints`;
}
