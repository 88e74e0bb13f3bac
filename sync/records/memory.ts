/**
 * What passes leave to the next ones, in memory and in the state file. It goes along with each pass: what is about to be
 * made is written before, what was made after. So a pass that is killed leaves both, and neither counts as an edit.
 */
import { type Root, rootIfAllowed } from "../disk/root.ts";
import type { Roots } from "../disk/roots.ts";
import { tellsApart } from "../engine/capabilities.ts";
import { type Change, formerPath } from "../engine/change.ts";
import { type Changes, each } from "../engine/changes.ts";
import { noMoves, noteMove } from "../engine/moved_to.ts";
import { movedFolders, respelledFolders } from "../engine/order.ts";
import type { Memory } from "../engine/edits.ts";
import { nameOf, parent } from "../engine/entry.ts";
import type { Emit, Event } from "../engine/event.ts";
import { GONE, intended, noted, type Remembered } from "../engine/remembered.ts";
import type { Report } from "../engine/report.ts";
import { coarsestStep, type Criteria } from "../engine/same.ts";
import { versionOf } from "./lines.ts";
import { inPauses } from "./pauses.ts";
import { newRows, type Rows, tableOf } from "./remembered_table.ts";
import {
  addToState,
  type Header,
  type KnownRoot,
  type Loaded,
  othersOf,
  readState,
  writeState,
} from "./state_file.ts";

/** Goes along with passes, and is asked by them. */
export interface StateMemory extends Memory {
  begin(config: unknown, roots: Roots): Promise<void>;
  apply(changes: Changes, tell: Emit): Promise<void>;
  listen(event: Event): void;
  finish(after: After): Promise<void>;
}

/** What is needed to know of a pass at its end. */
interface After {
  readonly config: { readonly criteria: Criteria; readonly listsAll: boolean; readonly dryRun: boolean };
  readonly report: Report;
  readonly tell: Emit;
}

/** What was added may be so many characters, or as many as the whole, before the file is written anew. */
const ADDED = 1 << 18;

/** What stands in a state file, null when there is none; and which version of it that is. */
interface Opened {
  readonly loaded: Loaded | null;
  readonly version: string;
}

/** What is remembered in a state file, for a mirror of these folders; or a text that says why it cannot be used. */
export async function openMemory(
  path: string,
  { source, replica }: { readonly source: string; readonly replica: string },
  sourceWins: boolean,
): Promise<StateMemory | string> {
  const opened = await open(path);
  if (typeof opened === "string") return opened;
  if (opened.loaded !== null) {
    const roots = { source: await rootIfAllowed(source), replica: await rootIfAllowed(replica) };
    const asked = { source: knownAs(source, roots.source), replica: knownAs(replica, roots.replica) };
    const others = othersOf(path, opened.loaded.header, asked);
    if (others !== null) return others;
  }
  return memoryOf(path, opened, sourceWins);
}

async function open(path: string): Promise<Opened | string> {
  const version = await versionOf(path);
  const loaded = await readState(path);
  return typeof loaded === "string" ? loaded : { loaded, version };
}

/** A root that is not there yet is known by its path. */
function knownAs(path: string, root: Root | null): KnownRoot {
  return { path: root?.path ?? path, id: root === null ? "" : root.id.slice(root.id.indexOf(":") + 1) };
}

function memoryOf(
  path: string,
  { loaded, version }: Opened,
  sourceWins: boolean,
): StateMemory {
  let header: Header | null = null;
  const table = tableOf();
  let made = newRows();
  let moved = noMoves();
  let wantsAll = true;
  let [step, folded, isOnDisk, isBlank, whole, added] = [0, false, false, true, 0, 0];

  function load(from: Loaded | null): void {
    table.clear();
    for (const one of from?.rows ?? []) table.add(one);
    step = from?.step ?? 0;
    folded = from?.folded ?? false;
    isOnDisk = from !== null && !from.isCut;
    isBlank = from === null;
    [whole, added] = [from?.whole ?? 0, from?.added ?? 0];
  }
  load(loaded);

  /** Add rows to the file, when there is one to add to. Told when it cannot be. */
  async function append(rows: readonly Remembered[], tell: Emit): Promise<void> {
    if (rows.length === 0 || !isOnDisk) return;
    for (const { text } of rows) added += text.length;
    const failed = await addToState(path, { step, folded }, rows);
    if (failed === null) return;
    isOnDisk = false;
    tell({ kind: "state-unwritten", path, reason: failed });
  }

  async function writeAnew(tell: Emit): Promise<void> {
    [whole, added] = [0, 0];
    const counted = async function* (): AsyncGenerator<Remembered> {
      for await (const one of table.compacted()) {
        whole += one.text.length;
        yield one;
      }
    };
    const failed = header && await writeState(path, header, { step, folded }, counted());
    isOnDisk = failed === null;
    if (failed !== null) tell({ kind: "state-unwritten", path, reason: failed });
  }

  return {
    sourceWins,
    isBlank: () => isBlank,
    wantsAll: () => wantsAll,
    step: () => step,
    recall: (paths, isFolded) => table.recall(paths, isFolded || folded),
    async begin(_, { source, replica }) {
      const isFirst = header === null;
      header = { source: knownAs(source.path, source), replica: knownAs(replica?.path ?? "", replica) };
      // another run may have written it before this one had locked the replica
      if (!isFirst || await versionOf(path) === version) return;
      const again = await readState(path);
      if (typeof again !== "string") load(again);
    },
    *take(listing, edits) {
      wantsAll = false;
      made.add(...yield* table.differing(listing, edits));
    },
    async apply(changes, tell) {
      if (isBlank) return;
      const rows = newRows();
      const moving = noMoves();
      for (const change of each(changes)) noteChange(rows, change, intended);
      for (const move of await inPauses(movedFolders(changes))) noteMove(moving, move);
      for (const one of await inPauses(respelledFolders(changes))) noteMove(moving, one);
      rows.add(...await inPauses(table.moved(moving, "intended")));
      await append(rows.take(), tell);
    },
    listen(event) {
      if (event.kind === "change" && !event.planned) {
        noteChange(made, event.change, (note) => note);
        const from = formerPath(event.change);
        if (from !== null) noteMove(moved, { from, path: event.change.path });
      }
      if (event.kind === "brought-back") noteChange(made, event.change, (note) => note);
    },
    async finish({ config, report, tell }) {
      const later = made.take();
      made = newRows();
      const before = moved;
      moved = noMoves();
      if (config.dryRun) return;
      if (isBlank && !(config.listsAll && report.ended === "complete")) {
        // nothing was compared to its end: the next pass begins anew
        wantsAll = true;
        table.clear();
        return;
      }
      const { capabilities, mounted } = config.criteria;
      step = Math.max(step, coarsestStep(config.criteria));
      folded ||= [capabilities, ...mounted?.values() ?? []].some((one) => !tellsApart(one));
      const rows = [...await inPauses(table.moved(before, "made")), ...later];
      for (const one of rows) table.add(one);
      const isNew = isBlank;
      isBlank = false;
      if (rows.length === 0 && isOnDisk) return;
      if (isNew || !isOnDisk || added > Math.max(whole, ADDED)) await writeAnew(tell);
      else await append(rows, tell);
    },
  };
}

function noteChange(rows: Rows, change: Change, how: (note: string) => string): void {
  const { path } = change;
  // the note of a folder tells nothing of its attributes
  const isOnlyAttributes = change.kind === "attributes" && change.spelled === undefined;
  if (path === "" || (isOnlyAttributes && change.entry.kind === "folder")) return;
  if (change.kind !== "remove") rows.set(parent(path), nameOf(path), how(noted(change.entry)));
  const gone = change.kind === "remove" ? path : formerPath(change);
  if (gone !== null && how(GONE) === GONE) rows.set(parent(gone), nameOf(gone), GONE);
}
