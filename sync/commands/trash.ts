/** The command `trash` carried out: lists, shows, restores and deletes what passes left in a trash. */
import { wholePath } from "../whole_path.ts";
import { ask, canAsk } from "../cli/ask.ts";
import type { Answer } from "../cli/carry_out.ts";
import { STATUS } from "../cli/exit_status.ts";
import { pathIn } from "../cli/explain.ts";
import { missing } from "../cli/permissions.ts";
import { counted, entries, size } from "../cli/quantity.ts";
import { reasonText } from "../cli/reason.ts";
import { parseTrash, type Trashing } from "../cli/trash.ts";
import { restoredText, shownLine, sumText } from "../cli/trash_text.ts";
import { chooseEdge } from "../disk/edge.ts";
import { reason } from "../disk/fault.ts";
import { lockOn } from "../disk/lock.ts";
import { openKept } from "../disk/open.ts";
import { rootAt } from "../disk/root.ts";
import { markOf } from "../disk/trash.ts";
import { deleteRun, isUnderWay, runsIn, sizeOfRun } from "../disk/trash_runs.ts";
import { shown } from "../engine/entry.ts";
import { runTime } from "../engine/trash.ts";
import { beginJournal } from "../records/journal.ts";
import { trashIn } from "../trash/keep.ts";
import { restore, type Restored } from "../trash/restore.ts";
import { walk } from "../trash/walk.ts";

/** Do what the words after "trash" ask for. */
export async function command(words: readonly string[]): Promise<Answer> {
  const asked = parseTrash(words);
  if (asked.kind === "help") return said(asked.text);
  if (asked.kind === "usage") return wrong(asked.text);
  try {
    const found = await findTrash(asked.folder);
    if ("status" in found) return found;
    switch (asked.kind) {
      case "list":
        return await list(found);
      case "show":
        return await show(found, asked);
      case "restore":
        return await restoreFrom(found, asked);
      case "empty":
        return await empty(found, asked);
    }
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return { text: `The trash cannot be used: ${reasonText(why)}`, status: STATUS.unusable };
  }
}

/** A trash: absolute paths. */
interface Found {
  readonly folder: string;
  readonly replica: string;
}

type Asked<Kind> = Extract<Trashing, { readonly kind: Kind }>;

const said = (text: string): Answer => ({ text, status: STATUS.inSync });
const wrong = (text: string): Answer => ({ text, status: STATUS.usage });

/** The trash that a person means: the folder itself, or the one beside a replica. */
async function findTrash(typed: string): Promise<Found | Answer> {
  const first = wholePath(typed);
  for (const folder of [first, `${first}.trash`]) {
    const lack = missing([{ name: "read", path: folder }]);
    if (lack !== null) return wrong(lack);
    const replica = await markOf(folder);
    if (replica === null) continue;
    if (typeof replica !== "string") {
      return {
        text: `The trash ${shown(folder)} cannot be used: ${reasonText(replica)}`,
        status: STATUS.unusable,
      };
    }
    return { folder, replica: folder === first ? replica : first };
  }
  return {
    text: `There is no trash at ${shown(first)}, nor at ${shown(`${first}.trash`)}`,
    status: STATUS.unusable,
  };
}

async function list({ folder, replica }: Found): Promise<Answer> {
  const lines: string[] = [];
  for (const run of await runsIn(folder)) {
    const { entries: count, bytes } = await sizeOfRun(folder, run);
    const mark = await isUnderWay(folder, run) ? "  (under way)" : "";
    lines.push(`${run}  ${entries(count)}  ${size(bytes)}${mark}`);
  }
  if (lines.length === 0) return said(`The trash ${shown(folder)} is empty`);
  return said([`The trash ${shown(folder)} of ${shown(replica)}:`, ...lines].join("\n"));
}

/** The pass that a word means; or what is wrong with it. */
async function runFor(folder: string, word: string): Promise<{ readonly run: string } | Answer> {
  const runs = await runsIn(folder);
  const fitting = word === "latest"
    ? runs.slice(-1)
    : runs.includes(word)
    ? [word]
    : runs.filter((run) => run.startsWith(word));
  const [run] = fitting;
  if (run === undefined) {
    return wrong(
      runs.length === 0
        ? "The trash is empty"
        : `There is no pass ${shown(word)} in the trash: lockstep trash list shows them`,
    );
  }
  if (fitting.length > 1) {
    return wrong(`${counted(fitting.length, "pass", "passes")} begin with ${shown(word)}: write more of it`);
  }
  return { run };
}

/** A path as it was typed as one below the replica; or what is wrong with it. */
function pathFor({ folder, replica }: Found, run: string, typed: string): { readonly path: string } | Answer {
  const found = pathIn(typed, [`${folder}/${run}`, replica]);
  return typeof found === "string" ? wrong(found) : found;
}

async function show(found: Found, asked: Asked<"show">): Promise<Answer> {
  const picked = await runFor(found.folder, asked.pass);
  if ("status" in picked) return picked;
  const at = pathFor(found, picked.run, asked.path);
  if ("status" in at) return at;
  const { edge } = await chooseEdge(null, found.folder);
  const { trash } = await openKept(edge, found.replica, found.folder);
  const lines: string[] = [];
  for await (const { path, entry } of walk(trash, picked.run, at.path)) lines.push(shownLine(path, entry));
  trash.release();
  return lines.length === 0 ? wrong(`The pass has nothing at ${shown(at.path)}`) : said(lines.join("\n"));
}

async function restoreFrom(found: Found, asked: Asked<"restore">): Promise<Answer> {
  const picked = await runFor(found.folder, asked.pass);
  if ("status" in picked) return picked;
  const { run } = picked;
  const at = pathFor(found, run, asked.path);
  if ("status" in at) return at;
  const to = asked.to === null ? found.replica : wholePath(asked.to);
  const { dryRun } = asked;
  const lack = missing([
    { name: "read", path: to },
    ...dryRun ? [] : [{ name: "write", path: to } as const, { name: "write", path: found.folder } as const],
  ]);
  if (lack !== null) return wrong(lack);
  const target = await rootAt(to);
  if (target === null) {
    return {
      text: `There is no folder ${shown(to)} to restore to: make it, or name another by --to`,
      status: STATUS.unusable,
    };
  }
  const locking = dryRun ? null : await lockOn(target.path);
  if (locking?.kind === "taken") {
    return {
      text: `A run of Lockstep is at work in ${shown(locking.folder)}: stop it, or restore elsewhere by --to`,
      status: STATUS.locked,
    };
  }
  try {
    return await restoreTo({ ...found, target: target.path, run, path: at.path }, asked);
  } finally {
    if (locking?.kind === "locked") await locking.lock.close();
  }
}

interface Place extends Found {
  readonly target: string;
  readonly run: string;
  readonly path: string;
}

async function restoreTo(
  { folder, target, run, path }: Place,
  { force, dryRun }: Asked<"restore">,
): Promise<Answer> {
  const { edge } = await chooseEdge(null, folder);
  const trees = await openKept(edge, target, folder);
  const header = { source: `${folder}/${run}`, replica: target, began: Date.now() };
  const journal = dryRun ? null : await beginJournal({ path: folder }, header, () => {});
  if (journal !== null && "code" in journal) {
    return {
      text: `Nothing is restored, for the trash takes nothing: ${reasonText(journal)}`,
      status: STATUS.unusable,
    };
  }
  const all: Restored[] = [];
  try {
    const keeper = trashIn(trees, {
      run: journal?.run ?? "",
      durable: false,
      makeRoom: () => false,
      lacks() {},
    });
    const isThere = await restore({
      trash: trees.trash,
      target: trees.replica,
      run,
      keeper,
      force,
      dryRun,
      tell: (restored) => all.push(restored),
      lose: (path, was) => journal?.note({ kind: "remove", path, was }),
    }, path);
    if (!isThere) return wrong(`The pass has nothing at ${shown(path)}`);
  } finally {
    trees.replica.release();
    trees.trash.release();
    await journal?.close();
  }
  const kept = all.some((one) => one.what === "restored" && one.replaced) ? journal?.run : undefined;
  const lines = [...all.flatMap((one) => restoredText(one, dryRun)), sumText(all, target, dryRun)];
  if (kept !== undefined) lines.push(`What was there is in the trash, as pass ${kept}`);
  const text = lines.join("\n");
  if (all.some(({ what }) => what === "failed")) return { text, status: STATUS.failures, isReport: true };
  const isLeft = all.some(({ what }) => what === "newer" || what === "other-kind");
  return { text, status: isLeft ? STATUS.fleeting : STATUS.inSync, isReport: true };
}

async function empty({ folder }: Found, { pass, olderThan, yes }: Asked<"empty">): Promise<Answer> {
  const lack = missing([{ name: "write", path: folder }]);
  if (lack !== null) return wrong(lack);
  const picked = pass === null ? null : await runFor(folder, pass);
  if (picked !== null && "status" in picked) return picked;
  const due: string[] = [];
  let underWay = 0;
  const runs = picked === null ? await runsIn(folder) : [picked.run];
  for (const run of runs) {
    if (olderThan !== null && runTime(run)! > Date.now() - olderThan) continue;
    if (await isUnderWay(folder, run)) underWay++;
    else due.push(run);
  }
  const note = underWay === 0 ? "" : "; a pass that is under way stays";
  if (due.length === 0) return said(`Nothing is deleted from the trash ${shown(folder)}${note}`);
  let bytes = 0;
  for (const run of due) bytes += (await sizeOfRun(folder, run)).bytes;
  const what = `${counted(due.length, "pass", "passes")}, ${size(bytes)}`;
  if (!yes && !canAsk()) return wrong(`This would delete ${what} for good: add --yes`);
  const signal = new AbortController().signal;
  if (!yes && !await ask(`Delete ${what} from the trash ${shown(folder)} for good?`, signal)) {
    return said("Nothing was deleted");
  }
  for (const run of due) await deleteRun(folder, run);
  return said(`Deleted ${what}${note}`);
}
