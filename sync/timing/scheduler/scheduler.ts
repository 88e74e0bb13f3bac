/** The edge to the system's schedulers: runs their programs and writes their files. The texts are made elsewhere. */
import { crontabLine, installed, listed, removed } from "./crontab.ts";
import { labelOf, propertyList } from "./launchd.ts";
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

/** Write the entry, over one for the same folders. Throws when the scheduler or the disk refuses. */
export async function install(scheduler: Scheduler, task: Task, home: string): Promise<void> {
  switch (scheduler) {
    case "cron":
      return await run("crontab", ["-"], installed(await crontab(), task));
    case "systemd":
    case "systemd-system": {
      await remove(scheduler, task.id, home);
      const folder = folderOf(scheduler, home);
      await Deno.mkdir(folder, { recursive: true });
      const files = unitsFor(scheduler, task);
      for (const { name, text } of files) await Deno.writeTextFile(`${folder}/${name}`, text);
      await run("systemctl", [...systemctl(scheduler), "daemon-reload"]);
      for (const { name, enabled } of files) {
        if (enabled) await run("systemctl", [...systemctl(scheduler), "enable", "--now", name]);
      }
      return;
    }
    case "launchd": {
      await remove(scheduler, task.id, home);
      const folder = folderOf(scheduler, home);
      const path = `${folder}/${labelOf(task.id)}.plist`;
      await Deno.mkdir(folder, { recursive: true });
      await Deno.writeTextFile(path, propertyList(task));
      return await run("launchctl", ["load", "-w", path]);
    }
    case "schtasks":
      return await createTask(task);
  }
}

/** Remove our entry with this id. Returns whether there was one. Throws when the scheduler or the disk refuses. */
export async function remove(scheduler: Scheduler, id: string, home: string): Promise<boolean> {
  switch (scheduler) {
    case "cron": {
      const before = await crontab();
      const after = removed(before, id);
      if (after !== before) await run("crontab", ["-"], after);
      return after !== before;
    }
    case "systemd":
    case "systemd-system": {
      const folder = folderOf(scheduler, home);
      const names = [`${unitName(id)}.timer`, `${unitName(id)}.service`];
      const there = names.filter((name) => isThere(`${folder}/${name}`));
      for (const name of there) {
        await run("systemctl", [...systemctl(scheduler), "disable", "--now", name]);
        await Deno.remove(`${folder}/${name}`);
      }
      if (there.length > 0) await run("systemctl", [...systemctl(scheduler), "daemon-reload"]);
      return there.length > 0;
    }
    case "launchd": {
      const path = `${folderOf(scheduler, home)}/${labelOf(id)}.plist`;
      if (!isThere(path)) return false;
      await run("launchctl", ["unload", "-w", path]);
      await Deno.remove(path);
      return true;
    }
    case "schtasks":
      if (!(await output("schtasks", ["/Query", "/TN", taskName(id)])).success) return false;
      await endTask(id);
      await run("schtasks", ["/Delete", "/F", "/TN", taskName(id)]);
      return true;
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

/** Whether something is at a path. Throws when that cannot be found out. */
function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function namesIn(folder: string, ours: RegExp): string[] {
  if (!isThere(folder)) return [];
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => ours.test(name)).sort();
}
