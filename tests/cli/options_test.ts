import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Asked, type Chosen, JUNK, VCS } from "../../sync/cli/choose.ts";
import { type Bounds, UNBOUNDED } from "../../sync/engine/filter.ts";
import { type Options, parse } from "../../sync/cli/options.ts";
import { SYSTEM } from "../../sync/system.ts";
import { parseSchedule } from "../../sync/cli/schedule.ts";
import type { When } from "../../sync/cli/when.ts";

const PLAIN: Options = {
  source: "s",
  replica: "r",
  when: { rhythm: { kind: "once" }, settle: null, delay: 0, life: null, passes: null },
  log: null,
  isLogWord: false,
  choice: { chosen: [], bounds: UNBOUNDED, deleteExcluded: false, noDelete: false },
  undo: { trash: null, moves: true, edits: "overwrite", state: null },
  check: { verify: false, manifest: null },
  observe: { status: null, metrics: null, report: null, onFailure: null, onSuccess: null, onChange: null },
  pace: { bandwidth: null, files: null, nice: null },
  part: null,
  ask: false,
  logMaxSize: null,
  logKeep: 5,
  checksum: false,
  dryRun: false,
  owners: SYSTEM.hasOwners,
  xattrs: false,
  devices: false,
  oneFileSystem: false,
  allowEmptySource: false,
  acceptNewRoot: false,
  ignoreFreeSpace: false,
  durable: false,
  maxDelete: null,
  threads: null,
  edge: null,
  loudness: "normal",
  lines: true,
  json: false,
  progress: false,
};

function every(ms: number, more: Partial<When> = {}): Partial<Options> {
  return { when: { ...PLAIN.when, rhythm: { kind: "interval", ms }, ...more } };
}

function out(pattern: string, from = "--exclude"): Chosen {
  return { kind: "rule", rule: { pattern, from } };
}

const back = (pattern: string) => out(`!${pattern}`, "--include");
const file = (path: string): Chosen => ({ kind: "file", path });
const VCS_RULES = VCS.map((pattern) => out(pattern, "--exclude-vcs"));
const JUNK_RULES = JUNK.map((pattern) => out(pattern, "--exclude-junk"));

function choice(chosen: readonly Chosen[], more: Partial<Asked> = {}): Partial<Options> {
  return { choice: { ...PLAIN.choice, chosen, ...more } };
}

function bounded(bounds: Partial<Bounds>): Partial<Options> {
  return choice([], { bounds: { ...UNBOUNDED, ...bounds } });
}

const DAY = 86_400_000;

/** A trash, as it was asked for. */
function undo(
  folder: string | null,
  keep: number | null = null,
  max: number | null = null,
): Partial<Options> {
  return { undo: { ...PLAIN.undo, trash: { folder, keep, max } } };
}

/** The options of a command line, or what is said of a bad one. */
function read(line: string): Options | string {
  const command = parse(line === "" ? [] : line.split(" "));
  if (command.kind === "mirror") return command.options;
  return command.kind === "usage" ? command.text : command.kind;
}

const GOOD: readonly (readonly [string, Partial<Options>])[] = [
  ["s r", {}],
  ["s r 30", { ...every(30_000) }],
  ["s r 0.5", { ...every(500) }],
  ["s r 500ms", { ...every(500) }],
  ["s r 1h30m", { ...every(5_400_000) }],
  ["s r 1d", { ...every(86_400_000) }],
  ["s r 1w", { ...every(604_800_000) }],
  ["s r 30 sync.log", { ...every(30_000), log: "sync.log" }],
  ["s r sync.log 30", { ...every(30_000), log: "sync.log" }],
  ["s r sync.log", { log: "sync.log" }],
  ["s r 30 2024.log", { ...every(30_000), log: "2024.log" }],
  ["s r ./logs/today.txt", { log: "./logs/today.txt" }],
  ["s r 5min", { ...every(300_000) }],
  ["s r 30sec", { ...every(30_000) }],
  ["s r 1hour30min", { ...every(5_400_000) }],
  ["s r --interval 30 --log-file sync.log", { ...every(30_000), log: "sync.log" }],
  ["--interval=30 s --log-file=sync.log r", { ...every(30_000), log: "sync.log" }],
  ["s r --interval 30 sync.log", { ...every(30_000), log: "sync.log" }],
  ["s r --interval 30 --log-file log", { ...every(30_000), log: "log" }],
  ["s r --log-file sync.log 30", { ...every(30_000), log: "sync.log" }],
  ["s r 30 --once", {}],
  ["s r 30 --delay 10s", every(30_000, { delay: 10_000 })],
  ["s r --delay 10", { when: { ...PLAIN.when, delay: 10_000 } }],
  ["s r 30 --for 8h --passes 3", every(30_000, { life: 28_800_000, passes: 3 })],
  ["s r --cron @daily", { when: { ...PLAIN.when, rhythm: { kind: "cron", text: "@daily" } } }],
  ["s r --cron @daily sync.log", {
    when: { ...PLAIN.when, rhythm: { kind: "cron", text: "@daily" } },
    log: "sync.log",
  }],
  ["s r --cron @daily --once", {}],
  // all of it every ten minutes, when nothing is said
  ["s r -w", every(600_000, { settle: 200 })],
  ["s r 1h --watch --settle-time 1s", every(3_600_000, { settle: 1000 })],
  ["s r --watch --cron @daily", {
    when: { ...PLAIN.when, rhythm: { kind: "cron", text: "@daily" }, settle: 200 },
  }],
  ["s r --watch --once", {}],
  ["-n s r", { dryRun: true }],
  ["--dry-run -c s r", { dryRun: true, checksum: true }],
  ["s r --trash", undo(null)],
  ["s r --trash -n", { ...undo(null), dryRun: true }],
  ["s r 30 --trash bin", { ...every(30_000), ...undo("bin") }],
  ["--trash=bin s r", undo("bin")],
  ["s r --trash=30", undo("30")],
  ["s r --trash --trash-keep 30d --trash-max 1KiB", undo(null, 30 * DAY, 1024)],
  ["-nq s r", { dryRun: true, loudness: "quiet" }],
  ["-v s r", { loudness: "verbose" }],
  ["--json --allow-empty-source s r", { json: true, allowEmptySource: true }],
  ["--json --progress s r", { json: true, progress: true }],
  ["--lines=none s r", { lines: false }],
  ["./a:b /E", { source: "./a:b", replica: "/E" }],
  ["/s /r 5m", { ...every(300_000), source: "/s", replica: "/r" }],
  ["s:r a@b", { source: "s:r", replica: "a@b" }],
  ["--max-delete 10 s r", { maxDelete: { unit: "entries", value: 10 } }],
  ["--max-delete=0 s r", { maxDelete: { unit: "entries", value: 0 } }],
  ["--max-delete 12.5% s r", { maxDelete: { unit: "percent", value: 12.5 } }],
  ["--owner never s r", { owners: false }],
  ["--owner=auto -x s r", { owners: true, oneFileSystem: true }],
  ["--ignore-free-space s r", { ignoreFreeSpace: true }],
  ["--log-max-size 64KiB --log-keep 2 s r", { logMaxSize: 65536, logKeep: 2 }],
  ["--threads 2 s r", { threads: 2 }],
  ["--edge=native s r", { edge: "native" }],
  ["s r --keep-edits", { undo: { ...PLAIN.undo, edits: "keep" } }],
  ["s r --keep-edits --state f", { undo: { ...PLAIN.undo, edits: "keep", state: "f" } }],
  // the source's old versions and the losers of conflicts go somewhere
  ["s r --bring-back --state f", {
    undo: {
      ...PLAIN.undo,
      edits: "bring-back",
      state: "f",
      trash: { folder: null, keep: null, max: null },
    },
  }],
  ["s r --exclude x", choice([out("x")])],
  ["--exclude x s r", choice([out("x")])],
  ["s r --exclude=x --include y --exclude z", choice([out("x"), back("y"), out("z")])],
  ["s r --include=y --exclude z --include y", choice([back("y"), out("z"), back("y")])],
  ["s r --exclude-from f --exclude x --exclude-from=g/h", choice([file("f"), out("x"), file("g/h")])],
  ["--exclude a s --exclude-vcs r --include b --exclude-junk 30 --exclude-from c", {
    ...every(30_000),
    ...choice([out("a"), ...VCS_RULES, back("b"), ...JUNK_RULES, file("c")]),
  }],
  ["s r --exclude-junk --exclude-vcs", choice([...JUNK_RULES, ...VCS_RULES])],
  // in one word a value may be anything
  ["s r --exclude=--include --include=--exclude=y --exclude z", {
    ...choice([out("--include"), back("--exclude=y"), out("z")]),
  }],
  ["s r --exclude=-x --exclude=-- --exclude a=b", choice([out("-x"), out("--"), out("a=b")])],
  ["s r --exclude !x --include #y --exclude \\#z", choice([out("!x"), back("#y"), out("\\#z")])],
  ["s r --exclude true --exclude false --exclude 007", choice([out("true"), out("false"), out("007")])],
  ["s r --exclude * --include */ --include *.jpg", choice([out("*"), back("*/"), back("*.jpg")])],
  ["s r --include a --include * --exclude */ --exclude */*", {
    ...choice([back("a"), back("*"), out("*/"), out("*/*")]),
  }],
  ["--exclude x -- -s --exclude", { source: "-s", replica: "--exclude", ...choice([out("x")]) }],
  ["--exclude x -- s --exclude-vcs", { source: "s", replica: "--exclude-vcs", ...choice([out("x")]) }],
  ["s r --exclude=old.log sync.log", { log: "sync.log", ...choice([out("old.log")]) }],
  ["s r --exclude *.log sync.log", { log: "sync.log", ...choice([out("*.log")]) }],
  ["--exclude photos-raw photos r", { source: "photos", ...choice([out("photos-raw")]) }],
  ["s r --exclude /home/a --exclude /s/a", choice([out("/home/a"), out("/s/a")])],
  ["/ r --exclude /proc/", { source: "/", ...choice([out("/proc/")]) }],
  ["s r --exclude-from=./-", choice([file("./-")])],
  ["s r --min-size 1 --max-size 1.5GiB", bounded({ minSize: 1, maxSize: 1.5 * (1 << 30) })],
  ["s r --min-size 1M --max-size 1MiB", bounded({ minSize: 1 << 20, maxSize: 1 << 20 })],
  ["s r --max-size 2TB", bounded({ maxSize: 2 ** 41 })],
  ["s r --newer-than 30d", bounded({ newerThan: { kind: "age", ms: 30 * DAY } })],
  ["s r --older-than 30", bounded({ olderThan: { kind: "age", ms: 30_000 } })],
  ["s r --newer-than 2024-02-29 --older-than 2024-03-01T12:30:15Z", {
    ...bounded({
      newerThan: { kind: "date", ms: new Date(2024, 1, 29).getTime() },
      olderThan: { kind: "date", ms: Date.UTC(2024, 2, 1, 12, 30, 15) },
    }),
  }],
  ["s r --older-than 2024-03-01T12:30+02:00", {
    ...bounded({ olderThan: { kind: "date", ms: Date.UTC(2024, 2, 1, 10, 30) } }),
  }],
  ["s r --newer-than 30d --older-than 1d", {
    ...bounded({ newerThan: { kind: "age", ms: 30 * DAY }, olderThan: { kind: "age", ms: DAY } }),
  }],
  // it depends on the day
  ["s r --newer-than 2024-01-01 --older-than 1d", {
    ...bounded({
      newerThan: { kind: "date", ms: new Date(2024, 0, 1).getTime() },
      olderThan: { kind: "age", ms: DAY },
    }),
  }],
  ["s r --delete-excluded", choice([], { deleteExcluded: true })],
  ["s r --no-delete --max-delete 0", {
    ...choice([], { noDelete: true }),
    maxDelete: { unit: "entries", value: 0 },
  }],
  ["007 0x1F", { source: "007", replica: "0x1F" }],
  ["-- -s --r", { source: "-s", replica: "--r" }],
];

for (const [line, options] of GOOD) {
  const isLogWord = options.log !== undefined && !line.includes("--log-file");
  Deno.test(`parse() reads "${line}"`, () => assertEquals(read(line), { ...PLAIN, isLogWord, ...options }));
}

const BAD: readonly (readonly [string, string])[] = [
  ["s r --bring-back", "--bring-back needs --state <file>"],
  ["s r --bring-back --keep-edits --state f", "leave out --keep-edits"],
  ["s r --state f", "--state goes with --keep-edits or --bring-back"],
  ["", "Give a source and a replica"],
  ["s", "Give a source and a replica"],
  ["s r abc", `"abc" is neither a time (30, 5m, 1h) nor plainly a log (sync.log)`],
  ["b r 30 40", `The interval is given twice, as "40" and as "30"`],
  ["a v nas/backup", `"nas/backup" is neither a time`],
  ["s r @daily", 'given by --cron "@daily"'],
  ["a b c", "there is one source and one replica"],
  ["a b c.d/e", `"c.d/e" is neither a time`],
  ["s r .hidden", `".hidden" is neither a time`],
  ["s r --interval 30 log", `"log" is neither a time`],
  ["s r --cron @daily sync", `"sync" is neither a time`],
  ["s r a.log b.log", `The log is given twice`],
  ["s r -5", `There is no option "-5"`],
  ["s r 30x sync.log", `The interval "30x" is not a time`],
  ["s r 0", "The interval must be more than 0"],
  ["s r 30 sync.log extra", "one word too many"],
  ["s r --intervall 30", "did you mean --interval?"],
  ["s r --ignore-room", `There is no option "--ignore-room"; --help`],
  ["s r --force", `There is no option "--force"; --help`],
  ["s r --max", "did you mean --max-delete, --max-size or --max-files-per-second?"],
  ["s r --verbsoe", "did you mean --verbose?"],
  ["-a s r", "Lockstep always does"],
  ["-r s r", `what "-r" does`],
  ["-rlptgoD s r", `what "-rlptgoD" does`],
  ["-P s r", "leave --partial out"],
  ["-i s r", "Each line says what differs"],
  ["-u s r", "--keep-edits"],
  ["-avz --delete s r", `write "-v" for "-avz"`],
  ["-az s r", `leave "-az" out`],
  ["-avn --delete s r", `write "-v -n" for "-avn"`],
  ["s r --backup", "are kept by --trash"],
  ["s r --backup-dir=old", "--trash=<folder>"],
  ["s r --track-renames", "always does"],
  ["s r --update", "--keep-edits"],
  ["-aHAX s r", "--xattrs mirrors access lists and extended attributes"],
  ["s r /L", "write --dry-run"],
  ["s r /XD foo", `to leave out a folder, write --exclude "foo/"`],
  ["s r /XF foo", `"/XF" is a switch of robocopy: to leave out a file, write --exclude "foo"; --help`],
  ["s r /xd foo bar", `write --exclude "foo/"`],
  ["s r /XD", `write --exclude "name/"`],
  ["s r /XX", "to delete nothing, write --no-delete"],
  ["s r /MAX:100", "write --max-size 100"],
  ["s r /S", "to delete nothing, write --no-delete"],
  ["s r /E", "to delete nothing, write --no-delete"],
  ["s r /e /R:3", "to delete nothing, write --no-delete"],
  ["s r /E /PURGE", "always mirrors as /MIR does"],
  ["s r /S /mir", "always mirrors as /MIR does"],
  ["s r /PURGE", "always mirrors as /MIR does"],
  ["s r /CREATE", "makes no empty files"],
  ["s r /LEV:1", `write --exclude "/*/"`],
  ["s r /J", "has nothing like it: leave it out"],
  ["/?", "for help, write --help"],
  ["s r /?", "for help, write --help"],
  ["s r /MT:16", "--threads 16"],
  ["s r /MT", "set by --threads;"],
  ["s r /XO", "write --keep-edits"],
  ["s r /XJD", "never followed"],
  ["s r /R:0 /W:0", "tried again at the next pass"],
  ["s r /W:0", "tried again at the next pass"],
  ["s r /LOG+:c:\\l.txt", "--log-file=c:\\l.txt"],
  ["s r /UNILOG:l.txt", "--log-file=l.txt"],
  ["s r /MOT:5", "behind the folders: 5m"],
  ["s r /MON:1", "write --watch"],
  ["s r /ZB", "what your account may read"],
  ["s r /COPYALL", "access lists of Windows are not mirrored"],
  ["s r /COPY:DAT", "data, times and the read-only attribute are always mirrored"],
  ["s r /DCOPY:T", "the times of folders are always mirrored"],
  ["s r /MOVE", "takes nothing away from the source"],
  ["s r /A-:SH", "archive attribute"],
  ["s r /TEE", "console and the log"],
  ["s r /FFT", "as coarsely as the replica"],
  ["s r /MIN:1", "write --min-size 1"],
  ["s r /MAXAGE:30", "write --newer-than 30d"],
  ["s r /MINAGE:20260131", "write --older-than 2026-01-31"],
  ["s r --exclude-from -", "--exclude-from does not read standard input"],
  ["s r --exclude-from=-", `write "./-" for one of that name`],
  ["s r --exclude", "--exclude needs a value: --exclude <pattern>"],
  ["s r --exclude=", "--exclude needs a value"],
  ["s r --exclude x --include=", "--include needs a value"],
  ["s r --exclude --include y", "--exclude needs a value"],
  ["s r --exclude -n", "--exclude needs a value"],
  ["s r --exclude --", "--exclude needs a value"],
  ["s r --exclude -foo", "in one word: --exclude=-foo"],
  ["s r --exclude --foo", "in one word: --exclude=--foo"],
  ["s r --include !x", `give --exclude "x"`],
  ["s r --exclude #x", String.raw`write "\#x"`],
  ["s r --exclude /", `--exclude "/" matches nothing`],
  ["s r --exclude !", `--exclude "!" matches nothing`],
  ["s r --exclude ./x", `patterns begin at the source: write --exclude "/x"`],
  ["s r --exclude !./x", `write --include "/x"`],
  ["s r --exclude .", `--exclude "." matches nothing, since patterns begin at the source; --help`],
  ["s r --exclude ./", `matches nothing, since patterns begin at the source; --help`],
  ["s r --exclude ../x", `--exclude "../x" matches nothing, since patterns begin at the source; --help`],
  ["s r --exclude ./s/x/", `write --exclude "/x/"`],
  ["/s r --exclude /s/x", `write --exclude "/x"`],
  ["/s/ r --include /s/x/y", `write --include "/x/y"`],
  ["s r --include *.jpg --exclude *", `--exclude "*" leaves out "*.jpg" after all`],
  ["s r --exclude !a --exclude /**", `--exclude "/**" leaves out "a" after all`],
  ["s r --exclude-vcs=no", "--exclude-vcs takes no value"],
  ["s r --min-size", "--min-size needs a value"],
  ["s r --min-size 0", "--min-size takes a size"],
  ["s r --max-size big", "--max-size takes a size"],
  ["s r --max-size=-1", "--max-size takes a size"],
  ["s r --min-size 2M --max-size 1M", "--min-size is larger than --max-size"],
  ["s r --max-size 1 --max-size 2", "--max-size is given twice"],
  ["s r --newer-than 0", "--newer-than takes an age"],
  [
    "s r --newer-than yesterday",
    `--newer-than takes an age like 30d or a date like 2026-01-31, not "yesterday"`,
  ],
  ["s r --older-than 2026-02-29", "--older-than takes an age"],
  ["s r --older-than 2026-13-01", "--older-than takes an age"],
  ["s r --older-than 31.01.2026", "--older-than takes an age"],
  ["s r --newer-than 2024-01-01 --older-than 2024-01-01", "no file is both"],
  ["s r --newer-than 1d --older-than 30d", "no file is both"],
  ["s r --delete-excluded --no-delete", "--delete-excluded and --no-delete exclude each other"],
  ["s r --delete-exclude", "did you mean --delete-excluded?"],
  ["s r --exclde x", "did you mean --exclude?"],
  ["s r --max-age 3", "--newer-than"],
  ["s r --exclude a.log b.log", `quote it, as in --exclude "*.log", or write --exclude="a.log" for this one`],
  ["--exclude a.log b.log c.log s r", `quote it, as in --exclude "*.log"`],
  ["s r --exclude old.log sync.log", `quote it`],
  ["s r --include a/x.jpg a/y.jpg", `quote it, as in --include "a/*.jpg"`],
  ["--exclude tmp1 tmp2 s r", `quote it, as in --exclude "tmp*"`],
  ["--exclude a b c d s r", `names like "a" and "b" in the place of a pattern: quote it`],
  ["s r --filter -_x", "as in a .gitignore"],
  ["s r --ignore x", "given by --exclude"],
  ["s r --exclude-dir=x", `--exclude "name/"`],
  ["s r --max-size 5 MB", "A number and its unit are one word: --max-size 5MB"],
  ["s r --newer-than 30 days", "one word: --newer-than 30days"],
  ["s r --exclude 5 days", `"days" is neither a time`],
  ["s r --exclude a b c", `is neither a time`],
  [
    "s r --exclude a b c",
    `if the shell put names in the place of a pattern, quote it, as in --exclude "*.log"`,
  ],
  ["--archive s r", "leave it out"],
  ["--delete s r", "Lockstep always deletes from the replica what is not in the source"],
  ["--delete-after s r", "leave --delete out"],
  ["s r --filter node_modules", "as in a .gitignore"],
  ["s r --bwlimit=1000", "bytes a second with their unit"],
  ["s r --stats", "Each pass ends with its numbers"],
  ["s r /MIR", "robocopy"],
  ["s /MIR", "robocopy"],
  ["s r /E /R:3", "robocopy"],
  ["s user@host:/x", "is on another machine"],
  ["host:/x r", "is on another machine"],
  ["host::module r", "is on another machine"],
  ["s s3://bucket/x", "is no folder of this machine"],
  ["-nz s r", `There is no option "-z" in "-nz"`],
  ["s r 5 min", `"min" is neither a time`],
  ["s r --lines=some", "--lines takes all or none"],
  ["s r --progress", "--progress goes with --json"],
  ["s r 3\x1b[2J", `"3\\u001b[2J" is neither a time`],
  ["s r --log-keep 2", "--log-keep goes with --log-max-size"],
  ["s r --log-max-size big", "--log-max-size takes a size"],
  ["s r --dryrun", "did you mean --dry-run?"],
  ["s r --max-delet=5", "did you mean --max-delete?"],
  ["s r -y", `There is no option "-y"`],
  ["s r --max-delete many", "--max-delete takes"],
  ["s r --max-delete 101%", "--max-delete takes"],
  ["s r --max-delete 1.5", "--max-delete takes"],
  ["s r --max-delete", "--max-delete needs a value: --max-delete <n|n%>"],
  ["--max-delete --dry-run s r", "--max-delete needs a value"],
  ["--max-delete s r", `--max-delete takes a number of entries or a percentage up to 100%, not "s"`],
  ["s r --threads 0", "--threads takes"],
  ["s r --edge=fast", "--edge takes native or portable"],
  ["s r --threads 2.5", "--threads takes"],
  ["s r --interval", "--interval needs a value"],
  ["s r --log-file=", "--log-file needs a value"],
  ["s r 30 --delay soon", "--delay takes a time"],
  ["s r 30 --for", "--for needs a value"],
  ["s r --trash 30 sync.log", "put --trash last, or write --trash=30"],
  ["s r 30 --trash sync.log", '"sync.log" is a log'],
  ["--trash s r", '--trash takes the next word, "s", for its folder'],
  ["s r --trash --trash", "--trash is given twice"],
  ["s r --trash-keep 30d", "--trash-keep goes with --trash"],
  ["s r --trash-max 1G", "--trash-max goes with --trash"],
  ["s r --trash --trash-keep soon", "--trash-keep takes a time"],
  ["s r --trash --trash-keep 30", "with its unit, like 30d"],
  ["s r --trash --trash-keep 0d", "with its unit, like 30d"],
  ["s r --trash --trash-max much", "--trash-max takes a size"],
  ["s r --trash --trash-max 20", "with its unit"],
  ["s r 30 --settle-time 1s", "--settle-time goes with --watch"],
  ["s r -w --settle-time soon", "--settle-time takes a time"],
  ["s r 30 --passes 0", "--passes takes a whole number"],
  ["s r --passes 2", "--passes needs an interval, --cron or --watch"],
  ["s r --for 8h", "--for needs an interval, --cron or --watch"],
  ["s r --cron @dayly", `The calendar time "@dayly" is no name for a time`],
  ["s r 30 --cron @daily", "exclude each other"],
  ["s r 30 --interval 40", "given twice"],
  ["s r 30 a.log --log-file b.log", "given twice"],
  ["s r --interval 30 --interval 40", "--interval is given twice"],
  ["s r --once=no", "--once takes no value"],
  ["s r --owner always", "--owner takes auto or never"],
  ["s r -n0", `There is no option "-0" in "-n0"`],
  ["s r -n=", `"-n=" takes no value`],
  ["s r --_=x", `There is no option "--_"`],
  ["s r -n false", `-n takes no value: leave "false" out`],
  ["s r -qn true", `-qn takes no value: leave "true" out`],
  ["--dry-run true r", "--dry-run takes no value"],
  ["s r\ufffd", "is not UTF-8"],
  ["s r 5.m", `The interval "5.m" is not a time`],
  ["-q -v s r", "exclude each other"],
];

for (const [line, part] of BAD) {
  Deno.test(`parse() refuses "${line}" in one line`, () => {
    const said = read(line);
    assertStringIncludes(String(said), part);
    assertEquals(String(said).split("\n").length, 1);
  });
}

Deno.test("parse() takes one pattern at a time, and no spaces for one", () => {
  for (const [pattern, part] of [[" ", "matches nothing"], ["a\nb", "takes one pattern"]] as const) {
    for (const option of ["--exclude", "--include"]) {
      const command = parse(["s", "r", option, pattern]);
      assertStringIncludes(command.kind === "usage" ? command.text : command.kind, part);
    }
  }
  const command = parse(["s", "r", "--exclude", "a b\\ "]);
  assertEquals(command.kind === "mirror" && command.options.choice.chosen, [out("a b\\ ")]);
});

Deno.test("parse() knows --help and --version, whatever else is said", () => {
  assertEquals(read("--help"), "help");
  assertEquals(parse(["--help"]), { kind: "help", which: "usual" });
  assertEquals(parse(["-v", "--help"]), { kind: "help", which: "all" });
  assertEquals(read("-h s r"), "help");
  assertEquals(read("-V"), "version");
  assertEquals(read("--version x y z"), "version");
});

Deno.test("the manual's examples of keeping it running are command lines that the program takes", () => {
  const manual = Deno.readTextFileSync(new URL("../../docs/manual.md", import.meta.url));
  const chapter = manual.slice(manual.indexOf("## Keeping it running")).split(/\n## /)[0]!;
  const lines = [...chapter.matchAll(/^```\n(.*?)^```/gms)].flatMap(([, block]) => block!.trim().split("\n"));
  assertEquals(lines.length >= 6, true);
  for (const line of lines) {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
    const index = words.indexOf("schedule");
    if (index < 0) assertEquals([line, words[0], parse(words.slice(1)).kind], [line, "lockstep", "mirror"]);
    else {
      const { kind } = parseSchedule(words.slice(index + 1), () => []);
      assertEquals([line, kind], [line, words[index + 1]]);
    }
  }
});
