/** docs/jobs.md shows files that are read, and lines that are printed. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { jobText } from "../../sync/cli/check_jobs.ts";
import { misnamed } from "../../sync/jobs/fields.ts";
import { jobsIn } from "../../sync/jobs/file.ts";
import { unixPaths } from "../support/paths.ts";

const TEXT = Deno.readTextFileSync(new URL("../../docs/jobs.md", import.meta.url));
const EXAMPLE = /```jsonc\n(\{[^]*?)```/.exec(TEXT)![1]!;

Deno.test("the example of docs/jobs.md is read, and check prints what stands below it", () => {
  const file = jobsIn(EXAMPLE, "/etc/mirrors/lockstep.jsonc", () => null);
  if ("faults" in file) throw new Error(file.faults.join("\n"));
  assert(file.jobs.length > 2);
  for (const { name, options } of file.jobs) {
    assertStringIncludes(TEXT, `\n${name.padEnd(11)}  ${unixPaths(jobText(options))}\n`);
  }
});

Deno.test("the faults of docs/jobs.md are said as it says", () => {
  const lines = Array.from({ length: 15 }, () => "");
  lines[0] = `{"jobs": {`;
  lines[11] = `"photos": {"source": "a", "replica": "b", "max-delete": "x"},`;
  lines[13] = `"books": {"source": "a", "replica": "c", "max-delte": 1}}}`;
  const file = jobsIn(lines.join("\n"), "lockstep.jsonc", () => null);
  if (!("faults" in file)) throw new Error("Nothing is wrong");
  assertEquals(file.faults.length, 2);
  for (const line of file.faults) assertStringIncludes(TEXT, `\n${unixPaths(line)}\n`);
});

Deno.test("each field that docs/jobs.md has a row for, or shows, is one", () => {
  const top = [...TEXT.slice(TEXT.indexOf("## Fields")).matchAll(/^\| `([$\w-]+)` +\|/gm)].map(([, name]) =>
    name!
  );
  assert(top.length > 8, `${top}`);
  for (const name of top) assert([misnamed(name, "top"), misnamed(name, "job")].includes(null), name);
  for (const [, name] of TEXT.matchAll(/`"([\w-]+)": /g)) assertEquals(misnamed(name!, "job"), null, name);
});
