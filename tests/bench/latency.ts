/**
 * How old a change gets before the replica has it: Lockstep following changes beside lsyncd, the same tree and the same
 * changes, one after the other. Also what a change costs in processor time, and what rest costs. Prints a table.
 *
 *     deno run --allow-all tests/bench/latency.ts [files=100000] [changes=60] [idle=30]
 *
 * Linux only: processor time is read from /proc. lsyncd is Debian's package `lsyncd`; without it there are no such rows.
 */

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** What is compared: each takes the two folders and gives a command. */
interface Subject {
  readonly name: string;
  readonly command: (source: string, replica: string) => readonly string[];
}

const deno = (...more: string[]) => (source: string, replica: string) => [
  Deno.execPath(),
  "run",
  "-q",
  "--allow-read",
  "--allow-write",
  MAIN,
  source,
  replica,
  "--quiet",
  "--watch",
  ...more,
];

const lsyncd = (delay: number) => (source: string, replica: string) => [
  "lsyncd",
  "-nodaemon",
  "-delay",
  String(delay),
  "-log",
  "scarce",
  "-rsync",
  `${source}/`,
  `${replica}/`,
];

const SUBJECTS: readonly Subject[] = [
  { name: "Lockstep --watch (200 ms of quiet)", command: deno() },
  { name: "Lockstep --watch --settle-time 20ms", command: deno("--settle-time", "20ms") },
  { name: "lsyncd -delay 0", command: lsyncd(0) },
  { name: "lsyncd -delay 1", command: lsyncd(1) },
];

/** How long a program is left alone after its first copy, in ms, before it is measured. */
const CALM_MS = 60_000;
/** Files in a folder of the tree. */
const CROWD = 100;

interface Measured {
  /** ms from each change to its replica, sorted. */
  readonly ages: readonly number[];
  /** Processor time, in ms, for each change, children included. */
  readonly cost: number;
  /** Processor time at rest, as a share of a core. */
  readonly rest: number;
}

function plant(root: string, files: number): void {
  for (let folder = 0; folder * CROWD < files; folder++) {
    Deno.mkdirSync(`${root}/d${folder}`, { recursive: true });
    for (let i = 0; i < Math.min(CROWD, files - folder * CROWD); i++) {
      Deno.writeTextFileSync(`${root}/d${folder}/f${i}`, "content\n");
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(holds: () => boolean, limit: number): Promise<void> {
  for (const end = performance.now() + limit; !holds();) {
    if (performance.now() > end) throw new Error("Waited in vain");
    await sleep(1);
  }
}

function sizeOf(path: string): number {
  try {
    return Deno.lstatSync(path).size;
  } catch {
    return -1;
  }
}

/** A file that is made, one that grows, and one that is removed, in turn; each returns when the replica has it. */
async function change(number: number, source: string, replica: string, folders: number): Promise<number> {
  const path = `d${number * 7919 % folders}/` +
    (number % 3 === 1 ? `f${number % 10}` : `new${number - number % 3}`);
  const here = number % 3 === 2 ? `d${(number - 2) * 7919 % folders}/new${number - 2}` : path;
  let size = -1;
  const began = performance.now();
  if (number % 3 === 2) Deno.removeSync(`${source}/${here}`);
  else {
    size = Math.max(sizeOf(`${source}/${here}`), 0) + 5;
    Deno.writeTextFileSync(`${source}/${here}`, "more\n", { append: true });
  }
  await until(() => sizeOf(`${replica}/${here}`) === size, 60_000);
  return performance.now() - began;
}

/** Processor time of a process and of the children that it has waited for, in ms: ticks of 10 ms. */
function processorTime(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ");
  return [11, 12, 13, 14].reduce((sum, place) => sum + Number(fields[place]), 0) * 10;
}

/** That of its own threads, in ms, finely. */
function threadTime(pid: number): number {
  let sum = 0;
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    sum += Number(Deno.readTextFileSync(`/proc/${pid}/task/${name}/schedstat`).split(" ")[0]) / 1e6;
  }
  return sum;
}

async function measure(
  subject: Subject,
  source: string,
  replica: string,
  { files, changes, idle }: { files: number; changes: number; idle: number },
): Promise<Measured> {
  Deno.mkdirSync(replica);
  const [program, ...args] = subject.command(source, replica);
  const process = new Deno.Command(program!, { args, stdout: "null", stderr: "null" }).spawn();
  try {
    const folders = Math.ceil(files / CROWD);
    const last = `${replica}/d${folders - 1}`;
    await until(
      () => sizeOf(last) >= 0 && [...Deno.readDirSync(last)].length >= (files - 1) % CROWD + 1,
      300_000,
    );
    // what follows a first copy, a second look at everything and the runtime's own tidying, is over by then
    await sleep(CALM_MS);
    const rested = threadTime(process.pid);
    await sleep(idle * 1000);
    const rest = (threadTime(process.pid) - rested) / (idle * 1000);
    const used = processorTime(process.pid);
    const ages: number[] = [];
    for (let number = 0; number < changes; number++) {
      ages.push(await change(number, source, replica, folders));
      await sleep(500 + number * 37 % 400);
    }
    const cost = (processorTime(process.pid) - used) / changes;
    return { ages: ages.sort((a, b) => a - b), cost, rest };
  } finally {
    process.kill("SIGTERM");
    await process.status;
  }
}

function has(program: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => sizeOf(`${folder}/${program}`) >= 0);
}

function row(name: string, files: number, { ages, cost, rest }: Measured): string {
  const at = (share: number) => `${Math.round(ages[Math.floor((ages.length - 1) * share)]!)} ms`;
  const cells = [
    name,
    files.toLocaleString("en-US"),
    at(0.5),
    `${at(0.1)} to ${at(0.9)}`,
    at(1),
    `${cost.toFixed(1)} ms`,
    `${(rest * 100).toFixed(3)}%`,
  ];
  return `| ${cells.join(" | ")} |`;
}

async function main(): Promise<void> {
  const [most = 100_000, changes = 60, idle = 30] = Deno.args.map(Number);
  const print = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text + "\n"));
  print(
    "| program | files | median | from 10% to 90% | worst | processor time a change | processor at rest |",
  );
  print("| --- | --- | --- | --- | --- | --- | --- |");
  const folder = Deno.makeTempDirSync({ prefix: "lockstep-latency-" });
  try {
    for (const files of [most, Math.max(Math.round(most / 100), 1)]) {
      const source = `${folder}/source-${files}`;
      plant(source, files);
      for (const [number, subject] of SUBJECTS.entries()) {
        if (!has(subject.command("", "")[0]!.replace(/.*\//, "")) && number > 1) continue;
        const measured = await measure(subject, source, `${folder}/replica-${files}-${number}`, {
          files,
          changes,
          idle,
        });
        print(row(subject.name, files, measured));
      }
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

await main();
