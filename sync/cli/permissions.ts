/** Deno's permissions, asked for before they are needed: a missing one is one line with the flag to add, never a prompt. */
import { dirname } from "node:path";
import { wholePath } from "../whole_path.ts";
import { shown } from "../engine/entry.ts";
import { commandsOf, type Observe, observedFiles } from "./observe.ts";
import type { Options } from "./options.ts";
import { trashFolder } from "./undo.ts";

export interface Need {
  readonly name: "read" | "write";
  /** Absolute. */
  readonly path: string;
}

/** What is missing, as a line for a person; null when nothing is. */
export function missing(needs: readonly Need[]): string | null {
  const lacking = needs.filter(({ name, path }) =>
    Deno.permissions.querySync({ name, path }).state !== "granted"
  );
  const [first] = lacking;
  if (first === undefined) return null;
  const flags = new Set(lacking.map(({ name }) => `--allow-${name}`));
  const denied = Deno.permissions.querySync(first).state === "denied";
  return `Deno may not ${first.name} ${shown(first.path)}: ` +
    (denied ? `take it out of --deny-${first.name}, or ` : "") +
    `run with ${[...flags].join(" and ")}, as in "deno run --allow-read --allow-write main.ts …"`;
}

/** What Deno may not run of what is to be told, as a line for a person; null when it may run all. */
export function mayNotRun(observe: Observe): string | null {
  for (const [why, command] of commandsOf(observe)) {
    const program = command?.[0];
    if (program === undefined) continue;
    if (Deno.permissions.querySync({ name: "run", command: program }).state === "granted") continue;
    return `Deno may not run ${shown(program)}, which --on-${why} names: run with --allow-run=${program}`;
  }
  return null;
}

/**
 * Give up the right to start programs, as an executable and a package have it, where a run starts none: nobody is told, and
 * FIFOs are made without a program (`makesFifos`). Threads that are started later have no such right, either.
 */
export function startNoPrograms(observe: Observe, makesFifos: boolean): void {
  if (!makesFifos || commandsOf(observe).some(([, command]) => command !== null)) return;
  // whoever has the network, which nothing of ours asks for, was given all with one word; without a part of it Deno
  // denies what lies below /proc and /dev
  if (Deno.permissions.querySync({ name: "net" }).state === "granted") return;
  Deno.permissions.revokeSync({ name: "run" });
}

/** What a mirror needs, all of it as absolute paths. */
export function needs(options: Options, source: string, replica: string): Need[] {
  const trash = options.undo.trash && trashFolder(options.undo.trash, replica);
  // on the way to a part folders are looked at, and made
  const whole = options.part ?? { source, replica };
  return [
    { name: "read", path: whole.source },
    { name: "read", path: whole.replica },
    ...options.dryRun ? [] : [{ name: "write", path: whole.replica } as const],
    ...trash === null || options.dryRun
      ? []
      : [{ name: "read", path: trash } as const, { name: "write", path: trash } as const],
    ...options.dryRun || options.undo.edits !== "bring-back"
      ? []
      : [{ name: "write", path: source } as const, { name: "write", path: `${source}.trash` } as const],
    ...options.undo.state === null ? [] : keptNeeds(wholePath(options.undo.state), options.dryRun),
    ...options.choice.chosen.flatMap((one) =>
      one.kind === "file" ? [{ name: "read", path: wholePath(one.path) } as const] : []
    ),
    ...options.check.manifest === null ? [] : keptNeeds(wholePath(options.check.manifest), options.dryRun),
    ...observedFiles(options.observe).flatMap(({ path }) => keptNeeds(wholePath(path), options.dryRun)),
    ...options.log === null
      ? []
      : logNeeds(wholePath(options.log), options.logMaxSize === null ? 0 : options.logKeep),
  ];
}

/** What a check needs beside the trees. */
export function checkNeeds(manifest: string | null, since: string | null): Need[] {
  return [
    ...manifest === null ? [] : [{ name: "read", path: manifest } as const],
    ...since === null ? [] : keptNeeds(since, false),
  ];
}

/** A file that is read, and written anew beside its place; its folder is forced to the disk. */
export function keptNeeds(path: string, dryRun: boolean): Need[] {
  if (dryRun) return [{ name: "read", path }];
  const both = ["read", "write"] as const;
  return [
    ...both.flatMap((name) => [path, `${path}.lockstep-new`].map((path) => ({ name, path }))),
    { name: "read", path: dirname(path) },
  ];
}
/** Renaming a file is reading it, for Deno. */
function logNeeds(path: string, keep: number): Need[] {
  const needs: Need[] = [{ name: "write", path }];
  for (let number = 0; number < keep; number++) {
    needs.push({ name: "read", path: number === 0 ? path : `${path}.${number}` });
    needs.push({ name: "write", path: `${path}.${number + 1}` });
  }
  return needs;
}
