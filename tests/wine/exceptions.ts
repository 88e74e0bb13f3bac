/**
 * The tests that do not pass by the Windows build, with their reasons. `tests/windows` prints how many there are, and
 * fails when one of them passes or when a row names no test.
 */
import type { Exception } from "./exception.ts";

export const EXCEPTIONS: readonly Exception[] = [];
