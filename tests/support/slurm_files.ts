/** The folder of a Slurm that is started for a test: its configuration, its key, its logs. */
import { readIfThere } from "./tree.ts";

export const NODES = ["node1", "node2"] as const;
export type Node = typeof NODES[number];

export function configOf(at: string): string {
  return `${at}/slurm.conf`;
}

/** Where a node's daemon says what it does, and what keeps its tasks. */
export function logOf(at: string, node: Node): string {
  return `${at}/${node}.log`;
}

/** Write all that it needs. */
export function layOut(at: string): void {
  Deno.mkdirSync(at, { recursive: true });
  for (const folder of ["munge", "state", ...NODES]) Deno.mkdirSync(`${at}/${folder}`, { mode: 0o755 });
  Deno.writeFileSync(`${at}/munge/key`, crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o400 });
  Deno.writeTextFileSync(configOf(at), configuration(at, freePorts(1 + NODES.length)));
}

function configuration(at: string, [controller, ...ports]: readonly number[]): string {
  const host = printed("uname", "-n").trim().split(".")[0]!;
  const nodes = NODES.map((node, i) =>
    `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[i]} CPUs=2`
  );
  return `ClusterName=lockstep
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controller}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${socketOf(at)},cred_expire=5
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
SlurmdTimeout=6
MessageTimeout=3
${nodes.join("\n")}
PartitionName=all Nodes=ALL Default=YES State=UP MaxTime=INFINITE
`;
}

/** Say that there are no cgroups, or nothing: newer Slurms look for them unasked, and older ones know no such word. */
export function withoutCgroups(at: string, isSaid: boolean): void {
  if (isSaid) Deno.writeTextFileSync(`${at}/cgroup.conf`, "CgroupPlugin=disabled\n");
  else Deno.removeSync(`${at}/cgroup.conf`);
}

/** Where munged is asked. */
export function socketOf(at: string): string {
  return `${at}/munge/socket`;
}

/** The words after munged. It takes a folder that others may not enter for a mistake, unless it is forced. */
export function mungeWords(at: string): string[] {
  const files = { "key-file": "key", "log-file": "log", "pid-file": "pid", "seed-file": "seed" };
  return [
    "--foreground",
    "--force",
    `--socket=${socketOf(at)}`,
    ...Object.entries(files).map(([option, name]) => `--${option}=${at}/munge/${name}`),
  ];
}

/** Ports that nobody has open now, below those that the system gives away. The tests may not listen themselves. */
function freePorts(count: number): number[] {
  const lines = printed("cat", "/proc/net/tcp", "/proc/net/tcp6").split("\n");
  const taken = new Set(
    lines.map((line) => parseInt(/^ *\d+: [0-9A-F]+:([0-9A-F]{4}) /.exec(line)?.[1] ?? "", 16)),
  );
  const ports = new Set<number>();
  while (ports.size < count) {
    const [random = 0] = crypto.getRandomValues(new Uint16Array(1));
    const port = 20_000 + random % 10_000;
    if (!taken.has(port)) ports.add(port);
  }
  return [...ports];
}

/** What a program prints. */
function printed(program: string, ...words: readonly string[]): string {
  return new TextDecoder().decode(
    new Deno.Command(program, { args: [...words], stderr: "null" }).outputSync().stdout,
  );
}

/** The ends of what it has noted, for a test that fails. */
export function logs(at: string): string {
  const names = ["munge/log", "slurmctld.log", ...NODES.map((node) => `${node}.log`)];
  return names.map((name) => `\n${name}:\n${readIfThere(`${at}/${name}`).split("\n").slice(-12).join("\n")}`)
    .join("");
}
