/** Finding out, between two rounds of comparing, what the file systems can hold that were met inside the replica. */
import { type Capabilities, EVERYTHING } from "../engine/capabilities.ts";
import type { Emit, Failure } from "../engine/event.ts";
import type { PassConfig } from "./config.ts";
import { missing } from "./notices.ts";
import type { Pool } from "./pool.ts";
import { stack } from "./queue.ts";
import type { Stranger } from "./task.ts";

/** What came of it. */
export interface Tried {
  /** With what each of the devices can hold, or is assumed to. */
  readonly config: PassConfig;
  /** What was found out, by device, for the passes to come. */
  readonly found: ReadonlyMap<number, Capabilities>;
  /** Of disks in trouble. */
  readonly failures: readonly Failure[];
}

/** Try each device of which nothing is known, once, and tell what it lacks. */
export async function tryMounts(
  config: PassConfig,
  pool: Pool,
  strangers: readonly Stranger[],
  tell: Emit,
): Promise<Tried> {
  const { criteria } = config;
  const mounted = new Map(criteria.mounted);
  const found = new Map<number, Capabilities>();
  const failures: Failure[] = [];
  const ofSource = new Set([criteria.roots.source.device, ...strangers.map((one) => one.sourceDevice)]);
  for (const mount of strangers) {
    const { path, entry: { device } } = mount;
    if (mounted.has(device)) continue;
    // a disk that the source is on may lead into it: it is not written to, and holds what it holds
    const outcome = ofSource.has(device)
      ? { ...EVERYTHING, owners: criteria.capabilities.owners }
      : await tryMount(config, pool, mount);
    if (outcome !== null && "kind" in outcome) failures.push(outcome);
    else if (outcome === null) tell({ kind: "notice", code: "untried", path });
    else {
      found.set(device, outcome);
      for (const lack of missing(outcome, criteria.owners)) {
        tell({ kind: "notice", code: "cannot-hold", missing: lack, path });
      }
    }
    mounted.set(device, found.get(device) ?? { ...EVERYTHING, owners: false });
  }
  return { config: { ...config, criteria: { ...criteria, mounted } }, found, failures };
}

/** What a file system can hold; null when nothing could be tried, and a failure when the disk is in trouble. */
async function tryMount(
  config: PassConfig,
  pool: Pool,
  mount: Stranger,
): Promise<Capabilities | Failure | null> {
  let found: Capabilities | Failure | null = null;
  await pool.run(
    config,
    stack([{ kind: "probe", mount }]),
    (turn) => found = turn.failures[0] ?? turn.capabilities[0] ?? null,
  );
  return found;
}
