/** What becomes of the system's events, on a clock that is moved by hand, with events that a test makes up. */
import { assertEquals } from "@std/assert";
import { type Agenda, agenda } from "../../sync/timing/agenda.ts";
import { foldersNamed, foldersOf } from "../../sync/timing/branch.ts";
import type { Clock } from "../../sync/timing/clock.ts";
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

/** A watch of the system's that says what it is told to say. */
interface FakeEvents {
  /** How often it was asked for. */
  opened(): number;
  /** From now on it cannot be had: this is why. */
  refuse(error: Error | null): void;
  say(event: Partial<Deno.FsEvent>): Promise<void>;
  fail(error: Error): Promise<void>;
}

interface Followed {
  readonly root: string;
  readonly clock: HandClock;
  readonly events: FakeEvents;
  readonly todo: Agenda;
  readonly news: News[];
  /** Whether a whole pass is wanted early; afterwards it is not. */
  doubted(): boolean;
}

async function following(test: (followed: Followed) => Promise<void>): Promise<void> {
  const watchFs = Deno.watchFs;
  let opened = 0;
  let refusal: Error | null = null;
  let tell: ((what: Deno.FsEvent | Error | null) => void) | null = null;
  Deno.watchFs = () => {
    opened++;
    if (refusal !== null) throw refusal;
    const ready: (Deno.FsEvent | Error | null)[] = [];
    let wake = () => {};
    tell = (what) => {
      ready.push(what);
      wake();
    };
    async function* all(): AsyncGenerator<Deno.FsEvent> {
      for (;;) {
        const what = ready.shift();
        if (what === undefined) await new Promise<void>((resolve) => wake = resolve);
        else if (what === null) return;
        else if (what instanceof Error) throw what;
        else yield what;
      }
    }
    return Object.assign(all(), { close: () => tell?.(null) }) as unknown as Deno.FsWatcher;
  };
  const stop = new AbortController();
  try {
    await inFolder(async (at) => {
      const root = `${at}/source`;
      plant(root, { a: "1" });
      const clock = handClock();
      const todo = agenda(200);
      const news: News[] = [];
      const ownLogs = new Set([`${root}/sync.log`]);
      await watch(root, { clock, signal: stop.signal, agenda: todo, ownLogs, tell: (one) => news.push(one) });
      const events: FakeEvents = {
        opened: () => opened,
        refuse: (error) => refusal = error,
        say(event) {
          tell?.({ kind: "any", paths: [], ...event } as Deno.FsEvent);
          return settled();
        },
        fail(error) {
          tell?.(error);
          return settled();
        },
      };
      const doubted = () => {
        const is = todo.hints.untilWhole(clock.now(), null) < Infinity;
        todo.hints.clear();
        return is;
      };
      try {
        await test({ root, clock, events, todo, news, doubted });
      } finally {
        stop.abort();
        await settled();
      }
    });
  } finally {
    Deno.watchFs = watchFs;
  }
}

Deno.test("watch() takes an event that says that some were lost, or that names nothing, for a doubt", () =>
  following(async ({ root, events, doubted, todo }) => {
    assertEquals(doubted(), false);
    await events.say({ kind: "other", paths: [root], flag: "rescan" });
    assertEquals(doubted(), true);
    await events.say({ kind: "any" });
    assertEquals(doubted(), true);
    await events.say({ kind: "create", paths: [`${root}/b`] });
    assertEquals([doubted(), todo.hints.untilRipe(0)], [false, Infinity]);
  }));

Deno.test("watch() makes hints of what happens to entries, and nothing of reading or of our own files", () =>
  following(async ({ root, clock, events, todo, doubted }) => {
    await events.say({ kind: "access", paths: [`${root}/d/a`] });
    await events.say({ kind: "modify", paths: [`${root}/sync.log`, `${root}/d/.lockstep-0123abcd-1`] });
    await events.say({ kind: "create", paths: ["/elsewhere/a"] });
    await events.say({ kind: "create", paths: [`${root}/.lockstep-0123abcd-probe/link`] });
    assertEquals(todo.hints.untilRipe(0), Infinity);
    await events.say({ kind: "create", paths: [`${root}/d/new`] });
    await events.say({ kind: "modify", paths: [`${root}/e/a`] });
    await events.say({ kind: "remove", paths: [`${root}/f/a`] });
    await clock.move(200);
    assertEquals(todo.hints.take(200), { folders: ["d", "e", "f"], came: ["d/new"] });
    assertEquals(doubted(), false);
  }));

Deno.test("watch() doubts when the machine slept, or the program was stopped, and not when time goes by", () =>
  following(async ({ clock, doubted }) => {
    for (let look = 0; look < 5; look++) await clock.move(5000);
    assertEquals(doubted(), false);
    clock.sleep(3_600_000);
    await clock.move(5000);
    assertEquals(doubted(), true);
    await clock.move(20_000);
    assertEquals(doubted(), true);
    await clock.move(5000);
    assertEquals(doubted(), false);
  }));

Deno.test("watch() begins anew after an error of the system's, with a doubt, and says it once", () =>
  following(async ({ clock, events, news, doubted }) => {
    const error = new Error('OS file watch limit reached. about ["/a"]');
    events.refuse(error);
    await events.fail(error);
    assertEquals(doubted(), true);
    assertEquals(news.map((one) => one.kind === "unwatched" && one.limit?.name), [
      "fs.inotify.max_user_watches",
    ]);
    // it is tried again every ten minutes, and not said again
    for (let minutes = 0; minutes < 60; minutes += 10) await clock.move(600_000);
    assertEquals([news.length, events.opened()], [1, 7]);
    events.refuse(null);
    await clock.move(600_000);
    assertEquals([news.at(-1)?.kind, doubted()], ["watched", true]);
    await events.say({ kind: "create", paths: [] });
    assertEquals(doubted(), true);
  }));

Deno.test("watch() looks for a root that went, and follows what takes its place", () =>
  following(async ({ root, clock, events, news, doubted }) => {
    Deno.removeSync(root, { recursive: true });
    await events.say({ kind: "remove", paths: [root] });
    assertEquals([doubted(), events.opened()], [true, 1]);
    for (let look = 0; look < 4; look++) await clock.move(500);
    assertEquals(events.opened(), 1);
    plant(root, { b: "2" });
    await clock.move(500);
    assertEquals([events.opened(), doubted(), news], [2, true, []]);
  }));

Deno.test("watch() notices within five seconds a root that was replaced without an event", () =>
  following(async ({ root, clock, events, doubted }) => {
    Deno.renameSync(root, `${root}-old`);
    plant(root, { b: "2" });
    await clock.move(5000);
    await clock.move(500);
    assertEquals([events.opened(), doubted()], [2, true]);
  }));

Deno.test("foldersOf() has all folders at and below paths, and no files, links or what is gone", () =>
  inFolder(async (at) => {
    plant(at, { a: { b: { c: { f: "1" } }, d: {} }, file: "1", e: {} });
    Deno.symlinkSync("a", `${at}/link`);
    const found = await foldersOf(at, ["a", "file", "link", "gone", "e"], 10);
    assertEquals(found?.toSorted(), ["a", "a/b", "a/b/c", "a/d", "e"]);
    assertEquals(await foldersOf(at, ["a"], 2), null);
  }));

Deno.test("foldersNamed() adds the branches that came, and doubts when they are too many to name", () =>
  inFolder(async (at) => {
    plant(at, { a: { b: {} }, x: { f: "1" } });
    const { hints } = agenda(200);
    const named = { folders: ["x"], came: ["a", "x/f"] };
    assertEquals(await foldersNamed(at, named, hints, 0), ["x", "a", "a/b"]);
    assertEquals(hints.untilWhole(0, null), Infinity);
    for (let i = 0; i <= 1000; i++) Deno.mkdirSync(`${at}/a/b/${i}`);
    assertEquals(await foldersNamed(at, named, hints, 0), ["x"]);
    assertEquals(hints.untilWhole(0, null), 200);
  }));
