/** The command `explain` carried out: looks at both trees as a dry run does, and says why one path comes to what it does. */
import type { Answer } from "../cli/carry_out.ts";
import { STATUS } from "../cli/exit_status.ts";
import { parseExplain, pathIn } from "../cli/explain.ts";
import { explainedLine, explainedText } from "../cli/explain_text.ts";
import { namesOf } from "../cli/paths.ts";
import { prepare } from "../cli/prepare.ts";
import { refusalText } from "../cli/refusal.ts";
import { chooseEdge } from "../disk/edge.ts";
import { makesFifos } from "../disk/fifo.ts";
import { mountPoints } from "../disk/mounts.ts";
import { relation } from "../disk/relation.ts";
import { openRoots } from "../disk/roots.ts";
import { passConfig } from "../pass/config.ts";
import { explain } from "../pass/explain.ts";

/** Do what the words after "explain" ask for. Writes nothing, and locks nothing. */
export async function command(words: readonly string[]): Promise<Answer> {
  const asked = parseExplain(words);
  if (asked.kind !== "explain") {
    return { text: asked.text, status: asked.kind === "help" ? STATUS.inSync : STATUS.usage };
  }
  const { log } = asked.options;
  const options = { ...asked.options, log: null, dryRun: true };
  const prepared = await prepare(options, { relation, chooseEdge, makesFifos });
  if ("status" in prepared) return prepared;
  const config = { ...prepared.config, ownLogs: log === null ? [] : namesOf(log) };
  const roots = await openRoots(config, null);
  if ("kind" in roots) return { text: refusalText(roots, true), status: STATUS.unusable };
  const { source, replica } = roots;
  const names = [config.source, config.replica, source.path, ...replica === null ? [] : [replica.path]];
  const found = pathIn(asked.path, names);
  if (typeof found === "string") return { text: found, status: STATUS.usage };
  const pass = passConfig(config, roots, await mountPoints(config.edge) ?? []);
  const explained = await explain(pass, roots, found.path);
  if ("kind" in explained) return { text: refusalText(explained, true), status: STATUS.unusable };
  const text = asked.options.json
    ? explainedLine(explained, Date.now(), config.moves).trimEnd()
    : explainedText(explained, config.moves);
  return { text, status: STATUS.inSync };
}
