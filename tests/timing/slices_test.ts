/** A deletion that a loop sees in slices, and what comes and goes without an end: real folders, an hour by hand. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { refusalText } from "../../sync/cli/refusal.ts";
import type { Event } from "../../sync/engine/event.ts";
import { type Mirror, mirror } from "../../sync/mirror.ts";
import { inline } from "../../sync/pass/pool.ts";
import { configOf } from "../support/mirror.ts";
import { files, inFolder, namesIn, plant } from "../support/tree.ts";

const HOUR_MS = 3_600_000;

interface Loop {
  readonly source: string;
  readonly replica: string;
  /** A pass over all, or over the root alone; returns what refused it. */
  pass(): Promise<Extract<Event, { kind: "refused" }> | null>;
  /** Let so many ms go by. */
  move(ms: number): void;
  /** From now on the replica is as it is after a restart. */
  restart(config?: Partial<Parameters<typeof mirror>[0]>): Promise<void>;
  /** The next plan that is refused is let through, up to so many removals. */
  permit(removals: number): void;
}

/** A loop over a source of 200 files, whose passes after the first are over all or over some folders. */
async function looping(scoped: boolean, test: (loop: Loop) => Promise<void>): Promise<void> {
  await inFolder(async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    plant(source, files(200));
    let [time, number] = [0, 0];
    let refused: Extract<Event, { kind: "refused" }> | null = null;
    const stop = new AbortController();
    const { limits } = configOf(source, replica);
    let permitted: typeof limits | null = null;
    const permit = {
      asks: false,
      limits() {
        const given = permitted;
        permitted = null;
        return Promise.resolve(given);
      },
    };
    const begin = (config = {}): Mirror =>
      mirror({ ...configOf(source, replica), ...config }, {
        pool: inline(),
        emit: (event) => event.kind === "refused" && (refused = event),
        stop,
        logs: () => [],
        now: () => time,
        permit: () => permit,
      });
    let one = begin();
    const loop: Loop = {
      source,
      replica,
      async pass() {
        refused = null;
        await one.pass({
          number: ++number,
          due: scoped && number > 1 ? { folders: [""], branches: [] } : null,
        });
        return refused;
      },
      move: (ms) => void (time += ms),
      async restart(config) {
        number = 0;
        await one.close();
        one = begin(config);
      },
      permit: (value) => void (permitted = { ...limits, maxDelete: { unit: "entries", value } }),
    };
    try {
      assertEquals(await loop.pass(), null);
      assertEquals(namesIn(replica).length, 200);
      await test(loop);
    } finally {
      await one.close();
    }
  });
}

function remove(source: string, count: number): void {
  for (const name of namesIn(source).slice(0, count)) Deno.removeSync(`${source}/${name}`);
}

for (const [what, scoped] of [["of all", false], ["of some folders", true]] as const) {
  Deno.test(`in a loop of passes ${what} a deletion in slices is refused when half of the replica is gone`, () =>
    looping(scoped, async ({ source, replica, pass, move, restart }) => {
      let refused = null;
      for (let slice = 0; slice < 19 && refused === null; slice++) {
        remove(source, 10);
        move(1000);
        refused = await pass();
      }
      assertEquals(namesIn(replica).length, 100);
      assertEquals([refused?.rule, namesIn(source).length], ["shrinking", 90]);
      assertStringIncludes(refusalText(refused!), "only 90 entries would be left of the 200");
      // it waits for an answer, however long
      remove(source, 30);
      for (let half = 0; half < 5; half++) {
        move(HOUR_MS / 2);
        assertEquals((await pass())?.rule, "shrinking");
      }
      assertEquals(namesIn(replica).length, 100);
      // the answer that it asks for
      await restart({ limits: { ...configOf("", "").limits, maxDelete: { unit: "entries", value: 40 } } });
      assertEquals(await pass(), null);
      assertEquals(namesIn(replica).length, 60);
    }));

  Deno.test(`in a loop of passes ${what} churn that does not shrink the replica is free, and so are slow removals`, () =>
    looping(scoped, async ({ source, replica, pass, move }) => {
      for (let round = 0; round < 12; round++) {
        remove(source, 60);
        plant(source, files(60, "new", (i) => `new${round}-${i}`));
        move(1000);
        assertEquals(await pass(), null);
      }
      assertEquals(namesIn(replica).length, 200);
      for (let hour = 0; hour < 4; hour++) {
        remove(source, 40);
        move(HOUR_MS + 1);
        assertEquals(await pass(), null);
      }
      assertEquals(namesIn(replica).length, 40);
    }));

  Deno.test(`in a loop of passes ${what} what was let through once is not what the next ones are measured by`, () =>
    looping(scoped, async ({ source, replica, pass, move, permit }) => {
      remove(source, 130);
      permit(130);
      assertEquals(await pass(), null);
      assertEquals(namesIn(replica).length, 70);
      remove(source, 1);
      move(1000);
      assertEquals(await pass(), null);
      remove(source, 34);
      assertEquals(await pass(), null);
      remove(source, 1);
      assertEquals((await pass())?.rule, "shrinking");
      assertEquals(namesIn(replica).length, 35);
    }));
}

Deno.test("a source that holds only what its system makes at the top of a disk is empty", () =>
  inFolder(async (at) => {
    const own = [
      "lost+found",
      "System Volume Information",
      "$RECYCLE.BIN",
      ".Trashes",
      ".Spotlight-V100",
      ".fseventsd",
      ".PKInstallSandboxManager",
      // a file, which systems put into any folder that somebody looks at
      ".DS_Store",
    ];
    for (const [index, name] of own.entries()) {
      const [source, replica] = [`${at}/s${index}`, `${at}/r${index}`];
      plant(source, {
        [name]: name === ".DS_Store" ? "1" : { "IndexerVolumeGuid": "1" },
        a: "1",
        d: { b: "1" },
      });
      for (const scoped of [false, true]) {
        plant(source, { a: "1", d: { b: "1" } });
        const events: Event[] = [];
        const one = mirror(configOf(source, replica), {
          pool: inline(),
          emit: (event) => void events.push(event),
          stop: new AbortController(),
          logs: () => [],
          now: () => 0,
        });
        try {
          await one.pass({ number: 1, due: null });
          const before = namesIn(replica);
          Deno.removeSync(`${source}/a`);
          Deno.removeSync(`${source}/d`, { recursive: true });
          await one.pass({ number: 2, due: scoped ? { folders: [""], branches: [] } : null });
          const refused = events.find((event) => event.kind === "refused");
          assertEquals([name, refused?.rule], [name, "empty-source"]);
          assertEquals(namesIn(replica), before);
          assert(before.includes("a"));
        } finally {
          await one.close();
        }
      }
    }
  }));

Deno.test("a freshly made disk is mirrored to another one: what both have of their systems is no refusal", () =>
  inFolder(async (at) => {
    plant(at, { source: { "lost+found": {} }, replica: { "lost+found": {} } });
    const events: Event[] = [];
    const one = mirror(configOf(`${at}/source`, `${at}/replica`), {
      pool: inline(),
      emit: (event) => void events.push(event),
      stop: new AbortController(),
      logs: () => [],
      now: () => 0,
    });
    await one.pass({ number: 1, due: null });
    await one.pass({ number: 2, due: { folders: [""], branches: [] } });
    await one.close();
    assertEquals(events.filter(({ kind }) => kind === "refused"), []);
  }));
