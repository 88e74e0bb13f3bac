/** The loop that runs the passes, on a clock that moves when it is told to. */
import { assertEquals } from "@std/assert";
import { type Agenda, agenda } from "../../sync/timing/agenda.ts";
import { calendar } from "../../sync/timing/calendar.ts";
import { type Clock, systemClock } from "../../sync/timing/clock.ts";
import { repeat, type Rhythm, type Round } from "../../sync/timing/repeat.ts";
import { atOnce, interval } from "../../sync/timing/schedule.ts";
import { pass } from "../../sync/pass/pass.ts";
import { inline } from "../../sync/pass/pool.ts";
import type { Side } from "../../sync/engine/entry.ts";
import { BLANK, fold } from "../../sync/engine/report.ts";
import type { Roots } from "../../sync/disk/roots.ts";
import { suppress } from "../../sync/cli/suppress.ts";
import { configOf } from "../support/mirror.ts";
import { assertInSync, harvest, inFolder, plant } from "../support/tree.ts";

interface FakeClock extends Clock {
  /** Let so many ms go by. */
  move(ms: number): void;
  /** Set the system's date, as a person would. */
  set(ms: number): void;
}

/** A clock that moves when it is told to, and by waiting, in which it stops at each of `moments` to act. */
function fakeClock(moments: readonly (readonly [number, () => void])[] = []): FakeClock {
  let time = 0;
  let date = 0;
  const ahead = [...moments];
  function move(ms: number): void {
    time += ms;
    date += ms;
  }
  return {
    now: () => time,
    date: () => date,
    move,
    set: (ms) => void (date = ms),
    async wait(ms, signal) {
      const end = time + ms;
      while (!signal.aborted && time < end) {
        const [at, act] = ahead[0] ?? [Infinity];
        move(Math.max(Math.min(end, at) - time, 0));
        if (time < at || act === undefined) continue;
        ahead.shift();
        act();
        await Promise.resolve();
      }
    },
  };
}

const ENDLESS: Omit<Rhythm, "schedule"> = { delay: 0, life: null, most: null };

/** The moments at which passes began that took so long each; the last is followed by a stop. */
async function begins(
  rhythm: Partial<Rhythm> & Pick<Rhythm, "schedule">,
  took: readonly number[],
  { clock = fakeClock(), todo = agenda(200) }: { clock?: FakeClock; todo?: Agenda } = {},
): Promise<{ begins: number[]; late: number[] }> {
  const stop = new AbortController();
  const begins: number[] = [];
  const late: number[] = [];
  await repeat({ ...ENDLESS, ...rhythm }, ({ number }: Round) => {
    begins.push(clock.now());
    clock.move(took[number - 1]!);
    if (number === took.length) stop.abort();
    return Promise.resolve();
  }, { clock, signal: stop.signal, agenda: todo, late: (ms) => late.push(ms) });
  return { begins, late };
}

Deno.test("repeat() begins each pass one interval after the last one began", async () => {
  const rhythm = { schedule: interval(30) };
  assertEquals(await begins(rhythm, [10, 29, 30, 5]), { begins: [0, 30, 60, 90], late: [] });
});

Deno.test("repeat() follows a pass that took too long at once, says so, and makes up for no other", async () => {
  const rhythm = { schedule: interval(30) };
  assertEquals(await begins(rhythm, [100, 10, 10]), { begins: [0, 100, 130], late: [100] });
});

Deno.test("repeat() keeps its interval when the system's date jumps a day ahead or back", async () => {
  for (const jump of [86_400_000, -86_400_000]) {
    const clock: FakeClock = fakeClock([[45, () => clock.set(jump)], [70, () => clock.set(2 * jump)]]);
    assertEquals(await begins({ schedule: interval(30) }, [1, 1, 1, 1], { clock }), {
      begins: [0, 30, 60, 90],
      late: [],
    });
  }
});

Deno.test("repeat() goes on by the calendar when the system's date is set back", async () => {
  const hour = 3_600_000;
  for (const back of [2 * hour, 24 * hour]) {
    const clock: FakeClock = fakeClock([[2.5 * hour, () => clock.set(clock.date() - back)]]);
    assertEquals((await begins({ schedule: calendar("0 * * * *") }, [1, 1, 1, 1, 1], { clock })).begins, [
      hour,
      2 * hour,
      3 * hour,
      4 * hour,
      5 * hour,
    ]);
  }
});

Deno.test("repeat() waits before the first pass, and not again", async () => {
  assertEquals((await begins({ schedule: interval(30), delay: 100 }, [1, 1, 1])).begins, [100, 130, 160]);
});

Deno.test("repeat() ends after so many passes, or so much time, with no pass cut short", async () => {
  assertEquals((await begins({ schedule: interval(30), most: 2 }, [1, 1, 1])).begins, [0, 30]);
  assertEquals((await begins({ schedule: interval(30), life: 61 }, [1, 1, 1, 1])).begins, [0, 30, 60]);
  assertEquals((await begins({ schedule: interval(30), life: 60 }, [1, 1, 1, 1])).begins, [0, 30]);
  assertEquals((await begins({ schedule: interval(30), life: 60 }, [500, 1])).begins, [0]);
  assertEquals((await begins({ schedule: interval(30), life: 60, delay: 60 }, [1])).begins, []);
  const clock = fakeClock();
  await begins({ schedule: interval(1_000_000), life: 100_000 }, [1, 1], { clock });
  assertEquals(clock.now(), 100_000);
});

Deno.test("repeat() runs a pass at once when asked, while it waits and after the pass under way", async () => {
  const todo = agenda(200);
  const clock = fakeClock([[45, todo.ask]]);
  assertEquals((await begins({ schedule: interval(100) }, [1, 1, 1], { clock, todo })).begins, [0, 45, 145]);
  const busy = agenda(200);
  const numbers: number[] = [];
  const other = fakeClock();
  const stop = new AbortController();
  await repeat({ ...ENDLESS, schedule: interval(100) }, ({ number }) => {
    numbers.push(other.now());
    if (number === 1) busy.ask();
    if (number === 3) stop.abort();
    return Promise.resolve();
  }, { clock: other, signal: stop.signal, agenda: busy });
  assertEquals(numbers, [0, 0, 100]);
});

Deno.test("repeat() compares folders when they are due, and everything by its schedule", async () => {
  const todo = agenda(200);
  const clock: FakeClock = fakeClock([
    [1000, () => note("a/b")],
    [1100, () => note("a/b")],
    [5000, () => note("c/d")],
    [9900, () => note("e/f")],
  ]);
  const note = (path: string) => {
    todo.hints.note(path, "changed", clock.now());
    todo.wake();
  };
  const rounds: unknown[] = [];
  await repeat({ ...ENDLESS, most: 4, schedule: atOnce(interval(10_000)) }, ({ due }) => {
    rounds.push([clock.now(), due?.folders ?? "all"]);
    return Promise.resolve();
  }, { clock, signal: new AbortController().signal, agenda: todo });
  // a hint shortly before a whole pass needs no pass of its own
  assertEquals(rounds, [[0, "all"], [1300, ["a"]], [5200, ["c"]], [10_000, "all"]]);
  assertEquals(todo.hints.untilDue(clock.now()), Infinity);
});

Deno.test("repeat() compares what of the replica is not our own doing after a wait, and with the source's half of it", async () => {
  const todo = agenda(200);
  const clock: FakeClock = fakeClock([
    [1000, () => note("d/f", "replica")],
    [1000, () => note("ours/f", "replica")],
    [1210, () => note("e/f", "source")],
  ]);
  const note = (path: string, side: Side) => {
    todo.hints.note(path, "changed", clock.now(), side);
    todo.wake();
  };
  const rounds: unknown[] = [];
  const sifted: string[][] = [];
  await repeat({ ...ENDLESS, most: 3, schedule: atOnce(interval(10_000)) }, ({ due }) => {
    rounds.push([clock.now(), due?.folders ?? "all"]);
    return Promise.resolve();
  }, {
    clock,
    signal: new AbortController().signal,
    agenda: todo,
    sift(doubts) {
      sifted.push(doubts.map(({ folder }) => folder));
      return Promise.resolve(doubts.filter(({ folder }) => folder !== "ours"));
    },
  });
  assertEquals(sifted, [["d", "ours"]]);
  assertEquals(rounds, [[0, "all"], [1400, ["d", "e"]], [10_000, "all"]]);
});

Deno.test("repeat() says when the next whole pass is, once to each wait", async () => {
  const clock = fakeClock();
  const told: number[] = [];
  await repeat({ ...ENDLESS, most: 3, schedule: interval(90_000) }, () => Promise.resolve(), {
    clock,
    signal: new AbortController().signal,
    agenda: agenda(200),
    waiting: (until) => told.push(until),
  });
  assertEquals(told, [90_000, 180_000]);
});

Deno.test("repeat() never runs two passes at a time", async () => {
  let running = 0;
  let most = 0;
  await repeat({ ...ENDLESS, schedule: interval(1), most: 5 }, async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
  }, { clock: systemClock, signal: new AbortController().signal, agenda: agenda(1) });
  assertEquals(most, 1);
});

Deno.test("repeat() runs no pass when it is stopped before the first", async () => {
  let passes = 0;
  const pass = () => Promise.resolve(void passes++);
  const options = { clock: fakeClock(), signal: AbortSignal.abort(), agenda: agenda(1) };
  await repeat({ ...ENDLESS, schedule: interval(1) }, pass, options);
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

Deno.test("systemClock waits for longer than a timer can", async () => {
  const stop = new AbortController();
  let over = false;
  // a timer that gets more than 2^31 - 1 ms fires at once
  const waited = systemClock.wait(2 ** 32, stop.signal).then(() => over = true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(over, false);
  stop.abort();
  await waited;
});

Deno.test("systemClock measures time by a clock that does not follow the system's date", () => {
  const date = Date.now;
  try {
    const [now, then] = [systemClock.now(), systemClock.date()];
    Date.now = () => date() + 86_400_000;
    assertEquals(systemClock.now() - now < 60_000, true);
    assertEquals(systemClock.date() - then >= 86_400_000, true);
  } finally {
    Date.now = date;
  }
});

for (const instead of ["nothing", "an empty folder"]) {
  Deno.test(`repeat() leaves the replica as it was through a whole day in which ${instead} is where the source was`, () =>
    inFolder(async (at) => {
      const [hour, said]: [number, string[]] = [3_600_000, []];
      plant(`${at}/source`, { a: "1", d: { b: "2" } });
      let before: string[] = [];
      const clock: FakeClock = fakeClock([
        [1.5 * hour, () => {
          before = harvest(`${at}/replica`);
          Deno.renameSync(`${at}/source`, `${at}/elsewhere`);
          if (instead !== "nothing") Deno.mkdirSync(`${at}/source`);
        }],
        [25.5 * hour, () => {
          if (instead !== "nothing") Deno.removeSync(`${at}/source`);
          Deno.renameSync(`${at}/elsewhere`, `${at}/source`);
          plant(`${at}/source`, { c: "made meanwhile" });
        }],
      ]);
      const say = suppress(clock.now);
      let roots: Roots | null = null;
      let report = BLANK;
      let away = 0;
      await repeat({ ...ENDLESS, schedule: interval(hour), life: 27.5 * hour }, async ({ number }) => {
        const signal = new AbortController().signal;
        const emit: Parameters<typeof pass>[3] = (event) =>
          void said.push(
            ...say(event, report = fold(report, event)).filter(({ level }) => level !== "debug").map((
              { text },
            ) => text),
          );
        const occasion = { number, before: roots };
        const outcome = await pass(
          configOf(`${at}/source`, `${at}/replica`),
          occasion,
          inline(),
          emit,
          signal,
        );
        roots = outcome.roots;
        if (before.length === 0 || clock.now() > 25.5 * hour) return;
        away++;
        assertEquals(harvest(`${at}/replica`), before);
      }, { clock, signal: new AbortController().signal, agenda: agenda(200) });
      (roots as Roots | null)?.lock?.close();
      assertEquals(away, 24);
      assertEquals(
        said.filter((text) => text.startsWith("Cannot use the source")).length,
        1,
        said.join("\n"),
      );
      assertEquals(said.filter((text) => text === "The source can be used again after 1d").length, 1);
      assertInSync(`${at}/source`, `${at}/replica`);
    }));
}
