/** What is told of the machine and its system, for `lockstep doctor`. Reads a few small files, and writes nothing. */
import type { HostFacts, LimitFacts, UserFacts } from "../../engine/doctor/facts.ts";
import { isUntold, known, type Told, UNTOLD, untold } from "../../engine/doctor/told.ts";
import { libc, mayUseLibc } from "../../libc.ts";
import { reason } from "../fault.ts";
import { systemFile } from "../system_file.ts";
import { mountTable } from "./disk.ts";

/** `now`: ms since 1970. */
export async function hostFacts(now: number): Promise<HostFacts> {
  const { os, arch } = Deno.build;
  const group = await groupOf();
  return {
    os,
    arch,
    title: await title(),
    kernel: await kernel(),
    library: library(),
    processor: fieldOf(await systemFile("/proc/cpuinfo"), /^model name\s*:\s*(.+)$/m),
    cores: navigator.hardwareConcurrency,
    quota: await ofGroup(group, "cpu.max", coresOf),
    memory: await memory(),
    memoryLimit: await ofGroup(group, "memory.max", bytesOf),
    container: await container(),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    now,
    locale: locale(),
    terminal: Deno.stdout.isTerminal(),
  };
}

/** What a file says at a place; untold where it says nothing there. */
function fieldOf(text: Told<string>, place: RegExp): Told<string> {
  return isUntold(text) ? text : place.exec(text)?.[1]?.trim() ?? UNTOLD;
}

async function title(): Promise<Told<string>> {
  return fieldOf(await systemFile("/etc/os-release"), /^PRETTY_NAME="?([^"\n]*)/m);
}

async function kernel(): Promise<Told<string>> {
  const told = await systemFile("/proc/sys/kernel/osrelease");
  if (!isUntold(told)) return told.trim();
  const isAllowed = Deno.permissions.querySync({ name: "sys", kind: "osRelease" }).state === "granted";
  return isAllowed ? Deno.osRelease() : untold("--allow-sys=osRelease");
}

function library(): Told<string> {
  if (Deno.build.os !== "linux") return UNTOLD;
  if (!mayUseLibc()) return untold("--allow-ffi");
  // musl has no such function
  const told = libc({
    version: { name: "gnu_get_libc_version", parameters: [], result: "pointer", optional: true },
  });
  const text = told?.version?.() ?? null;
  return text === null ? UNTOLD : `glibc ${new Deno.UnsafePointerView(text).getCString()}`;
}

async function memory(): Promise<Told<number>> {
  const told = fieldOf(await systemFile("/proc/meminfo"), /^MemTotal:\s*(\d+) kB$/m);
  if (!isUntold(told)) return Number(told) * 1024;
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" });
  return state === "granted" ? Deno.systemMemoryInfo().total : untold("--allow-sys=systemMemoryInfo");
}

/** The control group of the process, as a path below that of all: version 2 of them. */
async function groupOf(): Promise<Told<string>> {
  return fieldOf(await systemFile("/proc/self/cgroup"), /^0::(\/.*)$/m);
}

/** The least that the group of the process, and those around it, allow; Infinity where none of them says anything. */
async function ofGroup(
  group: Told<string>,
  name: string,
  read: (text: string) => number,
): Promise<Told<number>> {
  if (isUntold(group)) return group;
  let least = Infinity;
  for (let path = group.replace(/\/$/, "");; path = path.slice(0, path.lastIndexOf("/"))) {
    const text = await systemFile(`/sys/fs/cgroup${path}/${name}`);
    if (!isUntold(text)) least = Math.min(least, read(text.trim()));
    if (path === "") return least;
  }
}

/** "50000 100000": 0.5 cores; "max 100000": all. */
function coresOf(text: string): number {
  const [quota, period] = text.split(" ").map(Number);
  return Number.isNaN(quota) || !period ? Infinity : quota! / period;
}

/** "max", or a number. */
function bytesOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Infinity;
}

/** Marks that containers leave, by who makes them. */
const MARKS = [["/.dockerenv", "Docker"], ["/run/.containerenv", "Podman"]] as const;

async function container(): Promise<Told<string>> {
  if (Deno.build.os !== "linux") return UNTOLD;
  let isHidden = false;
  for (const [path, kind] of MARKS) {
    const there = await isThere(path);
    if (there === true) return kind;
    isHidden ||= there === null;
  }
  const mounts = await mountTable();
  if (isUntold(mounts)) return mounts;
  const root = mounts.findLast(({ point }) => point === "/");
  if (root?.type === "overlay") return "overlay";
  return isHidden ? untold("--allow-read") : "none";
}

/** Null where Deno may not look. */
async function isThere(path: string): Promise<boolean | null> {
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return null;
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return why.code === "NOTCAPABLE" ? null : false;
  }
}

/** In the order in which a system looks at them. */
const NAMES = ["LC_ALL", "LC_CTYPE", "LANG"];

function locale(): Told<string> {
  // Windows has a code page of the console, which Deno sets for itself
  if (Deno.build.os === "windows") return UNTOLD;
  const may = (name: string) => Deno.permissions.querySync({ name: "env", variable: name }).state;
  if (!NAMES.every((name) => may(name) === "granted")) return untold(`--allow-env=${NAMES.join(",")}`);
  return NAMES.map((name) => Deno.env.get(name) ?? "").find((value) => value !== "") ?? "";
}

/** The user who runs the program, and what the system lets the process do. */
export async function userFacts(): Promise<UserFacts> {
  const status = await systemFile("/proc/self/status");
  const umask = fieldOf(status, /^Umask:\s*(\d+)$/m);
  const capabilities = fieldOf(status, /^CapEff:\s*([0-9a-f]+)$/m);
  return {
    uid: uid(),
    umask: isUntold(umask) ? umask : parseInt(umask, 8),
    capabilities: isUntold(capabilities) ? capabilities : BigInt(`0x${capabilities}`),
  };
}

function uid(): Told<number> {
  if (Deno.build.os === "windows") return UNTOLD;
  if (Deno.permissions.querySync({ name: "sys", kind: "uid" }).state === "granted") {
    return Deno.uid() ?? UNTOLD;
  }
  const told = libc({ getuid: { parameters: [], result: "u32" } })?.getuid();
  return told ?? untold("--allow-sys=uid");
}

/** What the system allows the process, as far as it is told. */
export async function limitFacts(
  threads: number,
): Promise<LimitFacts> {
  const limits = await systemFile("/proc/self/limits");
  const limit = (name: string): Told<number> => {
    const told = fieldOf(limits, new RegExp(`^${name}\\s+(\\S+)`, "m"));
    return isUntold(told) ? told : told === "unlimited" ? Infinity : Number(told);
  };
  const inotify = async (name: string): Promise<Told<number>> => {
    const told = await systemFile(`/proc/sys/fs/inotify/${name}`);
    return isUntold(told) ? told : Number(told);
  };
  const group = await groupOf();
  const pids = known(await ofGroup(group, "pids.max", bytesOf), Infinity);
  const processes = limit("Max processes");
  return {
    openFiles: limit("Max open files"),
    fileSize: limit("Max file size"),
    processes: isUntold(processes) ? processes : Math.min(processes, pids),
    watches: await inotify("max_user_watches"),
    instances: await inotify("max_user_instances"),
    threads,
  };
}
