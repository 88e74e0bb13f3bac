/** Finds out by writing what the file system of a replica can hold, for `lockstep doctor --try`. Nothing of it stays. */
import type { Config } from "../../engine/config.ts";
import type { TriedFacts } from "../../engine/doctor/facts.ts";
import { absolute } from "../../engine/entry.ts";
import { Fault, reason } from "../fault.ts";
import { lockOn } from "../lock.ts";
import { openTrees } from "../open.ts";
import { probe } from "../probe.ts";
import { type Relation, relation, relationSeen } from "../relation.ts";
import type { Root } from "../root.ts";
import { newPassId } from "../temporary.ts";

/** What a replica is tried with. */
export type Trying = Pick<Config, "edge" | "xattrs" | "devices">;

/**
 * Try a replica that is there. It is locked meanwhile, as for a pass; where another run has it, or where it could not be
 * told that nothing of it lies in the source, nothing is tried. `clock` gives ms since 1970.
 */
export async function tryReplica(
  source: Root,
  replica: Root,
  { edge, xattrs, devices }: Trying,
  clock: () => number,
): Promise<TriedFacts> {
  const nothing = { capabilities: null, skew: null };
  const how = await relation(source.path, replica.path);
  if (how !== "apart") return { ...nothing, reason: "RELATED", related: how };
  const locking = await lockOn(replica.path);
  if (locking.kind === "taken") return { ...nothing, reason: "LOCKED" };
  let skew: number | null = null;
  let seen: Relation = "apart";
  try {
    const trees = await openTrees(edge, source.path, replica.path, { xattrs });
    const tried = await probe(trees.replica, "", replica.entry, newPassId(), { devices }, (name) => {
      seen = relationSeen(source.path, replica.path, name);
      if (seen !== "apart") throw new Fault("create", "replica", { code: "RELATED", detail: seen });
      const made = Deno.lstatSync(absolute(replica.path, name)).mtime;
      if (made !== null) skew = made.getTime() - clock();
    });
    return { capabilities: tried, reason: tried === null ? "UNTRIED" : null, skew };
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return { ...nothing, reason: why.code, ...seen !== "apart" && { related: seen } };
  } finally {
    if (locking.kind === "locked") await locking.lock.close();
  }
}
