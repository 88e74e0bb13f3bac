/** The words for a reason: why something could not be done, as a clause that follows a colon. Pure. */
import { type Reason, shown } from "../engine/entry.ts";
import { SYSTEM } from "../system.ts";

/** What the system says. */
const OF_THE_SYSTEM: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "in use by the system",
  E2BIG: "too much at once",
  ECONNABORTED: "the file system behind it stopped",
  EDQUOT: "the disk quota is used up",
  EEXIST: "something else stands there",
  EFBIG: "too large for the file system",
  EILSEQ: "it is not UTF-8",
  EINTR: "it was interrupted",
  EINVAL: "the file system does not take it",
  EIO: "input/output error",
  EISDIR: "a folder stands there",
  ELOOP: "too many links on the way",
  EMFILE: "too many open files",
  EMLINK: "too many links",
  ENAMETOOLONG: "the name or the path is too long",
  ENFILE: "too many open files in the whole system",
  ENOENT: "it is not there any more",
  ENOMEM: "the system is out of memory",
  ENOSPC: "no space left",
  ENOTCONN: "the file system behind it is gone",
  ENOTDIR: "a folder on the way is not there any more",
  ENOTEMPTY: "the folder is not empty",
  EOPNOTSUPP: "the file system has no such thing",
  EPERM: "operation not permitted",
  ERANGE: "larger than the file system takes",
  EROFS: "the file system is read-only",
  ESTALE: "the network file system lost it",
  ETIMEDOUT: "the file system did not answer in time",
  ETXTBSY: "the program is running",
  EUCLEAN: "the file system is damaged",
};

/** What Lockstep says, where it needs no detail. */
const OUR_OWN: Readonly<Record<string, string>> = {
  CHANGED: "it changed while it was read",
  CHANGING: "it keeps changing while it is read",
  CLOUD: "it is kept in the cloud, and could not be fetched from there",
  DIFFERS: "the source's holds something else, although size and time agree: one of the two is rotten; " +
    "lockstep verify tells more",
  DROPPED: "the replica drops dots or spaces at the end of a name",
  EDITED: "it is edited again and again within one tick of its clock",
  ILLEGAL: `the replica's file system may not have characters like : ? " * < > | \\ in names`,
  EXCLUDED: "something excluded stands there: move it away, or add --delete-excluded",
  IN_USE: "another program has it open",
  INFECTED: "a virus scanner keeps it from being opened",
  LOCKED: "another run of Lockstep has locked it",
  MODE: "the system does not let us set its mode",
  MOUNTED: "something is mounted there",
  NO_DELETE: "a folder stands there, and --no-delete removes nothing",
  NO_RIGHT: "this account may not make links: turn on Windows' Developer Mode, or run as administrator",
  NOT_UTF8: "the name is not UTF-8",
  NESTED: "it leads into the other tree: something is mounted there",
  MISSPELLED: "the replica made another name of its name",
  OCCUPIED: "something in the folder that stands there has to stay",
  OWN_LOG: "in the replica this is the name of our own log file, or of an older one",
  ROTTEN: "the source's file holds something else than before, although its size and time are the same: " +
    "it is rotten, and was not copied over the replica's",
  UNMOUNTED: "what was mounted there has gone, or something else is mounted there since the last pass; " +
    "if you mean it, restart Lockstep",
  REPARSE: "it is a reparse point, of a kind that Deno cannot read",
  REPLACED: "something else took its place while it was read",
  TAKEN: "something else has taken its place",
  IN_TREE: "it and the source or the replica are one folder, or one lies in the other",
  NOT_A_TRASH: "the folder holds other things, and is no trash of Lockstep",
  OTHERS_TRASH: "it is the trash of another replica",
  NEWER_TRASH: "it is of a newer version of Lockstep",
  UNUSABLE: "it cannot be used to bring back what was edited",
  UNVERIFIED: "what was written reads back differently, twice; what was there was left alone",
  UNSTEADY: "it is written to all the time; the replica has what it held for a moment",
};

/** What Lockstep says about the detail. */
const WITH_DETAIL: Readonly<Record<string, (detail: string) => string>> = {
  CIRCLE: (job) => `what it gets comes back to its source by the job ${shown(job)}: leave one of them out`,
  IN_REPLICA: (job) => `it lies in the replica of the job ${shown(job)}, which would delete it`,
  UNOPENED: (text) => printable(text),
  COLLISION: (name) => `the replica cannot tell its name from ${shown(name)} beside it`,
  LINKED: (folder) => `a link has taken the place of the folder ${shown(folder)}`,
  IGNORE_FILE: (code) => `its .lockstepignore cannot be read: ${reasonText({ code })}`,
  MANIFEST: (code) => MANIFEST[code] ?? printable(code),
  MKFIFO: (words) => `mkfifo: ${printable(words)}`,
  TRASH: (code) => `the trash takes no more: ${reasonText({ code })}`,
  UNTRASHED: (code) => `the trash does not take it: ${reasonText({ code })}`,
  WINDOWS_NAME: (why) => `not a valid name on Windows: ${MISNAMED[why] ?? printable(why)}`,
  XATTRS: (code) => `the replica does not take its extended attributes: ${reasonText({ code })}`,
  NOTCAPABLE: (access) => `Deno may not do it (it needs ${printable(access)})`,
};

/** Why a name is not valid on Windows. */
const MISNAMED: Readonly<Record<string, string>> = {
  device: "reserved for a device",
  character: 'it has one of < > : " / \\ | ? *, or a control character',
  end: "it ends in a dot or a space",
};

/** Why a file cannot be used as a manifest. */
const MANIFEST: Readonly<Record<string, string>> = {
  foreign: "it is no manifest of Lockstep; choose another name",
  version: "another version of Lockstep wrote it",
  cut: "it was cut off; move it away to have it made anew",
  damaged: "it was changed or damaged since Lockstep wrote it; move it away to have it made anew",
};

/** The same, should the detail be missing. */
const WITHOUT_DETAIL: Readonly<Record<string, string>> = {
  CIRCLE: "what it gets comes back to its source by another job",
  IN_REPLICA: "it lies in the replica of another job, which would delete it",
  UNOPENED: "it cannot begin",
  COLLISION: "the replica cannot tell its name from another beside it",
  LINKED: "a link has taken the place of a folder on the way",
  TRASH: "the trash takes no more",
  UNTRASHED: "the trash does not take it",
  WINDOWS_NAME: "not a valid name on Windows",
  XATTRS: "the replica does not take its extended attributes",
  IGNORE_FILE: "its .lockstepignore cannot be read",
  MANIFEST: "it is not as Lockstep wrote it",
  MKFIFO: "mkfifo could not make it",
  NOTCAPABLE: "Deno may not do it",
};

/** Every code that has words here. */
export const KNOWN_CODES: readonly string[] = [OF_THE_SYSTEM, OUR_OWN, WITH_DETAIL].flatMap(Object.keys);

/** What EPERM means where a system guards folders of its user: nothing else tells the two apart. */
const GUARDED =
  `${OF_THE_SYSTEM["EPERM"]!}: it is locked, or the program that runs Lockstep needs Full Disk Access ` +
  "(System Settings, Privacy & Security)";

/** The words for a reason. A code that is not known speaks through its detail, or for itself. */
export function reasonText({ code, detail }: Reason, { guardsFolders } = SYSTEM): string {
  if (code === "EPERM" && guardsFolders) return GUARDED;
  const own = detail === undefined ? WITHOUT_DETAIL[code] : WITH_DETAIL[code]?.(detail);
  return own ?? OF_THE_SYSTEM[code] ?? OUR_OWN[code] ?? printable(detail ?? code);
}

/** A text of others, with everything escaped that a terminal or a log could take for its own. Quotes stay. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => shown(character).slice(1, -1));
}
