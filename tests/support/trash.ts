/** A trash in tests: what is in its passes. */
import { byAge, runOf } from "../../sync/engine/trash.ts";
import { harvest, namesIn } from "./tree.ts";

/** The passes in a trash, the oldest first. */
export function runsOf(trash: string): string[] {
  return namesIn(trash).filter((name) => runOf(name) === name).sort(byAge);
}

/** What the last pass in a trash holds, without the line of its root. */
export function lastRun(trash: string): string[] {
  const run = runsOf(trash).at(-1);
  return run === undefined ? [] : harvest(`${trash}/${run}`).filter((line) => !line.startsWith(". "));
}
