/** Reads and writes that come short or are interrupted by a signal. */
import { assert, assertEquals } from "@std/assert";
import { lockstep } from "../support/program.ts";
import { assertInStep, plant } from "../support/tree.ts";
import { faultTest, figure, readIfThere, shimmed } from "./tools.ts";

const CONTENT = Uint8Array.from({ length: 10_007 }, (_, i) => i * 7 % 251);
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
      const setting = await shimmed({ UNDER: `${at}/${side}`, LOG: log, ...faults });
      const ran = await lockstep([`${at}/source`, `${at}/replica`, "--checksum"], setting);
      assertEquals([ran.status, ran.err], [0, ""]);
      assertInStep(`${at}/source`, `${at}/replica`);
      if ("EINTR" in faults) {
        const interrupted = readIfThere(log).split("\n").length - 1;
        assert(interrupted > 0);
        figure("calls interrupted", interrupted);
      }
      Deno.writeTextFileSync(`${at}/source/a`, "another content, for the other side");
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
