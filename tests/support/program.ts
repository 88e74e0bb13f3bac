/** The real program, run as its user runs it: from `main.ts`, as a process of its own. */
import { fileURLToPath } from "node:url";
import { isAbsolute } from "node:path";
import { EDGE } from "./edges.ts";
import { IS_WINDOWS } from "./tree.ts";

export const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface Setting {
  /**
   * Words before `main.ts`; when left out, the README's safest command for the edge: Deno stops any write to the source,
   * but for the C library's.
   */
  readonly flags?: readonly string[];
  /** Words beside those, for what else is granted. */
  readonly grants?: readonly string[];
  /** Left out, the edge that all tests use. */
  readonly edge?: "as flags say";
  /** A command in front of deno: `strace …`, `setpriv …`. */
  readonly through?: readonly string[];
  readonly cwd?: string;
  readonly env?: Record<string, string>;
}

/** Run the program to its end. */
export async function lockstep(words: readonly string[], setting: Setting = {}): Promise<Ran> {
  return await ended(start(words, setting));
}

/** Start the program. */
export function start(words: readonly string[], setting: Setting = {}): Deno.ChildProcess {
  const { flags = ["--allow-read", "--allow-write", ...sourceDenied(words)], grants = [] } = setting;
  const { through = [], cwd, env } = setting;
  const isOpen = setting.edge !== "as flags say" && words[0] !== "schedule";
  const ffi = isOpen && EDGE === "native" && !isFree(flags) ? ["--allow-ffi"] : [];
  // Deno's calls need --allow-all for some paths, and --deny-ffi would take that away
  const edge = isOpen && EDGE === "portable" && isFree(flags) ? ["--edge=portable"] : [];
  const deno = [Deno.execPath(), "run", "-q", ...flags, ...grants, ...ffi, MAIN];
  const [command, ...args] = [...through, ...deno, ...edge, ...words];
  return new Deno.Command(command!, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", ...env },
    ...(cwd !== undefined && { cwd }),
  }).spawn();
}

/** Whether these flags let the program use the C library, and all else. */
function isFree(flags: readonly string[]): boolean {
  return flags.includes("-A") || flags.includes("--allow-all");
}

/** Nothing where something else that is written to, the replica or the log, is the source or lies in it. */
function sourceDenied(words: readonly string[]): string[] {
  const [source, ...others] = words.filter(isAbsolute);
  // a comma would begin another path
  if (source === undefined || source.includes(",")) return [];
  return others.some((word) => `${word}/`.startsWith(`${source}/`)) ? [] : [`--deny-write=${source}`];
}

export async function ended(process: Deno.ChildProcess): Promise<Ran> {
  const { code, stdout, stderr } = await process.output();
  return { status: code, out: text(stdout), err: text(stderr) };
}

/** The program while it runs. It is read all the while, for what nobody reads fills the pipe. */
export interface Running extends AsyncDisposable {
  readonly process: Deno.ChildProcess;
  /** Send it a signal and wait for its end. */
  stop(signal?: Deno.Signal): Promise<Ran>;
}

/** Start the program to be stopped later; it is killed when its test fails before. */
export function running(words: readonly string[], setting: Setting = {}): Running {
  const process = start(words, setting);
  const end = ended(process);
  return {
    process,
    async stop(signal = "SIGTERM") {
      process.kill(signal);
      return await end;
    },
    async [Symbol.asyncDispose]() {
      killIfRunning(process);
      await end;
    },
  };
}

/** Kill a process that may have ended. */
export function killIfRunning(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGKILL");
  } catch { /* it has ended */ }
}

/** Run a script of the shell, which must succeed; what it says, without the last end of line. */
export async function sh(script: string, cwd: string): Promise<string> {
  const ran = await new Deno.Command("bash", { args: ["-euc", script], cwd, stdin: "null" }).output();
  if (!ran.success) throw new Error(text(ran.stderr) || `It failed: ${script}`);
  return text(ran.stdout).trim();
}

/** Run any command; null when it is not on this machine. */
export async function command(name: string, ...args: string[]): Promise<Ran | null> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(name, { args, stdin: "null" }).output();
    return { status: code, out: text(stdout), err: text(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Whether a tool is there; a test that needs it is skipped when it is not, and says so by its name. */
export function has(tool: string): boolean {
  const path = Deno.env.get("PATH") ?? "";
  return path.split(IS_WINDOWS ? ";" : ":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${tool}${IS_WINDOWS ? ".exe" : ""}`).isFile;
    } catch {
      return false;
    }
  });
}

/** Wait until something holds, by looking again and again; fails after five minutes, for a machine may be busy. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 300_000; Date.now() < end;) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Waited five minutes in vain until ${what}`);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
