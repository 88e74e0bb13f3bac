/**
 * What `lockstep doctor` found: plain values, none of which says whether it is good or bad. `judge.ts` does. What could not be
 * told is `Untold`, with the flag of Deno that would help. Pure.
 */
import type { Capabilities } from "../capabilities.ts";
import type { Edge } from "../config.ts";
import type { Side } from "../entry.ts";
import type { RootFault } from "../event.ts";
import type { Told } from "./told.ts";

/** All that was found. */
export interface Facts {
  readonly program: ProgramFacts;
  readonly host: HostFacts;
  readonly grants: GrantFacts;
  readonly user: UserFacts;
  readonly limits: LimitFacts;
  readonly edge: Told<EdgeFacts>;
  /** null where no folders were named. */
  readonly pair: PairFacts | null;
}

export interface ProgramFacts {
  readonly version: string;
  readonly commit: string | null;
  /** It is one executable. */
  readonly standalone: boolean;
  /** The executable, or the main module. */
  readonly place: string;
  readonly deno: string;
  readonly v8: string;
  readonly typescript: string;
  readonly target: string;
  /** Names and versions of the packages that the program uses. */
  readonly packages: readonly string[];
}

export interface HostFacts {
  readonly os: string;
  readonly arch: string;
  /** "Debian GNU/Linux 12 (bookworm)". */
  readonly title: Told<string>;
  readonly kernel: Told<string>;
  /** "glibc 2.36". */
  readonly library: Told<string>;
  readonly processor: Told<string>;
  readonly cores: number;
  /** Cores' worth of time that the group of the process gets; Infinity for all. */
  readonly quota: Told<number>;
  /** Bytes. */
  readonly memory: Told<number>;
  /** Bytes that the group of the process may use; Infinity for all. */
  readonly memoryLimit: Told<number>;
  /** The kind of container, "none" for none. */
  readonly container: Told<string>;
  readonly zone: string;
  /** ms since 1970. */
  readonly now: number;
  /** What names the encoding of texts: "en_US.UTF-8"; "" when nothing is set. */
  readonly locale: Told<string>;
  /** Standard output is a terminal. */
  readonly terminal: boolean;
}

/** What Deno was allowed to do. */
export interface GrantFacts {
  /** Everything: --allow-all. */
  readonly all: boolean;
  readonly ffi: boolean;
  readonly statfs: boolean;
  readonly uid: boolean;
  /** To run mkfifo. */
  readonly mkfifo: boolean;
  /** What the options of the run need and was not granted, in words; null when nothing is. */
  readonly lack: string | null;
  /** Deno would let the program write into the source; null where no source is named, or the run writes there. */
  readonly writesSource: boolean | null;
  /** Some paths are denied to writing. */
  readonly denies: boolean;
  /** Whether worker threads can be started: Deno may read the program's own modules. */
  readonly ownModules: boolean;
  /** The command that grants what a run needs, and no more; null where there is none, as for an executable. */
  readonly command: string | null;
}

export interface UserFacts {
  readonly uid: Told<number>;
  /** Permission bits that new entries do not get. */
  readonly umask: Told<number>;
  /** The capabilities in effect, as the bits of the kernel. */
  readonly capabilities: Told<bigint>;
}

export interface LimitFacts {
  /** Each Infinity for none. */
  readonly openFiles: Told<number>;
  /** Bytes. */
  readonly fileSize: Told<number>;
  readonly processes: Told<number>;
  readonly watches: Told<number>;
  readonly instances: Told<number>;
  readonly threads: number;
}

export interface EdgeFacts {
  readonly edge: Edge;
  /** Why it is the portable one; null when it was asked for, or is the native one. */
  readonly why: "system" | "not-allowed" | "no-library" | "layout" | null;
  /** Whether threads can be confined. */
  readonly sandbox: "here" | "no-ffi" | "no-landlock" | "old-landlock";
  /** The version of Landlock; null where it cannot be asked. */
  readonly landlock: number | null;
  readonly watch: "inotify" | "ReadDirectoryChangesW" | "Deno";
}

/** Two folders, as a mirror would have them. */
export interface PairFacts {
  /** Of a file of jobs; null for none. */
  readonly job: string | null;
  readonly source: RootFacts;
  readonly replica: RootFacts;
  /** null where a root is missing, or cannot be used. */
  readonly relation: Told<"apart" | "same" | "replica-in-source" | "source-in-replica"> | null;
  /** Of those at the top of the replica, how many the source has, too. */
  readonly shared: number | null;
  readonly lock: LockFacts;
  readonly trash: "none" | "ours" | "others" | "not-a-trash";
  /** Files of ours that were found beside the replica: what they are, and their names. */
  readonly beside: readonly string[];
  /** What a run with these options would be refused for, in words. */
  readonly objections: readonly string[];
  /** Sides in which the log lies. */
  readonly logIn: readonly Side[];
  /** Entries of schedulers for this pair. */
  readonly schedule: Told<readonly string[]>;
  /** What of the options matters here. */
  readonly asked: AskedFacts;
  /** What was found out by writing; null where it was not asked for, or could not be. */
  readonly tried: TriedFacts | null;
}

export interface AskedFacts {
  readonly checksum: boolean;
  readonly watch: boolean;
  readonly owners: boolean;
  readonly dryRun: boolean;
  readonly allowEmptySource: boolean;
  readonly tries: boolean;
}

/** `unknown`: it was not asked, for that would have meant to write. */
export type LockFacts =
  | { readonly kind: "free" | "no-locks" | "unknown" }
  | { readonly kind: "taken"; readonly by: string };

export interface RootFacts {
  readonly side: Side;
  /** Absolute, as it was typed. */
  readonly path: string;
  /** Why it cannot be used; null when it can. `silent`: its disk did not answer in time. `not-allowed`: Deno may not look. */
  readonly fault: RootFault | { readonly code: "silent" | "not-allowed" } | null;
  /** null where it is not there. */
  readonly found: FoundFacts | null;
  /** What is told of the disk: of the folder around it, where it is not there yet. */
  readonly disk: DiskFacts | null;
}

/** A folder that is there. */
export interface FoundFacts {
  /** Absolute, links resolved. */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  /** Others than its owner and its group may write to it. */
  readonly othersWrite: boolean;
  /** What is at its top, as far as it was looked at. */
  readonly top: TopFacts;
  readonly tree: CountFacts;
  /** Names of killed runs at its top. */
  readonly leftOvers: number;
  /** Whether the user may write to it; or the code of why not. */
  readonly writable: Told<true | string>;
}

export interface TopFacts {
  readonly names: number;
  /** All that is there was looked at. */
  readonly complete: boolean;
  readonly unreadable: number;
  /** One of them. */
  readonly example: string | null;
  /** Names that the system does not have, so that what they name is never mirrored. */
  readonly misnamed: readonly string[];
  /** Nothing is in it but what a system makes by itself. */
  readonly empty: boolean;
}

/** What was counted within a bounded time. */
export interface CountFacts {
  readonly folders: number;
  readonly entries: number;
  readonly bytes: number;
  /** The largest file. */
  readonly largest: number;
  /** Nothing was left out. */
  readonly complete: boolean;
}

export interface DiskFacts {
  readonly device: number;
  /** Of the file system: "ext4", "fuse.sshfs"; by its number where only that is told. */
  readonly type: Told<string>;
  readonly mount: Told<MountFacts>;
  /** Paths below the root at which something else is mounted. */
  readonly inside: Told<readonly string[]>;
  readonly space: Told<SpaceFacts>;
  /** The disk turns. */
  readonly rotational: Told<boolean>;
}

export interface MountFacts {
  readonly point: string;
  /** Where the folder lies below it: 0 for the mount point itself, 1 for a folder in it. */
  readonly depth: number;
  readonly options: readonly string[];
}

export interface SpaceFacts {
  /** Bytes that we may still write. */
  readonly free: number;
  readonly total: number;
  /** Entries that can still be made; null where the file system has no such bound. */
  readonly freeInodes: number | null;
}

/** The same, with the number of the file system's type, as the system has it. */
export interface TypedSpace extends SpaceFacts {
  readonly type: number;
}

export interface TriedFacts {
  /** null where nothing could be tried; `reason`: why. */
  readonly capabilities: Capabilities | null;
  readonly reason: string | null;
  /** How the folders lie to each other, where what was made in the replica was seen in the source. */
  readonly related?: "same" | "replica-in-source" | "source-in-replica";
  /** How much later, in ms, the replica's clock is than ours; null where that was not told. */
  readonly skew: number | null;
}
