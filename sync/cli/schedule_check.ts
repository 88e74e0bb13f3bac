/**
 * What the mirror of a scheduled entry would refuse, said when the entry is asked for and not in a log at night. Where
 * Deno may not look only the names speak for themselves. A folder that is not there may be on a disk that is away.
 */
import { isSamePath, isWithinFolder, wholePath } from "../whole_path.ts";
import { shown } from "../engine/entry.ts";
import { isSystemError, orElse } from "../system_error.ts";
import { logConflict } from "./log_conflict.ts";
import type { Options } from "./options.ts";
import { ambiguous } from "./paths.ts";
import { readChoice } from "./patterns.ts";
import type { Relate } from "./relate.ts";
import { refusalText } from "./refusal.ts";

/** Why a mirror with these options would not begin, as a line for a person; null when it would. */
export async function objection(options: Options, relation: Relate): Promise<string | null> {
  if (options.ask) return "--ask needs somebody at a terminal: leave it out of what is scheduled";
  const [source, replica] = [wholePath(options.source), wholePath(options.replica)];
  const log = options.log === null ? null : wholePath(options.log);
  const mayLook = [source, replica, log ?? source].every((path) =>
    Deno.permissions.querySync({ name: "read", path }).state === "granted"
  );
  for (const path of mayLook ? [options.source, options.replica, options.log ?? ""] : []) {
    const unclear = ambiguous(path);
    if (unclear !== null) return unclear;
  }
  const how = byName(source, replica) ?? (mayLook ? await byLook(source, replica, relation) : null);
  const unreadable = whyUnreadable(options);
  if (how !== null) {
    return refusalText({ kind: "unusable", side: "replica", path: replica, fault: { code: how } });
  }
  if (unreadable !== null) return unreadable;
  if (!mayLook) return null;
  for (const path of [source, replica]) {
    if (orElse(() => Deno.statSync(path).isFile, false)) return `${shown(path)} is a file: give a folder`;
  }
  const rotation = { most: options.logMaxSize, keep: options.logKeep };
  return log === null ? null : logConflict(log, rotation, { source, replica });
}

/** What is wrong with the files of patterns, where Deno may read them. */
function whyUnreadable({ choice }: Options): string | null {
  const files = choice.chosen.flatMap((one) => one.kind === "file" ? [wholePath(one.path)] : []);
  const mayRead = files.every((path) =>
    Deno.permissions.querySync({ name: "read", path }).state === "granted"
  );
  const read = mayRead ? readChoice(choice) : null;
  return typeof read === "string" ? read : null;
}

type Wrong = Exclude<Awaited<ReturnType<Relate>>, "apart">;

function byName(source: string, replica: string): Wrong | null {
  if (isSamePath(source, replica)) return "same";
  if (isWithinFolder(replica, source)) return "replica-in-source";
  return isWithinFolder(source, replica) ? "source-in-replica" : null;
}

async function byLook(source: string, replica: string, relation: Relate): Promise<Wrong | null> {
  try {
    const how = await relation(source, replica);
    return how === "apart" ? null : how;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return null;
  }
}
