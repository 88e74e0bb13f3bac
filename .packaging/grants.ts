/**
 * What Deno allows an executable and a package: all that some feature needs, since what is not baked in cannot be added later.
 * `docs/installing.md` says how to narrow it. A run that starts no program gives up the right to (`startNoPrograms`).
 */

/** Flags of Deno, by what they are for. */
export const GRANTS: readonly (readonly [string, string])[] = [
  ["--no-prompt", "a service has nobody to ask"],
  ["--allow-read", "the source, the replica, files of jobs"],
  ["--allow-write", "the replica, its trash, the log, and the source for bring-back alone"],
  ["--allow-ffi", "the native edge; a thread confines itself by it (Landlock)"],
  [
    "--allow-sys=statfs,setPriority,uid,osRelease,hostname",
    "free space, --nice, whose a link is; what doctor tells",
  ],
  ["--allow-env", "${NAME} in a file of jobs; HOME for units of systemd and launchd"],
  ["--allow-run", "commands that --on-failure and its like name, schedulers, mkfifo"],
];

/** The flags for `deno run`, `install` and `compile`. Those that were given stand in the place of all grants. */
export function flagsOf(given: readonly string[] = []): string[] {
  const isNarrowed = given.some((flag) => flag.startsWith("--allow-"));
  const own = GRANTS.map(([flag]) => flag).filter((flag) => !isNarrowed || !flag.startsWith("--allow-"));
  return [...own, ...given];
}
