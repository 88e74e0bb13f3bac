import { assertEquals } from "@std/assert";
import { jobsIn } from "../../sync/jobs/reading.ts";
import { togetherOf } from "../../sync/jobs/together.ts";
import { wholePath } from "../../sync/whole_path.ts";

function togetherIn(trashes: Readonly<Record<string, string | null>>) {
  const jobs = Object.entries(trashes).map(([name, trash]) => [
    name,
    { source: `/s/${name}`, replica: `/r/${name}`, ...trash !== null && { trash } },
  ]);
  const file = jobsIn(JSON.stringify({ jobs: Object.fromEntries(jobs) }), "/jobs.jsonc", () => undefined);
  if ("faults" in file) throw new Error(file.faults.join("\n"));
  return togetherOf(file.jobs);
}

Deno.test("togetherOf() is the one folder in which each trash has its job's name, or nothing", () => {
  assertEquals(togetherIn({ a: null, b: null }), { trash: null });
  assertEquals(togetherIn({ a: "/t/a", b: "/t/b" }), { trash: wholePath("/t") });
  assertEquals(togetherIn({ a: "/t/a" }), null);
  assertEquals(togetherIn({ a: "/t/a", b: "/u/b" }), null);
  assertEquals(togetherIn({ a: "/t/x", b: "/t/b" }), null);
  assertEquals(togetherIn({ a: "/t/x", b: "/t/y" }), null);
});
