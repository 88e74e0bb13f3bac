/**
 * One process from start to exit, measured. Wall time is taken here, around the process. User and system seconds and
 * the peak memory are those that the kernel counted for it (wait4), as GNU time tells them: a parent as large as this
 * one cannot ask for itself, because Linux counts the memory that a process had before its exec as its own.
 */

/** What one run of a program took. */
export interface Run {
  readonly seconds: number;
  /** User and system seconds, of the process and of all that it started; null without GNU time. */
  readonly cpu: number | null;
  /** Most memory (resident set) of the largest of its processes, in bytes; null without GNU time. */
  readonly memory: number | null;
  /** For how many ms the main thread of Lockstep heard nothing, at the most; null where it does not say (`--verbose`). */
  readonly wait: number | null;
}

/** Whether a tool is on the path. */
export function has(tool: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${tool}`).isFile;
    } catch {
      return false;
    }
  });
}

/**
 * Run a command with its output in the file `output`, after everything written so far has reached the disk. Throws
 * when it does not end with status 0.
 */
export async function run(words: readonly string[], output: string): Promise<Run> {
  await ask("sync");
  return await timed(words, output);
}

/** The same, beside what else is under way. */
export async function timed(words: readonly string[], output: string): Promise<Run> {
  const counts = `${output}.time`;
  const command = has("time") ? ["time", "-q", "-o", counts, "-f", "%U %S %M", ...words] : words;
  const shell = new Deno.Command("sh", {
    args: ["-c", 'exec "$@" >"$0" 2>&1', output, ...command],
    stdin: "null",
  });
  const began = performance.now();
  const { code } = await shell.spawn().status;
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) {
    const said = Deno.readTextFileSync(output).trim().split("\n").slice(-3).join("\n");
    throw new Error(`Cannot measure "${words.join(" ")}": it ended with status ${code}\n${said}`);
  }
  const wait = longestWait(Deno.readTextFileSync(output).slice(-1000));
  if (command === words) return { seconds, cpu: null, memory: null, wait };
  const [user = NaN, system = NaN, kib = NaN] = Deno.readTextFileSync(counts).trim().split(" ").map(Number);
  return { seconds, cpu: user + system, memory: kib * 1024, wait };
}

/** Several runs that took so many seconds together: the processor time of all, and the memory of the largest. */
export function together(runs: readonly Run[], seconds: number): Run {
  const cpus = runs.flatMap(({ cpu }) => cpu === null ? [] : [cpu]);
  const memories = runs.flatMap(({ memory }) => memory === null ? [] : [memory]);
  return {
    seconds,
    cpu: cpus.length < runs.length ? null : cpus.reduce((sum, cpu) => sum + cpu, 0),
    memory: memories.length < runs.length ? null : Math.max(...memories),
    wait: null,
  };
}

/** What Lockstep says at the end of a pass with `--verbose`. */
export function longestWait(output: string): number | null {
  const [, ms] = /longest wait of the main thread: (\d+) ms/.exec(output) ?? [];
  return ms === undefined ? null : Number(ms);
}

/** What a command prints, on both streams. Throws when it does not end with status 0. */
export async function ask(...words: readonly string[]): Promise<string> {
  const [command, ...args] = words;
  const { code, stdout, stderr } = await new Deno.Command(command!, { args, stdin: "null" }).output();
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  if (code !== 0) throw new Error(`Cannot run "${words.join(" ")}": it ended with status ${code}\n${said}`);
  return said;
}
