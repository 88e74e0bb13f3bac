/**
 * What Slurm is told: a script of a POSIX shell that submits an array job of the split's tasks, and `top` after it. What Slurm
 * is to do stands on the command lines of sbatch and not in #SBATCH lines, which have no quotes that hold any path. Pure.
 */
import { shown } from "../engine/entry.ts";
import { TOP_JOB } from "../engine/part.ts";
import {
  commented,
  type Fleet,
  forShell,
  outputIn,
  preface,
  SAME_PATHS,
  shellOfTask,
  shellOfTop,
  type Told,
} from "./told.ts";

export interface OfSlurm {
  /** null for as many as Slurm lets. */
  readonly atOnce: number | null;
  /** How long a task may take, as Slurm writes it; null for what the partition allows. */
  readonly time: string | null;
}

/** How many tasks an array may have where its `MaxArraySize` was left as it is. */
const USUAL_ARRAY = 1001;

/** The script. */
export function slurmText(fleet: Fleet, asked: OfSlurm): Told {
  const { split } = fleet;
  const output = outputIn(split);
  // Slurm reads a backslash as an order to leave all its own marks alone, and ends a line of its log at a line break
  if (/[\\\n\r]/.test(output)) {
    return {
      kind: "wrong",
      text: `Slurm cannot write to ${
        shown(output)
      }: make the split with its status folder at a path without a backslash or a line break`,
    };
  }
  const text = [
    "#!/bin/sh",
    preface(fleet, [
      "Keep this file, and run it where sbatch is, once for each pass:  sh lockstep.sbatch.sh",
      SAME_PATHS,
      "",
      "What your site asks for besides, sbatch reads from the environment: SBATCH_PARTITION, SBATCH_ACCOUNT, SBATCH_QOS,",
      "SBATCH_TIMELIMIT, SBATCH_MEM_PER_NODE, …, and SBATCH_EXPORT says which variables the tasks are given (man sbatch,",
      "INPUT ENVIRONMENT VARIABLES):  SBATCH_PARTITION=long SBATCH_ACCOUNT=ops sh lockstep.sbatch.sh",
    ]),
    "set -eu",
    "",
    commented(["What the tasks print, a file for each. Slurm does not make the folder."]),
    `mkdir -p ${forShell(output)}`,
    ...arraySize(split.shares.length),
    "",
    commented(["A task. Its shell becomes Lockstep, so that signals reach it."]),
    ...heredoc("part", shellOfTask(fleet, '"$SLURM_ARRAY_TASK_ID"')),
    ...heredoc("top", shellOfTop(fleet)),
    "",
    commented([
      "--requeue    a task whose machine failed, or that had to make room, is started again: what a killed pass",
      "             leaves behind, the next one heals. What ended with a failure Slurm does not start again by itself",
      "--open-mode  what it prints then goes on in the same file",
      "--signal     a minute before its time is up it hears SIGTERM, and ends the pass in good order; B: means",
      "             the task's first process, which is Lockstep",
      ...asked.atOnce === null
        ? ["--array      one task for each number; 0-9%4 would let 4 of them work at the same time"]
        : [`--array      one task for each number, ${asked.atOnce} of them at the same time`],
    ]),
    `array=$(part | ${sbatch(fleet, asked, arrayOptions(fleet, asked.atOnce))})`,
    commented(["where there are several clusters, the name of one stands behind the number"]),
    "array=${array%%;*}",
    'echo "Submitted: the array $array"',
    "",
    commented([
      `afterany: ${TOP_JOB} begins when all tasks have ended, even if some have failed. That is safe: it leaves their`,
      "folders alone, whatever is there, and the next pass mends what failed.",
    ]),
    `if ! top=$(top | ${sbatch(fleet, asked, topOptions(fleet))}); then`,
    "  {",
    `    echo "The array $array is submitted, but ${TOP_JOB} is not. Cancel the array:  scancel $array"`,
    `    echo "or run ${TOP_JOB} by hand when all its tasks have ended:"`,
    "    top | sed '1d; 2s/^exec //'",
    "  } >&2",
    "  exit 1",
    "fi",
    `echo "Submitted: ${TOP_JOB}, \${top%%;*}, which begins after it"`,
    "",
  ].join("\n");
  return { kind: "text", text };
}

function arraySize(tasks: number): string[] {
  if (tasks <= USUAL_ARRAY) return [];
  return [
    "",
    commented([
      `By itself Slurm takes ${USUAL_ARRAY} tasks in an array. Ask: scontrol show config | grep MaxArraySize`,
      `If that is less than ${tasks}, raise it in slurm.conf, or split into fewer.`,
    ]),
  ];
}

/** A function of the shell that prints a script, whatever paths it has. */
function heredoc(name: string, command: string): string[] {
  let end = "END";
  while (command.split("\n").includes(end)) end += "_";
  return [`${name}() {`, `  cat <<'${end}'`, "#!/bin/sh", `exec ${command}`, end, "}"];
}

function arrayOptions({ split }: Fleet, atOnce: number | null): string[] {
  const { id, shares } = split;
  const most = atOnce === null ? "" : `%${atOnce}`;
  return [`--array=0-${shares.length - 1}${most}`, `--job-name=lockstep-${id}`, outputOption(split, "%A_%a")];
}

function topOptions({ split }: Fleet): string[] {
  return [
    '--dependency=afterany:"$array"',
    `--job-name=lockstep-${split.id}-${TOP_JOB}`,
    outputOption(split, `%j_${TOP_JOB}`),
  ];
}

/** Slurm puts numbers in the place of its marks; two "%" are one. */
function outputOption(split: Fleet["split"], name: string): string {
  return `--output=${forShell(`${outputIn(split).replaceAll("%", "%%")}/${name}.out`)}`;
}

/** The command line of sbatch. */
function sbatch({ cpus }: Fleet, { time }: OfSlurm, own: readonly string[]): string {
  return [
    "sbatch --parsable",
    ...own,
    `--ntasks=1 --cpus-per-task=${cpus}`,
    "--requeue --open-mode=append --signal=B:TERM@60",
    ...time === null ? [] : [`--time=${time}`],
  ].join(" \\\n  ");
}
