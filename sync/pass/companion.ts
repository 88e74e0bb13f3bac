/** What goes along with a pass and is no part of it: a trash's journal, a manifest, what a pass leaves to the next run. */
import type { Roots } from "../disk/roots.ts";
import type { Changes } from "../engine/changes.ts";
import type { Emit, Event } from "../engine/event.ts";
import type { Report } from "../engine/report.ts";
import type { PassConfig } from "./config.ts";
import type { Scope } from "./found.ts";
import type { Pool } from "./pool.ts";

/** Whatever can be expected to go wrong in it is told as an event; what throws is a bug. */
export interface Companion {
  /** Both roots are there, and nothing was compared yet. */
  begin?(config: PassConfig, roots: Roots, during: During): Promise<void>;
  /** The changes are allowed, and are about to be made. Not called in a dry run, nor when there are none. */
  apply?(changes: Changes, tell: Emit): Promise<void>;
  /** Hear an event of the pass, before its end. */
  listen?(event: Event): void;
  /** These changes are about to be judged: returns those that may be made. What it takes out it tells. May throw `Stopped`. */
  screen?(changes: Changes, config: PassConfig, pool: Pool, tell: Emit): Promise<Changes>;
  /** The pass is over, complete or not; its end has not been told yet. Not called when a root could not be used. */
  finish?(after: After): Promise<void>;
}

/** What a companion may use when a pass begins. */
export interface During {
  /** The part of the trees that is compared; both whole when left out. */
  readonly scope?: Scope;
  readonly pool: Pool;
  readonly tell: Emit;
  /** Aborted when the program is asked to stop. */
  readonly signal: AbortSignal;
}

/** What a pass came to. */
export interface After {
  /** With what is known of the replica by now. */
  readonly config: PassConfig;
  readonly roots: Roots;
  /** The part of the trees that was compared; both whole when left out. */
  readonly scope?: Scope;
  readonly report: Report;
  readonly pool: Pool;
  readonly tell: Emit;
  /** Aborted when the program is asked to stop. */
  readonly signal: AbortSignal;
}
