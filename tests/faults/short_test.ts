/** Reads and writes that come short or are interrupted by a signal. */
import { assert, assertEquals } from "@std/assert";
import { lockstep } from "../support/program.ts";
import { assertInSync, plant, readIfThere } from "../support/tree.ts";
import { faultTest, figure, shimmed } from "./tools.ts";

const CONTENT = Uint8Array.from({ length: 10_007 }, (_, i) => i * 7 % 251);
/** What a replica of such reads cannot keep: holes are found in whole pages that one read gives. */
const KEPT = { holes: false };
const SPARSE = new Uint8Array(40_000);
SPARSE.set(CONTENT.subarray(0, 500), 20_000);

for (
  const [name, faults] of [["of a single byte", { SHORT: 1 }], ["of 100 bytes", { SHORT: 100 }], [
    "interrupted every other time",
    { EINTR: 2 },
  ], ["short and interrupted", { SHORT: 7, EINTR: 3 }]] as const
) {
  faultTest(`reads and writes ${name} make no difference, byte for byte`, ["cc"], async (at) => {
    plant(at, {
      source: { a: CONTENT, s: SPARSE, same: CONTENT, empty: "", d: { b: "b" } },
      replica: { same: CONTENT },
    });
    Deno.truncateSync(`${at}/source/s`, 60_000);
    for (const side of ["source", "replica"]) {
      const log = `${at}/${side}.log`;
      const setting = await shimmed({ UNDER: `${at}/${side}`, LOG: log, TELL: "1", ...faults });
      const ran = await lockstep([`${at}/source`, `${at}/replica`, "--checksum"], setting);
      assertEquals([ran.status, ran.err], [0, ""]);
      assertInSync(`${at}/source`, `${at}/replica`, "SHORT" in faults ? KEPT : {});
      const lines = readIfThere(log).trimEnd().split("\n");
      // an interrupted call is made again, and has a line of its own each time
      const call = side === "source" ? "read" : "write";
      const calls = lines.filter((line) => line.startsWith(`${call} ${at}/${side}/`)).length;
      if ("SHORT" in faults) assert(calls >= CONTENT.length / faults.SHORT, `${calls} calls of ${call}`);
      figure(`calls of ${call} that came short or were interrupted`, calls);
      // something to write, for the other side
      Deno.writeFileSync(`${at}/source/a`, CONTENT.toReversed());
    }
  });
}

faultTest("a log file that takes single bytes and is interrupted has every line", ["cc"], async (at) => {
  plant(at, { source: { a: "1", b: "1" }, logs: {} });
  const setting = await shimmed({ UNDER: `${at}/logs`, SHORT: 1 });
  const ran = await lockstep([`${at}/source`, `${at}/replica`, "--log-file", `${at}/logs/log`], setting);
  assertEquals(ran.status, 0);
  assertEquals(readIfThere(`${at}/logs/log`), ran.out);
});
