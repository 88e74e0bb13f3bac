/** What one pass works with: the config, and what it found out. A plain value, which crosses to a worker unchanged. */
import { type Capabilities, EVERYTHING } from "../engine/capabilities.ts";
import type { Config, Edge } from "../engine/config.ts";
import type { Folder, Path, Side } from "../engine/entry.ts";
import type { Choice } from "../engine/filter.ts";
import type { Pace } from "../engine/pace.ts";
import { type Criteria, mirrorsOwners, type Mounted } from "../engine/same.ts";
import { mountsIn } from "../disk/mounts.ts";
import type { Roots } from "../disk/roots.ts";
import type { Bounds } from "../disk/sandbox.ts";
import { newPassId } from "../disk/temporary.ts";
import type { Which } from "../disk/tree.ts";
import { share, type Shared } from "./shared.ts";
import { pathWithin } from "../whole_path.ts";

/** The trash of a pass. */
export interface PassTrash {
  /** Absolute, links resolved. */
  readonly folder: string;
  readonly entry: Folder;
  /** The name of the pass in it; null as long as nothing goes there. */
  readonly run: string | null;
  /** Whether older passes may be deleted when the disk is full. */
  readonly isBounded: boolean;
}

export interface PassConfig {
  /** Absolute paths of the two roots, links resolved. */
  readonly source: string;
  readonly replica: string;
  readonly edge: Edge;
  readonly criteria: Criteria & { readonly roots: Readonly<Record<Side, Folder>> };
  /** What of the source is mirrored. */
  readonly choice: Choice;
  /** Leave alone what was edited or made in the replica. */
  readonly keepEdits: boolean;
  /** List all that both sides have, to remember it. */
  readonly listsAll: boolean;
  /** When the pass began, in ms since 1970: ages are counted from then. */
  readonly began: number;
  /** Force everything to the disk before it counts as done. */
  readonly durable: boolean;
  /** Read back what was written before it is put in its place. */
  readonly verify: boolean;
  /** Nothing is written. */
  readonly dryRun: boolean;
  /** Where what is removed or replaced goes; null when it is gone. */
  readonly trash: PassTrash | { readonly code: string } | null;
  /** To what the threads are confined, which work for other parts of the whole trees as well; to these two when left out. */
  readonly together?: Bounds;
  /** A file is copied in the version that was compared, or not at all. */
  readonly exact?: true;
  /** How fast it may be; as fast as it can when left out. */
  readonly pace?: Pace;
  /** The most threads of the pool that work for it at once; any number when left out. */
  readonly threads?: number;
  /** How far a thread stands back behind other programs. */
  readonly nice?: number;
  /** The trees are checked: the files of the replica are listed, and their contents are left to tasks of their own. */
  readonly checking?: Checking;
  /** Our own log files in the trees, as paths below the roots: neither mirrored nor removed. */
  readonly ownLogs: Readonly<Record<Side, readonly Path[]>>;
  /** A random id, part of this pass's temporary names. */
  readonly passId: string;
  readonly shared: Shared;
}

/** How the contents of files are checked. */
export interface Checking {
  /** There is no source: the replica, in its place, is looked at alone. */
  readonly alone: boolean;
  /** The most bytes a second that all threads read; null for any number. */
  readonly rate: number | null;
}

/**
 * `mounts`: the mount points of the system. `sourceMounts`: what was mounted in the source at the passes before. As long
 * as it is not known what the replica can hold, and in a dry run, it is assumed to hold everything.
 */
export function passConfig(
  config: Config,
  roots: Roots,
  mounts: readonly string[] = [],
  sourceMounts?: ReadonlyMap<Path, Mounted>,
): PassConfig {
  const replica = roots.replica?.path ?? config.replica;
  const entries = { source: roots.source.entry, replica: roots.replica?.entry ?? roots.source.entry };
  const { capabilities } = roots;
  const mounted = new Map<number, Capabilities>();
  for (const [device, tried] of roots.mounted) mounted.set(device, tried.capabilities);
  if (capabilities !== null) mounted.set(entries.replica.device, capabilities);
  return {
    source: roots.source.path,
    replica,
    edge: config.edge,
    criteria: {
      checksum: config.checksum,
      owners: config.owners,
      fifos: config.fifos,
      devices: config.devices,
      xattrs: config.xattrs,
      oneFileSystem: config.oneFileSystem,
      capabilities: capabilities ?? EVERYTHING,
      ...(!config.dryRun && { mounted }),
      roots: entries,
      mounts: { source: mountsIn(roots.source.path, mounts), replica: mountsIn(replica, mounts) },
      // whoever accepts another disk in the place of a root does so for the disks below it
      ...(sourceMounts && !config.acceptNewRoot && { sourceMounts }),
    },
    choice: config.choice,
    keepEdits: config.keepEdits,
    listsAll: false,
    began: Date.now(),
    durable: config.durable,
    verify: config.verify,
    dryRun: config.dryRun,
    trash: trashOf(config, roots),
    ownLogs: { source: inside(roots.source.path, config.ownLogs), replica: inside(replica, config.ownLogs) },
    passId: newPassId(),
    shared: share(),
    ...(config.pace && { pace: config.pace }),
    ...(config.nice && { nice: config.nice }),
    ...(config.threads && { threads: config.threads }),
  };
}

function trashOf({ trash, dryRun }: Config, roots: Roots): PassConfig["trash"] {
  if (trash === null) return null;
  if (dryRun || roots.trash === undefined) return { code: "DRY_RUN" };
  if (!("path" in roots.trash)) return roots.trash;
  const { path, entry } = roots.trash;
  return { folder: path, entry, run: null, isBounded: trash.keep !== null || trash.max !== null };
}

/** What of an entry's attributes is set in the replica, by the criteria of the folder that it is in. */
export function which(criteria: Criteria, durable: boolean): Which {
  const { capabilities } = criteria;
  return {
    modes: capabilities.modes,
    owners: mirrorsOwners(criteria, capabilities),
    xattrs: criteria.xattrs,
    durable,
  };
}

/** Those of `paths` that lie in `root`, as paths below it. */
function inside(root: string, paths: readonly string[]): Path[] {
  return paths.flatMap((path) => pathWithin(path, root) || []);
}

/** Whether the trash is on the replica's disk, so that what goes there frees nothing. */
export function isBeside({ trash, criteria: { roots } }: PassConfig): boolean {
  return trash !== null && "entry" in trash && trash.entry.device === roots.replica.device;
}
