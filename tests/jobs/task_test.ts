import { assertEquals } from "@std/assert";
import { jobsIn } from "../../sync/jobs/file.ts";
import { wholePath } from "../../sync/whole_path.ts";
import { jobsOfTask, notExpected, taskByEngine } from "../../sync/jobs/task.ts";
import { SPLIT } from "../support/split.ts";

const WHOLE = { ...SPLIT, source: "/s", replica: "/r", seen: [2, 30], inParts: 32, shares: [1, 2] };
const JOBS = {
  "a": { source: "/s/a", replica: "/r/a" },
  "b-c": { source: "/s/b/c", replica: "/r/b/c" },
  "d": { source: "/s/d", replica: "/r/d" },
  "top": { source: "/s", replica: "/r" },
};

const STATUS = wholePath("/etc/status");

/** The file as it is read, with some fields of the split changed; the faults where it has some. */
function read(split: object = {}, jobs: object = JOBS, more: object = {}) {
  const text = JSON.stringify({ split: { ...WHOLE, ...split }, jobs, ...more });
  return jobsIn(text, "/etc/jobs.jsonc", () => undefined);
}

function good() {
  const file = read();
  if ("faults" in file) throw new TypeError(file.faults.join());
  return file;
}

Deno.test("a file of jobs that was split gives each job its part, and top what the others leave", () => {
  const file = good();
  // as this system writes them
  const [source, replica] = [wholePath("/s"), wholePath("/r")];
  assertEquals(file.split, { ...WHOLE, source, replica, status: STATUS });
  const whole = { source, replica, seen: 32, sliced: [], names: 2 };
  assertEquals(file.jobs.map(({ options }) => options.part), [
    { ...whole, path: "a", except: [], lock: STATUS + "/a.lock" },
    { ...whole, path: "b/c", except: [], lock: STATUS + "/b-c.lock" },
    { ...whole, path: "d", except: [], lock: STATUS + "/d.lock" },
    { ...whole, path: "", except: ["a", "b/c", "d"], lock: STATUS + "/top.lock" },
  ]);
});

const ANEW = "make the split anew instead of editing it";
const FAULTY: readonly (readonly [what: string, file: ReturnType<typeof read>, told: string])[] = [
  ["an id", read({ id: "x" }), `split: its id is not what lockstep split writes: ${ANEW}`],
  ["a time", read({ made: "yesterday" }), `split: its made is not what lockstep split writes: ${ANEW}`],
  ["no source", read({ source: 3 }), `split: its source is not what lockstep split writes: ${ANEW}`],
  ["no replica", read({ replica: "" }), `split: its replica is not what lockstep split writes: ${ANEW}`],
  ["no folder", read({ status: null }), `split: its status is not what lockstep split writes: ${ANEW}`],
  ["numbers", read({ seen: [1, -1] }), `split: its seen is not what lockstep split writes: ${ANEW}`],
  [
    "an empty share",
    read({ shares: [3, 0] }),
    `split: its shares is not what lockstep split writes: ${ANEW}`,
  ],
  ["too few", read({ shares: [1, 1] }), `split: the shares have not as many jobs as the file: ${ANEW}`],
  ["whole", read({ whole: 1 }), `split: its whole is not what lockstep split writes: ${ANEW}`],
  [
    "a stranger",
    read({}, { x: { source: "/elsewhere/x", replica: "/r/x" }, ...JOBS }),
    `split: the job "x" has no part of the split: ${ANEW}`,
  ],
  [
    "two places",
    read({}, { ...JOBS, a: { source: "/s/a", replica: "/r/b" } }),
    `split: the job "a" has no part of the split: ${ANEW}`,
  ],
  [
    "no top",
    read({}, { a: JOBS.a, "b-c": JOBS["b-c"], d: JOBS.d }),
    `split: the last job is "top": ${ANEW}`,
  ],
  [
    "top in the midst",
    read({}, { top: JOBS.top, a: JOBS.a, "b-c": JOBS["b-c"], d: JOBS.d }),
    `split: the last job is "top": ${ANEW}`,
  ],
  [
    "an interval",
    read({}, JOBS, { defaults: { interval: 30 } }),
    `job "a": is a part of a split and makes one pass: whatever runs it says when`,
  ],
];
for (const [what, file, told] of FAULTY) {
  Deno.test(`a split that was edited is refused: ${what}`, () => {
    if (!("faults" in file)) throw new TypeError("It was taken");
    assertEquals(file.faults.some((fault) => fault.endsWith(`: ${told}`)), true, file.faults.join("\n"));
  });
}

Deno.test("parts that lie in each other are refused, as two jobs that fill one folder are", () => {
  const jobs = { a: JOBS.a, "a-x": { source: "/s/a/x", replica: "/r/a/x" }, d: JOBS.d, top: JOBS.top };
  const file = read({}, jobs);
  assertEquals("faults" in file && file.faults, [
    '/etc/jobs.jsonc:1: job "a-x": replica: lies in the replica of job "a", which would delete it',
  ]);
});

Deno.test("jobsOfTask() gives the jobs of a share, or the nth of a plain file", () => {
  const file = good();
  assertEquals([0, 1].map((index) => jobsOfTask(file, index)), [["a"], ["b-c", "d"]]);
  assertEquals(
    jobsOfTask(file, 2),
    'There is no task 2: the split has 2, counted from 0, and then "top"',
  );
  const plain = { ...file, split: null };
  assertEquals([0, 3].map((index) => jobsOfTask(plain, index)), [["a"], ["top"]]);
  assertEquals(jobsOfTask(plain, 4), "There is no job 4: the file has 4, counted from 0");
});

Deno.test("notExpected() tells a split from one that was made later", () => {
  const file = good();
  assertEquals(notExpected(file, "0a1b2c3d"), null);
  assertEquals(
    notExpected(file, "99999999"),
    `${file.path} was split anew: it is 0a1b2c3d by now, and not 99999999; submit the tasks of the new one`,
  );
  assertEquals(
    notExpected({ ...file, split: null }, "0a1b2c3d"),
    `${file.path} is no split: lockstep split makes one`,
  );
});

const ENGINES: readonly (readonly [Record<string, string | null>, ReturnType<typeof taskByEngine>])[] = [
  [{}, null],
  [{ SLURM_ARRAY_TASK_ID: "7" }, { index: 7, by: "SLURM_ARRAY_TASK_ID" }],
  [{ JOB_COMPLETION_INDEX: "0" }, { index: 0, by: "JOB_COMPLETION_INDEX" }],
  [{ AWS_BATCH_JOB_ARRAY_INDEX: "63" }, { index: 63, by: "AWS_BATCH_JOB_ARRAY_INDEX" }],
  // Deno may not tell
  [{ SLURM_ARRAY_TASK_ID: null }, null],
  [{ SLURM_ARRAY_TASK_ID: "" }, null],
  [{ SLURM_ARRAY_TASK_ID: "7", JOB_COMPLETION_INDEX: "7" }, { index: 7, by: "SLURM_ARRAY_TASK_ID" }],
  [
    { SLURM_ARRAY_TASK_ID: "7", JOB_COMPLETION_INDEX: "8" },
    "SLURM_ARRAY_TASK_ID and JOB_COMPLETION_INDEX give this task two numbers: give --job-index",
  ],
  [
    { SLURM_ARRAY_TASK_ID: "-1" },
    'SLURM_ARRAY_TASK_ID is no number of a task, but "-1": give --job-index',
  ],
];
for (const [variables, expected] of ENGINES) {
  Deno.test(`taskByEngine() of ${JSON.stringify(variables)}`, () => {
    assertEquals(taskByEngine((name) => variables[name]), expected);
  });
}
