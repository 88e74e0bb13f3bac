/** The words for a notice: what a person should know once, and what changes nothing. Pure. */
import { type Path, shown } from "../engine/entry.ts";
import type { Missing, Notice } from "../engine/event.ts";
import { SYSTEM } from "../system.ts";
import { counted, size } from "./quantity.ts";
import { reasonText } from "./reason.ts";

export function noticeText(notice: Notice): string {
  switch (notice.code) {
    case "untried":
      return `Cannot find out what ${
        holder(notice.path, "the")
      } can hold: owners and groups are left as they are`;
    case "cannot-hold":
      return `${holder(notice.path, "The")} cannot hold ${missingText(notice.missing)}`;
    case "inexact-ids":
      return `The ${notice.side}'s inode numbers are too large for Deno to tell apart: ` +
        "hard links in it are taken for files of their own";
    case "links-elsewhere":
      return `${counted(notice.files, "file has", "files have")} names outside of this part of the tree: ` +
        "hard links are kept within a part only, and each part has a file of its own";
    case "assumed":
      return "A dry run does not try what the replica can hold: where its file system has no modes, owners or exact " +
        "times, not all of these attributes will be set";
    case "own-log": {
      const { side, path } = notice;
      const result = side === "source" ? "it is not mirrored" : "it is not removed";
      return `The log file lies inside the ${side}, at ${shown(path)}: ${result}`;
    }
    case "drive":
      return 'What Windows keeps at the top of a drive, as "$RECYCLE.BIN" and "System Volume Information", ' +
        "is neither mirrored nor removed";
    case "unlocked":
      return `Cannot lock the replica: ${
        reasonText(notice.reason)
      }; nothing keeps another run of Lockstep off it`;
    case "locked-alone":
      return `Cannot lock the file beside the status: ${
        reasonText(notice.reason)
      }; nothing keeps a run on another machine off the replica`;
    case "put-back":
      return `${shown(notice.path)} was put back: the folder in its place was still empty`;
    case "kept-aside":
      return `${shown(notice.path)} is kept as ${shown(notice.as)} until the folder in its place is complete`;
    case "trash":
      return `What is removed or replaced goes to ${shown(notice.folder)}`;
    case "trash-attributes":
      return "The trash's file system does not take all owners, modes and attributes: its journal has them";
    case "trash-journal":
      return `Cannot write the journal of the trash: ${
        reasonText(notice.reason)
      }; all that goes is kept all the same`;
    case "trash-expired":
      return `Deleted ${passes(notice.passes)} from the trash, ${size(notice.bytes)}`;
    case "trash-room":
      return `The disk is full: deleted ${shown(notice.folder)} from the trash`;
    case "trash-unkept":
      return `Cannot delete what is old from the trash: ${reasonText(notice.reason)}`;
  }
}

function passes(count: number): string {
  return count === 1 ? "one pass" : `${count} passes`;
}

function holder(mount: Path | undefined, article: "the" | "The"): string {
  return `${article} replica${mount === undefined ? "" : ` at ${shown(mount)}, where something is mounted,`}`;
}

function kindText(kind: Extract<Missing, { what: "xattrs" }>["kinds"][number]): string {
  return kind === "acls" ? "access lists" : `${kind}.*`;
}

export function missingText(missing: Missing): string {
  switch (missing.what) {
    case "owners":
      if (!SYSTEM.hasOwners) return "owners and groups, which this system does not have as numbers";
      return "owners and groups, which this program may not set there, nor setuid and setgid bits of others";
    case "modes":
      return SYSTEM.hasModes ? "permission bits" : "the read-only attribute";
    case "links":
      if (SYSTEM.typesLinks) {
        return "links: Windows' Developer Mode is off and this account may not make them, its file system has none, or " +
          "Deno was not given --allow-read and --allow-write unscoped";
      }
      return "links (its file system has none, or Deno was not given --allow-read and --allow-write unscoped)";
    case "devices":
      return "devices, which this program may not make there";
    case "xattrs":
      return `extended attributes of these kinds: ${missing.kinds.map(kindText).join(", ")}`;
    case "hard-links":
      return "hard links: each name becomes a file of its own";
    case "hard-links-to-links":
      return "hard links to links: each name becomes a link of its own";
    case "cases":
      return "names that differ only in case";
    case "forms":
      return "names that differ only in their Unicode form";
    case "trailing-dots":
      return "names that end in a dot";
    case "trailing-spaces":
      return "names that end in a space";
    case "times":
      return `times finer than ${missing.limit} ms`;
    case "times-before":
    case "times-after":
      return `times ${missing.what.slice(6)} ${new Date(missing.limit).toISOString()}, which is set instead`;
    case "names":
      return `names longer than ${missing.limit} bytes`;
  }
}
