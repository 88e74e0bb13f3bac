/** Which jobs of a file a run has, where a batch engine starts many runs of one file: each is a task with a number. Pure. */
import type { JobFile } from "./reading.ts";
import { shareOf } from "./split.ts";

/** The variables by which engines tell a task its number: Slurm, Kubernetes, AWS Batch. */
export const ENGINE_VARIABLES = [
  "SLURM_ARRAY_TASK_ID",
  "JOB_COMPLETION_INDEX",
  "AWS_BATCH_JOB_ARRAY_INDEX",
] as const;

/** A number, and what said it. */
export interface TaskNumber {
  readonly index: number;
  /** A variable of the environment; null for the option. */
  readonly by: string | null;
}

/**
 * The number of this task by the engine's variables; null where none is set, or may be read. A text says what is wrong.
 * `env` gives undefined for a variable that is not set, and null where Deno may not tell.
 */
export function taskByEngine(env: (name: string) => string | undefined | null): TaskNumber | string | null {
  let found: TaskNumber | null = null;
  for (const by of ENGINE_VARIABLES) {
    const text = env(by);
    if (text === undefined || text === null || text === "") continue;
    if (!/^\d{1,9}$/.test(text)) return `${by} is no number of a task, but "${text}": give --job-index`;
    if (found !== null && found.index !== Number(text)) {
      return `${found.by} and ${by} give this task two numbers: give --job-index`;
    }
    found ??= { index: Number(text), by };
  }
  return found;
}

/** The names of the jobs that a task has; or what is wrong. */
export function jobsOfTask(
  { jobs, split }: Pick<JobFile, "jobs" | "split">,
  index: number,
): readonly string[] | string {
  const names = jobs.map(({ name }) => name);
  if (split !== null) return shareOf(split, names, index);
  if (index < names.length) return [names[index]!];
  return `There is no job ${index}: the file has ${names.length}, counted from 0`;
}

/** Why a file is not the split that was expected; null when it is. */
export function notExpected({ path, split }: Pick<JobFile, "path" | "split">, id: string): string | null {
  if (split === null) return `${path} is no split: lockstep split makes one`;
  if (split.id === id) return null;
  return `${path} was split anew: it is ${split.id} by now, and not ${id}; submit the tasks of the new one`;
}
