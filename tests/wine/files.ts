/**
 * The files of tests that are run under Wine when none is named, below tests/: a file, a folder with each file in a
 * process of its own, or a folder in one process (*) where all is pure and quick. What is not here needs Linux itself:
 * its tools, mounts, signals and system calls.
 */
export const FILES: readonly string[] = [
  "wine",
  "engine/*",
  "names_test.ts",
  "system_error_test.ts",
  "cli",
  "jobs",
  "observers",
  "records",
  "timing/aliases_test.ts",
  "timing/backoff_test.ts",
  "timing/calendar_test.ts",
  "timing/duration_test.ts",
  "timing/hints_test.ts",
  "timing/interpret_test.ts",
  "timing/repeat_test.ts",
  "timing/scheduler_test.ts",
  "timing/slices_test.ts",
  "timing/timing_test.ts",
  "disk/edge_test.ts",
  "disk/fault_test.ts",
  "disk/root_test.ts",
  "disk/roots_test.ts",
  "disk/temporary_test.ts",
  "disk/tree_test.ts",
  "disk/way_test.ts",
  "disk/windows_calls_test.ts",
  "disk/windows_edge_test.ts",
  "pass",
  "trash",
  "check",
  "program",
];
