/** The edge to the system's schedulers: runs their programs and writes their files. The texts are made elsewhere. */
import { crontabLine, installed, listed, removed } from "./crontab.ts";
import { labelOf, propertyList } from "./launchd.ts";
import { createWords, taskName } from "./schtasks.ts";
import { unitName, units } from "./systemd.ts";
import type { Task } from "./task.ts";

export const SCHEDULERS = ["cron", "systemd", "launchd", "schtasks"] as const;
export type Scheduler = typeof SCHEDULERS[number];

/** The program of each scheduler. */
export const PROGRAMS: Readonly<Record<Scheduler, string>> = {
  cron: "crontab",
  systemd: "systemctl",
  launchd: "launchctl",
  schtasks: "schtasks",
};

/** Where units and property lists are, below the home folder: those of one user only. */
export const FOLDERS = { systemd: ".config/systemd/user", launchd: "Library/LaunchAgents" } as const;

/** What `install` would write, for a person to read. Throws `Unsayable`. */
export function show(scheduler: Scheduler, task: Task): string {
  switch (scheduler) {
    case "cron":
      return new TextDecoder().decode(Uint8Array.from(crontabLine(task), (byte) => byte.charCodeAt(0)));
    case "systemd":
      return units(task).map(({ name, text }) => `# ~/${FOLDERS.systemd}/${name}\n${text}`).join("\n");
    case "launchd":
      return propertyList(task);
    case "schtasks":
      return ["schtasks", ...createWords(task)].map((word) => /[ "]/.test(word) ? `"${word}"` : word).join(
        " ",
      );
  }
}

/** Write the entry, over one for the same folders. Throws when the scheduler or the disk refuses. */
export async function install(scheduler: Scheduler, task: Task, home: string): Promise<void> {
  switch (scheduler) {
    case "cron":
      return await run("crontab", ["-"], installed(await crontab(), task));
    case "systemd": {
      await remove(scheduler, task.id, home);
      const folder = `${home}/${FOLDERS.systemd}`;
      await Deno.mkdir(folder, { recursive: true });
      const files = units(task);
      for (const { name, text } of files) await Deno.writeTextFile(`${folder}/${name}`, text);
      await run("systemctl", ["--user", "daemon-reload"]);
      for (const { name, enabled } of files) {
        if (enabled) await run("systemctl", ["--user", "enable", "--now", name]);
      }
      return;
    }
    case "launchd": {
      await remove(scheduler, task.id, home);
      const path = `${home}/${FOLDERS.launchd}/${labelOf(task.id)}.plist`;
      await Deno.mkdir(`${home}/${FOLDERS.launchd}`, { recursive: true });
      await Deno.writeTextFile(path, propertyList(task));
      return await run("launchctl", ["load", "-w", path]);
    }
    case "schtasks":
      return await run("schtasks", createWords(task));
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
    case "systemd": {
      const folder = `${home}/${FOLDERS.systemd}`;
      const names = [`${unitName(id)}.timer`, `${unitName(id)}.service`];
      const there = names.filter((name) => isThere(`${folder}/${name}`));
      for (const name of there) {
        await run("systemctl", ["--user", "disable", "--now", name]);
        await Deno.remove(`${folder}/${name}`);
      }
      if (there.length > 0) await run("systemctl", ["--user", "daemon-reload"]);
      return there.length > 0;
    }
    case "launchd": {
      const path = `${home}/${FOLDERS.launchd}/${labelOf(id)}.plist`;
      if (!isThere(path)) return false;
      await run("launchctl", ["unload", "-w", path]);
      await Deno.remove(path);
      return true;
    }
    case "schtasks":
      if (!(await output("schtasks", ["/Query", "/TN", taskName(id)])).success) return false;
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
      return namesIn(`${home}/${FOLDERS.systemd}`, /^lockstep-[0-9a-f]{8}\.(timer|service)$/);
    case "launchd":
      return namesIn(`${home}/${FOLDERS.launchd}`, /^lockstep\.[0-9a-f]{8}\.plist$/);
    case "schtasks":
      return (await output("schtasks", ["/Query", "/FO", "LIST"])).out.split("\n")
        .filter((line) => line.includes("Lockstep\\"));
  }
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
