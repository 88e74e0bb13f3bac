/** The rate at which a check reads: counted, on a clock that the test sets. */
import { assert, assertEquals } from "@std/assert";
import { claim, share } from "../../sync/pass/shared.ts";
import { checked } from "../support/check.ts";
import { mirror, poolsOfFile } from "../support/mirror.ts";
import { file, inFolder, plant } from "../support/tree.ts";

const SECOND = 1_000_000;

Deno.test("claim() lets no more be read than the rate, whoever asks and whenever", () => {
  const shared = share();
  let [clock, read] = [5 * SECOND, 0];
  const began = clock;
  for (let i = 0; i < 1000; i++) {
    const bytes = 1 + i % 7 * 1000;
    const wait = claim(shared, bytes, 10_000, clock);
    // every third reader is late, and makes up for it
    clock += wait * 1000 + (i % 3 === 0 ? 50_000 : 0);
    // what is read now was allowed: all before it took its time
    assert(read <= (clock - began + 100_000) / SECOND * 10_000 + 1, `${read} in ${clock - began} us`);
    read += bytes;
  }
  const seconds = (clock - began) / SECOND;
  assert(read / seconds > 9_000, `${read} in ${seconds} s`);
});

Deno.test("claim() saves up no more than a tenth of a second", () => {
  const shared = share();
  assertEquals(claim(shared, 1000, 1000, 5 * SECOND), 0);
  assertEquals(claim(shared, 1000, 1000, 100 * SECOND), 0);
  assertEquals(claim(shared, 1000, 1000, 100 * SECOND), 900);
  assertEquals(claim(shared, 1, 1000, 100 * SECOND), 1900);
});

for (const [how, pool] of poolsOfFile()) {
  Deno.test(`a check keeps to its rate, and is stopped while it waits, ${how}`, () =>
    inFolder(async (at) => {
      plant(`${at}/s`, {
        a: file("x".repeat(300_000), 0o644, 1e12),
        b: file("y".repeat(100_000), 0o644, 1e12),
      });
      await mirror(`${at}/s`, `${at}/r`);
      const began = performance.now();
      const come = await checked(`${at}/s`, `${at}/r`, { pool, rate: 1_600_000 });
      // 800,000 bytes of both sides take half a second, and less a tenth
      assert(performance.now() - began >= 250, `${performance.now() - began} ms`);
      assertEquals([come.verified.ended, come.found], ["complete", []]);
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 50);
      const slow = await checked(`${at}/s`, `${at}/r`, { pool, rate: 100, signal: stop.signal });
      assertEquals(slow.verified.ended, "interrupted");
    }));
}
