/** The edge to the system's schedulers: runs their programs and writes their files. The texts are made elsewhere. */
import { crontabLine, installed, listed, removed } from "./crontab.ts";
import { isSystemError } from "../../system_error.ts";
import { isThere, namesIn, putBack, textsOf } from "./entry_files.ts";
import { bootoutWords, bootstrapWords, labelOf, propertyList } from "./launchd.ts";
import { taskFile, taskName, taskXml } from "./schtasks.ts";
import { type Unit, unitName, units } from "./systemd.ts";
import type { Task } from "./task.ts";

export const SCHEDULERS = ["cron", "systemd", "launchd", "schtasks"] as const;
/** One of them, or systemd for the system itself and not for one user. */
export type Scheduler = typeof SCHEDULERS[number] | "systemd-system";

/** The program of each scheduler. */
export const PROGRAMS: Readonly<Record<Scheduler, string>> = {
  cron: "crontab",
  systemd: "systemctl",
  "systemd-system": "systemctl",
  launchd: "launchctl",
  schtasks: "schtasks",
};

/** Where units and property lists are: below the home folder those of one user only. */
export const FOLDERS = {
  systemd: "~/.config/systemd/user",
  "systemd-system": "/etc/systemd/system",
  launchd: "~/Library/LaunchAgents",
} as const;

function folderOf(scheduler: keyof typeof FOLDERS, home: string): string {
  return FOLDERS[scheduler].replace(/^~/, () => home);
}

/** Those that a system may have, the usual one first. */
export function schedulersOf(os: typeof Deno.build.os): readonly Scheduler[] {
  if (os === "windows") return ["schtasks"];
  return os === "darwin" ? ["launchd", "cron"] : ["cron", "systemd", "systemd-system"];
}

/** What a scheduler is called for a person. */
export function nameOf(scheduler: Scheduler): string {
  return scheduler === "systemd-system" ? "systemd, for the system" : scheduler;
}

/** The words of `systemctl` in front of its own. */
function systemctl(scheduler: Scheduler): string[] {
  return scheduler === "systemd" ? ["--user"] : [];
}

/** What `install` would write, for a person to read. Throws `Unsayable`. */
export function show(scheduler: Scheduler, task: Task): string {
  switch (scheduler) {
    case "cron":
      return new TextDecoder().decode(Uint8Array.from(crontabLine(task), (byte) => byte.charCodeAt(0)));
    case "systemd":
    case "systemd-system":
      return unitsFor(scheduler, task).map(({ name, text }) => `# ${FOLDERS[scheduler]}/${name}\n${text}`)
        .join("\n");
    case "launchd":
      return propertyList(task);
    case "schtasks":
      return taskXml(task);
  }
}

function unitsFor(scheduler: "systemd" | "systemd-system", task: Task): Unit[] {
  return units(task, scheduler === "systemd" ? "user" : "system");
}

/**
 * Write the entry, over one for the same folders. Throws when the scheduler or the disk refuses: what was there before is
 * there again then.
 */
export async function install(scheduler: Scheduler, task: Task, home: string): Promise<void> {
  switch (scheduler) {
    case "cron":
      return await run("crontab", ["-"], installed(await crontab(), task));
    case "systemd":
    case "systemd-system":
      return await installFiles(scheduler, task.id, home, unitsFor(scheduler, task));
    case "launchd": {
      const name = `${labelOf(task.id)}.plist`;
      return await installFiles(scheduler, task.id, home, [{
        name,
        text: propertyList(task),
        enabled: true,
      }]);
    }
    case "schtasks":
      return await createTask(task);
  }
}

/** Write the files of an entry, and have the scheduler take them. */
async function installFiles(
  scheduler: keyof typeof FOLDERS,
  id: string,
  home: string,
  files: readonly Unit[],
): Promise<void> {
  const folder = folderOf(scheduler, home);
  const before = await textsOf(folder, namesOf(scheduler, id));
  try {
    await remove(scheduler, id, home);
    await Deno.mkdir(folder, { recursive: true });
    for (const { name, text } of files) await Deno.writeTextFile(`${folder}/${name}`, text);
    await take(scheduler, id, folder, files.filter(({ enabled }) => enabled).map(({ name }) => name));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    await takeBack(scheduler, id, home, before);
    throw error;
  }
}

/** Have the scheduler read the files of an entry, and start those that are named. Throws when it refuses. */
async function take(
  scheduler: keyof typeof FOLDERS,
  id: string,
  folder: string,
  enabled: readonly string[],
): Promise<void> {
  if (scheduler === "launchd") {
    for (const name of enabled) await bootstrap(`${folder}/${name}`, id);
    return;
  }
  await run("systemctl", [...systemctl(scheduler), "daemon-reload"]);
  for (const name of enabled) await run("systemctl", [...systemctl(scheduler), "enable", "--now", name]);
}

/** Undo an installation that failed: what it wrote goes, and what was there before comes back, as far as the system lets us. */
async function takeBack(
  scheduler: keyof typeof FOLDERS,
  id: string,
  home: string,
  before: ReadonlyMap<string, string>,
): Promise<void> {
  const folder = folderOf(scheduler, home);
  try {
    await remove(scheduler, id, home);
    await putBack(folder, before);
    // the timer is first, where there is one
    const [started] = before.keys();
    if (started !== undefined) await take(scheduler, id, folder, [started]);
  } catch (error) {
    // why it could not be installed is the better answer
    if (!isSystemError(error)) throw error;
  }
}

/** The files that an entry may consist of, the one that is started first. */
function namesOf(scheduler: keyof typeof FOLDERS, id: string): readonly string[] {
  return scheduler === "launchd"
    ? [`${labelOf(id)}.plist`]
    : [`${unitName(id)}.timer`, `${unitName(id)}.service`];
}

/** What became of an entry. `refusal`: its files are gone, and what the scheduler said when it was told so. */
export type Removal = { readonly kind: "none" | "removed" } | {
  readonly kind: "unheard";
  readonly refusal: string;
};

/** Remove our entry with this id. Throws when the disk refuses, or a scheduler that keeps its entries itself. */
export async function remove(scheduler: Scheduler, id: string, home: string): Promise<Removal> {
  switch (scheduler) {
    case "cron": {
      const before = await crontab();
      const after = removed(before, id);
      if (after !== before) await run("crontab", ["-"], after);
      return { kind: after === before ? "none" : "removed" };
    }
    case "systemd":
    case "systemd-system":
      return await removeUnits(scheduler, id, folderOf(scheduler, home));
    case "launchd": {
      const path = `${folderOf(scheduler, home)}/${labelOf(id)}.plist`;
      if (!isThere(path)) return { kind: "none" };
      // it says no where the agent is not at work, as when it was stopped by hand
      await told("launchctl", bootoutWords(id, await ownerOf(path)));
      await Deno.remove(path);
      return { kind: "removed" };
    }
    case "schtasks":
      if (!(await output("schtasks", ["/Query", "/TN", taskName(id)])).success) return { kind: "none" };
      await endTask(id);
      await run("schtasks", ["/Delete", "/F", "/TN", taskName(id)]);
      return { kind: "removed" };
  }
}

/** Units go whether systemd answers or not: without a session, as of a user who is not logged on, it does not. */
async function removeUnits(scheduler: Scheduler, id: string, folder: string): Promise<Removal> {
  const names = [`${unitName(id)}.timer`, `${unitName(id)}.service`];
  const there = names.filter((name) => isThere(`${folder}/${name}`));
  if (there.length === 0) return { kind: "none" };
  let refusal: string | null = null;
  for (const name of there) {
    refusal ??= await told("systemctl", [...systemctl(scheduler), "disable", "--now", name]);
    await Deno.remove(`${folder}/${name}`);
    // what enabling makes, and disabling would have removed
    for (const target of TARGETS) {
      const link = `${folder}/${target}.target.wants/${name}`;
      if (isThere(link)) await Deno.remove(link);
    }
  }
  refusal ??= await told("systemctl", [...systemctl(scheduler), "daemon-reload"]);
  return refusal === null ? { kind: "removed" } : { kind: "unheard", refusal };
}

/** Where our units are wanted (`units`). */
const TARGETS = ["timers", "default", "multi-user"];

/** Run a program, and go on whatever it says; returns what it said when it failed. */
async function told(program: string, args: readonly string[]): Promise<string | null> {
  try {
    await run(program, args);
    return null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `${program} is not on this system`;
    if (isSystemError(error)) return error.message;
    throw error;
  }
}

/** Our entries, one line each. Throws when the scheduler or the disk refuses. */
export async function list(scheduler: Scheduler, home: string): Promise<string[]> {
  switch (scheduler) {
    case "cron":
      return listed(await crontab());
    case "systemd":
    case "systemd-system":
      return namesIn(folderOf(scheduler, home), /^lockstep-[0-9a-f]{8}\.(timer|service)$/);
    case "launchd":
      return namesIn(folderOf(scheduler, home), /^lockstep\.[0-9a-f]{8}\.plist$/);
    case "schtasks":
      return (await output("schtasks", ["/Query", "/FO", "CSV", "/NH"])).out.split(/\r?\n/)
        .filter((line) => /Lockstep\\[0-9a-f]{8}\b/.test(line)).map((line) => line.replaceAll('"', ""));
  }
}

/** How often launchd is asked to take an agent, and how long is waited in between, in ms: an old one may still be ending. */
const [BOOTSTRAPS, BETWEEN_MS] = [5, 1000];

/** Have launchd take an agent. Throws, with what it says, when it does not. */
async function bootstrap(path: string, id: string): Promise<void> {
  const [enable, take] = bootstrapWords(path, id, await ownerOf(path));
  await run("launchctl", enable!);
  for (let left = BOOTSTRAPS; --left > 0;) {
    if ((await output("launchctl", take!)).success) return;
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
  await run("launchctl", take!);
}

/** The number of the user to whom a file belongs: what `id -u` says, without a permission for it. */
async function ownerOf(path: string): Promise<number> {
  return (await Deno.stat(path)).uid ?? 0;
}

/** Write a task, over the one that is there. */
async function createTask(task: Task): Promise<void> {
  const path = await Deno.makeTempFile({ prefix: "lockstep-", suffix: ".xml" });
  try {
    await Deno.writeFile(path, taskFile(task));
    await endTask(task.id);
    await run("schtasks", ["/Create", "/F", "/TN", taskName(task.id), "/XML", path]);
  } finally {
    await Deno.remove(path);
  }
}

/** End what runs of a task, which removing it would not do. Where nothing does, schtasks says so. */
async function endTask(id: string): Promise<void> {
  await output("schtasks", ["/End", "/TN", taskName(id)]);
}

/** The user's crontab, one byte to a character; "" when there is none. */
async function crontab(): Promise<string> {
  const { success, out, err } = await output("crontab", ["-l"]);
  if (success) return out;
  if (/no crontab/i.test(err)) return "";
  throw new Error(`"crontab -l" failed: ${err.trim()}`);
}

/** Run a program. Throws, with what it printed, when it fails. */
async function run(program: string, args: readonly string[], input?: string): Promise<void> {
  const { success, out, err } = await output(program, args, input);
  if (success) return;
  throw new Error(`"${[program, ...args].join(" ")}" failed: ${(err || out).trim().replaceAll("\n", "; ")}`);
}

/** Run a program and return what it printed; `out` has one byte to a character. */
async function output(
  program: string,
  args: readonly string[],
  input?: string,
): Promise<{ success: boolean; out: string; err: string }> {
  const process = new Deno.Command(program, {
    args: [...args],
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (input !== undefined) {
    const writer = process.stdin.getWriter();
    await writer.write(Uint8Array.from(input, (byte) => byte.charCodeAt(0)));
    await writer.close();
  }
  const { success, stdout, stderr } = await process.output();
  let out = "";
  for (const byte of stdout) out += String.fromCharCode(byte);
  return { success, out, err: new TextDecoder().decode(stderr) };
}
