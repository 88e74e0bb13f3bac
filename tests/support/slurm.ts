/**
 * A Slurm of one's own on this machine: a controller, two nodes that do one task at a time each, and MUNGE, which signs
 * what they tell each other. All of it is in one folder and on ports that were free, so several do not disturb each
 * other, and it is gone after its test.
 *
 * Learnt of Debian's Slurm, 22.05 and 24.11:
 * - Several `slurmd -N` run on one machine, without systemd and without cgroups, but as root.
 * - It is up within half a second. A task starts within a second or two (`sched_interval`).
 * - A task that is requeued waits for as long as a credential is good: 120 s, or `cred_expire`, and 5 s at the least.
 * - A node that is silent is given up after `SlurmdTimeout` and some seconds (300 s where nobody says else), and its
 *   tasks are requeued. They may still be at work there. It is trusted again when it answers (`ReturnToService`), and
 *   what Slurm has given up there is killed then.
 * - A task that ends with a status, or is killed by a signal, has failed: it is run again by `scontrol requeue`, or by
 *   Slurm itself where `RequeueExit` has its status.
 * - What depends on an array by `afterok` never runs once a task has failed, though that is requeued and succeeds.
 * - `CommunicationParameters=NoInAddrAny` needs a name of the machine that can be looked up, so ports are open to all;
 *   without the key of MUNGE nobody is heard.
 */
import { processesOf, processesWith, signal } from "./processes.ts";
import { command, has, type Ran, until } from "./program.ts";
import {
  configOf,
  layOut,
  logOf,
  logs,
  mungeWords,
  type Node,
  NODES,
  socketOf,
  withoutCgroups,
} from "./slurm_files.ts";
import { isThere } from "./tree.ts";

export { NODES } from "./slurm_files.ts";

/** Whether all of Slurm is here; it needs root and `munged` besides. */
export const HAS_SLURM = ["slurmctld", "slurmd", "sbatch", "squeue", "sinfo", "scontrol"].every(has);

/** One task of an array, or a job that has no array. */
export interface Task {
  /** Its job, or the job of its array. */
  readonly job: string;
  /** Its number in the array; null for a job that has none. */
  readonly index: number | null;
  readonly name: string;
  /** As Slurm calls it: PENDING, RUNNING, COMPLETED … */
  readonly state: string;
  /** The status of its script. */
  readonly status: number;
  /** How often it was requeued. */
  readonly restarts: number;
  /** Where it runs or ran; null where it never did. */
  readonly node: Node | null;
}

export interface Slurm extends AsyncDisposable {
  /** What a command has in its environment to speak with this Slurm and no other. */
  readonly env: Readonly<Record<string, string>>;
  /** All tasks that it knows, those that have ended, too. */
  tasks(): Promise<Task[]>;
  /** Wait until something holds of them; what they are then. */
  wait(what: string, isSo: (tasks: readonly Task[]) => boolean): Promise<Task[]>;
  /** Wait until nothing is left to run; what has become of each task. */
  over(): Promise<Task[]>;
  /** Do what these words tell `scontrol`, which must succeed. */
  control(...words: string[]): Promise<void>;
  /** The processes of the tasks that have a number. */
  processes(index: number): number[];
  /** Cut a node's power: all that runs on it is killed at one moment, and nobody says so. */
  fail(node: Node): Promise<void>;
  /** Kill a node's daemon alone: its tasks run on. */
  lose(node: Node): Promise<void>;
  /** Start a node's daemon again, and wait until it takes tasks. */
  start(node: Node): Promise<void>;
}

/** Whether its daemons start on this machine: a container may not let them. */
export async function slurmStarts(): Promise<boolean> {
  if (!HAS_SLURM || !has("munged") || Deno.uid() !== 0) return false;
  const at = Deno.makeTempDirSync({ prefix: "lockstep-slurm-" });
  try {
    await using _cluster = await slurm(at);
    return true;
  } catch {
    return false;
  } finally {
    Deno.removeSync(at, { recursive: true });
  }
}

/** Start one, with its files in a folder of its own. */
export async function slurm(at: string): Promise<Slurm> {
  const env = { SLURM_CONF: configOf(at) };
  const mark = `SLURM_CONF=${configOf(at)}`;
  const daemons = daemonsOf(at, env);
  const start = (node: Node) =>
    daemons.begin(node, ["slurmd", "-D", "-N", node], () => takesTasks(node, env));
  const stop = async () => {
    await daemons.endAll();
    // tasks without a controller would run on, and what keeps them would wait for another one
    const keepers = processesOf(KEEPER, NODES.map((node) => logOf(at, node)));
    signal([...keepers, ...processesWith(mark)]);
  };
  const tasks = () => tasksBy(at, env);
  const wait = (what: string, isSo: (tasks: readonly Task[]) => boolean) => waitFor(what, tasks, isSo);
  try {
    layOut(at);
    await daemons.begin("munged", ["munged", ...mungeWords(at)], () => isThere(socketOf(at)));
    await daemons.begin("slurmctld", ["slurmctld", "-D", "-i"], () => answers(env));
    withoutCgroups(at, true);
    await start(NODES[0]).catch(() => {
      withoutCgroups(at, false);
      return start(NODES[0]);
    });
    await start(NODES[1]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env,
    tasks,
    wait,
    over: () => wait("all tasks have ended", (all) => all.every(({ state }) => !UNDER_WAY.includes(state))),
    async control(...words) {
      await ask(at, env, "scontrol", ...words);
    },
    processes: (index) => processesWith(mark, `SLURM_ARRAY_TASK_ID=${index}`),
    async fail(node) {
      const keepers = processesOf(KEEPER, [logOf(at, node)]);
      const all = [...daemons.ids(node), ...keepers, ...processesWith(mark, `SLURMD_NODENAME=${node}`)];
      // none may live to see another one end, and tell of it
      signal(all, "SIGSTOP");
      signal(all);
      await daemons.end(node);
    },
    lose: daemons.end,
    start,
    [Symbol.asyncDispose]: stop,
  };
}

/** What keeps a task on its node, and tells the controller how that ended. */
const KEEPER = "slurmstepd";

type Env = Readonly<Record<string, string>>;

/** The daemons of one Slurm, in the foreground, so that they are children of the test. */
function daemonsOf(at: string, env: Env) {
  const known = new Map<string, Deno.ChildProcess>();
  const end = async (name: string) => {
    const daemon = known.get(name);
    known.delete(name);
    if (daemon === undefined) return;
    signal([daemon.pid]);
    await daemon.status;
  };
  return {
    /** Start one by its command line, and wait until it works. */
    async begin(
      name: string,
      [program, ...args]: readonly [string, ...string[]],
      works: () => boolean | Promise<boolean>,
    ): Promise<void> {
      const [stdin, stdout, stderr] = ["null", "null", "null"] as const;
      const daemon = new Deno.Command(program, { args, env, stdin, stdout, stderr }).spawn();
      known.set(name, daemon);
      let hasEnded = false;
      daemon.status.then(() => hasEnded = true);
      await until(`${name} works`, async () => hasEnded || await works());
      if (hasEnded) throw new Error(`${name} has ended:${logs(at)}`);
    },
    end,
    endAll: async () => void await Promise.all([...known.keys()].map(end)),
    ids: (name: string) => [...known].filter(([one]) => one === name).map(([, { pid }]) => pid),
  };
}

async function answers(env: Env): Promise<boolean> {
  return (await asked(env, "scontrol", "ping")).status === 0;
}

async function takesTasks(node: Node, env: Env): Promise<boolean> {
  const { out } = await asked(env, "sinfo", "-h", "-n", node, "-o", "%T");
  return ["idle", "allocated"].includes(out.trim());
}

/** Ask again and again. */
async function waitFor(
  what: string,
  tasks: () => Promise<Task[]>,
  isSo: (tasks: readonly Task[]) => boolean,
): Promise<Task[]> {
  let known = await tasks();
  await until(what, async () => {
    if (isSo(known)) return true;
    // each question starts a program, and others need the processors
    await new Promise((resolve) => setTimeout(resolve, 200));
    known = await tasks();
    return isSo(known);
  });
  return known;
}

const UNDER_WAY = ["PENDING", "RUNNING", "COMPLETING", "REQUEUED", "CONFIGURING", "SUSPENDED"];

const COLUMNS = ["ArrayJobID", "ArrayTaskID", "Name", "State", "exit_code", "RestartCnt", "BatchHost"]
  .map((column) => `${column}:\t`).join(",");

/** The status in "40:0", behind which is a signal, or in what waitpid() gives, as older ones say it. */
function statusOf(text: string): number {
  const [status, signal] = text.split(":");
  return signal === undefined ? Number(status) >> 8 : Number(status);
}

async function tasksBy(at: string, env: Env): Promise<Task[]> {
  const lines = await ask(at, env, "squeue", "-h", "-r", "-t", "all", "-O", COLUMNS);
  return lines.split("\n").flatMap(taskOf);
}

function taskOf(line: string): Task[] {
  const [job, index, name, state, status, restarts, node] = line.split("\t").map((word) => word.trim());
  if (node === undefined) return [];
  return [{
    job: job!,
    index: /^\d+$/.test(index!) ? Number(index) : null,
    name: name!,
    state: state!,
    status: statusOf(status!),
    restarts: Number(restarts),
    node: NODES.find((one) => one === node) ?? null,
  }];
}

/** What a program of Slurm prints, which must succeed. */
async function ask(at: string, env: Env, program: string, ...words: readonly string[]): Promise<string> {
  const ran = await asked(env, program, ...words);
  if (ran.status !== 0) throw new Error(`${program} ${words.join(" ")}: ${ran.err}${logs(at)}`);
  return ran.out;
}

async function asked(env: Env, program: string, ...words: readonly string[]): Promise<Ran> {
  const setting = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return (await command("env", ...setting, program, ...words))!;
}
