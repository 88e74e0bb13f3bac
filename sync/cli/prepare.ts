/**
 * Everything that can be wrong before the first pass: paths that name the wrong folder, permissions that are missing,
 * source and replica that are the same, a log that would spoil a file. Gives what a mirror needs, or a complaint.
 */
import { isWithinFolder, wholePath } from "../whole_path.ts";
import type { Config, Edge } from "../engine/config.ts";
import { type Reason, shown } from "../engine/entry.ts";
import type { Choice, ChosenPart } from "../engine/filter.ts";
import type { Part } from "../engine/part.ts";
import { beyondPortable, type ChooseEdge, noNative, type WhyPortable } from "./edge.ts";
import { isSlip, noCommandNorFolder } from "./command_meant.ts";
import { canAsk } from "./ask.ts";
import { askedToCopyBeside } from "./beside.ts";
import { STATUS } from "./exit_status.ts";
import type { KeptFile } from "./kept_conflict.ts";
import { cannotOpen } from "./log.ts";
import type { LogFile, openLogFile } from "./log_file.ts";
import { observedFiles } from "./observe.ts";
import type { Options } from "./options.ts";
import { ambiguous, isThere, quoted } from "./paths.ts";
import { mayNotRun, missing, needs } from "./permissions.ts";
import type { Relate } from "./relate.ts";
import { trashFolder } from "./undo.ts";
import { isSystemError } from "../system_error.ts";

/** What a mirror needs; its log file is open. */
export interface Prepared {
  readonly config: Config;
  readonly log: LogFile | null;
  /** Why the edge is the portable one, although it was not asked for; null otherwise. */
  readonly why: WhyPortable | null;
}

/** What is wrong, as one line for a person, and the exit status that goes with it. */
export interface Complaint {
  readonly text: string;
  readonly status: number;
}

/** What is asked of the disk. */
export interface Disk {
  readonly relation: Relate;
  readonly chooseEdge: ChooseEdge;
  /** Whether no other program is needed for FIFOs. */
  readonly makesFifos: () => boolean | Promise<boolean>;
  /** Opens a log file; by `openLogFile` when left out. */
  readonly openLog?: typeof openLogFile;
  /** What is known of the whole trees of which there is a part, or why that cannot be told; nothing when left out. */
  readonly ofWhole?: (part: Part) => Promise<Pick<ChosenPart, "above" | "known"> | Reason>;
}

/** Look at everything before the first pass; writes nothing but the log file. */
export async function prepare(
  options: Options,
  { relation, chooseEdge, makesFifos, openLog, ofWhole }: Disk,
): Promise<Prepared | Complaint> {
  const { source, replica, log: typed, undo, observe } = options;
  const observed = observedFiles(observe).map(({ path }) => path);
  for (
    const path of [source, replica, typed ?? "", undo.trash?.folder ?? "", undo.state ?? "", ...observed]
  ) {
    const unclear = ambiguous(path);
    if (unclear !== null) return { text: unclear, status: STATUS.usage };
  }
  if (isSlip(source) && options.when.rhythm.kind === "once" && !isThere(source)) {
    return { text: noCommandNorFolder(source), status: STATUS.usage };
  }
  if (options.ask && !canAsk()) return { text: NOBODY, status: STATUS.usage };
  const silent = mayNotRun(options.observe);
  if (silent !== null) return { text: silent, status: STATUS.usage };
  const roots = await rootsOf(options, relation);
  if ("status" in roots) return roots;
  const { edge, why } = await chooseEdge(options.edge, roots.source);
  if (options.edge === "native" && why !== null) return { text: noNative(why), status: STATUS.usage };
  const beyond = edge === "native" ? null : beyondPortable(options, why);
  if (beyond !== null) return { text: beyond, status: STATUS.usage };
  const conflict = await conflictOf(options, roots);
  if (conflict !== null) return { text: conflict, status: STATUS.usage };
  const chosen = await choiceOf(options);
  if (typeof chosen === "string") return { text: chosen, status: STATUS.usage };
  const choice = options.part === null ? chosen : (await import("./part.ts")).choiceOfPart(
    chosen,
    options.part,
    await ofWhole?.(options.part) ?? { above: [], known: false },
  );
  if (typeof choice === "string") return { text: choice, status: STATUS.unusable };
  const fault = options.undo.trash === null ? null : await (await import("./trash_fault.ts")).trashFault(
    trashFolder(options.undo.trash, roots.replica),
    roots,
    relation,
  );
  if (fault !== null) return { text: fault, status: STATUS.usage };
  const log = options.log === null ? null : await logAt(options.log, options, roots, openLog);
  if (log !== null && "status" in log) return log;
  const fifos = await makesFifos() ||
    Deno.permissions.querySync({ name: "run", command: "mkfifo" }).state === "granted";
  return { config: configOf(options, roots, choice, edge, fifos), log, why };
}

/** What is wrong with the places of the files that are written beside the passes; null when nothing is. */
export async function conflictOf(
  { check: { manifest }, undo: { state }, observe, log }: Options,
  roots: Roots,
): Promise<string | null> {
  const beside: KeptFile[] = log === null ? [] : [{ what: "log file", path: log }];
  const kept: KeptFile[] = [];
  if (manifest !== null) kept.push({ what: "manifest", path: manifest, start: MANIFEST_START });
  if (state !== null) kept.push({ what: "state file", path: state });
  kept.push(...observedFiles(observe));
  if (kept.length === 0) return null;
  const { keptConflict } = await import("./kept_conflict.ts");
  for (const file of kept) {
    const conflict = keptConflict(file, roots, beside);
    if (conflict !== null) return conflict;
    beside.push(file);
  }
  return null;
}

const NOBODY =
  "--ask needs somebody at a terminal: leave it out, or decide first, by lockstep plan and apply";
/** How a manifest begins, as `records/manifest.ts` writes it. */
const MANIFEST_START = "# Lockstep manifest ";

/** Absolute. */
interface Roots {
  readonly source: string;
  readonly replica: string;
}

async function rootsOf(options: Options, relation: Relate): Promise<Roots | Complaint> {
  const source = wholePath(options.source);
  const replica = wholePath(options.replica);
  const lack = missing(needs(options, source, replica));
  if (lack !== null) return { text: lack, status: STATUS.usage };
  if (!await areSame(source, replica, relation)) return { source, replica };
  const beside = `${source}_copy`;
  if (!askedToCopyBeside(source, beside)) {
    const advice = `to copy it beside itself, run: lockstep ${quoted(source)} ${quoted(beside)}`;
    const text = `The source and the replica are the same folder, ${shown(source)}; ${advice}`;
    return { text, status: STATUS.unusable };
  }
  const lackBeside = missing(needs(options, source, beside));
  return lackBeside === null ? { source, replica: beside } : { text: lackBeside, status: STATUS.usage };
}

async function areSame(source: string, replica: string, relation: Relate): Promise<boolean> {
  try {
    return await relation(source, replica) === "same";
  } catch (error) {
    // the first pass will meet it again and say so
    if (!isSystemError(error)) throw error;
    return false;
  }
}

/** Or a text that says what is wrong. */
async function choiceOf({ choice: { chosen, ...rest } }: Options): Promise<Choice | string> {
  if (chosen.length === 0) return { ...rest, rules: [] };
  return (await import("./patterns.ts")).readChoice({ chosen, ...rest });
}

async function logAt(
  path: string,
  options: Options,
  roots: Roots,
  openLog: typeof openLogFile | undefined,
): Promise<LogFile | Complaint> {
  const { logConflict } = await import("./log_conflict.ts");
  const open = openLog ?? (await import("./log_file.ts")).openLogFile;
  const rotation = { most: options.logMaxSize, keep: options.logKeep };
  const conflict = logConflict(
    path,
    rotation,
    { source: roots.source, replica: roots.replica },
    options.isLogWord,
  );
  if (conflict !== null) return { text: conflict, status: STATUS.usage };
  try {
    return open(path, rotation);
  } catch (error) {
    const isInReplica = isWithinFolder(wholePath(path), roots.replica);
    // a log inside a replica that the first pass will make
    if (error instanceof Deno.errors.NotFound && isInReplica) return open(path, rotation, true);
    return { text: cannotOpen(path, error), status: STATUS.usage };
  }
}

function configOf(
  options: Options,
  { source, replica }: Roots,
  choice: Choice,
  edge: Edge,
  fifos: boolean,
): Config {
  const { checksum, owners, xattrs, devices, oneFileSystem, durable, dryRun, acceptNewRoot, undo, check } =
    options;
  const { trash } = undo;
  const { allowEmptySource, maxDelete, ignoreFreeSpace, pace: { bandwidth, files, nice } } = options;
  return {
    source,
    replica,
    edge,
    checksum,
    owners,
    fifos,
    devices,
    xattrs,
    oneFileSystem,
    limits: { allowEmptySource, maxDelete, ignoreFreeSpace },
    choice,
    trash: trash && { ...trash, folder: trashFolder(trash, replica) },
    moves: undo.moves,
    keepEdits: undo.edits !== "overwrite",
    verify: check.verify,
    durable,
    dryRun,
    acceptNewRoot,
    ownLogs: [],
    ...((bandwidth ?? files) !== null && {
      pace: { bytes: bandwidth, changes: files, accounts: new SharedArrayBuffer(16) },
    }),
    ...(options.part !== null && { part: options.part }),
    ...(nice !== null && { nice }),
    ...(options.threads !== null && { threads: options.threads }),
  };
}
