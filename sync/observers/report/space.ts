/** How much space there is on a replica's disk, and how much its trash takes: what can be told cheaply. */
import { chooseEdge } from "../../disk/edge.ts";
import { freeBytes } from "../../disk/root.ts";
import { trashBytes } from "../../records/journal_end.ts";
import type { Edge } from "../../engine/config.ts";
import type { Job } from "../observer.ts";

/** In bytes; null where it cannot be told. */
export interface Space {
  readonly free: number | null;
  readonly trash: number | null;
}

/** Looks at one job after another. */
export function spaces(): (job: Job) => Promise<Space> {
  const seen = new Map<string, Map<string, number>>();
  const edges = new Map<string, Edge>();
  return async ({ source, replica, trash, options }) => {
    const edge = edges.get(source) ?? (await chooseEdge(options.edge, source)).edge;
    edges.set(source, edge);
    const free = await freeBytes(replica, edge);
    if (trash === null) return { free, trash: null };
    const known = seen.get(trash) ?? new Map<string, number>();
    seen.set(trash, known);
    return { free, trash: await trashBytes(trash, known) };
  };
}
