/** Words that people know from rsync, robocopy and rclone: each gets a sentence on what there is instead. Pure. */

const ALWAYS = "Lockstep always does";

/** By the option's name: what to say of it. */
const OPTIONS_OF_OTHERS: Readonly<Record<string, string>> = {
  archive: `${ALWAYS} what --archive does, with links, modes, times and owners: leave it out`,
  recursive: `${ALWAYS} what --recursive does: leave it out`,
  links: `${ALWAYS} what --links does: leave it out`,
  perms: `${ALWAYS} what --perms does: leave it out`,
  times: `${ALWAYS} what --times does: leave it out`,
  group: "Owners and groups are mirrored where that is allowed: leave --group out",
  acls: "Access lists are mirrored by --xattrs: leave --acls out",
  "hard-links": `${ALWAYS} what --hard-links does: leave it out`,
  sparse: `${ALWAYS} what --sparse does: leave it out`,
  delete: "Lockstep always deletes from the replica what is not in the source: leave --delete out, " +
    "and look first with --dry-run",
  mirror: "Lockstep always makes the replica a mirror of the source: leave --mirror out",
  filter: "What is left out is given by --exclude and --include, as in a .gitignore: leave --filter out",
  ignore: "What is left out is given by --exclude, as in a .gitignore",
  skip: "What is left out is given by --exclude, as in a .gitignore",
  "ignore-file":
    'Patterns in a file are given by --exclude-from; a ".lockstepignore" in a folder needs no option',
  "exclude-file": 'A file of patterns is given by --exclude-from; a file is left out by --exclude "name"',
  "exclude-dir": 'A folder is left out by --exclude "name/"',
  "filter-from": "Give the patterns in --exclude-from, as in a .gitignore",
  "include-from": 'Give the patterns in --exclude-from, each with a "!" in front',
  "cvs-exclude": "What version control keeps is left out by --exclude-vcs",
  "exclude-if-present": 'A ".lockstepignore" with the line "*" in a folder leaves out what is in it',
  "files-from": 'Leave out all, and include what you want: --exclude "*" --include "/a/" --include "/a/**"',
  existing: "The replica becomes exactly what the source is: leave --existing out",
  "max-age": "Older files are left out by --newer-than",
  "min-age": "Newer files are left out by --older-than",
  "itemize-changes": "Each line says what differs: leave --itemize-changes out",
  "whole-file": `${ALWAYS} what --whole-file does: leave it out`,
  "link-dest": "Old versions are kept by --trash: leave --link-dest out",
  "remove-source-files": "The source is never written to: leave --remove-source-files out",
  chmod: "Modes are mirrored as they are: leave --chmod out",
  stats: "Each pass ends with its numbers: leave --stats out, or read them with --json",
  "human-readable": `${ALWAYS} what --human-readable does: leave it out`,
  partial: "A file is never left half-copied: leave --partial out",
  inplace: "A file is always replaced in one step: leave --inplace out",
  compress: "Both folders are on this machine, so nothing is compressed: leave --compress out",
  backup: "Old versions are kept by --trash: leave --backup out",
  "backup-dir": "Old versions are kept by --trash, or in a folder that --trash=<folder> names",
  update: "What was edited in the replica is left by --keep-edits: leave --update out",
  "track-renames": `${ALWAYS} what --track-renames does: leave it out`,
  "ignore-existing": "The replica becomes exactly what the source is: leave --ignore-existing out",
  "size-only": "Size and time are compared, and contents with --checksum: leave --size-only out",
  transfers: "The number of threads is set by --threads",
  checkers: "The number of threads is set by --threads",
  log: 'The log is named last, as in "30 sync.log", or by --log-file',
};

/** By a letter of rsync: the option that it stands for. */
const LETTERS: Readonly<Record<string, string>> = {
  P: "partial",
  i: "itemize-changes",
  u: "update",
  W: "whole-file",
  z: "compress",
};

function optionText(name: string): string | null {
  return Object.hasOwn(OPTIONS_OF_OTHERS, name) ? OPTIONS_OF_OTHERS[name]! : null;
}

/** What to say of an option of another program; null when it is none that we know. */
export function foreignOption(word: string): string | null {
  const name = word.replace(/^--/, "").replace(/=.*$/s, "");
  if (word.startsWith("--")) {
    const known = /^(del|delete-(before|during|delay|after|missing-args))$/.test(name) ? "delete" : name;
    return optionText(known);
  }
  const [, letters = ""] = /^-([a-zA-Z]+)$/.exec(word) ?? [];
  // "-o" alone is an option of a command of ours
  if (/^[rlptgoDHS]+$/.test(letters) && letters !== "o") {
    return `${ALWAYS} what "${word}" does, with links, modes, times and owners: leave it out`;
  }
  if (Object.hasOwn(LETTERS, letters)) return optionText(LETTERS[letters]!);
  // "-av", "-avz --progress": nobody types an "a" who does not think of rsync
  return /^-[a-zA-Z]*a[a-zA-Z]*$/.test(word) ? archiveText(word) : null;
}

/** Letters of rsync that mean the same here. */
const SHARED = /[ncxvqh]/g;

/** What to say of "-avn": what its letters mean for what would be done must not be lost. */
function archiveText(word: string): string {
  const letters = [...new Set(word.match(SHARED) ?? [])].map((letter) => `-${letter}`);
  const instead = letters.length === 0 ? `leave "${word}" out` : `write "${letters.join(" ")}" for "${word}"`;
  const left = /[AX]/.test(word) ? "; --xattrs mirrors access lists and extended attributes" : "";
  return `${ALWAYS} what "-a" does, with links, modes, times and owners: ${instead}${left}`;
}

/** The switches of robocopy, as "robocopy /?" has them; a file of that name would hardly have a "/" in front. */
const ROBOCOPY =
  /^\/(\?|MIR|PURGE|COPYALL|COPY:\w+|DCOPY:\w+|NOCOPY|NODCOPY|SEC|SECFIX|TIMFIX|E|S|Z|B|ZB|J|EFSRAW|L|X|V|TS|FP|BYTES|NS|NC|NP|NFL|NDL|NJH|NJS|ETA|TEE|UNICODE|REG|TBD|LFSM|PF|CREATE|FAT|256|FFT|DST|SL|SJ|MOVE?|A|M|I[STM]|X[DFCNOXLJ]|XJ[DF]|QUIT|NOSD|NODD|IF|NOOFFLOAD|COMPRESS|SPARSE|MT(:\d+)?|(LEV|R|W|MON|MOT|IPG|RH|A[+-]|IA|XA|M(AX|IN)(AGE|LAD)?|JOB|SAVE|(UNI)?LOG\+?):.*)$/i;

/** By the switch: what to write instead of it and what stands behind it. */
const INSTEAD: Readonly<Record<string, (next: string, value: string) => string>> = {
  "?": () => "for help, write --help",
  MIR: () => MIRRORS,
  COPY: () => "data, times and the read-only attribute are always mirrored, so leave it out",
  DCOPY: () => "the times of folders are always mirrored, so leave it out",
  CREATE: () => "Lockstep makes no empty files for those of the source; to look first, write --dry-run",
  QUIT: () => "to look first, write --dry-run",
  LEV: () => 'to mirror the top level alone, write --exclude "/*/"',
  L: () => "to look first, write --dry-run",
  XD: (folder) => `to leave out a folder, write --exclude "${folder}/"`,
  XF: (file) => `to leave out a file, write --exclude "${file}"`,
  XX: () => "to delete nothing, write --no-delete",
  XO: () => "to leave what was edited in the replica, write --keep-edits",
  XC: () => "to leave what was edited in the replica, write --keep-edits",
  XN: () => "to leave what was edited in the replica, write --keep-edits",
  XL: () => "the replica becomes exactly what the source is, so leave it out",
  IF: (file) => `to mirror some files alone, write --include "${file}" --exclude "*"`,
  XJ: () => "junctions are mirrored as junctions and never followed, so leave it out",
  SL: () => "links are always mirrored as links, so leave it out",
  MT: (_, count) => `the number of threads is set by --threads${count === "" ? "" : ` ${count}`}`,
  MAX: (_, bytes) => `to leave out larger files, write --max-size ${bytes}`,
  MIN: (_, bytes) => `to leave out smaller files, write --min-size ${bytes}`,
  MAXAGE: (_, age) => `to leave out older files, write --newer-than ${ageOf(age)}`,
  MINAGE: (_, age) => `to leave out newer files, write --older-than ${ageOf(age)}`,
  R: () => "what fails is tried again at the next pass, so leave it out",
  Z: () => "a file that was cut off is copied again from its beginning, so leave it out",
  B: () => "Lockstep reads what your account may read, so leave it out",
  SEC: () => "access lists of Windows are not mirrored, so leave it out",
  FFT: () => "times are compared as coarsely as the replica has them, so leave it out",
  DST: () => "an hour between the two on FAT is found out by contents, so leave it out",
  MON: () => "to follow every change, write --watch",
  MOT: (_, minutes) => `to repeat, write the interval behind the folders: ${minutes}m`,
  IPG: () => "to limit the pace, write --bwlimit 10MiB",
  MOV: () => "a mirror takes nothing away from the source: leave it out",
  LOG: (_, file) => `the log is named by --log-file=${file}, which is appended to`,
  TEE: () => "lines go to the console and the log, so leave it out",
  V: () => "for more lines, write --verbose",
  NFL: () => "for fewer lines, write --quiet",
  NP: () => "without a terminal there is no progress line, so leave it out",
  M: () => "the archive attribute is neither read nor set, so leave it out",
  JOB: () => "options and folders are kept in a file of jobs: see lockstep run --help",
  RH: () => 'times of the day are given by --cron, as in --cron "0 22 * * *"',
};

const MIRRORS = "Lockstep always mirrors as /MIR does, so leave it out";

/** Switches that delete nothing by themselves, but do with one of `DELETING` beside them. */
const WITH_FOLDERS: Readonly<Record<string, string>> = {
  E: "Lockstep deletes what is not in the source; to delete nothing, write --no-delete",
  S: "Lockstep mirrors empty folders, too, and deletes what is not in the source; " +
    "to delete nothing, write --no-delete",
};

const DELETING = /^\/(MIR|PURGE)$/i;

/** Switches of which the same is to be said. */
const SAME: Readonly<Record<string, string>> = {
  PURGE: "MIR",
  ZB: "B",
  EFSRAW: "B",
  SECFIX: "SEC",
  COPYALL: "SEC",
  MOVE: "MOV",
  XJD: "XJ",
  XJF: "XJ",
  SJ: "XJ",
  W: "R",
  REG: "R",
  TBD: "R",
  UNILOG: "LOG",
  A: "M",
  "A+": "M",
  "A-": "M",
  IA: "M",
  XA: "M",
  NDL: "NFL",
  NJH: "NFL",
  NJS: "NFL",
  NS: "NFL",
  NC: "NFL",
  ETA: "NP",
  X: "V",
  TS: "V",
  FP: "V",
  SAVE: "JOB",
};

/** What to say of the switch of robocopy that stands at `index` of the words. */
function robocopyText(words: readonly string[], index: number): string {
  const [word, next = "name"] = [words[index]!, words[index + 1]];
  const [, written = "", value = ""] = /^\/(\?|\w+[+-]?)(?::(.*))?$/.exec(word) ?? [];
  const name = written.toUpperCase().replace(/^((?:UNI)?LOG)\+$/, "$1");
  const instead = INSTEAD[SAME[name] ?? name];
  const folders = WITH_FOLDERS[name];
  const text = folders !== undefined
    ? words.some((one) => DELETING.test(one)) ? MIRRORS : folders
    : instead?.(next, value) ?? "Lockstep has nothing like it: leave it out";
  return `"${word}" is a switch of robocopy: ${text}`;
}

/** Days, or from 1900 on a date: "30" or "20260131". */
function ageOf(text: string): string {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? [];
  return year === undefined ? `${text}d` : `${year}-${month}-${day}`;
}

/** "user@host:path", "host:/path", "host::module", as rsync and scp take them. */
const ELSEWHERE = /^([^/\\:@]+@[^/\\:@]+:|[^/\\:@]{2,}:(:|[/~]|$))/;

/** What to say of words that name no folder of this machine; null when there are none. */
export function foreignWord(words: readonly string[]): string | null {
  for (const [index, word] of words.entries()) {
    const [, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(word) ?? [];
    if (scheme !== undefined) {
      return `"${word}" is no folder of this machine: mount it first${
        scheme === "file" ? "" : ", and name where"
      }, ` +
        "or give a path";
    }
    if (ELSEWHERE.test(word)) {
      return `"${word}" is on another machine, which Lockstep does not reach: mount it first (sshfs, NFS, SMB), ` +
        `or write "./${word}" for a folder of that name`;
    }
    // "/s" may well be a folder, but no third one
    if (ROBOCOPY.test(word) && (index > 1 || /^\/(\?|MIR|PURGE|COPYALL)$/.test(word))) {
      return robocopyText(words, index);
    }
  }
  return null;
}
