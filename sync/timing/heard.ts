/** What a watch tells, whichever it is: the values between the system's events and the hints made of them. */
import type { Path } from "../engine/entry.ts";
import type { Exclusions } from "./excluding.ts";
import type { HintKind } from "./hints.ts";
import type { Limit } from "./limit.ts";

/** One thing that a watch has heard of. */
export type Heard =
  /** Something happened to an entry below the root. */
  | { readonly kind: "hint"; readonly path: Path; readonly what: HintKind }
  /** Some events were lost, or there is no telling where something happened. */
  | { readonly kind: "loss" }
  /** The root itself was created, moved or removed, or the watch tells no more of all: it is to be opened anew. */
  | { readonly kind: "root" }
  /** An ignore file is another one: what is excluded below its folder may have changed. */
  | { readonly kind: "rules" }
  | Unwatched
  /** All is watched again. */
  | { readonly kind: "watched" };

/** Some folders below the root are not watched. */
export interface Unwatched {
  readonly kind: "unwatched";
  /** The first of them, and how many there are besides, as far as is known. */
  readonly path: Path;
  readonly others: number;
  /** The system's limit that was reached; null when there is another reason. */
  readonly limit: Limit | null;
  readonly text: string;
}

/** What happens below one folder, some of it at a time. It ends when it is closed. */
export type Watcher = AsyncIterable<readonly Heard[]> & { close(): void };

/**
 * Open a watch of an absolute path without links. Throws when there is none to be had. `exclusions`: of what is excluded
 * by them nothing is told; null to be told of everything.
 */
export type Open = (
  path: string,
  signal: AbortSignal,
  exclusions: Exclusions | null,
) => Watcher | Promise<Watcher>;
