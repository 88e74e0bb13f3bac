/** Somebody who writes into the source while passes run. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ended, lockstep, type Ran, running, sh, start, until } from "../support/program.ts";
import { type Dice, seeded } from "../support/random.ts";
import { assertInSync, files, harvest, isThere, plant, readIfThere } from "../support/tree.ts";
import { faultTest, figure, shimmed, times } from "./tools.ts";

/** Whether each file that has size and time of the source's has its content, too. Returns how many such files. */
function assertSameWhereTimesAre(source: string, replica: string): number {
  let count = 0;
  for (const { name, isFile } of Deno.readDirSync(replica)) {
    if (!isFile || name.startsWith(".lockstep-")) continue;
    try {
      const before = Deno.lstatSync(`${source}/${name}`);
      const there = Deno.lstatSync(`${replica}/${name}`);
      if (before.size !== there.size || before.mtime?.getTime() !== there.mtime?.getTime()) continue;
      const [given, found] = [
        Deno.readFileSync(`${source}/${name}`),
        Deno.readFileSync(`${replica}/${name}`),
      ];
      const after = Deno.lstatSync(`${source}/${name}`);
      if (before.mtime?.getTime() !== after.mtime?.getTime() || before.ino !== after.ino) continue;
      assert(given.every((byte, i) => byte === found[i]), `${name} has size and time, but another content`);
      count++;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return count;
}

/** One random thing that a writer does to a file that may be large. */
function write(path: string, number: number, dice: Dice): void {
  const fill = (size: number) => new Uint8Array(size).fill(number % 256);
  switch (isThere(path) ? dice.below(7) : 0) {
    case 0: // made anew, in place
      return Deno.writeFileSync(path, fill(1 + dice.below(3) * 700_000));
    case 1: // grows
      return Deno.writeFileSync(path, fill(100_000), { append: true });
    case 2: // shrinks
      return Deno.truncateSync(path, Math.floor(Deno.statSync(path).size / 2));
    case 3: // replaced by a file of the same size
      Deno.writeFileSync(`${path}.new`, fill(Deno.statSync(path).size));
      return Deno.renameSync(`${path}.new`, path);
    case 4: // vanishes
      return Deno.removeSync(path);
    case 5: // is edited in the middle
    case 6: {
      using file = Deno.openSync(path, { write: true });
      file.seekSync(Math.floor(Deno.statSync(path).size / 2), Deno.SeekMode.Start);
      file.writeSync(fill(1));
    }
  }
}

faultTest(
  "files that change, grow, shrink, are replaced or vanish while they are copied are never a mixture that passes for the same",
  [],
  (at) =>
    seeded(async (dice) => {
      plant(at, { source: { keep: "1" }, replica: {} });
      const process = start([
        `${at}/source`,
        `${at}/replica`,
        "1ms",
        "--max-delete",
        "100%",
        "--log-file",
        `${at}/log`,
      ]);
      // nobody reads what it says
      const gone = Promise.all([process.stdout.cancel(), process.stderr.cancel()]);
      await until("the first pass is made", () => isThere(`${at}/replica/keep`));
      let edits = 0;
      let same = 0;
      // a file that is edited all the time is seldom the same
      const isOver = (end: number) => Date.now() >= end && (same > 0 || Date.now() >= end + 60_000);
      for (const end = Date.now() + times(6000); !isOver(end);) {
        for (let i = 0; i < 5; i++) {
          write(`${at}/source/f${dice.below(8)}`, edits++, dice);
          if (dice.below(3) === 0) await new Promise((resolve) => setTimeout(resolve, dice.below(4)));
        }
        same += assertSameWhereTimesAre(`${at}/source`, `${at}/replica`);
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      process.kill("SIGTERM");
      assertEquals((await process.status).code, 0);
      await gone;
      const log = Deno.readTextFileSync(`${at}/log`);
      const last = await lockstep([`${at}/source`, `${at}/replica`, "--max-delete", "100%"]);
      assertEquals([last.status, last.err], [0, ""]);
      assertInSync(`${at}/source`, `${at}/replica`);
      assert(same > 0, "no file had size and time of the source's");
      figure("edits while passes ran", edits);
      figure("files with size and time of the source's looked at meanwhile, all right", same);
      figure(
        "of these passes, entries that changed under the reader and were told",
        log.split(" Cannot ").length - 1,
      );
    }),
);

faultTest(
  "edits of the same size in the same tick as the copy are not missed, thousands of times",
  [],
  (at) =>
    seeded(async (dice) => {
      plant(at, { source: {}, replica: {} });
      const names = Object.keys(files(40));
      plant(`${at}/source`, files(40, "0000000"));
      await using run = running([`${at}/source`, `${at}/replica`, "1ms", "-q", "--log-file", `${at}/log`]);
      let edits = 0;
      const rounds = times(12);
      for (let round = 0; round < rounds; round++) {
        for (const end = Date.now() + 250; Date.now() < end;) {
          for (let i = 0; i < 20; i++) {
            const number = String(edits++).padStart(7, "0");
            Deno.writeTextFileSync(`${at}/source/${names[dice.below(names.length)]}`, number);
          }
          await new Promise((resolve) => setTimeout(resolve, dice.below(3)));
        }
        // no edit is made after this, so nothing but what was written before can put the replica right
        await until("the replica is equal at rest", () =>
          names.every((name) =>
            Deno.readTextFileSync(`${at}/source/${name}`) === readIfThere(`${at}/replica/${name}`)
          ));
      }
      assertEquals((await run.stop()).status, 0);
      figure("edits of the same size raced", edits);
    }),
);

faultTest(
  "a path that flips between file, folder, link and FIFO, between and during passes, ends in sync",
  ["bash"],
  (at) =>
    seeded(async (dice) => {
      plant(at, { source: { keep: "1" }, replica: {}, outside: { precious: "1" } });
      const outside = harvest(`${at}/outside`);
      const words = [`${at}/source`, `${at}/replica`, "--max-delete", "100%"];
      const flags = ["--allow-read", "--allow-write", "--allow-run=mkfifo", `--deny-write=${at}/source`];
      const process = start([...words, "1ms", "-q", "--log-file", `${at}/log`], { flags });
      // what nobody reads would fill the pipe
      const end = ended(process);
      await until("a pass is made", () => readIfThere(`${at}/log`).includes("in sync"));
      const process2 = new Deno.Command("bash", {
        cwd: `${at}/source`,
        args: ["-c", "while sleep 0.002; do rm -rf p; mkfifo p; sleep 0.002; rm -rf p; echo 1 > p; done"],
      }).spawn();
      const kinds = [
        "echo $RANDOM > x",
        "mkdir x; echo 1 > x/in",
        "ln -s ../outside x",
        "ln -s keep x",
        "mkfifo x",
      ];
      let flips = 0;
      for (const end = Date.now() + times(4000); Date.now() < end || flips <= 20;) {
        await sh(`cd source; rm -rf x; ${kinds[dice.below(kinds.length)]}`, at);
        flips++;
        if (dice.below(2) === 0) await new Promise((resolve) => setTimeout(resolve, dice.below(20)));
      }
      process2.kill("SIGTERM");
      await process2.status;
      process.kill("SIGTERM");
      assertEquals((await end).status, 0);
      for (const kind of kinds) {
        await sh(`cd source; rm -rf x p; ${kind}`, at);
        assertEquals((await lockstep(words, { flags })).status, 0, kind);
        assertInSync(`${at}/source`, `${at}/replica`);
      }
      assertEquals(harvest(`${at}/outside`), outside);
      figure("flips of a kind during passes", flips);
    }),
);

faultTest(
  "folders that vanish, move and come back while they are listed remove nothing that stays",
  [],
  (at) =>
    seeded(async (dice) => {
      const some = files(30);
      plant(`${at}/source`, { stays: some, moves: { a: some, b: some }, d: { e: { f: some } } });
      plant(`${at}/replica`, {});
      const words = [`${at}/source`, `${at}/replica`, "--max-delete", "100%"];
      assertEquals((await lockstep(words)).status, 0);
      await using run = running([...words, "1ms", "-q", "--log-file", `${at}/log`]);
      await until("a pass is made", () => readIfThere(`${at}/log`).includes("nothing to do"));
      const moves = [["moves/a", "moves/x"], ["d/e", "d/y"], ["moves", "z"], ["d/e/f", "f"]] as const;
      let made = 0;
      for (const end = Date.now() + times(3000); Date.now() < end || made <= 50;) {
        const [from, to] = moves[dice.below(moves.length)]!;
        for (const [a, b] of [[from, to], [to, from]]) {
          if (!isThere(`${at}/source/${a}`)) continue;
          Deno.renameSync(`${at}/source/${a}`, `${at}/source/${b}`);
          made++;
          await new Promise((resolve) => setTimeout(resolve, dice.below(8)));
        }
        for (const name of Object.keys(some)) assert(isThere(`${at}/replica/stays/${name}`));
      }
      assertEquals((await run.stop()).status, 0);
      assertEquals((await lockstep(words)).status, 0);
      assertInSync(`${at}/source`, `${at}/replica`);
      figure("folders moved during passes", made);
    }),
);

/** Run a pass that waits at a call; `act` then, and let it go on. */
async function actAt(
  at: string,
  shim: { UNDER: string; CALL: string; WHEN: string },
  act: () => void,
): Promise<Ran> {
  const setting = await shimmed({ ...shim, GATE: `${at}/gate`, LOG: `${at}/shim.log` });
  const output = ended(start([`${at}/source`, `${at}/replica`], setting));
  await until("the call is made", () => readIfThere(`${at}/shim.log`) !== "");
  act();
  Deno.writeTextFileSync(`${at}/gate`, "");
  return await output;
}

const LARGE = 4 << 20;

for (
  const [what, act] of [
    ["written anew in place", (path: string) => Deno.writeFileSync(path, new Uint8Array(LARGE).fill(2))],
    ["appended to", (path: string) => Deno.writeFileSync(path, new Uint8Array(10).fill(2), { append: true })],
    ["cut short", (path: string) => Deno.truncateSync(path, 300_000)],
    ["emptied", (path: string) => Deno.truncateSync(path, 0)],
    ["replaced", (path: string) => {
      Deno.writeFileSync(`${path}.new`, new Uint8Array(LARGE).fill(2));
      Deno.renameSync(`${path}.new`, path);
    }],
    ["removed", (path: string) => Deno.removeSync(path)],
  ] as const
) {
  faultTest(
    `a file that is ${what} between two reads of its copy is the whole new one or the whole old one`,
    ["cc"],
    async (at) => {
      const old = new Uint8Array(5).fill(7);
      plant(at, { source: { f: new Uint8Array(LARGE).fill(1) }, replica: { f: old } });
      const ran = await actAt(
        at,
        { UNDER: `${at}/source/f`, CALL: "read", WHEN: "3" },
        () => act(`${at}/source/f`),
      );
      const now = Deno.readFileSync(`${at}/replica/f`);
      if (ran.status === 0) assertInSync(`${at}/source`, `${at}/replica`);
      else {
        assertEquals(ran.status, 24, ran.err);
        assertEquals(now, old);
      }
      assertEquals((await lockstep([`${at}/source`, `${at}/replica`, "--allow-empty-source"])).status, 0);
      assertInSync(`${at}/source`, `${at}/replica`);
    },
  );
}

faultTest("an edit right after the copy, of the same size and in the same tick, is seen by the same pass", [
  "cc",
], async (at) => {
  // a time that is still to come cannot be told from one of this tick
  const mtime = new Date(Date.now() + 60_000);
  plant(at, { source: { f: "1111" }, replica: {} });
  Deno.utimeSync(`${at}/source/f`, mtime, mtime);
  const ran = await actAt(at, { UNDER: `${at}/replica/f`, CALL: "rename", WHEN: "1" }, () => {
    Deno.writeTextFileSync(`${at}/source/f`, "2222");
    Deno.utimeSync(`${at}/source/f`, mtime, mtime);
  });
  assertEquals(ran.status, 0);
  assertEquals(readIfThere(`${at}/replica/f`), "2222");
});

faultTest(
  "a file that is appended to all the time arrives as it was for a moment, is told, and is whole once it rests",
  ["bash"],
  async (at) => {
    plant(at, { source: { log: new Uint8Array(64 << 20).fill(1) }, replica: { log: "old" } });
    const writer = new Deno.Command("bash", {
      cwd: `${at}/source`,
      args: ["-c", "while :; do echo line; done >> log"],
    }).spawn();
    try {
      // a writer that the system does not let run for a while leaves a pass in peace
      for (let met = 0; met < 2;) {
        const before = Deno.statSync(`${at}/source/log`).size;
        await until("more is written", () => Deno.statSync(`${at}/source/log`).size > before);
        const ran = await lockstep([`${at}/source`, `${at}/replica`]);
        if (ran.status === 0) continue;
        met++;
        assertEquals(ran.status, 24, ran.err);
        assertStringIncludes(ran.err, `Cannot copy "log" in the source: it is written to all the time`);
        assertStringIncludes(ran.out, `update file "log"`);
        const part = Deno.readFileSync(`${at}/replica/log`);
        const whole = Deno.readFileSync(`${at}/source/log`);
        assert(part.length >= before, `${part.length}`);
        assert(part.every((byte, i) => byte === whole[i]));
      }
    } finally {
      writer.kill("SIGKILL");
      await writer.status;
    }
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    assertInSync(`${at}/source`, `${at}/replica`);
  },
);
