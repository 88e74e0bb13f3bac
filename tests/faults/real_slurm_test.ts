/**
 * A split's array of tasks under a real Slurm with two nodes, as `lockstep fleet show` has it submitted. What is killed
 * in the middle heals when Slurm runs it again, and the parts make up the whole.
 */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { command, lockstep, sh, until } from "../support/program.ts";
import { leftToDo } from "../support/rsync.ts";
import { NODES, type Slurm, slurm, slurmStarts, type Task } from "../support/slurm.ts";
import {
  file,
  files,
  folder,
  hardLink,
  inMemory,
  link,
  plant,
  readIfThere,
  type Tree,
} from "../support/tree.ts";
import { faultTest, shimmed } from "./tools.ts";

/** Each is a folder right below the source. */
const NAMES = [
  ...Array.from({ length: 50 }, (_, i) => `s${i}`),
  ...'x y|-f|n\nl|é|#1|%A_%a|$(id)|it\'s "so"|*|~'.split("|"),
];

const TASKS = 8;

const LACK = await slurmStarts() ? null : "Slurm that starts";

faultTest(
  "under Slurm, a node that dies and a task that is killed leave nothing half done, and the next split's array follows the tree",
  ["root", "slurm", "munge", "cc", "rsync"],
  async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    plant(source, {
      deep: { a: files(700), b: files(700, "2") },
      ...Object.fromEntries(NAMES.map((name) => [name, folder(small(name), 0o750, 1_500_000_000_500)])),
      above: "what top has",
    });
    plant(replica, { "of nobody": { x: "extraneous" }, s2: { old: "1" } });
    await using cluster = await slurm(`${at}/slurm`);

    const first = await scriptOf(at, "first", TASKS);
    const one = await submit(cluster, first, await held(at, `${replica}/deep`));
    await until("two tasks are in the middle of a file", () => heldIn(at) === 2);
    const running = (await cluster.tasks()).filter(({ state }) => state === "RUNNING");
    assertEquals(running.map(({ node }) => node).sort(), [...NODES]);
    const [dying, killed] = [running[0]!, running[1]!];
    await cluster.fail(dying.node!);
    for (const id of cluster.processes(killed.index!)) Deno.kill(id, "SIGKILL");
    await cluster.wait("Slurm knows that it was killed", (all) => now(all, killed).state === "FAILED");
    await cluster.control("requeue", `${one.array}_${killed.index}`);
    // what another thread of theirs was at may be left besides
    assert((await leftIn(replica)).length >= 2);
    goOn(at);
    await cluster.wait("Slurm gives the node up", (all) => now(all, dying).restarts > 0);
    await cluster.start(dying.node!);
    const after = await cluster.over();
    assertEquals(after.map(({ job, index, state }) => `${job} ${index} ${state}`).sort(), [
      ...Array.from({ length: TASKS }, (_, i) => `${one.array} ${i} COMPLETED`),
      `${one.top} null COMPLETED`,
    ]);
    await assertWhole(at);
    assertTopLast(at);

    Deno.removeSync(`${source}/${NAMES[3]}`, { recursive: true });
    Deno.renameSync(`${source}/${NAMES[5]}`, `${source}/deep/moved`);
    Deno.renameSync(`${source}/deep/b`, `${source}/renamed`);
    plant(source, { fresh: files(300), above: "more", deep: { a: { more: "1" } }, s2: { f1: "changed" } });
    const second = await scriptOf(at, "second", 3);
    const old = await submit(cluster, first);
    const two = await submit(cluster, second);
    const all = await cluster.over();
    const refused = all.filter(({ job }) => [old.array, old.top].includes(job));
    assertEquals(
      refused.map(({ state, status }) => [state, status]),
      refused.map(() => ["FAILED", STATUS.usage]),
    );
    assertEquals(refused.length, TASKS + 1);
    assertMatch(readIfThere(`${at}/jobs.status.out/${old.array}_0.out`), /was split anew/);
    const done = all.filter(({ job }) => [two.array, two.top].includes(job));
    assertEquals(done.map(({ state }) => state), ["COMPLETED", "COMPLETED", "COMPLETED", "COMPLETED"]);
    await assertWhole(at);
  },
  inMemory,
  LACK,
);

faultTest(
  "under Slurm, a task whose node is only thought dead is not done twice: its second run is held, and so is top",
  ["root", "slurm", "munge", "cc", "rsync"],
  async (at) => {
    plant(`${at}/source`, { a: files(60), b: files(60), above: "1" });
    await using cluster = await slurm(`${at}/slurm`);
    const script = await scriptOf(at, "script", 2);
    const one = await submit(cluster, script, await held(at, `${at}/replica/a`));
    await until("a task is in the middle of a file", () => heldIn(at) === 1);
    const begun = await cluster.wait(
      "the other is done",
      (all) => all.some(({ state }) => state === "COMPLETED"),
    );
    const running = begun.find(({ state }) => state === "RUNNING")!;
    await cluster.lose(running.node!);
    await cluster.control("update", `NodeName=${running.node}`, "State=DOWN", "Reason=thought dead");
    const tasks = await cluster.over();
    const ends = tasks.map(({ job, index, state, status }) => `${job} ${index} ${state} ${status}`);
    assertEquals(
      ends.sort(),
      [
        `${one.array} ${1 - running.index!} COMPLETED 0`,
        `${one.array} ${running.index} FAILED ${STATUS.locked}`,
        `${one.top} null FAILED ${STATUS.locked}`,
      ].sort(),
    );
    assertNotEquals(cluster.processes(running.index!), []);
    assertNotEquals(await leftIn(`${at}/replica`), []);
    goOn(at);
    await until("the first run is over", () => cluster.processes(running.index!).length === 0);
    assertEquals(await leftToDo(`${at}/source/a`, `${at}/replica/a`, "-naiHc"), "");
    await submit(cluster, script);
    await cluster.over();
    await assertWhole(at);
  },
  inMemory,
  LACK,
);

const FLAGS = { flags: ["--allow-read", "--allow-write"] };

/** Some files, with what is not one. */
function small(name: string): Tree {
  return {
    ...files(40, name),
    other: hardLink("f1"),
    link: link("f0"),
    astray: link("../nowhere"),
    sub: { run: file("#!/bin/sh", 0o755), "-\n": "", none: {} },
  };
}

/** Split the tree into so many tasks, and write the script that Slurm is to be given. */
async function scriptOf(at: string, name: string, tasks: number): Promise<string> {
  const jobs = `${at}/jobs.jsonc`;
  const words = ["split", `${at}/source`, `${at}/replica`, "--into", `${tasks}`, "-o", jobs];
  const split = await lockstep(words, FLAGS);
  assertEquals([split.status, split.err], [STATUS.inSync, ""]);
  const shown = await lockstep(["fleet", "show", "--engine", "slurm", "--config", jobs], FLAGS);
  assertEquals([shown.status, shown.err], [STATUS.inSync, ""]);
  Deno.writeTextFileSync(`${at}/${name}.sh`, shown.out);
  return `${at}/${name}.sh`;
}

/** Run a script as it is, by words in front of it; the numbers of the array's job and of the last one. */
async function submit(
  { env }: Slurm,
  script: string,
  through: readonly string[] = [],
): Promise<{ readonly array: string; readonly top: string }> {
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const ran = await command("env", ...words, ...through, "sh", script);
  assertEquals([ran?.status, ran?.err], [0, ""]);
  const said = /^Submitted: the array (\d+)\nSubmitted: top, (\d+), which/.exec(ran!.out);
  assert(said, ran!.out);
  return { array: said![1]!, top: said![2]! };
}

/** Words by which each task stops in the middle of the 20th file that it writes below a folder, until it may go on. */
async function held(at: string, folder: string): Promise<readonly string[]> {
  const shim = { UNDER: folder, CALL: "write", WHEN: "20", GATE: `${at}/gate`, LOG: `${at}/held` };
  return (await shimmed(shim)).through!;
}

function heldIn(at: string): number {
  return readIfThere(`${at}/held`).split("\n").length - 1;
}

function goOn(at: string): void {
  Deno.writeTextFileSync(`${at}/gate`, "");
}

/** What a task has become. */
function now(all: readonly Task[], { job, index }: Task): Task {
  return all.find((one) => one.job === job && one.index === index)!;
}

/** The temporary names below a folder. */
async function leftIn(folder: string): Promise<string[]> {
  const found = await sh("find . -name '.lockstep-*'", folder);
  return found === "" ? [] : found.split("\n");
}

/** An independent tool finds nothing to do, nothing is left over, and the status files say as much. */
async function assertWhole(at: string): Promise<void> {
  assertEquals(await leftToDo(`${at}/source`, `${at}/replica`, "-naiHc"), "");
  assertEquals(await leftIn(`${at}/replica`), []);
  const status = await lockstep(["status", `${at}/jobs.status`], FLAGS);
  assertEquals([status.status, status.err], [0, ""], status.out);
  assertMatch(status.out, /^LOCKSTEP OK /);
}

/** The pass of `top` began when those of all others had ended. */
function assertTopLast(at: string): void {
  const lastPass = (name: string) =>
    JSON.parse(Deno.readTextFileSync(`${at}/jobs.status/${name}`)).jobs[0].lastPass;
  for (const { name } of Deno.readDirSync(`${at}/jobs.status`)) {
    if (name.endsWith(".json") && name !== "top.json") {
      assert(Date.parse(lastPass("top.json").began) >= Date.parse(lastPass(name).ended), name);
    }
  }
}
