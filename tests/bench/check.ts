/** That a run did what it was measured for: the replica is the same as the source. Outside of the timed part. */
import type { Program } from "./program.ts";
import { ask, has } from "./run.ts";

/** Throws when the replica differs; contents are read only where `contents` says so, for that takes long. */
export async function check(
  program: Program,
  source: string,
  replica: string,
  contents: boolean,
): Promise<void> {
  const differences = has("rsync")
    ? await ask(
      "rsync",
      program.exact ? "-nai" : "-nri",
      ...how(program, contents),
      `${source}/`,
      `${replica}/`,
    )
    : await ask("diff", "-rq", "--no-dereference", source, replica);
  if (differences.trim() === "") return;
  const some = differences.trim().split("\n").slice(0, 5).join("\n");
  throw new Error(`The replica that ${program.name} made differs from the source:\n${some}`);
}

function how(program: Program, contents: boolean): string[] {
  return ["--delete", ...contents ? ["-c"] : program.exact ? [] : ["--size-only"]];
}
