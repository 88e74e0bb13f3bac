import { assertEquals } from "@std/assert";
import { peak, PEAK_MS } from "../../sync/engine/peak.ts";

Deno.test("peak() is the most that was noted within the hour", () => {
  const sizes = peak();
  assertEquals(sizes.most(0), 0);
  for (const [entries, now] of [[10, 0], [100, 10], [40, 20], [60, 30], [50, 40]] as const) {
    sizes.note(entries, now);
  }
  assertEquals(sizes.most(50), 100);
  assertEquals(sizes.most(10 + PEAK_MS), 100);
  assertEquals(sizes.most(11 + PEAK_MS), 60);
  assertEquals(sizes.most(31 + PEAK_MS), 50);
  assertEquals(sizes.most(41 + PEAK_MS), 0);
});

Deno.test("peak() does not grow old while a plan is refused by it", () => {
  const sizes = peak();
  sizes.note(100, 0);
  sizes.note(50, 1);
  for (let now = 0; now < 3 * PEAK_MS; now += PEAK_MS / 2) sizes.hold(now);
  assertEquals(sizes.most(3 * PEAK_MS), 100);
});
