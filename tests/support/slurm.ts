/**
 * A Slurm of one's own on this machine: a controller, two nodes of one processor each, and MUNGE, which signs what they
 * tell each other. All of it is in one folder and on ports that were free, so several do not disturb each other, and it is
 * gone after its test.
 *
 * Learnt of Debian's Slurm (22.05; the same file is good for 24.11):
 * - Several `slurmd -N` run on one machine. No cgroup is needed, nor systemd, but root is: `slurmd` changes users.
 * - It is up within half a second, and a task starts within a second (`sched_interval`).
 * - A task that is requeued waits for as long as a credential is good, 120 s unless `cred_expire` says less, and that is
 *   5 s at the least: else its old run could begin after its new one.
 * - A node that is silent is given up after `SlurmdTimeout` and what the controller waits for an answer, some 10 s here
 *   and five minutes by default; its tasks are requeued by themselves. It is trusted again when it answers (`ReturnToService`).
 * - A task that ends with a status, be it that of a kill, has failed, and nobody runs it again unless `RequeueExit` has the status.
 * - A job that has ended is known for `MinJobAge`; older ones need accounting, which this has not.
 */
import { command, has, type Ran, until } from "./program.ts";
import { isThere, readIfThere } from "./tree.ts";

export const NODES = ["node1", "node2"] as const;
export type Node = typeof NODES[number];

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
  /** Submit a script by the words of `sbatch`; the number of its job. */
  submit(...words: string[]): Promise<string>;
  /** All tasks that it knows, those that have ended, too. */
  tasks(): Promise<Task[]>;
  /** Wait until nothing is left to run; what has become of each task. */
  over(): Promise<Task[]>;
  /** `scontrol`, which must succeed. */
  control(...words: string[]): Promise<string>;
  /** The processes of tasks that are at work on a node, or of the tasks of a number. */
  processes(of: { readonly node?: Node; readonly index?: number }): number[];
  /** Cut a node's power: everything that runs on it is killed at one moment, and nobody says so. */
  fail(node: Node): Promise<void>;
  /** Have a node lose its daemon only: its tasks run on, and the controller takes it for dead. */
  lose(node: Node): Promise<void>;
  /** Start a node's daemon again and wait until it takes tasks. */
  start(node: Node): Promise<void>;
  stop(): Promise<void>;
}

/** Start one, with its files in a folder. */
export async function slurm(at: string): Promise<Slurm> {
  const config = `${at}/slurm.conf`;
  const env = { SLURM_CONF: config };
  const mark = `SLURM_CONF=${config}`;
  const daemons = new Map<string, Deno.ChildProcess>();
  /** Start a daemon and wait until it works. */
  const begin = async (
    name: string,
    words: readonly [string, ...string[]],
    works: () => boolean | Promise<boolean>,
  ) => {
    const [program, ...args] = words;
    const [stdin, stdout, stderr] = ["null", "null", "null"] as const;
    const daemon = new Deno.Command(program, { args, env, stdin, stdout, stderr }).spawn();
    daemons.set(name, daemon);
    let hasEnded = false;
    daemon.status.then(() => hasEnded = true);
    await until(`${name} works`, async () => hasEnded || await works());
    if (hasEnded) throw new Error(`${name} has ended:${logs(at)}`);
  };
  const end = async (name: string) => {
    const daemon = daemons.get(name);
    daemons.delete(name);
    if (daemon === undefined) return;
    signal([daemon.pid]);
    await daemon.status;
  };
  const ask = async (program: string, ...words: string[]): Promise<string> => {
    const ran = await asked(env, program, words);
    if (ran.status !== 0) throw new Error(`${program} ${words.join(" ")}: ${ran.err}${logs(at)}`);
    return ran.out.trim();
  };
  const start = (node: Node) =>
    begin(node, ["slurmd", "-D", "-N", node], async () => {
      const { out } = await asked(env, "sinfo", ["-h", "-n", node, "-o", "%T"]);
      return ["idle", "allocated"].includes(out.trim());
    });
  const tasks = async () =>
    (await ask("squeue", "-h", "-r", "-t", "all", "-O", COLUMNS)).split("\n").flatMap(taskOf);
  const stop = async () => {
    // tasks that lose their controller run on, and would wait for another one
    await Promise.all([...daemons.keys()].map(end));
    const { tasks, keepers } = processesWith(mark);
    signal([...keepers, ...tasks]);
  };
  try {
    await layOut(at, config);
    await begin(
      "munged",
      ["munged", "--foreground", "--force", ...mungeWords(at)],
      () => isThere(`${at}/munge/socket`),
    );
    await begin(
      "slurmctld",
      ["slurmctld", "-D", "-i"],
      async () => (await asked(env, "scontrol", ["ping"])).status === 0,
    );
    await Promise.all(NODES.map(start));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env,
    submit: (...words) => ask("sbatch", "--parsable", ...words),
    tasks,
    async over() {
      let known: Task[] = [];
      const isOver = async () => {
        known = await tasks();
        return known.every(({ state }) => !["PENDING", "RUNNING", "COMPLETING", "REQUEUED"].includes(state));
      };
      await until("all tasks have ended", isOver);
      return known;
    },
    control: (...words) => ask("scontrol", ...words),
    processes: ({ node, index }) =>
      processesWith(
        mark,
        ...node === undefined ? [] : [`SLURMD_NODENAME=${node}`],
        ...index === undefined ? [] : [`SLURM_ARRAY_TASK_ID=${index}`],
      ).tasks,
    async fail(node) {
      const { tasks, keepers } = processesWith(mark, `SLURMD_NODENAME=${node}`);
      const all = [daemons.get(node)!.pid, ...keepers, ...tasks];
      // none may live to see another one end, and tell of it
      signal(all, "SIGSTOP");
      signal(all);
      await end(node);
    },
    lose: end,
    start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const COLUMNS = ["ArrayJobID", "ArrayTaskID", "Name", "State", "exit_code", "RestartCnt", "BatchHost"]
  .map((column) => `${column}:\t`).join(",");

function taskOf(line: string): Task[] {
  const [job, index, name, state, status, restarts, node] = line.split("\t").map((word) => word.trim());
  if (node === undefined) return [];
  return [{
    job: job!,
    index: /^\d+$/.test(index!) ? Number(index) : null,
    name: name!,
    state: state!,
    // as waitpid() gives it
    status: Number(status) >> 8,
    restarts: Number(restarts),
    node: NODES.find((one) => one === node) ?? null,
  }];
}

async function layOut(at: string, config: string): Promise<void> {
  Deno.mkdirSync(at, { recursive: true });
  for (const folder of ["munge", "state", ...NODES]) Deno.mkdirSync(`${at}/${folder}`, { mode: 0o755 });
  Deno.writeFileSync(`${at}/munge/key`, crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o400 });
  Deno.writeTextFileSync(config, configuration(at, freePorts(1 + NODES.length)));
  const version = Number(/\d+\.\d+/.exec((await command("slurmd", "-V"))?.out ?? "")?.[0]);
  // what newer ones do with cgroups even where nothing asks for them, and older ones do not know
  if (version >= 23.11) Deno.writeTextFileSync(`${at}/cgroup.conf`, "CgroupPlugin=disabled\n");
}

function configuration(at: string, [controller, ...ports]: readonly number[]): string {
  const host = Deno.hostname().split(".")[0]!;
  const nodes = NODES.map((node, i) =>
    `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[i]} CPUs=2`
  );
  return `ClusterName=lockstep
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controller}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${at}/munge/socket,cred_expire=5
StateSaveLocation=${at}/state
SlurmdSpoolDir=${at}/%n
SlurmctldPidFile=${at}/slurmctld.pid
SlurmdPidFile=${at}/%n.pid
SlurmctldLogFile=${at}/slurmctld.log
SlurmdLogFile=${at}/%n.log
ProctrackType=proctrack/linuxproc
SlurmdParameters=config_overrides
SelectType=select/linear
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
MpiDefault=none
ReturnToService=2
KillWait=1
SlurmdTimeout=4
MessageTimeout=3
${nodes.join("\n")}
PartitionName=all Nodes=ALL Default=YES State=UP MaxTime=INFINITE
`;
}

function mungeWords(at: string): string[] {
  const files = {
    socket: "socket",
    "key-file": "key",
    "log-file": "log",
    "pid-file": "pid",
    "seed-file": "seed",
  };
  return Object.entries(files).map(([option, name]) => `--${option}=${at}/munge/${name}`);
}

/** Ports that nobody listens on; all are held until the last is known, so each is another one. */
function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  return listeners.map((listener) => {
    listener.close();
    return listener.addr.port;
  });
}

/** The processes that have all these words in their environment, and `slurmstepd`, which keeps each task and tells how it ended. */
function processesWith(
  ...words: readonly string[]
): { readonly tasks: number[]; readonly keepers: number[] } {
  const parents = new Map<number, number>();
  const keepers = new Set<number>();
  const tasks: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const id = Number(name);
    if (Number.isNaN(id)) continue;
    const [, program, parent] = /\((.*)\) \S (\d+)/s.exec(ofKernel(`/proc/${name}/stat`)) ?? [];
    parents.set(id, Number(parent));
    const environment = ofKernel(`/proc/${name}/environ`).split("\0");
    if (program === "slurmstepd") keepers.add(id);
    else if (words.every((word) => environment.includes(word))) tasks.push(id);
  }
  return {
    tasks,
    keepers: [...new Set(tasks.map((task) => parents.get(task)!))].filter((id) => keepers.has(id)),
  };
}

/** What the kernel tells of a process; "" when that has ended, or is none of ours. */
function ofKernel(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

function signal(ids: readonly number[], what: Deno.Signal = "SIGKILL"): void {
  for (const id of ids) {
    try {
      Deno.kill(id, what);
    } catch { /* it has ended */ }
  }
}

async function asked(env: Record<string, string>, program: string, words: readonly string[]): Promise<Ran> {
  return (await command(
    "env",
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    program,
    ...words,
  ))!;
}

/** The ends of what it has noted, for a test that fails. */
function logs(at: string): string {
  const names = ["munge/log", "slurmctld.log", ...NODES.map((node) => `${node}.log`)];
  return names.map((name) => `\n${name}:\n${readIfThere(`${at}/${name}`).split("\n").slice(-12).join("\n")}`)
    .join("");
}
