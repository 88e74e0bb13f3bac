/** Copying and changing at a rate: counted on a clock that the test sets, and in real passes. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Stopped } from "../../sync/disk/fault.ts";
import type { Pace, Timetable } from "../../sync/engine/pace.ts";
import { allowBytes, allowChange, type Clock, giveBack } from "../../sync/pass/pace.ts";
import { share, type Shared, stop } from "../../sync/pass/shared.ts";
import { mirror, poolsOfFile } from "../support/mirror.ts";
import { assertInSync, file, inFolder, isThere, namesIn, plant } from "../support/tree.ts";

const MIB = 1024 * 1024;
/** At a whole minute, and such that the local hour does not matter. */
const BEGAN = 60_000 * 29_000_000;

function paceOf(bytes: number | Timetable | null, changes: number | null = null): Pace {
  const table = typeof bytes === "number" ? [{ from: 0, rate: bytes }] : bytes;
  return { bytes: table, changes, accounts: new SharedArrayBuffer(16) };
}

/** A clock that only moves when somebody waits, and then a little too long. */
function clockAt(began: number): Clock & { time: number } {
  return {
    time: began,
    now() {
      return Math.floor(this.time);
    },
    wait(_shared: Shared, ms: number) {
      this.time += ms + 0.1;
    },
  };
}

for (const rate of [20_000, MIB, 50 * MIB]) {
  Deno.test(`allowBytes() keeps to ${rate} bytes a second, to 2 %, for pieces of all sizes`, () => {
    const [pace, shared, clock] = [paceOf(rate), share(), clockAt(BEGAN)];
    let copied = 0;
    for (let i = 0; clock.time < BEGAN + 10_000; i++) {
      copied += allowBytes(pace, shared, [100, 5_000, 300_000, Infinity][i % 4]!, clock);
      // copying takes time, too
      clock.time += 0.5;
    }
    const seconds = (clock.time - BEGAN) / 1000;
    assert(Math.abs(copied / seconds / rate - 1) < 0.02, `${copied} in ${seconds} s`);
  });
}

Deno.test("allowBytes() counts what all threads copy, and gives small pieces", () => {
  const [pace, shared] = [paceOf(MIB), share()];
  const clocks = [clockAt(BEGAN), clockAt(BEGAN), clockAt(BEGAN)];
  let copied = 0;
  for (;;) {
    const clock = clocks.toSorted((a, b) => a.time - b.time)[0]!;
    if (clock.time > BEGAN + 10_000) break;
    const piece = allowBytes(pace, shared, 64 * MIB, clock);
    assert(piece <= MIB / 10 + 1, `${piece}`);
    copied += piece;
  }
  assert(Math.abs(copied / 10 / MIB - 1) < 0.05, `${copied}`);
});

Deno.test("giveBack() makes up for what was allowed and not copied", () => {
  const [pace, shared, clock] = [paceOf(MIB), share(), clockAt(BEGAN)];
  let copied = 0;
  while (clock.time < BEGAN + 10_000) {
    const piece = allowBytes(pace, shared, MIB, clock);
    const count = Math.ceil(piece / 4);
    copied += count;
    giveBack(pace, piece - count, clock);
  }
  assert(Math.abs(copied / 10 / MIB - 1) < 0.05, `${copied}`);
});

Deno.test("allowBytes() waits for nothing, and books nothing, at any rate", () => {
  for (const bytes of [null, [{ from: 0, rate: null }]]) {
    const [pace, shared, clock] = [paceOf(bytes), share(), clockAt(BEGAN)];
    assertEquals(allowBytes(pace, shared, 1e12, clock), 1e12);
    assertEquals([clock.time, new BigInt64Array(pace.accounts)[0]], [BEGAN, 0n]);
  }
});

Deno.test("allowBytes() goes on at once by another rate of the timetable, in the middle of a wait", () => {
  const local = new Date(BEGAN);
  const minute = local.getHours() * 60 + local.getMinutes();
  const [first, next] = [{ from: minute, rate: 1024 }, { from: (minute + 1) % 1440, rate: null }];
  const table = [first, next].toSorted((a, b) => a.from - b.from);
  const [pace, shared, clock] = [paceOf(table), share(), clockAt(BEGAN + 59_000)];
  // 4 KiB take four seconds, of which one is left
  allowBytes(pace, shared, MIB, clock);
  const waited = clock.time - BEGAN - 59_000;
  assert(waited >= 1000 && waited < 1100, `${waited} ms`);
  assertEquals(allowBytes(pace, shared, 1e12, clock), 1e12);
});

Deno.test("allowBytes() does not wait for a clock that was set back", () => {
  const [pace, shared, clock] = [paceOf(MIB), share(), clockAt(BEGAN)];
  for (let i = 0; i < 5; i++) allowBytes(pace, shared, MIB, clock);
  const set = clock.time -= 3_600_000;
  allowBytes(pace, shared, MIB, clock);
  assert(clock.time - set < 1000, `${clock.time - set} ms`);
});

Deno.test("allowBytes() saves up no more than half a second, and nothing before it begins", () => {
  const [pace, shared, clock] = [paceOf(MIB), share(), clockAt(BEGAN)];
  allowBytes(pace, shared, 10, clock);
  const later = clock.time += 60_000;
  let copied = 0;
  while (clock.time < later + 1000) copied += allowBytes(pace, shared, MIB, clock);
  assert(copied > 1.4 * MIB && copied < 1.7 * MIB, `${copied}`);
  const [fresh, start] = [paceOf(MIB), clock.time];
  allowBytes(fresh, shared, MIB / 10, clock);
  assert(clock.time - start >= 99, `${clock.time - start} ms`);
});

Deno.test("allowChange() keeps to a number of changes a second, whoever makes them", () => {
  const [pace, shared, clock] = [paceOf(null, 100), share(), clockAt(BEGAN)];
  let changes = 0;
  for (; clock.time < BEGAN + 10_000; changes++) allowChange(pace, shared, clock);
  assert(Math.abs(changes / 1000 - 1) < 0.03, `${changes}`);
  const began = clock.time;
  allowChange(paceOf(MIB), shared, clock);
  assertEquals(clock.time, began);
});

Deno.test("who waits is stopped", () => {
  const [pace, shared] = [paceOf(1024, 1), share()];
  stop(shared);
  const began = performance.now();
  assertThrows(() => allowBytes(pace, shared, MIB), Stopped);
  assertThrows(() => allowChange(pace, shared), Stopped);
  // a MiB takes a quarter of an hour
  assert(performance.now() - began < 60_000);
});

/** So long took a pass, in s. */
async function timed(pass: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await pass();
  return (performance.now() - began) / 1000;
}

for (const [how, pool] of poolsOfFile()) {
  Deno.test(`a pass copies one large file, or many small ones, at its rate, ${how}`, () =>
    inFolder(async (at) => {
      const small = Array.from({ length: 50 }, (_, i) => [`f${i}`, file("x".repeat(8_000), 0o644, 1e12)]);
      plant(`${at}/large`, { a: file("x".repeat(400_000), 0o644, 1e12) });
      plant(`${at}/small`, Object.fromEntries(small));
      for (const tree of ["large", "small"]) {
        const pace = paceOf(400_000);
        const seconds = await timed(() => mirror(`${at}/${tree}`, `${at}/of ${tree}`, { pool, pace }));
        assert(seconds >= 0.95, `${tree}: ${seconds} s`);
        assertInSync(`${at}/${tree}`, `${at}/of ${tree}`);
      }
    }));

  Deno.test(`a pass makes so many changes a second, ${how}`, () =>
    inFolder(async (at) => {
      plant(
        `${at}/s`,
        Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, file("x", 0o644, 1e12)])),
      );
      const pace = paceOf(null, 50);
      const made = await timed(() => mirror(`${at}/s`, `${at}/r`, { pool, pace }));
      assert(made >= 0.75, `${made} s`);
      assertInSync(`${at}/s`, `${at}/r`);
      const nothing = await timed(() => mirror(`${at}/s`, `${at}/r`, { pool, pace: paceOf(1024, 1) }));
      // at one a second 40 take as many
      assert(nothing < 20, `${nothing} s`);
    }));

  Deno.test(`threads that made a pass without a pace, or a trash, make one with it, ${how}`, () =>
    inFolder(async (at) => {
      plant(`${at}/s`, { a: file("1", 0o644, 1e12), b: file("2", 0o644, 1e12) });
      await mirror(`${at}/s`, `${at}/r`, { pool });
      Deno.writeTextFileSync(`${at}/s/a`, "other");
      await mirror(`${at}/s`, `${at}/r`, { pool, pace: paceOf(MIB), nice: 1 });
      assertInSync(`${at}/s`, `${at}/r`);
      Deno.removeSync(`${at}/s/a`);
      const trash = { folder: `${at}/trash`, keep: null, max: null };
      await mirror(`${at}/s`, `${at}/r`, { pool, trash });
      assertInSync(`${at}/s`, `${at}/r`);
    }));

  if (!pool.isThreaded) continue;
  Deno.test(`a pass that waits for its pace is stopped at once, and leaves no half file, ${how}`, () =>
    inFolder(async (at) => {
      plant(`${at}/s`, { a: file("x".repeat(400_000), 0o644, 1e12) });
      const signal = new AbortController();
      let asked = 0;
      const begun = setInterval(() => {
        if (!isThere(`${at}/r`) || namesIn(`${at}/r`).every((name) => name.endsWith("-probe"))) return;
        clearInterval(begun);
        asked = performance.now();
        signal.abort();
      }, 50);
      const pace = paceOf(1024);
      const { report } = await mirror(`${at}/s`, `${at}/r`, { pool, pace, signal: signal.signal });
      clearInterval(begun);
      // the copy takes six minutes
      assert(performance.now() - asked < 30_000, `${performance.now() - asked} ms`);
      assertEquals(report.ended, "interrupted");
      assertEquals([...Deno.readDirSync(`${at}/r`)].length, 0);
    }));
}
