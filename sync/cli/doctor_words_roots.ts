/** The words of `lockstep doctor` on the two folders, and on what the replica can hold. Pure. */
import { shown } from "../engine/entry.ts";
import type { Missing, RootFault } from "../engine/event.ts";
import type { Code, Remark } from "../engine/doctor/remark.ts";
import { list, num, text, type Words } from "./doctor_values.ts";
import { missingText } from "./notice.ts";
import { counted, entries, number, size } from "./quantity.ts";
import { reasonText } from "./reason.ts";
import { refusalText } from "./refusal.ts";

type OfRoots = Extract<
  Code,
  | "beside"
  | "empty-source"
  | "file-system"
  | "holds"
  | "kept"
  | "lacks"
  | "left-overs"
  | "lock"
  | "log"
  | "mount"
  | "mount-point"
  | "mounts-inside"
  | "objection"
  | "others-write"
  | "readable"
  | "relation"
  | "replica-bits"
  | "root"
  | "same-disk"
  | "schedule"
  | "skew"
  | "trash"
  | "writable"
>;

/** How many of a list are named. */
const NAMED = 5;

function named(paths: readonly string[]): string {
  const more = paths.length - NAMED;
  return paths.slice(0, NAMED).map(shown).join(", ") + (more > 0 ? ` and ${number(more)} more` : "");
}

export const ROOT_WORDS: Readonly<Record<OfRoots, Words>> = {
  "root": {
    about: "the folder",
    text: (remark) => {
      const path = text(remark, "path");
      if (remark.kind === "folder") return `the ${remark.side} is the folder ${shown(path)}`;
      if (remark.kind === "to-be-made") {
        return `the ${remark.side} ${shown(path)} is not there yet: the first pass makes it`;
      }
      if (remark.kind === "silent") return `the disk of the ${remark.side} ${shown(path)} does not answer`;
      return refusalText({ kind: "unusable", side: remark.side!, path, fault: faultOf(remark) })
        .replace(/; nothing was touched$/, "");
    },
    advice: (remark) =>
      remark.kind === "silent"
        ? "See to the disk or the server, or unmount it: a pass would wait for it"
        : remark.kind === "strange-link"
        ? null
        : remark.values.reason === "NOTCAPABLE"
        ? "Run Lockstep with --allow-all, which Deno asks for there (a path on the network, a device), or give another path"
        : "Give a folder that is there and that this user may use",
  },
  "readable": {
    about: "what can be read",
    text: (remark) => {
      const of = `${remark.values.complete === true ? "" : "the first "}${entries(num(remark, "names"))}`;
      if (remark.kind === "names") {
        const paths = list(remark, "paths");
        return `of ${of} at the top of the ${remark.side}, ${number(paths.length)} ${
          paths.length === 1 ? "has a name" : "have names"
        } that Windows does not: ${named(paths)}`;
      }
      return remark.verdict === "ok"
        ? `${of} at the top of the ${remark.side} can be opened`
        : `of ${of} at the top of the ${remark.side}, ${
          number(num(remark, "unreadable"))
        } cannot be opened, as ${shown(text(remark, "example"))}`;
    },
    advice: (remark) =>
      remark.kind === "names"
        ? "Rename them where they were made, or leave them out by --exclude: each fails at every pass"
        : "Run it as a user who may read them, or leave them out by --exclude: each fails at every pass",
  },
  "writable": {
    about: "whether the replica can be written to",
    text: (remark) =>
      remark.kind === "dry-run"
        ? "--dry-run writes nothing"
        : remark.verdict === "ok"
        ? `the replica can be written to${remark.kind === "tried" ? "; it was tried" : ""}`
        : `the replica cannot be written to: ${
          UNTRIED[text(remark, "reason")] ?? reasonText({ code: text(remark, "reason") })
        }`,
    advice: (remark) =>
      remark.kind === "dry-run"
        ? null
        : "Give the folder to the user who runs Lockstep, or mount its disk for writing",
  },
  "replica-bits": {
    about: "the bits of the replica",
    text: () => "the replica's folder is setgid: what is made in it gets its group, until groups are set",
    advice: () => "As root nothing is to be done; else chmod g-s, if the group is not meant to be handed on",
  },
  "relation": {
    about: "how the folders lie to each other",
    text: (remark) => {
      switch (remark.kind) {
        case "same":
          return "the source and the replica are one folder";
        case "replica-in-source":
          return "the replica lies inside the source";
        case "source-in-replica":
          return "the source lies inside the replica";
        default:
          return "neither folder lies in the other";
      }
    },
    advice: () => "Give two folders of which neither lies in the other, by whatever link or mount",
  },
  "same-disk": {
    about: "whether they are on one disk",
    text: (remark) =>
      remark.values.same === true
        ? `both folders are on one ${remark.values.turns === true ? "spinning disk" : "disk"}`
        : "the folders are on two disks",
    advice: () => "It is no copy for the day on which that disk fails: keep one on another disk, too",
  },
  "others-write": {
    about: "who may write",
    text: (remark) => {
      const who = `everybody may write to the ${remark.side}`;
      if (remark.verdict === "note") return who;
      return `${who}, and root runs this by paths: a link put in the way at the right moment leads it elsewhere`;
    },
    advice: (remark) =>
      remark.verdict === "unsafe"
        ? "Run it with --allow-ffi, or take that right away (chmod o-w), or run it as a user with fewer rights"
        : "If nobody else is meant to, take that right away: chmod o-w",
  },
  "lock": {
    about: "whether another run is at work",
    text: (remark) => {
      switch (remark.kind) {
        case "taken":
          return `another run of Lockstep has locked ${shown(text(remark, "folder"))} or a folder in it`;
        case "no-locks":
          return "the replica's file system has no locks, so nothing keeps a second run off it";
        default:
          return "no other run is at work on the replica";
      }
    },
    advice: (remark) =>
      remark.kind === "taken"
        ? "Wait for it, or stop it; two replicas must not lie in each other"
        : "See to it yourself that no two runs have the same replica, as by one entry of a scheduler",
  },
  "empty-source": {
    about: "whether the source is empty",
    text: (remark) =>
      remark.kind === "both"
        ? "the source is empty, and so is the replica"
        : remark.kind === "allowed"
        ? "the source is empty and the replica is not: with --allow-empty-source it will be, too"
        : "the source is empty and the replica is not: a pass is refused",
    advice: (remark) =>
      remark.kind === "both"
        ? "Look whether it is the right folder, and its disk mounted"
        : "Look whether the source's disk is mounted; if the replica is to be emptied, once add --allow-empty-source",
  },
  "kept": {
    about: "whether the replica is that of the source",
    text: (remark) =>
      remark.verdict === "ok"
        ? `of ${entries(num(remark, "of"))} at the top of the replica, the source has ${
          number(num(remark, "shared"))
        }`
        : "nothing at the top of the replica is in the source: it may be the wrong folder",
    advice: () => "Look with --dry-run before anything else: what the source has not is deleted",
  },
  "left-overs": {
    about: "what killed runs left",
    text: (remark) => `${counted(num(remark, "count"), "temporary name")} of a killed run in the replica`,
    advice: () =>
      "Nothing is to be done: the next pass removes them, and takes what was moved aside back or into the trash",
  },
  "trash": {
    about: "the trash",
    text: (remark) =>
      remark.kind === "ours"
        ? "the trash of this replica is beside it"
        : remark.kind === "others"
        ? "the trash beside the replica names another replica"
        : "what has the name of the trash beside the replica is none",
    advice: () => "With --trash, name another folder: --trash=<folder>",
  },
  "beside": {
    about: "files beside it",
    text: (remark) => `beside the replica: ${named(list(remark, "files"))}`,
  },
  "log": {
    about: "the log",
    text: (remark) => `the log lies inside the ${remark.side}: it is neither mirrored nor removed`,
    advice: () => "Let it lie outside of both folders, where it goes with neither",
  },
  "objection": {
    about: "the options",
    text: (remark) => text(remark, "text"),
    advice: () => "A run with these words does not begin: change them",
  },
  "schedule": {
    about: "whether it is scheduled",
    text: (remark) => {
      const found = list(remark, "entries");
      return found.length === 0
        ? "no scheduler has an entry for these folders"
        : `scheduled with ${found.join(", ")}`;
    },
  },
  "file-system": {
    about: "the file system",
    text: (remark) => {
      const type = `${text(remark, "type")}: `;
      return `the ${remark.side} is on ${
        FAMILIES[remark.kind ?? ""]?.[0](type, remark) ?? text(remark, "type")
      }`;
    },
    advice: (remark) => FAMILIES[remark.kind ?? ""]?.[1] ?? null,
  },
  "mount": {
    about: "the mount",
    text: (remark) => {
      const where = `the ${remark.side} is mounted at ${shown(text(remark, "point"))}`;
      const options = list(remark, "options").join(",");
      return remark.kind === "read-only" ? `${where}, to be read only: ${options}` : `${where}: ${options}`;
    },
    advice: (remark) =>
      remark.kind === "read-only"
        ? "Mount it for writing: mount -o remount,rw"
        : "Leave out sync of its options, if a pass takes too long: --durable forces to the disk what a pass leaves",
  },
  "mount-point": {
    about: "how far below its mount point the replica lies",
    text: (remark) =>
      `the replica is ${
        num(remark, "depth") === 0 ? "the mount point itself" : "right below the mount point"
      } ${shown(text(remark, "point"))}: when that disk is away, a run that starts fills the disk below`,
    advice: (remark) =>
      `Let the replica be two levels below it, as ${shown(`${text(remark, "point")}/backup/photos`)}: ` +
      "a folder whose parent is not there is not made",
  },
  "mounts-inside": {
    about: "what is mounted inside",
    text: (remark) => `mounted inside the ${remark.side}: ${named(list(remark, "paths"))}`,
    advice: () => "It is mirrored as if it were no mount; --one-file-system leaves it alone",
  },
  "holds": {
    about: "what the replica can hold",
    text: (remark) => {
      if (remark.kind === "tried") return `tried: the replica holds ${held(remark)}`;
      const type = text(remark, "type");
      const of = type === "" ? "" : `. By its type (${type}): ${BY_TYPE[remark.kind ?? ""] ?? BY_TYPE.other}`;
      const reason = text(remark, "reason");
      return reason === ""
        ? `what the replica can hold: not tried, as that would write to it; add --try${of}`
        : `what the replica can hold could not be tried: ${
          UNTRIED[reason] ?? reasonText({ code: reason })
        }${of}`;
    },
    advice: ({ values: { asked } }) =>
      asked === true ? "Try again when the replica is there and no run is at work on it" : null,
  },
  "lacks": {
    about: "what the replica lacks",
    text: (remark) => `the replica cannot hold ${missingText(missingOf(remark))}`,
    advice: () => "docs/filesystems.md says what becomes of that, and which file systems hold it",
  },
  "skew": {
    about: "the replica's clock",
    text: (remark) => {
      const ms = num(remark, "ms");
      if (remark.verdict === "ok") return "the replica's clock agrees with ours";
      return `the replica's clock is ${number(Math.abs(ms) / 1000)} s ${ms > 0 ? "ahead of" : "behind"} ours`;
    },
    advice: () =>
      "Set the clocks of both machines by NTP: without a state file, --keep-edits goes by newer times",
  },
};

/** Why nothing was tried, where no code of the system says it. */
const UNTRIED: Readonly<Record<string, string>> = {
  ABSENT: "it is not there yet",
  RELATED: "it and the source lie in each other",
  UNTRIED: "no folder could be made in it",
};

/** What is said of a family of file systems, and what to do. */
const FAMILIES: Readonly<Record<string, readonly [(type: string, remark: Remark) => string, string]>> = {
  memory: [(type) => `${type}memory, which a restart empties`, "Choose a disk, if the copy is to last"],
  overlay: [
    (type) => `${type}inode numbers may change there, so that hard links may be taken for separate files`,
    "In a container, use a volume",
  ],
  fat: [
    (type) => `${type}no modes, owners and links, times in 2 s, no file of 4 GiB or more`,
    "Use ext4, XFS or Btrfs for a full copy (docs/filesystems.md)",
  ],
  "fat-large": [
    (type, remark) =>
      `${type}no file of 4 GiB or more, and the source has one of ${size(num(remark, "largest"))}`,
    "Use ext4, XFS or Btrfs, or leave such files out: --max-size 4095MiB",
  ],
  exfat: [
    (type) =>
      `${type}no modes, owners and links, times in 10 ms or more, no characters like : and ? in names`,
    "Use ext4, XFS or Btrfs for a full copy (docs/filesystems.md)",
  ],
  ntfs: [
    (type) => `${type}no modes and owners here; whether case counts depends on how it is mounted`,
    "Use ext4, XFS or Btrfs for a full copy, or look what it holds with --try",
  ],
  network: [
    (type) => `${type}a network file system, which sends no events of what others change`,
    "With --watch, changes that others make come with the next whole pass: give an interval",
  ],
  "network-watch": [
    (type) =>
      `${type}a network file system, which sends no events: --watch hears nothing of what others change`,
    "Give an interval beside --watch, as short as changes may wait: all is compared then",
  ],
  fuse: [(type) => `${type}what it holds depends on the program behind it`, "Look what it holds with --try"],
};

/** What a file system can hold, as far as its type tells: docs/filesystems.md. */
const BY_TYPE: Readonly<Record<string, string>> = {
  unix: "all that a source has; owners as root",
  memory: "all that a source has; owners as root",
  overlay: "what the file system below it holds; hard links may be told apart wrongly",
  fat: "no modes, owners, links and hard links; case is ignored; times in 2 s",
  exfat: "no modes, owners, links and hard links; case is ignored; times in 10 ms or more",
  ntfs: "no modes and owners; links and hard links; times in 100 ns",
  network: "what the server holds and lets us set",
  fuse: "what the program behind it holds",
  other: "not known",
};

/** The yes-or-no part of what was tried. */
function held(remark: Remark): string {
  const { values } = remark;
  const parts = [["modes", "modes"], ["owners", "owners"], ["links", "links"], ["hardLinks", "hard links"], [
    "cases",
    "names that differ in case",
  ]] as const;
  const has = parts.filter(([name]) => values[name] === true).map(([, word]) => word);
  const step = num(remark, "stepMs");
  return [...has, `times in ${step < 1 ? `${number(Math.round(step * 1e6))} ns` : `${number(step)} ms`}`]
    .join(", ");
}

function faultOf({ kind, values }: Remark): RootFault {
  const { reason, link, owner, parent, path } = values;
  if (kind === "fault") return { code: "fault", reason: { code: String(reason) } };
  if (kind === "strange-link") return { code: kind, link: String(link), owner: Number(owner) };
  if (kind === "no-parent") return { code: kind, parent: String(parent) };
  if (kind === "nested") return { code: kind, path: String(path) };
  // those that are left have no field
  return { code: kind } as RootFault;
}

function missingOf({ kind, values }: Remark): Missing {
  const { limit, kinds } = values;
  // each kind of `lacks` is one of them, with what belongs to it
  return { what: kind, ...(limit !== null && { limit }), ...(Array.isArray(kinds) && { kinds }) } as Missing;
}
