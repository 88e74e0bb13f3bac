/** What a run with these options would be refused for before its first pass, for `lockstep doctor`. Writes nothing. */
import { resolve } from "node:path";
import type { Side } from "../engine/entry.ts";
import { beyondPortable, noNative, type WhyPortable } from "./edge.ts";
import { noFolderFor } from "./kept_conflict.ts";
import { logConflict } from "./log_conflict.ts";
import type { Options } from "./options.ts";
import { ambiguous, namesOf } from "./paths.ts";
import { readChoice } from "./patterns.ts";
import { conflictOf } from "./prepare.ts";
import type { Relate } from "./relate.ts";
import { trashFault } from "./trash_fault.ts";
import { trashFolder } from "./undo.ts";

/** All of them, each as a line for a person. */
export async function objections(
  options: Options,
  { edge, why }: { readonly edge: string; readonly why: WhyPortable | null },
  relation: Relate,
): Promise<string[]> {
  const roots = { source: resolve(options.source), replica: resolve(options.replica) };
  const rotation = { most: options.logMaxSize, keep: options.logKeep };
  const { log, undo: { trash }, isLogWord } = options;
  const choice = readChoice(options.choice);
  const found = [
    ambiguous(options.source),
    ambiguous(options.replica),
    options.edge === "native" && why !== null ? noNative(why) : null,
    edge === "native" ? null : beyondPortable(options, why),
    await conflictOf(options, roots),
    typeof choice === "string" ? choice : null,
    trash === null ? null : await trashFault(trashFolder(trash, roots.replica), roots, relation),
    log === null ? null : logConflict(log, rotation, roots, isLogWord) ?? noFolderFor("log file", log),
  ];
  return found.filter((one) => one !== null);
}

/** The sides in which the log lies. */
export function logSides({ log, source, replica }: Options): Side[] {
  if (log === null) return [];
  const names = namesOf(log);
  return ([["source", source], ["replica", replica]] as const).flatMap(([side, root]) =>
    namesOf(root).some((tree) =>
        names.some((name) => name.startsWith(tree.endsWith("/") ? tree : `${tree}/`))
      )
      ? [side]
      : []
  );
}
