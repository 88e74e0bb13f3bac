/** What the machine, its limits and the program's versions mean for a mirror. Pure. */
import type { HostFacts, LimitFacts, PairFacts, ProgramFacts } from "./facts.ts";
import { finite, type Remark, remark, told } from "./remark.ts";
import { isUntold, known } from "./told.ts";

/** Before this no Lockstep was made: 2020-01-01. */
const OLDEST_CLOCK = 1_577_836_800_000;
/** What a pass over a million files was measured with, with some room: docs/manual.md. */
const LEAST_MEMORY = 256 * 2 ** 20;

export function hostRemarks(host: HostFacts): Remark[] {
  const { os, arch, title, kernel, library, cores, memory, memoryLimit, container, zone, now } = host;
  const usable = Math.min(known(memory, Infinity), known(memoryLimit, Infinity));
  return [
    remark("system", "os", os === "linux" ? "ok" : "note", {
      os,
      arch,
      title: known(title, null),
      kernel: known(kernel, null),
      library: known(library, null),
    }),
    ...isUntold(kernel)
      ? [{ ...remark("system", "os", "unknown", {}, { kind: "kernel" }), by: kernel.by }]
      : [],
    remark("system", "processor", known(host.quota, Infinity) < cores ? "note" : "ok", {
      model: known(host.processor, null),
      cores,
      quota: finite(known(host.quota, Infinity)),
    }),
    told(
      memory,
      ["system", "memory"],
      (bytes) =>
        remark("system", "memory", usable < LEAST_MEMORY ? "note" : "ok", {
          bytes,
          limit: finite(known(memoryLimit, Infinity)),
        }),
    ),
    ...os === "linux"
      ? [
        told(container, ["system", "container"], (kind) =>
          remark("system", "container", kind === "none" ? "ok" : "note", { kind })),
      ]
      : [],
    remark("system", "time-zone", "ok", { zone }),
    remark("system", "clock", now < OLDEST_CLOCK ? "unsafe" : "ok", { now }),
    ...os === "windows"
      ? []
      : [told(host.locale, ["system", "locale"], (locale) =>
        remark("system", "locale", /utf-?8/i.test(locale) ? "ok" : "note", {
          locale,
          terminal: host.terminal,
        }))],
  ];
}

/** The oldest Deno that the tests run with. */
const OLDEST_DENO = [2, 9] as const;

export function programRemarks(program: ProgramFacts): Remark[] {
  const { version, commit, standalone, place, deno, v8, typescript, target, packages } = program;
  const [major = 0, minor = 0] = deno.split(".").map(Number);
  const isOld = major < OLDEST_DENO[0] || (major === OLDEST_DENO[0] && minor < OLDEST_DENO[1]);
  return [
    remark("versions", "lockstep", "ok", { version, commit, standalone, place }),
    ...commit === null ? [remark("versions", "commit", "unknown")] : [],
    remark("versions", "deno", isOld ? "note" : "ok", { deno, v8, typescript, target }),
    remark("versions", "packages", "ok", { packages }),
  ];
}

/** Files that the program has open beside those of its threads, and those of one thread: with room to spare. */
const OPEN_FILES = { program: 64, thread: 16 };
/** Processes and threads of the user that leave room for ours. */
const LEAST_PROCESSES = 64;
/** Queues of inotify: one for each root. */
const LEAST_INSTANCES = 8;

export function limitRemarks(limits: LimitFacts, pair: PairFacts | null): Remark[] {
  const { openFiles, fileSize, processes, watches, instances, threads } = limits;
  const needed = OPEN_FILES.program + threads * OPEN_FILES.thread;
  const trees = [pair?.source, pair?.replica].flatMap((root) => root?.found?.tree ?? []);
  const folders = trees.reduce((sum, tree) => sum + tree.folders, 0);
  const largest = Math.max(0, pair?.source.found?.tree.largest ?? 0);
  return [
    told(
      openFiles,
      ["limits", "open-files"],
      (most) =>
        remark("limits", "open-files", most < needed ? "unsafe" : "ok", { most: finite(most), needed }),
    ),
    told(
      fileSize,
      ["limits", "file-size"],
      (most) =>
        remark("limits", "file-size", most === Infinity ? "ok" : most < largest ? "unsafe" : "note", {
          most: finite(most),
          largest,
        }),
    ),
    told(
      processes,
      ["limits", "processes"],
      (most) => remark("limits", "processes", most < LEAST_PROCESSES ? "note" : "ok", { most: finite(most) }),
    ),
    told(
      watches,
      ["limits", "watches"],
      (most) =>
        remark("limits", "watches", most < folders ? "slow" : "ok", {
          most,
          folders,
          complete: trees.every(({ complete }) => complete),
        }),
    ),
    told(
      instances,
      ["limits", "instances"],
      (most) => remark("limits", "instances", most < LEAST_INSTANCES ? "note" : "ok", { most }),
    ),
  ];
}
