/**
 * The command `bring-back` carried out: shows what was edited or made in the replica and, after a yes, carries it to the
 * source. The only command that writes there. Both folders are locked while it does.
 */
import { wholePath } from "../whole_path.ts";
import { ask, canAsk } from "../cli/ask.ts";
import { type BringingBack, parseBringBack } from "../cli/bring_back.ts";
import { editsText } from "../cli/bring_back_text.ts";
import type { Answer } from "../cli/carry_out.ts";
import { STATUS } from "../cli/exit_status.ts";
import { pathIn } from "../cli/explain.ts";
import { displayFor, listen, type Listeners } from "../cli/listen.ts";
import { keptNeeds, missing } from "../cli/permissions.ts";
import { prepare } from "../cli/prepare.ts";
import { print } from "../cli/print.ts";
import { haltedText, refusalText } from "../cli/refusal.ts";
import { listenToSignals } from "../cli/signals.ts";
import { chooseEdge } from "../disk/edge.ts";
import { makesFifos } from "../disk/fifo.ts";
import { relation } from "../disk/relation.ts";
import { closeRoots, openRoots, type Roots } from "../disk/roots.ts";
import type { Config, TrashPlace } from "../engine/config.ts";
import { type Path, shown } from "../engine/entry.ts";
import type { Event } from "../engine/event.ts";
import { BLANK, fold } from "../engine/report.ts";
import { sourceTrash } from "../pass/bring_along.ts";
import { bringBack, type Edits, findEdits, type Trouble } from "../pass/bring_back.ts";
import { passConfig } from "../pass/config.ts";
import type { Pool } from "../pass/pool.ts";
import { openMemory, type StateMemory } from "../records/memory.ts";
import { ownPool } from "./own_pool.ts";

type Asked = Extract<BringingBack, { readonly kind: "bring-back" }>;

/** Do what the words after "bring-back" ask for. */
export async function command(words: readonly string[]): Promise<Answer> {
  const asked = parseBringBack(words);
  if (asked.kind !== "bring-back") {
    return { text: asked.text, status: asked.kind === "help" ? STATUS.inSync : STATUS.usage };
  }
  const { options } = asked;
  const isWanted = !options.dryRun;
  // the replica is only read, and what is written is asked for below
  const prepared = await prepare({ ...options, dryRun: true }, { relation, chooseEdge, makesFifos });
  if ("status" in prepared) return prepared;
  const config = { ...prepared.config, dryRun: false, ownLogs: prepared.log?.paths() ?? [] };
  const trash = trashOf(config, options.undo.trash);
  const state = options.undo.state === null ? null : wholePath(options.undo.state);
  const lack = isWanted
    ? missing([
      { name: "write", path: config.source },
      { name: "write", path: trash.folder },
      ...state === null ? [] : keptNeeds(state, false),
    ])
    : null;
  if (lack !== null) return { text: lack, status: STATUS.usage };
  const memory = state === null ? null : await openMemory(state, config, true);
  if (typeof memory === "string") return { text: memory, status: STATUS.usage };
  if (memory?.isBlank()) {
    return {
      text: `There is no state file ${shown(state!)}: name that of the mirror, or leave out --state`,
      status: STATUS.usage,
    };
  }
  // a replica that is not there must not be made
  const looked = await openRoots({ ...config, dryRun: true }, null);
  if ("kind" in looked) return { text: refusalText(looked), status: STATUS.unusable };
  if (looked.replica === null) {
    await closeRoots(looked);
    return { text: `There is no replica ${shown(config.replica)}`, status: STATUS.unusable };
  }
  const roots = isWanted ? await openRoots(config, null) : looked;
  if ("kind" in roots) return troubled(roots);
  const pool = ownPool(options.threads);
  try {
    const lack = await heldBack(config, pool);
    if (lack !== null) return { text: lack, status: STATUS.usage };
    return await carryOut(asked, { config, trash, memory, roots, pool, log: prepared.log });
  } finally {
    pool.close();
    await closeRoots(roots);
  }
}

/** Hold it back as far as it is asked for; or what is missing for that. */
async function heldBack(config: Config, pool: Pool): Promise<string | null> {
  if (config.pace === undefined && config.nice === undefined) return null;
  return await (await import("../pass/held_back.ts")).holdBack(config, pool);
}

interface Setting {
  readonly config: Config;
  readonly trash: TrashPlace;
  readonly memory: StateMemory | null;
  readonly roots: Roots;
  readonly pool: Pool;
  readonly log: Parameters<typeof listen>[1];
}

async function carryOut(asked: Asked, { config, trash, memory, roots, pool, log }: Setting): Promise<Answer> {
  const { options } = asked;
  const paths = pathsOf(asked.paths, config, roots);
  if (typeof paths === "string") return { text: paths, status: STATUS.usage };
  const listeners = listen(options, log, config, { display: displayFor(options) });
  const stop = new AbortController();
  listenToSignals(listeners.log, {
    stop,
    exit: () => Deno.exit(STATUS.interrupted),
    pass: () => {},
    reopen: () => {},
  });
  await memory?.begin(null, roots);
  const bringing = {
    pool,
    memory,
    unsure: true as const,
    signal: stop.signal,
    ...(paths.length > 0 && { paths }),
  };
  const edits = await findEdits(config, bringing);
  if ("kind" in edits) return troubled(edits);
  const { source } = config;
  const isRemembered = memory !== null && !memory.isBlank();
  if (!options.json) print(Deno.stdout, editsText({ source, trash: trash.folder, ...edits, isRemembered }));
  const isLeft = edits.stuck.length + edits.conflicts.length > 0;
  const unchanged = { text: "Nothing was written", status: isLeft ? STATUS.fleeting : STATUS.inSync };
  if (edits.steps.length === 0 || options.dryRun) {
    if (options.json) tellAll(edits, listeners);
    return unchanged;
  }
  if (!asked.yes && (options.json || !canAsk())) {
    const text = "Nothing was written, for there is nobody to ask: look at it, and run it with --yes";
    return { text, status: STATUS.usage };
  }
  if (!asked.yes && !await ask("Bring it back?", stop.signal)) {
    return stop.signal.aborted
      ? { text: "Interrupted; nothing was written", status: STATUS.interrupted }
      : unchanged;
  }
  const report = { ...BLANK, left: 0 };
  let [now, brought] = [report, 0];
  const tell = (event: Event) => {
    now = fold(now, event);
    memory?.listen(event);
    listeners.emit(event);
    if (event.kind === "brought-back") brought++;
  };
  if (options.json) tellLeft(edits, tell);
  const trouble = await bringBack(config, edits, trash, bringing, tell);
  await memory?.finish({ config: { ...passConfig(config, roots), listsAll: false }, report: now, tell });
  listeners.log.flush();
  if (trouble !== null) return troubled(trouble);
  if (stop.signal.aborted) {
    return { text: "Interrupted: not all was brought back", status: STATUS.interrupted };
  }
  const { failed, left } = now;
  const rest = left + (options.json ? 0 : edits.stuck.length + edits.conflicts.length);
  const text = `Brought back ${brought} of ${edits.steps.length}` + (rest > 0 ? `, left ${rest}` : "") +
    (failed > 0 ? `, failed ${failed}` : "");
  return { text, status: failed > 0 ? STATUS.failures : rest > 0 ? STATUS.fleeting : STATUS.inSync };
}

/** For a program: what would be carried, as planned changes would be told, and what is left. */
function tellAll(edits: Edits, { emit }: Listeners): void {
  for (const change of edits.steps) emit({ kind: "change", change, planned: true });
  tellLeft(edits, emit);
}

function tellLeft({ stuck, conflicts }: Edits, tell: (event: Event) => void): void {
  for (const path of stuck) tell({ kind: "left", path, why: "stuck" });
  for (const path of conflicts) tell({ kind: "left", path, why: "conflict" });
}

function pathsOf(typed: readonly string[], config: Config, roots: Roots): Path[] | string {
  const names = [
    config.source,
    config.replica,
    roots.source.path,
    ...roots.replica ? [roots.replica.path] : [],
  ];
  const found: Path[] = [];
  for (const one of typed) {
    const path = pathIn(one, names);
    if (typeof path === "string") return path;
    found.push(path.path);
  }
  return found;
}

/** The trash for the source's old versions: the one that was named, or that beside the source. */
function trashOf(config: Config, asked: { readonly folder: string | null } | null): TrashPlace {
  const own = sourceTrash(config);
  const folder = asked?.folder ?? null;
  return folder === null ? own : { ...own, folder: wholePath(folder) };
}

function troubled(trouble: Trouble): Answer {
  if (trouble.kind === "halted") return { text: haltedText(trouble), status: STATUS.halted };
  if (trouble.kind === "locked") {
    const text = `Another run of Lockstep has locked ${
      shown(trouble.by ?? trouble.path)
    }; wait for it or stop it`;
    return { text, status: STATUS.locked };
  }
  return {
    text: refusalText(trouble),
    status: trouble.kind === "refused" ? STATUS.refused : STATUS.unusable,
  };
}
