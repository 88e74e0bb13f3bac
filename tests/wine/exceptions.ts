/**
 * The tests that do not pass by the Windows build, with their reasons. `tests/windows` prints how many there are, and
 * fails when one of them passes or when a row names no test.
 */
import type { Exception } from "./exception.ts";

type Names = readonly (string | RegExp)[];

/** Tests that say something of links. */
const links = (file: string, ...names: Names): Exception => ({
  file,
  names,
  why: "Wine says that it made a symbolic link, and there is none",
  only: "Wine",
});

/** Tests that run tools and a shell of Unix. */
const shell = (file: string, ...names: Names): Exception => ({
  file,
  names,
  why: "they are made with the tools of a Unix shell",
});

/** Tests of what Windows has not. */
const without = (what: string, file: string, ...names: Names): Exception => ({
  file,
  names,
  why: `Windows has no ${what}`,
});

/** Tests in another zone than the machine's. */
const zones = (file: string, ...names: Names): Exception => ({
  file,
  names,
  why: "Windows has the time zone of the machine, whatever TZ says",
});

/** Tests that open files thousands of times, in a second elsewhere. */
const slow = (file: string, ...names: Names): Exception => ({
  file,
  names,
  why: "thousands of files, or of times that one is opened, take minutes under Wine",
  only: "Wine",
  untried: true,
});

const wine = (why: string, file: string, ...names: Names): Exception => ({ file, names, why, only: "Wine" });

const MODES = "permission bits";
const SIGNALS = "signals that ask a process for anything but its end";
const OPEN = "Wine replaces no file that is open, which Windows 10 and later do where its program lets them";

export const EXCEPTIONS: readonly Exception[] = [
  zones("engine/pace_test.ts", "rateAt() goes by the clock on the wall when daylight saving begins and ends"),
  zones(
    "observers/report/days_test.ts",
    "days of a calendar with 23 and 25 hours follow one another, and each moment is of its own",
    "a moment is told in the zone of the machine, which is named as it was then",
  ),
  zones(
    "timing/calendar_test.ts",
    "nextTime() is local time, and an hour later on the day that leaves the time out",
    "nextTime() counts a time that comes twice once",
    "nextTime() goes on through the hour that comes twice when the expression means every hour",
    "nextTime() knows a midnight that is left out, one that comes twice, and a change by half an hour",
  ),
  links("system_error_test.ts", "isThere() knows a link that leads nowhere"),
  links(
    "cli/prepare_test.ts",
    "prepare() refuses a path that goes through a link and back up",
    "prepare() refuses a trash in which things would be lost, and says how to name another",
  ),
  wine(
    "Wine opens a folder as if it were a file",
    "cli/log_file_test.ts",
    "openLogFile() opens the file anew by its name when asked, and keeps the old one when that fails",
  ),
  links("jobs/run_test.ts", "run makes no pass of jobs that go round in a circle by links"),
  {
    ...without(
      SIGNALS,
      "jobs/run_test.ts",
      "run follows changes of several pairs, and a signal ends all in good order",
      "run reads its file again on SIGHUP: what did not change goes on",
      "run lets a refused plan of one job through, and not that of another with the same log",
      "run goes on through one SIGHUP after the other, whatever changes",
      "run knows the folders of a job again that has changed: another one in their place is refused",
    ),
    untried: true,
  },
  without(
    "lock that lets others read, so that none is held on what is kept",
    "records/kept_text_test.ts",
    "a kept text is readable to all, held while it is kept, and leaves nothing beside it",
    "a kept text that another keeps is left alone until it lets go",
  ),
  without(
    "lock that lets others read, so that none is held on what is kept",
    "observers/status_test.ts",
    "the status file that another run keeps is left to it, which is said once",
  ),
  without(
    "lock that lets others read, so that none is held on what is kept",
    "observers/status_files_test.ts",
    "each job of a split keeps a file of its own from the beginning of its pass, and lets go of it at the end",
    "a job of a split that is run twice at once leaves the file to the first, and says so",
  ),
  shell(
    "records/kept_text_test.ts",
    "a kept text is readable to all whatever the umask says",
    "a kept text is not read from a pipe, nor from a file that is much too large",
  ),
  links(
    "disk/tree_test.ts",
    /^names\(\) and lookAll\(\) do not take what a link leads to for a folder/,
    /^a folder of the replica is not opened for a change when a link leads to it/,
    /^attributes are set of links themselves/,
  ),
  wine(OPEN, "disk/tree_test.ts", /^an open file knows whether its name still leads to it/),
  shell(
    "jobs/split_run_test.ts",
    "a second pass of a split does nothing, were the times of its folders to the ns",
    "a part whose source has gone, is a file or a link by now, or is excluded is refused, and its replica stays",
  ),
  without(
    SIGNALS,
    "jobs/split_run_test.ts",
    "a signal to stop ends many parts in good order: those that have not begun do not begin",
  ),
  without(
    "locks on folders, which hold a run around another one",
    "jobs/split_run_test.ts",
    "a task that is at work twice is held: the second one leaves all to the first, and so does top",
  ),
  shell("disk/tree_test.ts", /^differing\(\) leaves out only names/),
  links(
    "disk/way_test.ts",
    /^wayTo\(\) follows (a\/b\/c|a\/new|a\/new\/below|last|last\/c|a\/b\/c\/\.\.\/.*|up\/link\/b|chain\/b\/c|dangling|loop), and finds/,
    "rootByWay() gives the folder that a path leads to, and null for what is none",
  ),
  shell("pass/copy_test.ts", "copy() keeps holes, portable"),
  links(
    "pass/copy_test.ts",
    "copy() leaves nothing behind when it fails or is stopped, portable",
    "copy() does not write over what stands at the temporary name, portable",
  ),
  without(
    "FIFOs",
    "pass/copy_test.ts",
    "a FIFO that takes the place of a file is a fault, and nobody waits for its writer, portable",
  ),
  shell(
    "pass/digest_test.ts",
    "digest() is SHA-256 of as much of a file as was asked for, portable",
    "digest() with holes is the same whether zeros are a hole or were written, and no other, portable",
  ),
  links(
    "pass/edits_test.ts",
    /^pass\(\) leaves what was edited or made in the replica, /,
    "bringBack() carries files, folders and links, and leaves folders of the source as they were",
    "bringBack() puts nothing in the place of something of another kind, and removes nothing",
  ),
  links(
    "pass/pass_test.ts",
    /^pass\(\) brings in sync (a first copy into a replica that is not there|extraneous entries|times before 1970 and after 2106, in ms), /,
    /^pass\(\) brings in sync (links of every sort|a link to a folder, not followed|a link with another target), /,
    /^pass\(\) brings in sync (a folder that became a link|a link that became a folder|a file that became a link|a link that became a file), /,
    "pass() will not work with a replica that is a dangling link, and changes nothing",
    "pass() will not work with the same folder by a link, and changes nothing",
    "pass() works through links that lead to the roots",
    "pass() locks the replica against a second run, by whatever name",
  ),
  without(
    MODES,
    "pass/pass_test.ts",
    /^pass\(\) brings in sync a mode that changed, of a file and of a folder, /,
  ),
  without("such names", "pass/pass_test.ts", /^pass\(\) brings in sync strange names, /),
  wine(
    OPEN,
    "pass/pass_test.ts",
    "pass() replaces a file by another inode and leaves the old one's readers and other names alone",
  ),
  shell("pass/pass_test.ts", "pass() leaves out what another mirror is about to put in place in its source"),
  links(
    "pass/choose_test.ts",
    /^pass\(\) leaves alone what is excluded: (folders only|sizes|a file out of bounds in the place of something else|nothing removed), /,
  ),
  without(
    "such names",
    "pass/choose_test.ts",
    /^pass\(\) leaves alone what is excluded: names that mean something in patterns, and to nobody, /,
  ),
  slow(
    "pass/choose_test.ts",
    /^pass\(\) leaves alone what is excluded of a folder that is compared in parts, /,
  ),
  wine(
    "Wine changes no letter's case by a rename",
    "pass/respell_test.ts",
    "a name gets another case, once, portable",
    "a name that somebody took meanwhile is not replaced, once, portable",
    "a name that somebody took meanwhile is not replaced, twice, portable",
  ),
  without(
    "such names",
    "observers/metrics_test.ts",
    "names of any kind are labels that are read back as they are, and no two mirrors share a series",
  ),
  links(
    "trash/keep_test.ts",
    "a trash that is no trash, or in a tree, takes nothing: removals stay, copies are made",
  ),
  without(
    "lock on a folder itself",
    "trash/restore_test.ts",
    "restore waits for no run: a replica that is locked is status 40",
  ),
  links("check/verify_test.ts", /^verify tells all that differs, each once, /),
  without(MODES, "check/verify_test.ts", "a file that cannot be read is a failure, and not a difference"),
  without(
    "such names",
    "check/verify_test.ts",
    "verify finds just the files of random trees that were changed without a trace",
  ),
  slow("check/verify_test.ts", /^a check in slices reads each file once, and then begins anew, /),
  slow(
    "pass/pass_test.ts",
    "pass() stops when it is asked to and leaves no temporary file",
    "pass() reports a large tree whole: 300 folders of 20 files, in threads",
  ),
  without(
    SIGNALS,
    "program/refusal_test.ts",
    "lockstep in a loop lets a refused plan through once, by a file that was written after the refusal",
  ),
  zones(
    "timing/timing_test.ts",
    "lockstep --cron is local time, and a bad expression is a usage error that points at the field",
  ),
  without(
    SIGNALS,
    "timing/timing_test.ts",
    "lockstep stopped while it waits for its first pass has changed nothing and exits with 0",
  ),
  slow(
    "records/plan_file_test.ts",
    "a plan that was cut off anywhere is refused, at the end of a line or in it",
  ),
  links("trash/keep_test.ts", /^what a pass removes and replaces is in the trash as it was, /),
  wine(
    "Wine does not find a lock again that is to be given back before its file is closed",
    "trash/restore_test.ts",
    "list, show and empty: what they say and delete",
  ),
  without(
    "two names in a folder that differ in case alone, and tells of our own log before it excludes",
    "pass/choose_test.ts",
    "pass() excludes by the names of the source where the replica takes names for one: one of two names",
    "pass() leaves alone our own logs, whatever the patterns",
  ),
  links("check/keeper_test.ts", "what is excluded, and what is not a file, is in no manifest"),
];
