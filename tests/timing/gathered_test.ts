/** Events and looks that take as long as a test lets them. */
import { assertEquals, assertRejects } from "@std/assert";
import { gathered } from "../../sync/timing/gathered.ts";

/** What was told of events, each look at which ends when the next event has come; the last one throws. */
async function toldOf(count: number): Promise<number[][]> {
  const came = Array.from({ length: count }, () => Promise.withResolvers<void>());
  async function* events(): AsyncGenerator<number> {
    for (let i = 0; i < count; i++) {
      if (i > 0) await looking[i - 1]!.promise;
      yield i;
      came[i]!.resolve();
    }
    throw new TypeError("over");
  }
  const looking = came.map(() => Promise.withResolvers<void>());
  const told: number[][] = [];
  await assertRejects(
    async () => {
      const all = gathered(events(), async (one) => {
        looking[one]!.resolve();
        await came[one + 1]?.promise;
        return [one];
      });
      for await (const some of all) told.push([...some]);
    },
    TypeError,
    "over",
  );
  return told;
}

Deno.test("gathered() tells at once what came while it looked, up to a bound, and then what was thrown", async () => {
  assertEquals(await toldOf(5), [[0, 1, 2, 3, 4]]);
  const many = await toldOf(2500);
  assertEquals(many.flat(), Array.from({ length: 2500 }, (_, i) => i));
  assertEquals(many.length, 3);
});

Deno.test("gathered() tells what comes by itself by itself, and nothing of what means nothing", async () => {
  const told: number[][] = [];
  const first = Promise.withResolvers<void>();
  async function* events(): AsyncGenerator<number> {
    for (const one of [1, 2, 3]) {
      yield one;
      if (one === 1) await first.promise;
    }
  }
  for await (const some of gathered(events(), (one) => Promise.resolve(one === 2 ? [] : [one]))) {
    told.push([...some]);
    first.resolve();
  }
  assertEquals(told, [[1], [3]]);
});
