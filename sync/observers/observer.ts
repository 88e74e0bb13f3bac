/**
 * Who hears what happens in a run and makes something of it that others read: a status file, metrics, a page, a command
 * that is told. Each is one module, loaded when it is asked for; nothing that it does or fails to do changes a pass.
 */
import type { Line } from "../cli/line.ts";
import type { Options } from "../cli/options.ts";
import type { Event } from "../engine/event.ts";
import type { Report } from "../engine/report.ts";

/** One mirror of a run. */
export interface Job {
  /** As the file of jobs has it; null for the only mirror of a command line. */
  readonly name: string | null;
  /** Absolute paths, links not resolved. */
  readonly source: string;
  readonly replica: string;
  /** The absolute path of its trash; null for none. */
  readonly trash: string | null;
  readonly options: Options;
}

/** All calls come from the main thread and return at once: what takes long is done in slices, or later. */
export interface Observer {
  /** The jobs that there are from now on: before the first pass, and whenever they were read anew. */
  jobs?(jobs: readonly Job[]): void;
  /** Something happened in a pass. `report`: what the pass came to so far, this event included. `now`: ms since 1970. */
  event?(job: Job, event: Event, report: Report, now: number): void;
  /** The job waits for its next whole pass, which begins at `until` (ms since 1970); null when there is none. */
  waiting?(job: Job, until: number | null, now: number): void;
  /** Nothing more happens. Resolves when all is written. */
  close(): Promise<void>;
}

/** The split that the jobs of a run are of, as a status file has it. */
export interface OfSplit {
  /** Another one at each split. */
  readonly id: string;
  /** When it was made, by RFC 3339. */
  readonly made: string;
  /** How many jobs it has, with the one that has all the rest. */
  readonly jobs: number;
  /** Absolute paths of the whole trees. */
  readonly source: string;
  readonly replica: string;
}

/** What an observer may use. */
export interface Observing {
  /** Say something in the log and on the console: that a file cannot be written, that a command failed. */
  readonly tell: (line: Line) => void;
  /** ms since 1970. */
  readonly now: () => number;
  /** The jobs of the file of jobs that this run was not asked for. */
  readonly others?: readonly Pick<Job, "name" | "source" | "replica">[];
  /** Left out where the jobs are of none. */
  readonly split?: OfSplit;
}
