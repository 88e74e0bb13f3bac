/** A check that is being made: what it was asked for, and what is known by now. */
import type { Roots } from "../disk/roots.ts";
import type { Finding } from "../engine/checked.ts";
import type { Config } from "../engine/config.ts";
import { nameOf, parent, type Path } from "../engine/entry.ts";
import type { Emit } from "../engine/event.ts";
import type { PassConfig } from "../pass/config.ts";
import type { Pool } from "../pass/pool.ts";
import type { Look, Subject } from "./subject.ts";
import type { Unit } from "./walk.ts";

/** What is checked, and how. */
export interface Asked {
  /** The file with the digests of the replica's files; null to compare with the source. */
  readonly manifest: string | null;
  /** Whether there is a source. */
  readonly hasSource: boolean;
  /** Copy rotten files of the replica anew. */
  readonly heal: boolean;
  /** The file that says how far the last check came; null for none. */
  readonly since: string | null;
  /** How long files are begun, in ms; null to the end. */
  readonly time: number | null;
  /** The most bytes a second; null for any number. */
  readonly rate: number | null;
}

export interface Doing {
  readonly pool: Pool;
  readonly tell: Emit;
  readonly signal: AbortSignal;
  /** ms since some moment; never jumps. */
  now(): number;
  /** Wait before what differs is looked at again. Throws `Stopped` when the program is asked to stop. */
  settle(): Promise<void>;
}

/** What is known by now. */
export interface State {
  /** What is not as it should be, as far as it was looked at. */
  readonly findings: Map<Path, Finding>;
  /** What was read, and could not be. */
  files: number;
  bytes: number;
  failed: number;
  /** The first unit that was not read to its end. */
  next: number;
  look: Look | null;
}

export interface Running {
  readonly config: PassConfig;
  readonly asking: Config;
  readonly asked: Asked;
  readonly roots: Roots;
  readonly subject: Subject;
  readonly state: State;
  readonly doing: Doing;
}

/** A file as a unit of its own. */
export function unitOf(path: Path): Unit {
  return { folder: parent(path), names: [nameOf(path)], bytes: 0 };
}
