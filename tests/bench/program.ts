/** The programs that are compared, each as the words that its users type. */
import { has } from "./run.ts";

export interface Program {
  readonly name: string;
  /** What must be on the path. */
  readonly tool: string;
  /** It keeps modes and the times of folders, as `rsync -a` does; otherwise only names and contents are checked. */
  readonly exact: boolean;
  /** It takes part in so many rounds at the most: it is there for orientation. */
  readonly rounds?: number;
  /** The command; `log` is a file that it may make. */
  words(source: string, replica: string, log: string): readonly string[];
}

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** Lockstep with more words than a user must type. */
function lockstep(name: string, ...more: readonly string[]): Program {
  return {
    name,
    tool: Deno.execPath(),
    exact: true,
    words: (source, replica) => [...LOCKSTEP, ...more, source, replica],
  };
}

/** The same over the native edge. */
function native(name: string, ...more: readonly string[]): Program {
  return {
    ...lockstep(name),
    words: (source, replica) => [...NATIVE, "--edge=native", ...more, source, replica],
  };
}

const LOCKSTEP = [Deno.execPath(), "run", "--allow-read", "--allow-write", MAIN];
const NATIVE = [...LOCKSTEP.slice(0, -1), "--allow-ffi", MAIN];

/** By which the disk is reached. */
export type Edge = "portable" | "native";

/** How Lockstep is started over an edge, and the options that go with it. */
export const STARTS: Readonly<
  Record<Edge, { readonly command: readonly string[]; readonly options: readonly string[] }>
> = {
  portable: { command: LOCKSTEP, options: [] },
  native: { command: NATIVE, options: ["--edge=native"] },
};

/** The main.ts of another version, to be measured in the same rounds; undefined when that is not asked for. */
const BEFORE = Deno.env.get("LOCKSTEP_BEFORE");

export const PROGRAMS = {
  lockstep: lockstep("lockstep"),
  native: native("lockstep, native"),
  nativeChecksum: native("lockstep --checksum, native", "--checksum"),
  oneThread: { ...lockstep("lockstep, 1 thread", "--threads", "1"), rounds: 3 },
  twoThreads: { ...lockstep("lockstep, 2 threads", "--threads", "2"), rounds: 3 },
  quiet: lockstep("lockstep, no lines", "--quiet"),
  verbose: { ...lockstep("lockstep --verbose", "--verbose"), rounds: 2 },
  logged: {
    ...lockstep("lockstep, console and log"),
    words: (source, replica, log) => [...LOCKSTEP, source, replica, log],
  },
  checksum: lockstep("lockstep --checksum", "--checksum"),
  before: {
    ...lockstep("lockstep before"),
    tool: BEFORE ?? "(not asked for)",
    words: (source, replica) => [...LOCKSTEP.slice(0, -1), BEFORE!, source, replica],
  },
  rsync: {
    name: "rsync",
    tool: "rsync",
    exact: true,
    words: (source, replica) => ["rsync", "-a", "--delete", `${source}/`, `${replica}/`],
  },
  rsyncChecksum: {
    name: "rsync -c",
    tool: "rsync",
    exact: true,
    words: (source, replica) => ["rsync", "-a", "-c", "--delete", `${source}/`, `${replica}/`],
  },
  cp: {
    name: "cp -a",
    tool: "cp",
    exact: true,
    rounds: 1,
    words: (source, replica) => ["cp", "-a", source, replica],
  },
  rclone: {
    name: "rclone sync",
    tool: "rclone",
    exact: false,
    rounds: 1,
    words: (source, replica) => ["rclone", "sync", "--quiet", source, replica],
  },
  rcloneCheck: {
    name: "rclone check",
    tool: "rclone",
    exact: false,
    rounds: 1,
    words: (source, replica) => ["rclone", "check", "--quiet", source, replica],
  },
  sha256sum: {
    name: "sha256sum, both trees",
    tool: "sha256sum",
    exact: true,
    words: (source, replica) => [
      "sh",
      "-c",
      'for root; do find "$root" -type f -exec sha256sum {} + || exit; done',
      "sh",
      source,
      replica,
    ],
  },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

/** Whether a program can be run here. */
export function isHere({ tool }: Program): boolean {
  return tool.startsWith("/") || has(tool);
}
