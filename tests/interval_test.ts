import { assertEquals } from "@std/assert";
import { type Clock, systemClock } from "../sync/timing/clock.ts";
import { everyInterval, untilNext } from "../sync/timing/interval.ts";

/** A clock that moves when it is told to, and by waiting. */
function fakeClock(): Clock & { move(ms: number): void } {
  let time = 0;
  return {
    now: () => time,
    move: (ms) => void (time += ms),
    wait: (ms, signal) => {
      if (!signal.aborted) time += ms;
      return Promise.resolve();
    },
  };
}

/** The moments at which passes began that took so long each. */
async function begins(
  interval: number,
  took: readonly number[],
): Promise<{ begins: number[]; late: number[] }> {
  const clock = fakeClock();
  const stop = new AbortController();
  const begins: number[] = [];
  const late: number[] = [];
  await everyInterval(interval, (number) => {
    begins.push(clock.now());
    clock.move(took[number - 1]!);
    if (number === took.length) stop.abort();
    return Promise.resolve();
  }, { clock, signal: stop.signal, late: (ms) => late.push(ms) });
  return { begins, late };
}

Deno.test("untilNext() counts from where the last pass began, and never below 0", () => {
  assertEquals(untilNext(100, 30, 110), 20);
  assertEquals(untilNext(100, 30, 130), 0);
  assertEquals(untilNext(100, 30, 500), 0);
});

Deno.test("everyInterval() begins each pass one interval after the last one began", async () => {
  assertEquals(await begins(30, [10, 29, 0, 5]), { begins: [0, 30, 60, 90], late: [] });
});

Deno.test("everyInterval() follows a pass that took too long at once, says so, and makes up for none", async () => {
  assertEquals(await begins(30, [100, 10, 10]), { begins: [0, 100, 130], late: [100] });
});

Deno.test("everyInterval() never runs two passes at a time", async () => {
  const stop = new AbortController();
  let running = 0;
  let most = 0;
  await everyInterval(1, async (number) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
    if (number === 5) stop.abort();
  }, { clock: systemClock, signal: stop.signal, late() {} });
  assertEquals(most, 1);
});

Deno.test("everyInterval() makes no pass when it is stopped before the first", async () => {
  let passes = 0;
  const pass = () => Promise.resolve(void passes++);
  await everyInterval(1, pass, { clock: fakeClock(), signal: AbortSignal.abort(), late() {} });
  assertEquals(passes, 0);
});

Deno.test("systemClock stops waiting when it is aborted", async () => {
  const stop = new AbortController();
  const began = performance.now();
  const waited = systemClock.wait(60_000, stop.signal);
  stop.abort();
  await waited;
  assertEquals(performance.now() - began < 5000, true);
});
