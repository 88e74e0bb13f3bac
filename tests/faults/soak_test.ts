/** A bounded form of `deno task soak`. */
import { assert } from "@std/assert";
import { assertFlat, soak } from "./soak.ts";
import { seeded } from "../support/random.ts";
import { faultTest, figure, times } from "./tools.ts";

faultTest(
  "for some time of random work, memory and open files stay flat and the replica is equal at every rest",
  [],
  (at) =>
    seeded(async (dice) => {
      const { edits, passes, samples } = await soak(at, dice, times(15), 1, "100ms");
      assert(passes > 10 && samples.length > 2);
      assertFlat(samples);
      figure("edits in the soak", edits);
      figure("passes in the soak", passes);
    }),
);
