/**
 * Makes one executable: `deno task compile [--target <triple>] [--output <file>] [flags of permissions]`. It embeds the staged
 * folder's modules with the workers, which Deno does not find by itself, the packages and the commit.
 */
import { resolve } from "node:path";
import { flagsOf } from "./grants.ts";
import { stage } from "./stage.ts";

export interface Compiling {
  /** Where the executable is written. */
  readonly output: string;
  /** As Deno names it, as x86_64-pc-windows-msvc; null for this system. */
  readonly target: string | null;
  /** Flags of permissions in the place of our own. */
  readonly flags: readonly string[];
}

/** The modules of workers below a folder, relative to it: they are started by their addresses, so no import leads to them. */
export function workersBelow(root: string, folder = "sync"): string[] {
  return [...Deno.readDirSync(`${root}/${folder}`)].sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(({ name, isDirectory }) => {
      const path = `${folder}/${name}`;
      if (isDirectory) return workersBelow(root, path);
      if (!path.endsWith(".ts")) return [];
      const started = Deno.readTextFileSync(`${root}/${path}`).matchAll(
        /new Worker\(new URL\("\.\/([^"]+)"/g,
      );
      return [...started].map(([, worker]) => `${folder}/${worker}`);
    });
}

/** Stage and compile. Returns what went wrong, as text for a person; null when the executable is there. */
export async function compile({ output, target, flags }: Compiling): Promise<string | null> {
  const at = Deno.makeTempDirSync({ prefix: "lockstep-compile-" });
  try {
    const { commit } = await stage(at);
    const included = [...workersBelow(at), ...commit === null ? [] : ["sync/commit"]];
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "compile",
        ...flagsOf(flags),
        // the sources were checked before, and the types of the packages are not in the folder
        "--no-check",
        // else it keeps compiled code in /tmp under a name that anyone may take first
        "--no-code-cache",
        ...included.flatMap((path) => ["--include", path]),
        ...target === null ? [] : ["--target", target],
        "--output",
        output,
        "main.ts",
      ],
      cwd: at,
      env: { NO_COLOR: "1" },
    }).output();
    if (success) return null;
    const said = new TextDecoder().decode(stderr);
    return /denort|dl\.deno\.land|DENORT_BIN/.test(said) ? lacking(target) : said.trim();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("Deno cannot fetch")) return error.message;
    throw error;
  } finally {
    Deno.removeSync(at, { recursive: true });
  }
}

/** One line for who has no runtime. */
function lacking(target: string | null): string {
  const triple = target ?? Deno.build.target;
  const at = `https://dl.deno.land/release/v${Deno.version.deno}/denort-${triple}.zip`;
  return `Deno has no runtime for executables here: unpack ${at} and set DENORT_BIN to the file denort in it`;
}

/** Whether an executable for this system is what it should be: anything but the runtime ignores what is embedded. */
export async function objection(output: string): Promise<string | null> {
  const { stdout } = await new Deno.Command(output, { args: ["--version"], stderr: "null" }).output();
  const said = new TextDecoder().decode(stdout).split("\n")[0] ?? "";
  if (said.startsWith("lockstep ")) return null;
  return `${output} does not run Lockstep but says "${said}": DENORT_BIN must name denort, not deno itself`;
}

/** The words of the command line; what is wrong with them as text. */
export function read(words: readonly string[]): Compiling | string {
  let [output, target]: [string | null, string | null] = [null, null];
  const flags: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const [name = "", value] = words[index]!.split(/=(.*)/s);
    if (/^--(allow|deny)-/.test(name)) flags.push(words[index]!);
    else if (name === "--output" || name === "--target") {
      const given = value ?? words[++index];
      if (given === undefined || given === "") return `${name} takes a value`;
      if (name === "--output") output = given;
      else target = given;
    } else {return `Not known: ${
        words[index]
      }; deno task compile [--target <triple>] [--output <file>] [--allow-…]`;}
  }
  const isWindows = (target ?? Deno.build.target).includes("windows");
  // a task runs at the top of the clone, wherever it was typed
  const from = Deno.env.get("INIT_CWD") ?? Deno.cwd();
  const path = output === null ? `lockstep${isWindows ? ".exe" : ""}` : resolve(from, output);
  return { output: resolve(path), target, flags };
}

if (import.meta.main) {
  const compiling = read(Deno.args);
  const wrong = typeof compiling === "string" ? compiling : await compile(compiling);
  const isOwn = typeof compiling !== "string" && [null, Deno.build.target].includes(compiling.target);
  const odd = wrong ?? (isOwn ? await objection(compiling.output) : null);
  // deno-lint-ignore no-console
  if (odd !== null) console.error(odd);
  // deno-lint-ignore no-console
  else if (typeof compiling !== "string") console.log(compiling.output);
  Deno.exit(odd === null ? 0 : 1);
}
