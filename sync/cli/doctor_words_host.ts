/** The words of `lockstep doctor` on the machine, the versions, the permissions, the limits and the edge. Pure. */
import { shown } from "../engine/entry.ts";
import type { EdgeFacts } from "../engine/doctor/facts.ts";
import type { Code, Remark } from "../engine/doctor/remark.ts";
import { list, num, text, type Words } from "./doctor_values.ts";
import { counted, number, octal, size } from "./quantity.ts";
import { timeOf } from "./time.ts";

type OfHost = Extract<
  Code,
  | "all-granted"
  | "asked-checksum"
  | "capabilities"
  | "clock"
  | "commit"
  | "container"
  | "deno"
  | "edge"
  | "ffi"
  | "file-size"
  | "free-inodes"
  | "free-space"
  | "grants"
  | "instances"
  | "locale"
  | "lockstep"
  | "memory"
  | "mkfifo"
  | "open-files"
  | "os"
  | "packages"
  | "processes"
  | "processor"
  | "quota"
  | "sandbox"
  | "statfs"
  | "threads"
  | "time-zone"
  | "uid"
  | "umask"
  | "user"
  | "watch"
  | "watches"
  | "writes-source"
>;

/** Those that are something, with commas between them. */
function joined(...parts: readonly (string | false | null | undefined)[]): string {
  return parts.filter((part) => part).join(", ");
}

/** A number of which there may be no bound. */
function bounded(remark: Remark, name: string, say: (count: number) => string = number): string {
  return remark.values[name] === null ? "no limit" : say(num(remark, name));
}

function granted(flag: string, gives: string): Words {
  return {
    about: flag,
    text: ({ values }) =>
      values.granted === true ? `${flag} is granted: ${gives}` : `${flag} is not granted; with it, ${gives}`,
    advice: () => `Add ${flag}`,
  };
}

/** The command that grants what is needed and no more, if there is one. */
function instead(remark: Remark, otherwise: string): string {
  const command = text(remark, "command");
  return command === "" ? otherwise : `Run this instead: ${command}`;
}

export const HOST_WORDS: Readonly<Record<OfHost, Words>> = {
  "os": {
    about: "the release of the kernel",
    text: (remark) =>
      joined(
        text(remark, "title") || text(remark, "os"),
        text(remark, "kernel") && `kernel ${text(remark, "kernel")}`,
        text(remark, "arch"),
        text(remark, "library"),
      ),
    advice: (remark) =>
      remark.values.os === "windows"
        ? "docs/windows.md says what is different there"
        : "docs/macos.md says what is different there, and what was tried",
  },
  "processor": {
    about: "the processor",
    text: (remark) => {
      const { quota } = remark.values;
      return joined(
        text(remark, "model"),
        counted(num(remark, "cores"), "core"),
        quota !== null && `of which the group of the process gets ${Number(num(remark, "quota").toFixed(2))}`,
      );
    },
    advice: (remark) =>
      `Give it --threads ${Math.max(1, Math.floor(num(remark, "quota")))}, or more of the cores`,
  },
  "memory": {
    about: "memory",
    text: (remark) =>
      joined(
        `${size(num(remark, "bytes"))} of memory`,
        remark.values.limit !== null &&
          `of which the group of the process may use ${size(num(remark, "limit"))}`,
      ),
    advice: () =>
      "Give it 256 MiB or more: a pass over a million files took 220 MB, and their first copy 490 MB " +
      "(docs/manual.md)",
  },
  "container": {
    about: "whether it runs in a container",
    text: ({ values: { kind } }) =>
      kind === "none"
        ? "in no container"
        : kind === "overlay"
        ? "in a container: its root is an overlay"
        : `in a container of ${kind}`,
    advice: () =>
      "Let source, replica, log and trash lie on volumes: what is in the container itself goes with it",
  },
  "time-zone": { about: "the time zone", text: (remark) => `time zone ${text(remark, "zone")}` },
  "clock": {
    about: "the clock",
    text: (remark) => `clock at ${timeOf(num(remark, "now"))}`,
    advice: () =>
      "Set the clock: edits and moves are told by times, and the trash is named and cleared by them",
  },
  "locale": {
    about: "the encoding of texts",
    text: (remark) => {
      const where = remark.values.terminal === true ? "on a terminal" : "standard output is no terminal";
      return `locale ${text(remark, "locale") || "not set"}, ${where}`;
    },
    advice: () =>
      "If names look wrong, set LANG to a locale of UTF-8, as C.UTF-8: Lockstep prints nothing else",
  },
  "lockstep": {
    about: "Lockstep",
    text: (remark) =>
      joined(
        `Lockstep ${text(remark, "version")}`,
        text(remark, "commit") && `commit ${text(remark, "commit")}`,
        remark.values.standalone === true ? "an executable" : "run by Deno",
        `at ${shown(text(remark, "place"))}`,
      ),
  },
  "commit": {
    about: "the commit",
    text: () => "the commit is unknown",
    advice: () => "Say in a report where this copy of Lockstep came from, or let Deno read its folder",
  },
  "deno": {
    about: "Deno",
    text: (remark) =>
      `Deno ${text(remark, "deno")}, V8 ${text(remark, "v8")}, TypeScript ${text(remark, "typescript")}, ` +
      text(remark, "target"),
    advice: () => "Take Deno 2.9 or newer: no older one was tried",
  },
  "packages": { about: "packages", text: (remark) => `packages: ${list(remark, "packages").join(", ")}` },
  "grants": {
    about: "permissions",
    text: (remark) => remark.values.lack === null ? "Deno may do what this needs" : text(remark, "lack"),
    advice: () => "Nothing is mirrored without that",
  },
  "all-granted": {
    about: "--allow-all",
    text: () => "everything is granted (--allow-all): more than Lockstep uses",
    advice: (remark) => instead(remark, "Grant less: docs/manual.md says what is needed"),
  },
  "writes-source": {
    about: "whether the source can be written to",
    text: (remark) =>
      remark.verdict === "ok"
        ? "Deno lets nothing write to the source; the C library is not held by that, but by Landlock"
        : "the program is allowed to write to the source",
    advice: (remark) => instead(remark, "Add --deny-write=<source>, as no part of a mirror needs it"),
  },
  "ffi": granted(
    "--allow-ffi",
    "the native edge is taken, which is faster, mirrors more, and follows no link out of the two folders",
  ),
  "statfs": granted("--allow-sys=statfs", "what will not fit is refused before the first write"),
  "uid": granted("--allow-sys=uid", "a path that leads through a stranger's link is refused"),
  "mkfifo": granted("--allow-run=mkfifo", "FIFOs are mirrored"),
  "user": {
    about: "the user",
    text: (remark) => num(remark, "uid") === 0 ? "run by root" : `run by user ${text(remark, "uid")}`,
    advice: () =>
      "Root mirrors owners and reads everything; if neither is needed, run it as an ordinary user",
  },
  "capabilities": {
    about: "the rights of the process",
    text: (remark) => {
      const [has, lacks] = [list(remark, "has"), list(remark, "lacks")];
      const held = has.length === 0 ? "no rights beyond the user's" : has.join(", ");
      return remark.verdict === "ok" ? held : `root without ${lacks.join(", ")}`;
    },
    advice: () =>
      "Without these, owners are not mirrored, or files of others not read: let the service keep them",
  },
  "umask": {
    about: "the umask",
    text: (remark) => `umask ${octal(num(remark, "umask"))}`,
    advice: () => "Set another umask: with this one the program cannot use the folders that it makes itself",
  },
  "open-files": {
    about: "the limit of open files",
    text: (remark) =>
      `open files: ${bounded(remark, "most")}${
        remark.verdict === "ok" ? "" : `, less than the ${num(remark, "needed")} that are safe`
      }`,
    advice: () =>
      "Raise it (ulimit -n, LimitNOFILE= of systemd), or give fewer --threads: entries fail when it is reached",
  },
  "file-size": {
    about: "the limit of a file's size",
    text: (remark) =>
      `size of a file: ${bounded(remark, "most", size)}${
        remark.verdict === "unsafe" ? `, and the source has one of ${size(num(remark, "largest"))}` : ""
      }`,
    advice: () => "Raise it (ulimit -f, LimitFSIZE= of systemd): a larger file fails at every pass",
  },
  "processes": {
    about: "the limit of processes",
    text: (remark) => `processes and threads of the user: ${bounded(remark, "most")}`,
    advice: () => "Raise it (ulimit -u, TasksMax= of systemd): a worker that cannot start ends the program",
  },
  "watches": {
    about: "the limit of watches",
    text: (remark) => {
      const folders = num(remark, "folders");
      const count = folders === 0
        ? ""
        : `; the two folders need ${remark.values.complete === true ? "" : "more than "}${number(folders)}`;
      return `watches of inotify: ${number(num(remark, "most"))}${count}`;
    },
    advice: () =>
      "For --watch, raise it: sudo sysctl fs.inotify.max_user_watches=1048576; without, what is not watched " +
      "comes with the next whole pass",
  },
  "instances": {
    about: "the limit of queues of watches",
    text: (remark) => `queues of inotify: ${number(num(remark, "most"))}`,
    advice: () => "For --watch of several mirrors, raise it: sudo sysctl fs.inotify.max_user_instances=128",
  },
  "free-space": {
    about: "the free space",
    text: (remark) => {
      const needed = `${remark.values.complete === true ? "" : "at least "}${size(num(remark, "needed"))}`;
      return `free space of the replica: ${size(num(remark, "free"))} of ${size(num(remark, "total"))}; ` +
        `the source has ${needed} more than it`;
    },
    advice: (remark) =>
      remark.verdict === "note"
        ? "Look with --dry-run: more was there to count than could be counted"
        : "Free some space there, or choose a larger disk: what does not fit is refused",
  },
  "free-inodes": {
    about: "the free inodes",
    text: (remark) =>
      `entries that the replica's disk still takes: ${number(num(remark, "free"))}; the source has ${
        number(num(remark, "needed"))
      } more than it`,
    advice: () => "Make a file system with more inodes (mkfs.ext4 -i), or remove entries there",
  },
  "quota": {
    about: "quotas",
    text: (remark) => `the replica's disk has quotas: ${list(remark, "options").join(", ")}`,
    advice: () => "Look with quota(1) whether the user's is large enough: free space does not tell of it",
  },
  "edge": {
    about: "the edge",
    text: (remark) => {
      const edge = text(remark, "edge");
      const why = WHY_PORTABLE[text(remark, "why")];
      return `the edge is ${edge}${why === undefined ? "" : `: ${why}`}`;
    },
    advice: (remark) =>
      remark.verdict === "slow"
        ? "Run it with --allow-ffi: 100,000 files with nothing to do take 0.42 s by the native edge and 0.94 s by " +
          "the portable one (tests/bench/README.md)"
        : "The portable edge mirrors less (docs/manual.md, Starting it), and nothing is to be done about it here",
  },
  "sandbox": {
    about: "Landlock",
    text: (remark) => {
      const version = num(remark, "landlock");
      switch (remark.values.state) {
        case "here":
          return `worker threads are confined to the two folders by the kernel (Landlock ${version})`;
        case "old-landlock":
          return `worker threads are not confined: Landlock ${version} is too old`;
        case "no-landlock":
          return "worker threads are not confined: the kernel has no Landlock, or it is turned off";
        default:
          return "worker threads are not confined: that takes --allow-ffi";
      }
    },
    advice: (remark) =>
      remark.values.state === "no-ffi"
        ? "Run it with --allow-ffi where others may write to one of the folders"
        : "Take Linux 5.19 or newer, with landlock in the list of lsm=, where others may write to one of the folders",
  },
  "threads": {
    about: "threads",
    text: (remark) =>
      remark.kind === "own-modules"
        ? "Deno may not read the program's own folder, so there is one thread"
        : counted(num(remark, "threads"), "worker thread"),
    advice: (remark) =>
      remark.kind === "own-modules"
        ? "Add the folder sync/ of the program to --allow-read: with one thread, signals are heard between two files only"
        : `Leave out --threads: two threads take two thirds of the time of one (tests/bench/README.md)`,
  },
  "watch": {
    about: "how changes are followed",
    text: (remark) =>
      `--watch goes by ${remark.values.by === "Deno" ? "Deno's watch" : text(remark, "by")}${
        remark.kind === "no-queue" ? ": the system gives no queue of inotify" : ""
      }`,
    advice: (remark) =>
      remark.kind === "no-queue"
        ? "Look whether other programs of the user have them all: sudo sysctl fs.inotify.max_user_instances=512"
        : "Run it with --allow-ffi: Deno's watch loses events without a word, and follows links (docs/manual.md, " +
          "Keeping it running)",
  },
  "asked-checksum": {
    about: "--checksum",
    text: () => "--checksum reads every file of both folders at each pass",
    advice: () =>
      "Use it now and then, as by lockstep verify: 100,000 small files that are the same take 1.5 s with it and 0.4 s " +
      "without (tests/bench/README.md)",
  },
};

/** What is said of the edge and of Landlock in `--version --verbose`. */
export function judgedEdge(
  { edge, why, sandbox, landlock }: EdgeFacts,
  os: string,
): readonly (readonly [string, string])[] {
  const because = why === null
    ? ""
    : `: ${WHY_PORTABLE[why]}${why === "not-allowed" ? " (--allow-ffi)" : ""}`;
  const version = landlock === null ? "cannot be asked without --allow-ffi" : `version ${landlock}`;
  return [
    ["edge", `${edge}${because}`],
    ...os === "linux" ? [["Landlock", sandbox === "no-landlock" ? "not there" : version] as const] : [],
  ];
}

const WHY_PORTABLE: Readonly<Record<string, string>> = {
  "system": "the native one is made for Linux on x86-64 and arm64",
  "not-allowed": "Deno may not use the C library",
  "no-library": "the C library cannot be loaded",
  "layout": "the C library says other things of files than Deno does",
};
