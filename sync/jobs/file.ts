/** A file of jobs on the disk: read in turns, so that mirrors that are at work meanwhile do not wait. */
import { wholePath } from "../whole_path.ts";
import { missing } from "../cli/permissions.ts";
import { shown } from "../engine/entry.ts";
import { systemText } from "../system_error.ts";
import { type Faulty, type JobFile, reading } from "./reading.ts";
import { START } from "./split.ts";
import { inTurns } from "./turns.ts";

export { type Env, type Faulty, type JobFile, jobsIn, type NamedJob } from "./reading.ts";

/** Bytes: some 6,000 jobs; reading them takes the main thread 50 ms at a stretch. */
const LARGEST = 1 << 20;
/** The same of a split, which is read line by line: as many parts as there may be, with the longest paths. */
const LARGEST_SPLIT = 64 << 20;

/** Read a file and check it. Throws for a bug only. */
export async function readJobFile(path: string): Promise<JobFile | Faulty> {
  const text = await textOf(path);
  if (typeof text !== "string") return text;
  return await checked(text, path);
}

/** The same of a text that is to be in a file. */
export async function checked(text: string, path: string): Promise<JobFile | Faulty> {
  return await inTurns(reading(text, path, envOf));
}

/** A variable of the environment: null where Deno may not tell. */
export function envOf(name: string): string | undefined | null {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : null;
}

async function textOf(path: string): Promise<string | Faulty> {
  const whole = wholePath(path);
  const wrong = (what: string) => ({ faults: [`Cannot read the jobs in ${shown(path)}: ${what}`] });
  if (path === "" || path.includes("\0")) return wrong("it is no name of a file");
  const lack = missing([{ name: "read", path: whole }]);
  if (lack !== null) return { faults: [lack] };
  try {
    const { isFile, isDirectory, size } = await Deno.stat(whole);
    if (isDirectory) return wrong("it is a folder; name the file in it");
    if (!isFile) return wrong("it is no ordinary file; save the jobs in one");
    const most = size > LARGEST && await isSplit(whole) ? LARGEST_SPLIT : LARGEST;
    if (size > most) return wrong(`it is larger than ${most >> 20} MiB, and no file of jobs`);
    return new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(whole));
  } catch (error) {
    if (error instanceof TypeError) return wrong("it is not UTF-8; save it as such");
    if (!(error instanceof Deno.errors.NotFound)) return wrong(systemText(error));
    return {
      faults: [`There is no file of jobs ${shown(path)}: write one, or name it with --config <file>`],
    };
  }
}

async function isSplit(path: string): Promise<boolean> {
  const start = new Uint8Array(START.length);
  using file = await Deno.open(path);
  const count = await file.read(start) ?? 0;
  return new TextDecoder().decode(start.subarray(0, count)) === START;
}
