/**
 * Finding out what the file systems of the replica can hold. Something must be written for that, so it is done only
 * when something is to be done on one of them, and what is found is remembered while the program runs.
 */
import { Stopped } from "../disk/fault.ts";
import type { Relation } from "../disk/relation.ts";
import { folderAt } from "../disk/root.ts";
import { type Roots, unusable } from "../disk/roots.ts";
import { type Capabilities, EVERYTHING, tellsApart } from "../engine/capabilities.ts";
import { absolute, type Path, type Reason } from "../engine/entry.ts";
import type { Emit, Failure, RootFault, Unusable } from "../engine/event.ts";
import type { PassConfig } from "./config.ts";
import { missing } from "../engine/missing.ts";
import { capabilityNotices } from "./notices.ts";
import type { Pool } from "./pool.ts";
import { stack } from "./queue.ts";
import { stopping } from "./shared.ts";
import type { Stranger } from "./task.ts";

/** What is known of the file systems in the replica. */
export interface Known {
  /** With what each can hold, or is assumed to when it could not be tried. */
  readonly config: PassConfig;
  /** What was found out for the passes to come: of the root; null as long as nothing was. */
  readonly capabilities: Capabilities | null;
  /** And of the others, by device. */
  readonly mounted: Roots["mounted"];
  /** Of disks in trouble. */
  readonly failures: readonly Failure[];
}

/**
 * Try the file system of the root, and then the others, each once and only when nothing is known of it, and tell what
 * each lacks. Unusable when that of the root is in trouble. Throws `Stopped`.
 */
export async function tryOut(
  known: Known,
  strangers: readonly Stranger[],
  pool: Pool,
  tell: Emit,
): Promise<Known | Unusable> {
  const { device } = known.config.criteria.roots.replica;
  const isNew = ({ config: { criteria } }: Known, device: number) => !criteria.mounted?.has(device);
  const root = isNew(known, device) ? await tryRoot(known, pool, tell) : known;
  if ("kind" in root) return root;
  let now = root;
  for (const one of strangers) {
    if (isNew(now, one.device)) now = await tryMount(now, one, strangers, pool, tell);
  }
  return now;
}

async function tryRoot(known: Known, pool: Pool, tell: Emit): Promise<Known | Unusable> {
  const { config } = known;
  const { criteria } = config;
  const { device } = criteria.roots.replica;
  const outcome = await probed(config, pool, "");
  if (outcome !== null && "kind" in outcome) {
    return unusable("replica", config.replica, rootFault(outcome.reason));
  }
  const capabilities = outcome ?? { ...EVERYTHING, owners: false };
  const knowing = { ...config, criteria: { ...criteria, capabilities } };
  if (outcome === null) tell({ kind: "notice", code: "untried" });
  else for (const notice of capabilityNotices(knowing)) tell(notice);
  return { ...known, config: withDevice(knowing, device, capabilities), capabilities: outcome };
}

function rootFault(reason: Reason): RootFault {
  const code = reason.detail as Exclude<Relation, "apart">;
  return reason.code === "RELATED" ? { code } : { code: "fault", reason };
}

async function tryMount(
  known: Known,
  stranger: Stranger,
  strangers: readonly Stranger[],
  pool: Pool,
  tell: Emit,
): Promise<Known> {
  const { config, mounted, failures } = known;
  const { criteria } = config;
  const { path, device } = stranger;
  // a disk that the source is on may lead into it: it is not written to, and holds what it holds
  const isOfSource = [criteria.roots.source.device, ...strangers.map((one) => one.sourceDevice)].includes(
    device,
  );
  const outcome = isOfSource
    ? { ...EVERYTHING, owners: criteria.capabilities.owners }
    : await probed(config, pool, path);
  const assuming = () => withDevice(config, device, { ...EVERYTHING, owners: false });
  if (outcome === null) {
    tell({ kind: "notice", code: "untried", path });
    return { ...known, config: assuming() };
  }
  if ("kind" in outcome) return { ...known, config: assuming(), failures: [...failures, outcome] };
  for (const lack of missing(outcome, criteria.owners)) {
    tell({ kind: "notice", code: "cannot-hold", missing: lack, path });
  }
  const there = await folderAt(absolute(config.replica, path));
  const tried = there?.device === device
    ? new Map([[device, { path, id: there.id, capabilities: outcome }]])
    : [];
  return {
    ...known,
    config: withDevice(config, device, outcome),
    mounted: new Map([...mounted, ...tried]),
  };
}

function withDevice(config: PassConfig, device: number, capabilities: Capabilities): PassConfig {
  const mounted = new Map([...config.criteria.mounted ?? [], [device, capabilities]]);
  return { ...config, criteria: { ...config.criteria, mounted } };
}

/** What the file system of a folder can hold; null when nothing could be tried, and a failure when the disk is in trouble. */
async function probed(config: PassConfig, pool: Pool, path: Path): Promise<Capabilities | Failure | null> {
  let found: Capabilities | Failure | null = null;
  await pool.run(
    config,
    stack([{ kind: "probe", path }]),
    (turn) => found = turn.failures[0] ?? turn.capabilities[0] ?? null,
  );
  if (stopping(config.shared)) throw new Stopped();
  return found;
}

/** Whether every file system of which something is known tells all names apart. */
export function tellAllApart({ config: { criteria } }: Known): boolean {
  return [...criteria.mounted?.values() ?? []].every(tellsApart);
}
