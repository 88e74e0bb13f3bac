/** The tests that are not expected to pass by the Windows build, as values, and which of them a test is. */

/** Some tests of a file that cannot pass, with the one reason for all of them. */
export interface Exception {
  /** Below tests/: "pass/pass_test.ts". */
  readonly file: string;
  /** Names, or what they match; left out, all tests of the file. */
  readonly names?: readonly (string | RegExp)[];
  readonly why: string;
  /** It is Wine that does otherwise; the test is run on a real Windows. */
  readonly only?: "Wine";
  /** It is not tried whether they pass by now: they would wait for long, or do harm. */
  readonly untried?: true;
}

/** What became of a test that is excepted; written by the preloaded module for the one that runs the tests. */
export interface Excepted {
  readonly file: string;
  readonly name: string;
  /** The exception's place in the table. */
  readonly index: number;
  readonly outcome: "failed" | "passed" | "untried";
}

/** Which exception holds for a test, by its place in the table; -1 when none does. */
export function exceptionFor(exceptions: readonly Exception[], file: string, name: string): number {
  return exceptions.findIndex(({ file: of, names }) =>
    of === file && (names ?? [/^/]).some((one) => typeof one === "string" ? one === name : one.test(name))
  );
}
