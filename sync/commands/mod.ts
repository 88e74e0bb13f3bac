/** The commands beside the mirror itself: `lockstep <name> …`. Each is loaded when it is asked for. */
import type { Answer } from "../cli/carry_out.ts";

/** Do what the words after the command's name ask for. */
export type Command = (words: readonly string[]) => Promise<Answer>;

/** By name. */
export const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  apply: () => import("./apply.ts"),
  "bring-back": () => import("./bring_back.ts"),
  verify: () => import("./verify.ts"),
  doctor: () => import("./doctor.ts"),
  explain: () => import("./explain.ts"),
  trash: () => import("./trash.ts"),
  check: () => import("./check.ts"),
  plan: () => import("./plan.ts"),
  run: () => import("./run.ts"),
  show: () => import("./show.ts"),
  status: () => import("./status.ts"),
  completions: () => import("./completions.ts"),
  fleet: () => import("./fleet.ts"),
  man: () => import("./man.ts"),
};
