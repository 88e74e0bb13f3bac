/** Where the files of all jobs may be: the disk is asked in steps, so that a signal is heard in between. */
import { assert, assertEquals } from "@std/assert";
import { STATUS_START } from "../../sync/cli/observe.ts";
import { type JobFile, jobsIn } from "../../sync/jobs/file.ts";
import { shown } from "../../sync/engine/entry.ts";
import { placeFault } from "../../sync/jobs/places.ts";
import { statusFileOf } from "../../sync/jobs/split.ts";
import { splitText } from "../support/split.ts";
import { inFolder, plant } from "../support/tree.ts";

/** What is wrong, and how many steps it took to tell. */
function told(file: JobFile): readonly [string | null, number] {
  const work = placeFault(file);
  for (let steps = 0;; steps++) {
    const step = work.next();
    if (step.done) return [step.value, steps];
  }
}

function read(at: string, text: string, more: object = {}): JobFile {
  const file = jobsIn(JSON.stringify({ ...JSON.parse(text), ...more }), `${at}/jobs.jsonc`, () => undefined);
  if ("faults" in file) throw new Error(file.faults.join("\n"));
  return file;
}

const NAMES = Array.from({ length: 100 }, (_, i) => `p${i}`);
const PARTS = Object.fromEntries(NAMES.map((name) => [name, name]));

Deno.test("placeFault() has a step for each job of a split, and for each log", () =>
  inFolder((at) => {
    plant(at, { source: {}, replica: {}, status: { "p3.json": "" } });
    const own = read(at, splitText(PARTS, {}, { ofJob: (name) => ({ "log-file": `logs/${name}.log` }) }));
    const [fault, steps] = told(own);
    assertEquals(fault, null);
    assert(steps >= 200, `${steps}`);
    Deno.writeTextFileSync(`${at}/status/p50.json`, STATUS_START);
    Deno.writeTextFileSync(`${at}/status/p90.json`, "mine");
    const [mine, until] = told(own);
    assertEquals(
      mine,
      `[p90] ${
        shown(statusFileOf(own.split!, "p90"))
      } is there already and is no status file of Lockstep: move it away`,
    );
    assert(until < steps && until > 180, `${until}`);
  }));

Deno.test("placeFault() has a step for each job, and for each of the files of all jobs", () =>
  inFolder((at) => {
    const jobs = Object.fromEntries(
      NAMES.map((name) => [name, { source: `s/${name}`, replica: `r/${name}`, "log-file": "one.log" }]),
    );
    const text = JSON.stringify({ jobs });
    const [fault, steps] = told(read(at, text, { status: "x", metrics: "y" }));
    assertEquals(fault, null);
    assert(steps >= 200, `${steps}`);
    // as from a command line
    const file = read(at, text, { status: "x" });
    const [inTree] = told({ ...file, observe: { ...file.observe, metrics: `${at}/r/p99/y` } });
    assertEquals(
      inTree,
      `[p99] The metrics file "${at}/r/p99/y" lies inside the replica: keep it outside of both folders`,
    );
    const [same] = told({ ...file, observe: { ...file.observe, metrics: `${at}/one.log` } });
    assertEquals(same, `The metrics file and the log have the same name, "${at}/one.log"`);
  }));
