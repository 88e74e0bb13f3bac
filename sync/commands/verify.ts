/** The command `verify` carried out: a check by contents, with a console, signals and threads as a run has them. */
import { delay } from "@std/async/delay";
import type { Answer } from "../cli/carry_out.ts";
import { STATUS, statusOfCheck } from "../cli/exit_status.ts";
import { displayFor, listen } from "../cli/listen.ts";
import { namesOf } from "../cli/paths.ts";
import { checkNeeds, missing } from "../cli/permissions.ts";
import { prepare } from "../cli/prepare.ts";
import { reasonText } from "../cli/reason.ts";
import { refusalText } from "../cli/refusal.ts";
import { listenToSignals } from "../cli/signals.ts";
import { parseVerify } from "../cli/verify.ts";
import { verify } from "../check/verify.ts";
import { chooseEdge } from "../disk/edge.ts";
import { reason, Stopped } from "../disk/fault.ts";
import { makesFifos } from "../disk/fifo.ts";
import { relation } from "../disk/relation.ts";
import { shown } from "../engine/entry.ts";
import { inline, threads } from "../pass/pool.ts";
import { ManifestFault } from "../records/manifest.ts";
import { SinceFault } from "../records/since.ts";
import { wholePath } from "../whole_path.ts";

/** Before what differs is looked at again, in ms: a mirror that is at work has put most files in their places by then. */
const SETTLED_MS = 1000;

/** Do what the words after "verify" ask for. */
export async function command(words: readonly string[]): Promise<Answer> {
  const asked = parseVerify(words);
  if (asked.kind !== "verify") {
    return { text: asked.text, status: asked.kind === "help" ? STATUS.inSync : STATUS.usage };
  }
  const { hasSource, heal, time, rate } = asked;
  const { log: ownLog, check: { manifest: typed } } = asked.options;
  const manifest = typed === null ? null : wholePath(typed);
  const since = asked.since === null ? null : wholePath(asked.since);
  const lack = missing(checkNeeds(manifest, since));
  if (lack !== null) return { text: lack, status: STATUS.usage };
  const options = { ...asked.options, log: null, dryRun: !heal, check: { verify: false, manifest: null } };
  const prepared = await prepare(options, {
    relation: hasSource ? relation : () => Promise.resolve("apart"),
    chooseEdge,
    makesFifos,
  });
  if ("status" in prepared) return prepared;
  const files = [ownLog, manifest, since].filter((path) => path !== null);
  const config = { ...prepared.config, ownLogs: files.flatMap(namesOf) };
  const listeners = listen(options, null, config, { display: displayFor(options) });
  const stop = new AbortController();
  const exit = () => {
    listeners.clear();
    Deno.exit(STATUS.interrupted);
  };
  listenToSignals(listeners.log, { stop, exit, pass: () => {}, reopen: () => {} });
  const mayLoad =
    Deno.permissions.querySync({ name: "read", path: new URL("../", import.meta.url) }).state === "granted";
  const pool = mayLoad ? threads(options.threads ?? navigator.hardwareConcurrency) : inline();
  try {
    const come = await verify(config, { manifest, hasSource, heal, since, time, rate }, {
      pool,
      tell: listeners.emit,
      signal: stop.signal,
      now: () => performance.now(),
      settle: () => settle(stop.signal),
    });
    listeners.clear();
    if ("kind" in come) return { text: refusalText(come, true), status: STATUS[come.kind] };
    return { text: "", status: statusOfCheck(come) };
  } catch (error) {
    const text = textOf(error, typed, asked.since);
    if (text === null) throw error;
    return { text, status: STATUS.unusable };
  } finally {
    listeners.clear();
    pool.close();
  }
}

async function settle(signal: AbortSignal): Promise<void> {
  try {
    await delay(SETTLED_MS, { signal });
  } catch (error) {
    throw signal.aborted ? new Stopped() : error;
  }
}

/** What is wrong with a file that the check needs, for a person; null for a bug. */
function textOf(error: unknown, manifest: string | null, since: string | null): string | null {
  if (error instanceof ManifestFault) {
    return `Cannot check by the manifest ${shown(manifest ?? "")}: ${
      reasonText({ code: "MANIFEST", detail: error.code })
    }`;
  }
  if (error instanceof SinceFault) {
    const why = error.code === "other"
      ? "it is of another check: other folders, or another manifest"
      : "it is none";
    return `Cannot go on from ${shown(since ?? "")}: ${why}. Choose another name, or move it away`;
  }
  const why = reason(error);
  if (why === null) return null;
  if (manifest !== null && error instanceof Deno.errors.NotFound) {
    return `There is no manifest ${shown(manifest)}: a mirror with --manifest writes it`;
  }
  const names = [manifest, since].filter((path) => path !== null).map(shown).join(" or ");
  return `Cannot use ${names}: ${reasonText(why)}`;
}
