/**
 * The tests that do not pass by the Windows build, with their reasons. `tests/windows` prints how many there are, and
 * fails when one of them passes or when a row names no test.
 */
import type { Exception } from "./exception.ts";

const NO_LINKS = "Wine says that it made a symbolic link, and there is none";
const ZONE = "Windows has the time zone of the machine, whatever TZ says";
const SIGNALS = "Windows has no signals that ask a process to end, or for anything else";

const OPEN = "Wine replaces no file that is open, which Windows 10 and later do where its program lets them";
const SHELL = "it makes its tree by a Unix shell";

export const EXCEPTIONS: readonly Exception[] = [
  {
    file: "disk/tree_test.ts",
    names: [
      /^names\(\) and lookAll\(\) do not take what a link leads to for a folder/,
      /^a folder of the replica is not opened for a change when a link leads to it/,
      /^attributes are set of links themselves/,
    ],
    why: NO_LINKS,
    only: "Wine",
  },
  {
    file: "disk/tree_test.ts",
    names: [/^an open file knows whether its name still leads to it/],
    why: OPEN,
    only: "Wine",
  },
  { file: "disk/tree_test.ts", names: [/^differing\(\) leaves out only names/], why: SHELL },
  {
    file: "engine/pace_test.ts",
    names: ["rateAt() goes by the clock on the wall when daylight saving begins and ends"],
    why: ZONE,
  },
  {
    file: "observers/report/days_test.ts",
    names: [
      "days of a calendar with 23 and 25 hours follow one another, and each moment is of its own",
      "a moment is told in the zone of the machine, which is named as it was then",
    ],
    why: ZONE,
  },
  {
    file: "system_error_test.ts",
    names: ["isThere() knows a link that leads nowhere"],
    why: NO_LINKS,
    only: "Wine",
  },
  {
    file: "cli/prepare_test.ts",
    names: [
      "prepare() refuses a path that goes through a link and back up",
      "prepare() refuses a trash in which things would be lost, and says how to name another",
    ],
    why: NO_LINKS,
    only: "Wine",
  },
  {
    file: "jobs/run_test.ts",
    names: ["run makes no pass of jobs that go round in a circle by links"],
    why: NO_LINKS,
    only: "Wine",
  },
  {
    file: "jobs/run_test.ts",
    names: [
      "run follows changes of several pairs, and a signal ends all in good order",
      "run reads its file again on SIGHUP: what did not change goes on",
      "run goes on through one SIGHUP after the other, whatever changes",
    ],
    why: SIGNALS,
    untried: true,
  },
];
