/** A source that goes away, hangs or is another one, at every stage of a pass. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { without } from "../support/limits.ts";
import { command, ended, lockstep, running, sh, start, until } from "../support/program.ts";
import { seeded } from "../support/random.ts";
import {
  assertInSync,
  files,
  harvest,
  isInSync,
  isThere,
  plant,
  readIfThere,
  type Tree,
} from "../support/tree.ts";
import { faultTest, figure, shimmed, times } from "./tools.ts";

/** Some folders of files. */
function folders(count: number, inEach: number, text: string): Tree {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`d${i}`, files(inEach, text)]));
}

const names = (lines: readonly string[]) =>
  lines.map((line) => line.split(" ")[0]!).filter((name) => !name.includes(".lockstep-"));

for (const what of ["umount -l", "killed bindfs"] as const) {
  faultTest(
    `a source that goes away by ${what} at random moments of a pass removes nothing`,
    what === "umount -l" ? ["mount"] : ["mount", "bindfs"],
    (at, mount) =>
      seeded(async (dice) => {
        plant(at, {
          disk: folders(20, 10, "new and longer"),
          point: what === "umount -l" ? { below: "1" } : {},
          replica: { ...folders(20, 10, "old"), more: folders(4, 5, "old") },
        });
        const words = [`${at}/point`, `${at}/replica`, "--max-delete", "100%", "--threads", "1"];
        // what a pass that is let go takes, for the moments
        await mount("--bind", `${at}/disk`, `${at}/point`);
        const began = performance.now();
        await lockstep([...words, "--dry-run"]);
        const whole = performance.now() - began;
        await command("umount", "-l", `${at}/point`);
        let stopped = 0;
        const rounds = times(8);
        for (let round = 0; round < rounds || stopped === 0; round++) {
          assert(round < 5 * rounds, "no pass met its end");
          await sh(
            "rm -rf replica; cp -a disk replica; for i in 1 2 3 4; do mkdir -p replica/more/d$i; echo old > replica/more/d$i/f; done; for f in replica/d*/f*; do echo old > $f; done",
            at,
          );
          const names0 = names(harvest(`${at}/replica`));
          let fuse: Deno.ChildProcess | null = null;
          if (what === "umount -l") await mount("--bind", `${at}/disk`, `${at}/point`);
          else {
            fuse = new Deno.Command("bindfs", { args: ["-f", `${at}/disk`, `${at}/point`], stderr: "null" })
              .spawn();
            await until("it is mounted", () => isThere(`${at}/point/d0`));
          }
          const process = start(words);
          const output = ended(process);
          await new Promise((resolve) => setTimeout(resolve, whole * (0.4 + dice.below(1000) / 1000)));
          if (fuse) {
            fuse.kill("SIGKILL");
            await fuse.status;
          } else await command("umount", "-l", `${at}/point`);
          const ran = await output;
          await command("umount", "-l", `${at}/point`);
          const now = names(harvest(`${at}/replica`));
          if (ran.status === 0) {
            // it went away after the pass, or before it: the pass was of what lies below then
            const whole = [`${at}/disk`, `${at}/point`].map((root) => names(harvest(root)).join());
            assert(whole.includes(now.join()), `${now}`);
            continue;
          }
          stopped++;
          assert([3, 11, 23, 24, 25].includes(ran.status), `${ran.status} ${ran.err}`);
          const removed = names0.filter((name) => !now.includes(name));
          // a removal is right when it was planned from a source that was whole
          assert(removed.every((name) => name.startsWith("./more")), `removed ${removed}`);
        }
        figure(`sources taken away by ${what} during a pass`, stopped);
      }),
  );
}

/** A bindfs mount, which is taken away whatever happens. */
async function withFuse(
  at: string,
  words: readonly string[],
  test: (fuse: Deno.ChildProcess) => Promise<void>,
): Promise<void> {
  const fuse = new Deno.Command("bindfs", {
    args: ["-f", ...words, `${at}/disk`, `${at}/point`],
    stderr: "null",
  }).spawn();
  try {
    await until(
      "it is mounted",
      async () => (await command("mountpoint", "-q", `${at}/point`))?.status === 0,
    );
    await test(fuse);
  } finally {
    for (const signal of ["SIGCONT", "SIGKILL"] as const) {
      try {
        fuse.kill(signal);
      } catch {
        // it has ended
      }
    }
    await fuse.status;
    await command("umount", "-l", `${at}/point`);
  }
}

/**
 * Whether the program has ended, as far as that is up to it: a thread of it may be held by the kernel until the file
 * system answers, and then nobody can wait for it.
 */
async function isOut(pid: number): Promise<boolean> {
  const state = (await command("ps", "-o", "stat=", "-p", `${pid}`))?.out ?? "";
  return state === "" || state.startsWith("Z");
}

/** SIGTERM to the program while its source hangs; returns how it ended. */
async function termWhileHanging(process: Deno.ChildProcess, fuse: Deno.ChildProcess): Promise<number> {
  const began = performance.now();
  process.kill("SIGTERM");
  await until("the program is out", () => isOut(process.pid));
  const took = performance.now() - began;
  fuse.kill("SIGCONT");
  const { status } = await ended(process);
  // 5 s, and what a busy machine takes
  assert(took < 20_000, `it took ${took} ms`);
  return status;
}

faultTest(
  "a source on a file system that hangs lets SIGTERM end the program within 5 s, and removes nothing",
  ["mount", "bindfs"],
  async (at) => {
    plant(at, { disk: folders(30, 5, "new"), point: {}, replica: folders(3, 3, "old") });
    const before = harvest(`${at}/replica`);
    for (const looping of [[], ["50ms"]]) {
      await withFuse(at, ["-o", "attr_timeout=0,entry_timeout=0"], async (fuse) => {
        fuse.kill("SIGSTOP");
        const process = start([`${at}/point`, `${at}/replica`, ...looping, "--log-file", `${at}/log`]);
        await until("a call hangs", async () => {
          const calls = await command("sh", "-c", `cat /proc/${process.pid}/task/*/wchan`);
          return /request_wait_answer|fuse/.test(calls?.out ?? "");
        });
        // 143: the source was not even known to be a folder, and nobody was listening to signals yet
        assert([20, 143].includes(await termWhileHanging(process, fuse)));
      });
      assertEquals(harvest(`${at}/replica`), before);
    }
  },
);

faultTest(
  "a source that hangs in the middle of a copy lets SIGTERM end the program within 5 s, and the old version stays",
  ["mount", "bindfs"],
  async (at) => {
    plant(at, { disk: { big: new Uint8Array(200 << 20).fill(1) }, point: {}, replica: { big: "old" } });
    await withFuse(at, [], async (fuse) => {
      const process = start([`${at}/point`, `${at}/replica`]);
      await until(
        "the copy is under way",
        () => [...Deno.readDirSync(`${at}/replica`)].some(({ name }) => /^\.lockstep-(?!.*probe)/.test(name)),
      );
      fuse.kill("SIGSTOP");
      assertEquals(await termWhileHanging(process, fuse), 20);
      assertEquals(Deno.readTextFileSync(`${at}/replica/big`), "old");
    });
    assertEquals((await lockstep([`${at}/disk`, `${at}/replica`])).status, 0);
    assertInSync(`${at}/disk`, `${at}/replica`);
  },
);

faultTest(
  "in a loop, a source that is away, emptied or a dangling link removes nothing, and the mirror goes on when it is back",
  ["bash"],
  async (at) => {
    // in one folder, so that the source is emptied at a stroke
    plant(at, { source: { d: { a: "1", b: "1" } } });
    const log = `${at}/log`;
    await using run = running([`${at}/source`, `${at}/replica`, "20ms", "-q", "--log-file", log]);
    await until("the first pass is made", () => readIfThere(log).includes("nothing to do"));
    const before = harvest(`${at}/replica`);
    const faults = [
      ["mv source aside", "mv aside source"],
      ["mv source aside; ln -s nowhere source", "rm source; mv aside source"],
      ["mv source aside; echo 1 > source", "rm source; mv aside source"],
      ["mkdir in; mv source/d in/", "mv in/d source/; rmdir in"],
      ["mv source aside; mkdir source; echo 1 > source/other", "rm -r source; mv aside source"],
    ] as const;
    for (const [number, [fault, cure]] of faults.entries()) {
      const from = readIfThere(log).length;
      await sh(fault, at);
      // which of the reasons is told depends on when the fault met the pass
      const told = /Cannot use the source|Refused: the source is empty/;
      await until(`it is told that: ${fault}`, () => told.test(readIfThere(log).slice(from)));
      assertEquals(names(harvest(`${at}/replica`)), names(before));
      await sh(`${cure}; echo ${number} > source/new`, at);
      await until("it goes on", () => readIfThere(`${at}/replica/new`).trim() === `${number}`);
      await sh("rm source/new", at);
      await until("the new file is gone", () => !isThere(`${at}/replica/new`));
    }
    // the time of the root is set at the end of a pass, and SIGTERM may come before it
    await until("all is in sync", () => isInSync(`${at}/source`, `${at}/replica`));
    assertEquals((await run.stop()).status, 0);
    assertInSync(`${at}/source`, `${at}/replica`);
  },
);

/** Moments of a pass: a call before which the source goes away, and another folder is in its place. */
const MOMENTS = [
  ["before it is listed", { UNDER: "point", CALL: "open", WHEN: "2" }],
  ["before its entries are looked at", { UNDER: "point/d1", CALL: "stat", WHEN: "1" }],
  ["after the judgement, when something is copied", { UNDER: "replica/new", CALL: "rename", WHEN: "1" }],
] as const;

for (const [moment, shim] of MOMENTS) {
  faultTest(
    `a source that goes away ${moment}, with another folder below it, removes nothing`,
    ["mount", "cc"],
    async (at, mount) => {
      plant(at, {
        disk: { ...folders(3, 3, "1"), new: "1" },
        point: { below: "1" },
        replica: { ...folders(3, 3, "1"), gone: "22" },
      });
      await mount("--bind", `${at}/disk`, `${at}/point`);
      const setting = await shimmed({
        ...shim,
        UNDER: `${at}/${shim.UNDER}`,
        GATE: `${at}/gate`,
        LOG: `${at}/shim.log`,
      });
      const process = start([`${at}/point`, `${at}/replica`, "--max-delete", "100%"], setting);
      const output = ended(process);
      await until("the call is made", () => readIfThere(`${at}/shim.log`) !== "");
      await command("umount", "-l", `${at}/point`);
      Deno.writeTextFileSync(`${at}/gate`, "");
      const ran = await output;
      assertEquals(ran.status, 3, ran.out + ran.err);
      assertStringIncludes(ran.err, "went away");
      const now = names(harvest(`${at}/replica`));
      for (const name of ["./gone", "./d0/f0", "./d1/f1", "./d2/f2"]) assert(now.includes(name), name);
      assert(!now.includes("./below"));
    },
  );
}

faultTest(
  "a source on a tmpfs that is not mounted is empty, and removes nothing",
  ["mount"],
  async (at, mount) => {
    plant(at, { point: {}, replica: {} });
    await mount("-t", "tmpfs", "tmpfs", `${at}/point`);
    plant(`${at}/point`, { a: "1", b: "1" });
    assertEquals((await lockstep([`${at}/point`, `${at}/replica`])).status, 0);
    const before = harvest(`${at}/replica`);
    await command("umount", `${at}/point`);
    const ran = await lockstep([`${at}/point`, `${at}/replica`]);
    assertEquals(ran.status, 25);
    assertStringIncludes(ran.err, "the source is empty");
    assertEquals(harvest(`${at}/replica`), before);
  },
);

faultTest(
  "a source on a read-only bind mount is mirrored, and stays as it was to the last time",
  ["mount"],
  async (at, mount) => {
    plant(at, { disk: { ...folders(3, 3, "1"), empty: {} }, point: {} });
    await mount("--bind", "-o", "ro", `${at}/disk`, `${at}/point`);
    await command("mount", "-o", "remount,bind,ro", `${at}/point`);
    const before = await sh("find disk -printf '%p %i %m %s %A@ %T@ %C@\\n' | sort", at);
    for (const more of [[], ["--checksum"]]) {
      assertEquals((await lockstep([`${at}/point`, `${at}/replica`, ...more])).status, 0);
      assertInSync(`${at}/disk`, `${at}/replica`);
    }
    assertEquals(
      await sh("find disk -printf '%p %i %m %s %T@ %C@\\n' | sort", at),
      before.replace(/ [\d.]+( [\d.]+ [\d.]+)$/gm, "$1"),
    );
  },
);

for (const who of ["its owner", "somebody else"] as const) {
  faultTest(
    `files of a source that ${who} reads are copied and compared${
      who === "its owner" ? ", and keep their times of access" : ""
    }`,
    ["mount"],
    async (at, mount) => {
      plant(at, { source: {}, replica: {} });
      await mount("-t", "tmpfs", "-o", "strictatime", "tmpfs", `${at}/source`);
      plant(`${at}/source`, folders(3, 3, "1"));
      if (who === "somebody else") await sh("chown -R 1234 source", at);
      const through = who === "its owner" ? [] : without("fowner");
      const accessed = () => sh("find source -type f -printf '%p %A@\\n' | sort", at);
      const before = await accessed();
      for (const more of [[], ["--checksum"]]) {
        const words = [`${at}/source`, `${at}/replica`, "--owner=never", ...more];
        const ran = await lockstep(words, { through });
        assertEquals([ran.status, ran.err], [0, ""]);
        // who has not the right to leave them alone reads all the same
        assertEquals(await accessed() === before, who === "its owner");
      }
      // all belongs to who copied it: --owner=never
      assertInSync(`${at}/source`, `${at}/replica`, { owners: who === "its owner" });
    },
  );
}
