/** Following a folder, on a clock that is moved by hand, with events that a test makes up. */
import { assertEquals } from "@std/assert";
import { type Agenda, agenda } from "../../sync/timing/agenda.ts";
import type { Clock } from "../../sync/timing/clock.ts";
import type { Open } from "../../sync/timing/heard.ts";
import { portableWatch } from "../../sync/timing/portable.ts";
import { type Renewal, renewal } from "../../sync/timing/renewal.ts";
import { type News, watch } from "../../sync/timing/watch.ts";
import { inFolder, plant } from "../support/tree.ts";

interface HandClock extends Clock {
  /** Let so many ms go by, at once: whoever waited for less wakes late. */
  move(ms: number): Promise<void>;
  /** As a machine that sleeps: the date goes on, and time does not. */
  sleep(ms: number): void;
}

function handClock(): HandClock {
  let [time, date] = [0, 0];
  const waiting = new Set<() => void>();
  return {
    now: () => time,
    date: () => date,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const end = time + ms;
        const look = () => {
          if (time < end && !signal.aborted) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        signal.addEventListener("abort", look);
        look();
      }),
    async move(ms) {
      time += ms;
      date += ms;
      for (const look of [...waiting]) look();
      await settled();
    },
    sleep: (ms) => void (date += ms),
  };
}

/** Real calls on the disk follow upon an event or a look: ours come after them, however slow the machine is. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) {
    await Deno.stat(".");
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

/** A watch that says what it is told to say, in the place of the system's. */
interface FakeWatch {
  readonly open: Open;
  /** How many were asked for. */
  opened(): number;
  /** How many were closed. */
  closed(): number;
  /** From now on opening one throws this error; null for none. */
  refuse(error: Error | null): void;
  say(event: Partial<Deno.FsEvent>): Promise<void>;
  /** The watch that is open throws this error. */
  fail(error: Error): Promise<void>;
}

function fakeWatch(): FakeWatch {
  let opened = 0;
  let closed = 0;
  let refusal: Error | null = null;
  let send: (what: Deno.FsEvent | Error | null) => void = () => {};
  return {
    open: (path) => portableWatch(path, null, make),
    opened: () => opened,
    closed: () => closed,
    refuse: (error) => refusal = error,
    say(event) {
      send({ kind: "any", paths: [], ...event });
      return settled();
    },
    fail(error) {
      send(error);
      return settled();
    },
  };

  function make() {
    opened++;
    if (refusal !== null) throw refusal;
    const ready: (Deno.FsEvent | Error | null)[] = [];
    let wake = () => {};
    send = (what) => {
      ready.push(what);
      wake();
    };
    /** As Deno's, it goes on after it has thrown. */
    async function next(): Promise<IteratorResult<Deno.FsEvent, undefined>> {
      for (;;) {
        const what = ready.shift();
        if (what === undefined) await new Promise<void>((resolve) => wake = resolve);
        else if (what === null) return { done: true, value: undefined };
        else if (what instanceof Error) throw what;
        else return { done: false, value: what };
      }
    }
    const close = () => {
      closed++;
      send(null);
    };
    return { [Symbol.asyncIterator]: () => ({ next }), close };
  }
}

interface Followed {
  readonly root: string;
  readonly clock: HandClock;
  readonly events: FakeWatch;
  readonly todo: Agenda;
  readonly news: News[];
  readonly stop: AbortController;
  readonly renewal: Renewal;
  /** Whether an early whole pass is due since the last call. */
  hasLost(): boolean;
}

/** Follow a folder, with a log of our own in it, by a fake watch. */
async function following(test: (followed: Followed) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  await inFolder(async (at) => {
    const root = `${at}/source`;
    plant(root, { a: "1" });
    const clock = handClock();
    const todo = agenda(200);
    const news: News[] = [];
    const events = fakeWatch();
    const both = renewal();
    await watch(root, {
      side: "source",
      clock,
      signal: stop.signal,
      agenda: todo,
      open: events.open,
      exclusions: null,
      renewal: both,
      ignores: (path) => path === `${root}/sync.log`,
      tell: (one) => news.push(one),
    });
    const hasLost = () => {
      const is = todo.hints.untilWhole(clock.now(), null) < Infinity;
      todo.hints.clear();
      return is;
    };
    try {
      await test({ root, clock, events, todo, news, stop, renewal: both, hasLost });
    } finally {
      stop.abort();
      await settled();
    }
  });
}

Deno.test("watch() wants a whole pass after an event that says that some were lost, or that has no path", () =>
  following(async ({ root, events, hasLost, todo }) => {
    assertEquals(hasLost(), false);
    await events.say({ kind: "other", paths: [root], flag: "rescan" });
    assertEquals(hasLost(), true);
    await events.say({ kind: "any" });
    assertEquals(hasLost(), true);
    await events.say({ kind: "create", paths: [`${root}/b`] });
    assertEquals([hasLost(), todo.hints.untilDue(0)], [false, Infinity]);
  }));

Deno.test("watch() wants a whole pass after an event of a name that is not UTF-8, and goes on with the same watch", () =>
  following(async ({ root, clock, events, news, todo, hasLost }) => {
    for (let one = 0; one < 3; one++) {
      await events.fail(new TypeError("path contains invalid UTF-8 characters"));
    }
    assertEquals(hasLost(), true);
    await events.say({ kind: "create", paths: [`${root}/d/b`] });
    await clock.move(200);
    assertEquals([todo.hints.take(200).folders, hasLost()], [["d"], false]);
    assertEquals([events.opened(), events.closed(), news], [1, 0, []]);
  }));

Deno.test("watch() makes hints of what happens to entries, but not of reading or of what it is to ignore", () =>
  following(async ({ root, clock, events, todo, hasLost }) => {
    await events.say({ kind: "access", paths: [`${root}/d/a`] });
    await events.say({ kind: "modify", paths: [`${root}/sync.log`] });
    await events.say({ kind: "create", paths: ["/elsewhere/a"] });
    assertEquals(todo.hints.untilDue(0), Infinity);
    await events.say({ kind: "create", paths: [`${root}/d/new`] });
    await events.say({ kind: "modify", paths: [`${root}/e/a`] });
    await events.say({ kind: "remove", paths: [`${root}/f/a`] });
    await clock.move(200);
    assertEquals(todo.hints.take(200), { folders: ["d", "e", "f"], branches: ["d/new"] });
    assertEquals(hasLost(), false);
  }));

Deno.test("watch() wants a whole pass when the machine slept or the program was stopped, but not when time goes by", () =>
  following(async ({ clock, hasLost }) => {
    for (let look = 0; look < 5; look++) await clock.move(5000);
    assertEquals(hasLost(), false);
    clock.sleep(3_600_000);
    await clock.move(5000);
    assertEquals(hasLost(), true);
    await clock.move(20_000);
    assertEquals(hasLost(), true);
    await clock.move(5000);
    assertEquals(hasLost(), false);
  }));

Deno.test("watch() reports an error of the system once, tries again, and then wants a whole pass", () =>
  following(async ({ clock, events, news, hasLost }) => {
    const error = new Error('OS file watch limit reached. about ["/a"]');
    events.refuse(error);
    await events.fail(error);
    assertEquals(hasLost(), true);
    assertEquals(news.map((one) => one.kind === "unwatched" && one.limit?.name), [
      "fs.inotify.max_user_watches",
    ]);
    // it is tried again every ten minutes, and not reported again
    for (let minutes = 0; minutes < 60; minutes += 10) await clock.move(600_000);
    assertEquals([news.length, events.opened()], [1, 7]);
    events.refuse(null);
    await clock.move(600_000);
    assertEquals([news.at(-1)?.kind, hasLost()], ["watched", true]);
    await events.say({ kind: "create", paths: [] });
    assertEquals(hasLost(), true);
  }));

Deno.test("watch() looks for a root that went, and follows what takes its place", () =>
  following(async ({ root, clock, events, news, hasLost }) => {
    Deno.removeSync(root, { recursive: true });
    await events.say({ kind: "remove", paths: [root] });
    assertEquals([hasLost(), events.opened()], [true, 1]);
    for (let look = 0; look < 4; look++) await clock.move(500);
    assertEquals(events.opened(), 1);
    plant(root, { b: "2" });
    await clock.move(500);
    assertEquals([events.opened(), hasLost(), news], [2, true, []]);
  }));

Deno.test("watch() notices within five seconds a root that was replaced without an event", () =>
  following(async ({ root, clock, events, hasLost }) => {
    Deno.renameSync(root, `${root}-old`);
    plant(root, { b: "2" });
    await clock.move(5000);
    await clock.move(500);
    assertEquals([events.opened(), hasLost()], [2, true]);
  }));

Deno.test("watch() opens the system's watch anew when what is excluded may have changed, and wants a whole pass then", () =>
  following(async ({ clock, events, renewal, hasLost }) => {
    renewal.ask();
    await settled();
    assertEquals([events.opened(), events.closed(), hasLost()], [1, 1, false]);
    // an ignore file that is being written changes again
    renewal.ask();
    await clock.move(299);
    assertEquals(events.opened(), 1);
    await clock.move(1);
    assertEquals([events.opened(), hasLost()], [2, true]);
    await clock.move(2000);
    assertEquals([events.opened(), hasLost()], [2, false]);
    events.refuse(new Error("OS file watch limit reached."));
    renewal.ask();
    await settled();
    assertEquals(hasLost(), false);
    await clock.move(300);
    // nobody knows when it will be watched again
    assertEquals([events.opened(), hasLost()], [3, true]);
  }));

Deno.test("watch() of a source that comes back has both sides opened anew, and itself only once", () =>
  following(async ({ root, clock, events, renewal, news, hasLost }) => {
    const asked = renewal.asked();
    Deno.removeSync(root, { recursive: true });
    await events.say({ kind: "remove", paths: [root] });
    await clock.move(1000);
    assertEquals(asked.aborted, false);
    plant(root, { b: "1" });
    await clock.move(500);
    assertEquals([asked.aborted, renewal.asked().aborted], [true, false]);
    await clock.move(2000);
    assertEquals([events.opened(), hasLost(), news], [2, true, []]);
  }));

Deno.test("watch() closes the system's watch when it is stopped, and opens no other", () =>
  following(async ({ clock, events, news, stop }) => {
    stop.abort();
    await settled();
    assertEquals([events.opened(), events.closed()], [1, 1]);
    await clock.move(600_000);
    assertEquals([events.opened(), news], [1, []]);
  }));

Deno.test("watch() throws what is no error of the system", async () => {
  await inFolder(async (at) => {
    const rows: [Error, boolean][] = [
      [new TypeError("a bug"), true],
      [new RangeError("a bug"), true],
      [new Error("OS file watch limit reached."), false],
      [new Deno.errors.PermissionDenied("no"), false],
      [new Deno.errors.NotFound("gone"), false],
    ];
    for (const [error, isThrown] of rows) {
      const events = fakeWatch();
      events.refuse(error);
      const stop = new AbortController();
      const watched = watch(at, {
        side: "source",
        clock: handClock(),
        signal: stop.signal,
        agenda: agenda(200),
        open: events.open,
        exclusions: null,
        renewal: renewal(),
        ignores: () => false,
        tell() {},
      });
      const thrown = await watched.then(() => null, (reason) => reason);
      assertEquals([error.message, thrown], [error.message, isThrown ? error : null]);
      stop.abort();
      await settled();
    }
  });
});
