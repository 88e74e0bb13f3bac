/** What GNU parallel is told: a script of a POSIX shell with the line that runs the split's tasks, and `top` after them. Pure. */
import { STATUS } from "../cli/exit_status.ts";
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

export interface OfParallel {
  /** null for as many as there are processors for, on each machine. */
  readonly atOnce: number | null;
}

/** The script. */
export function parallelText(fleet: Fleet, { atOnce }: OfParallel): Told {
  const { split, cpus } = fleet;
  const log = `${outputIn(split)}.parallel`;
  const jobs = atOnce ?? `${Math.max(1, Math.floor(100 / cpus))}%`;
  const text = [
    "#!/bin/sh",
    preface(fleet, [
      "Keep this file, and run it once for each pass:  sh lockstep.parallel.sh",
      'On several machines: write --sshloginfile and a file behind "parallel", with a line for each, as ada@node7.',
      "When some tasks failed: with --resume-failed behind it, too, a run makes a pass of those alone.",
      "What you want besides, parallel reads from the environment:  PARALLEL='--load 80%' sh lockstep.parallel.sh",
      SAME_PATHS,
    ]),
    "set -u",
    "# moreutils has another program of that name",
    "if ! parallel --version 2>/dev/null | grep -q '^GNU parallel'; then",
    '  echo "GNU parallel is not here: install it (Debian: apt install parallel)" >&2',
    `  exit ${STATUS.usage}`,
    "fi",
    "# the shell that reads the task's command, which parallel puts the number into",
    "PARALLEL_SHELL=/bin/sh",
    "export PARALLEL_SHELL",
    "",
    commented([
      `--jobs     how many tasks work at the same time on a machine, each on ${cpus} of its processors`,
      "--line-buffer  what a task prints is seen line by line, and not when it has ended",
      "--joblog   a line for each task, with its status; the next run begins it anew",
      "--termseq  who ends parallel ends each pass in good order, which may take a minute",
    ]),
    ...ENDING,
    [
      `seq 0 ${split.shares.length - 1} | parallel --jobs ${jobs} --tag --line-buffer`,
      `--joblog ${forShell(log)}`,
      "--termseq TERM,60000,KILL,25",
      `${forShell(inParallel(shellOfTask(fleet, NUMBER)))} &`,
    ].join(" \\\n  "),
    "failed=0",
    "over $! || failed=$?",
    commented([`up to ${MOST_FAILED} it is how many tasks have failed, more is an end of parallel itself`]),
    `if [ "$ended" -ne 0 ] || [ "$failed" -gt ${MOST_FAILED} ]; then`,
    `  echo "Ended before all tasks were over: ${TOP_JOB} is not run. Run this again for a pass of all" >&2`,
    '  [ "$ended" -ne 0 ] || ended=$failed',
    '  exit "$ended"',
    "fi",
    "",
    commented([
      "It is run even when tasks have failed. That is safe: it leaves their folders alone, whatever is there, and",
      "the next pass mends what failed.",
    ]),
    `${shellOfTop(fleet)} &`,
    "top=0",
    "over $! || top=$?",
    '[ "$ended" -eq 0 ] || exit "$ended"',
    `[ "$top" -ne 0 ] || [ "$failed" -eq 0 ] || top=${STATUS.failures}`,
    'exit "$top"',
    "",
  ].join("\n");
  return { kind: "text", text };
}

/** The exit status of parallel when more than 100 tasks have failed: below it they are counted. */
const MOST_FAILED = 101;

/** Functions of the shell by which a signal ends what is under way, in good order, and nothing is left behind. */
const ENDING: readonly string[] = [
  "# who ends this script, by Ctrl-C, too, ends what it runs",
  "ended=0",
  "child=",
  ...[["HUP", 129], ["INT", 130], ["TERM", 143]].map(([signal, status]) =>
    `trap 'ended=${status}; [ -z "$child" ] || kill -TERM "$child"' ${signal}`
  ),
  "# the status of a process when it is over, however often a signal comes in between",
  "over() {",
  "  child=$1",
  '  [ "$ended" -eq 0 ] || kill -TERM "$child" 2>/dev/null',
  "  while :; do",
  "    status=0",
  '    wait "$child" || status=$?',
  '    kill -0 "$child" 2>/dev/null || break',
  "  done",
  "  child=",
  '  return "$status"',
  "}",
  "",
];

/** Stands for the number of a task while braces are made harmless. No path has it. */
const NUMBER = "\0";

/**
 * A command as parallel takes it. It puts what it knows into the place of {}, {.}, {#}, {= … =} and the like wherever they
 * stand, in a path, too: so no brace is left with what follows it. All braces stand between quotes, for they are quoted.
 */
function inParallel(command: string): string {
  return command.replaceAll("{", "{''").replace(NUMBER, "{}");
}
