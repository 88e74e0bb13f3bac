/** Where the measuring took place, in one line. */
import { cpus } from "node:os";
import { ask, has } from "./run.ts";

export async function environment(folder: string): Promise<string> {
  const memory = Math.round(Deno.systemMemoryInfo().total / 2 ** 30);
  return [
    `Deno ${Deno.version.deno}`,
    ...await versionOf("rsync"),
    ...await versionOf("rclone"),
    ...await versionOf("lsyncd"),
    `Linux ${Deno.osRelease().split("-")[0]} ${Deno.build.arch}`,
    `${cpus()[0]?.model ?? "unknown processor"}, ${navigator.hardwareConcurrency} cores, ${memory} GiB`,
    await kindOf(folder),
    `load at the start ${Deno.loadavg()[0]?.toFixed(1)}`,
    new Date().toISOString().slice(0, 10),
  ].join("; ");
}

/** The kind of file system that a folder is on. */
export async function kindOf(folder: string): Promise<string> {
  return (await ask("df", "--output=fstype", folder)).trim().split("\n").at(-1)!;
}

async function versionOf(tool: string): Promise<string[]> {
  if (!has(tool)) return [`no ${tool}`];
  const [number = "of unknown version"] = (await ask(tool, "--version")).match(/\d+\.\d+(\.\d+)?/) ?? [];
  return [`${tool} ${number}`];
}
