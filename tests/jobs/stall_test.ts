/** Which work makes no progress. */
import { assertEquals } from "@std/assert";
import { type Stalls, stalls } from "../../sync/jobs/stall.ts";
import type { Event } from "../../sync/engine/event.ts";

interface Watched extends Stalls<string> {
  /** Let so many seconds pass, and look each second. */
  pass(seconds: number): void;
  readonly told: string[];
  /** Whether anything is looked at. */
  isAwake(): boolean;
}

function watched(): Watched {
  let [time, look] = [0, null as (() => void) | null];
  const told: string[] = [];
  const one = stalls<string>((work, isStalled) => told.push(`${work} ${isStalled ? "stalls" : "goes on"}`), {
    now: () => time,
    every(_, act) {
      look = act;
      return () => look = null;
    },
  });
  return {
    ...one,
    told,
    isAwake: () => look !== null,
    pass(seconds) {
      for (let i = 0; i < seconds; i++) {
        time += 1000;
        look?.();
      }
    },
  };
}

function progress(bytes: number): Event {
  return { kind: "progress", phase: "apply", entries: 1, bytes, total: { entries: 2, bytes: 100 } };
}

Deno.test("stalls() tells of work that makes no progress, although progress is told, and when it goes on", () => {
  const work = watched();
  work.begin("a");
  work.begin("b");
  for (let i = 0; i < 9; i++) {
    work.note("a", progress(7));
    work.note("b", progress(i));
    work.pass(1);
  }
  assertEquals(work.told, []);
  work.note("b", progress(9));
  work.note("a", progress(7));
  work.pass(1);
  assertEquals(work.told, ["a stalls"]);
  work.note("a", progress(8));
  work.pass(1);
  assertEquals(work.told, ["a stalls", "a goes on"]);
});

Deno.test("stalls() takes any other event for progress, and looks at nothing when no work is under way", () => {
  const work = watched();
  assertEquals(work.isAwake(), false);
  work.begin("a");
  for (let i = 0; i < 20; i++) {
    work.pass(5);
    work.note("a", { kind: "compared", source: 1, replica: 1 });
  }
  work.end("a");
  assertEquals([work.told, work.isAwake()], [[], false]);
  work.note("a", progress(1));
  work.pass(60);
  assertEquals(work.told, []);
});
