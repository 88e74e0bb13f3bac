/**
 * A check of all files by their contents, or of a slice of them. It looks at everything, reads what there is to read, and
 * looks again at whatever is not as it should be: a mirror may be at work meanwhile. It writes nothing but how far it
 * came; `heal.ts` is the exception.
 */
import { Stopped } from "../disk/fault.ts";
import { mountPoints } from "../disk/mounts.ts";
import { closeRoots, openAlone, openRoots, type Roots, unusable } from "../disk/roots.ts";
import { CHANGING, type Finding, isDifference, type Verified } from "../engine/checked.ts";
import type { Config } from "../engine/config.ts";
import type { Path } from "../engine/entry.ts";
import type { Event, Refusal } from "../engine/event.ts";
import { forEach, sorted } from "../engine/steps.ts";
import { type PassConfig, passConfig } from "../pass/config.ts";
import { stop } from "../pass/shared.ts";
import { inSlices } from "../pass/slices.ts";
import type { Checked } from "../pass/task.ts";
import { compareFiles } from "../records/manifest.ts";
import { readSince, type Since, type Subject as Of, writeSince } from "../records/since.ts";
import { healed } from "./heal.ts";
import { progress, readUnits } from "./read.ts";
import { type Asked, type Doing, type Running, type State, unitOf } from "./running.ts";
import { type Look, notedOf, pairOf } from "./subject.ts";
import type { Unit } from "./walk.ts";

/** Check, and tell what was found. Throws what the files of the manifest and of how far it came throw. */
export async function verify(config: Config, asked: Asked, doing: Doing): Promise<Verified | Refusal> {
  const roots = await rootsFor(config, asked, null);
  if ("kind" in roots) return roots;
  try {
    // nothing is checked that would have to be made
    if (roots.made) return unusable("replica", config.replica, { code: "absent" });
    return await check(config, asked, roots, doing);
  } finally {
    await closeRoots(roots);
  }
}

/** Both roots as they are now. `before`: what they were, with the lock that healing takes. */
async function rootsFor(
  config: Config,
  { hasSource, heal }: Asked,
  before: Roots | null,
): Promise<Roots | Refusal> {
  if (!hasSource) return await openAlone(config);
  return await openRoots({ ...config, dryRun: !heal }, before);
}

async function check(
  asking: Config,
  asked: Asked,
  roots: Roots,
  doing: Doing,
): Promise<Verified | Refusal> {
  const { pool, signal } = doing;
  const began = doing.now();
  const given = { ...asking, checksum: true, dryRun: true };
  const config: PassConfig = {
    ...passConfig(given, roots, await mountPoints(asking.edge) ?? []),
    checking: { alone: !asked.hasSource, rate: asked.rate },
  };
  const interrupt = () => stop(config.shared);
  signal.addEventListener("abort", interrupt);
  if (signal.aborted) interrupt();
  const { manifest, heal } = asked;
  const subject = manifest === null ? pairOf(config, pool) : notedOf(config, pool, manifest, heal);
  const state: State = { findings: new Map(), files: 0, bytes: 0, failed: 0, next: 0, look: null };
  const tell = (event: Event) => {
    if (event.kind === "failure") state.failed++;
    doing.tell(event);
  };
  const running: Running = { config, asking, asked, roots, subject, state, doing: { ...doing, tell } };
  let isStopped = false;
  try {
    const trouble = await run(running, began);
    if (trouble !== null) return trouble;
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    isStopped = true;
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
  return told(running, isStopped, doing.now() - began);
}

/** Look, read, look again, heal. Throws `Stopped`. */
async function run(running: Running, began: number): Promise<Refusal | null> {
  const { config, asked, roots, subject, state, doing } = running;
  const { tell, now } = doing;
  const look = await subject.look(roots, tell);
  if ("kind" in look) return look;
  state.look = look;
  for (const [path, finding] of look.found) state.findings.set(path, finding);
  const place = asked.since === null ? null : await placeIn(asked.since, running, look);
  const first = place?.first ?? 0;
  state.next = first;
  const isOver = () => asked.time !== null && now() - began >= asked.time;
  const doubts = new Map<Path, Finding | "heal">();
  try {
    using _progress = progress(
      config,
      look.units.slice(first),
      () => state.files,
      tell,
      subject.sides === "both" ? 2 : 1,
    );
    state.next = await readUnits(config, doing.pool, look.units, {
      sides: subject.sides,
      first,
      isOver,
      take: (checked) => take(running, look, checked, doubts),
      reached(next) {
        state.next = next;
        place?.reached(next);
      },
    });
  } finally {
    for (const [path, finding] of doubts) state.findings.set(path, foundFor(finding));
    await place?.end(state.next);
  }
  if (state.findings.size === 0) return null;
  const again = await lookAgain(running, look, doubts);
  if ("kind" in again) return again;
  if (asked.heal) await healed(running, again.toHeal, again.look);
  return null;
}

/** What a finding is told as while nothing was healed. */
function foundFor(finding: Finding | "heal"): Finding {
  return finding === "heal" ? { what: "rot", side: "replica" } : finding;
}

function take(
  { state, doing }: Running,
  look: Look,
  checked: Checked,
  doubts: Map<Path, Finding | "heal">,
): void {
  const { path, source, replica } = checked;
  state.files++;
  if (replica.kind === "file") state.bytes += replica.size;
  for (const [side, seen] of [["source", source], ["replica", replica]] as const) {
    if (seen?.kind !== "unreadable") continue;
    doing.tell({ kind: "failure", action: "read", side, path, reason: seen.reason });
  }
  const finding = look.judge(checked);
  if (finding !== null) doubts.set(path, finding);
}

/** So many files whose contents are not as they should be are read again: whatever is wrong with more is nothing fleeting. */
const READ_AGAIN = 1000;

/**
 * Look again at all that was found. What has gone is no finding, and what is another one by now is being worked on. Returns
 * what is to be healed.
 */
async function lookAgain(
  { config, asking, asked, roots, subject, state, doing }: Running,
  before: Look,
  doubts: ReadonlyMap<Path, Finding | "heal">,
): Promise<{ readonly look: Look; readonly toHeal: readonly Path[] } | Refusal> {
  await doing.settle();
  const now = await rootsFor(asking, asked, roots);
  if ("kind" in now) return now;
  const look = await subject.look(now, () => {});
  if ("kind" in look) return look;
  const second = new Map<Path, Finding | "heal">();
  const paths = [...doubts.keys()];
  await readUnits(config, doing.pool, paths.slice(0, READ_AGAIN).map(unitOf), {
    sides: subject.sides,
    first: 0,
    isOver: () => false,
    take(checked) {
      const finding = look.judge(checked);
      if (finding !== null) second.set(checked.path, finding);
    },
  });
  for (const path of paths.slice(READ_AGAIN)) second.set(path, doubts.get(path)!);
  const toHeal: Path[] = [];
  await inSlices(
    forEach([...state.findings.keys()], (path) => {
      const [was, is] = [
        doubts.get(path) ?? before.found.get(path),
        second.get(path) ?? look.found.get(path),
      ];
      if (is === undefined) state.findings.delete(path);
      else if (JSON.stringify(was) !== JSON.stringify(is)) state.findings.set(path, CHANGING);
      else if (is === "heal") toHeal.push(path);
    }),
    config.shared,
  );
  return { look, toHeal };
}

/** How often, in ms, it is written how far a check came. */
const SAVED_MS = 60_000;

/** Where the last check ended, and how this one goes on from there. */
async function placeIn(path: string, { asked, roots, doing }: Running, { units }: Look) {
  const of: Of = {
    source: asked.hasSource ? roots.source.id : null,
    replica: roots.replica!.id,
    manifest: asked.manifest,
  };
  const before = await readSince(path, of);
  const next = before?.next ?? null;
  const found = next === null ? -1 : units.findIndex((unit) => !isBefore(unit, next));
  const first = Math.max(found, 0);
  const began = first > 0 ? before!.began : Date.now();
  let saved = doing.now();
  let saving = Promise.resolve();
  const save = (unit: Unit | undefined): Promise<void> => {
    const at: Since["next"] = unit === undefined ? null : { folder: unit.folder, name: unit.names[0]! };
    return saving = saving.then(() => writeSince(path, { of, began, next: at }));
  };
  return {
    first,
    reached(unit: number): void {
      if (doing.now() - saved < SAVED_MS) return;
      saved = doing.now();
      // what goes wrong is met again at the end
      save(units[unit]).catch(() => saving = Promise.resolve());
    },
    end: (unit: number) => save(units[unit]),
  };
}

/** Whether all files of a unit come before one. */
function isBefore({ folder, names }: Unit, file: NonNullable<Since["next"]>): boolean {
  return compareFiles({ folder, name: names.at(-1)! }, file) < 0;
}

/** Tell what was found, by path, and what it came to. */
async function told(
  { config, state, doing: { tell } }: Running,
  isStopped: boolean,
  duration: number,
): Promise<Verified> {
  const { findings, look, next } = state;
  // what is left to be told is told after a stop, too
  const steps = sorted([...findings], ([a], [b]) => a < b ? -1 : 1);
  const inOrder = isStopped
    ? [...findings].sort(([a], [b]) => a < b ? -1 : 1)
    : await inSlices(steps, config.shared);
  let [differences, changing, repaired] = [0, 0, 0];
  for (const [path, finding] of inOrder) {
    if (isDifference(finding)) differences++;
    else if (finding.what === "healed") repaired++;
    else changing++;
    tell({ kind: "finding", path, finding });
  }
  const units = look?.units ?? [];
  const of = { files: 0, bytes: 0 };
  let rest = 0;
  for (const [index, { names, bytes }] of units.entries()) {
    of.files += names.length;
    of.bytes += bytes;
    if (index >= next) rest += bytes + names.length;
  }
  const done = state.bytes + state.files;
  const verified: Verified = {
    files: state.files,
    bytes: state.bytes,
    of,
    findings: differences,
    healed: repaired,
    changing,
    failed: state.failed,
    ended: isStopped ? "interrupted" : next < units.length ? "slice" : "complete",
    runs: next < units.length && done > 0 ? Math.ceil(rest / done) : null,
    duration,
  };
  tell({ kind: "verified", ...verified });
  return verified;
}
