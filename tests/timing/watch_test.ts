/**
 * The real program following changes. The interval is an hour, so that whatever is copied is copied because of the watch,
 * or by the early pass after events were lost.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { command, ended, sh, start, until } from "../support/program.ts";
import { assertInSync, harvest, isThere, plant } from "../support/tree.ts";
import { DENO, type Watch, WATCHES, watchTest } from "../support/watches.ts";

const IN_SYNC = / in sync/;

interface Watching {
  readonly process: Deno.ChildProcess;
  log(): string;
  /** Wait until the replica equals the source. */
  inSync(what: string): Promise<void>;
  /** Stop it, and look at both folders once more. */
  stop(): Promise<void>;
}

/** Start to follow `at/source`, and wait for the first pass to end. */
async function watching(
  at: string,
  { by, grants }: Watch,
  more: readonly string[] = [],
  through: readonly string[] = [],
): Promise<Watching> {
  const path = `${at}/sync.log`;
  const words = [`${at}/source`, `${at}/replica`, "1h", path, "--watch", "-v", ...more];
  const process = start(words, { through, grants });
  // what nobody reads would fill the pipe
  const [out, err] = [process.stdout, process.stderr].map((stream) => new Response(stream).text());
  const log = () => isThere(path) ? Deno.readTextFileSync(path) : "";
  let looked = -Infinity;
  const same = () => {
    // a look at all of both folders takes time from the program
    if (performance.now() - looked < 100) return false;
    try {
      return harvest(`${at}/source`).join("\n") === harvest(`${at}/replica`).join("\n");
    } catch {
      return false; // something came or went
    } finally {
      looked = performance.now();
    }
  };
  await until("the first pass is made", () => IN_SYNC.test(log()));
  assertStringIncludes(log(), `changes are followed by ${by}`);
  return {
    process,
    log,
    inSync: (what) => until(what, same),
    async stop() {
      process.kill("SIGTERM");
      assertEquals((await process.status).code, 0, await err);
      await out;
      assertInSync(`${at}/source`, `${at}/replica`);
    },
  };
}

watchTest(
  "lockstep --watch follows what is made, changed, moved and removed, on both sides",
  async (at, watch) => {
    plant(`${at}/source`, { a: "1", d: { e: { b: "2" } }, one: { x: { f: "1" } }, two: { x: { g: "2" } } });
    const { inSync, stop } = await watching(at, watch);
    const source = `${at}/source`;
    const steps: [string, () => void][] = [
      ["a file is made", () => plant(`${source}/d/e`, { new: "1" })],
      ["a file is changed", () => plant(source, { a: "changed" })],
      ["a mode is changed", () => Deno.chmodSync(`${source}/d/e`, 0o700)],
      ["a branch is made", () => plant(source, { n: { e: { w: { f: "1" } } } })],
      ["a folder is moved", () => Deno.renameSync(`${source}/d/e`, `${source}/n/moved`)],
      ["a file is removed", () => Deno.removeSync(`${source}/a`)],
      // neither has an event below it
      ["two folders are swapped", () => {
        Deno.renameSync(`${source}/one`, `${source}/t`);
        Deno.renameSync(`${source}/two`, `${source}/one`);
        Deno.renameSync(`${source}/t`, `${source}/two`);
      }],
      ["a branch is removed", () => Deno.removeSync(`${source}/n`, { recursive: true })],
      ["the root gets another mode", () => Deno.chmodSync(source, 0o711)],
      ["something is added by hand", () => plant(`${at}/replica/d`, { hand: "1" })],
      ["something is changed by hand", () => plant(`${at}/replica/one/x`, { g: "spoilt" })],
      ["something is removed by hand", () => Deno.removeSync(`${at}/replica/two`, { recursive: true })],
    ];
    for (const [what, act] of steps) {
      act();
      await inSync(`it is in sync after ${what}`);
    }
    await stop();
  },
);

watchTest(
  "lockstep --watch compares the folders in which something changed, and no others",
  async (at, watch) => {
    for (let i = 0; i < 100; i++) plant(`${at}/source/d${i}`, { a: "1", b: "2", c: "3" });
    // one that is made by the first pass is watched after it, which brings a second pass over all
    plant(`${at}/replica`, {});
    const { log, inSync, stop } = await watching(at, watch);
    const before = log().length;
    plant(`${at}/source/d50`, { a: "changed" });
    await inSync("it is in sync");
    plant(`${at}/source/d51`, { a: "changed" });
    await inSync("it is in sync once more");
    assertEquals([wholePasses(log().slice(0, before)), wholePasses(log().slice(before))], [1, 0]);
    await stop();
  },
);

watchTest(
  "lockstep --watch measures removals by how much there is by now, not by how much there was",
  async (at, watch) => {
    const files = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, ""]));
    plant(`${at}/source`, files(60));
    plant(`${at}/replica`, {});
    const { inSync, stop } = await watching(at, watch);
    for (let i = 0; i < 4; i++) {
      plant(`${at}/source`, { [`d${i}`]: files(40) });
      await inSync(`d${i} is there`);
    }
    Deno.removeSync(`${at}/source/d0`, { recursive: true });
    await inSync("d0 is gone");
    await stop();
  },
);

watchTest(
  "lockstep --watch does not copy a file while it is written, but when it rests",
  async (at, watch) => {
    plant(`${at}/source`, { film: "", other: { a: "1" } });
    const { log, inSync, stop } = await watching(at, watch, ["--settle-time", "1s"]);
    await until("it is at rest", () => log().includes("nothing to do"));
    const before = log().length;
    let rests = 0;
    let last = performance.now();
    for (let i = 0; i < 60; i++) {
      Deno.writeTextFileSync(`${at}/source/film`, `frame ${i}\n`, { append: true });
      // on a machine that does not let us write in time, the file does rest
      if (performance.now() - last > 800) rests++;
      last = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 20)); // this is the time that writing takes
      if (i === 30) plant(`${at}/source/other`, { b: "2" });
    }
    await inSync("it is in sync");
    const copies = log().slice(before).split(`update file "film"`).length - 1;
    assert(copies >= 1 && copies <= 1 + rests, `${copies} copies, ${rests} rests`);
    await stop();
  },
);

watchTest(
  "lockstep --watch is in sync again after it was stopped while 30,000 files were made",
  async (at, watch) => {
    // Each folder is watched before the program is stopped: more events than Linux keeps for it (16,384).
    plant(`${at}/source`, Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`d${i}`, { a: "1" }])));
    // a replica that is made by the first pass is watched after it, which brings a second one
    plant(`${at}/replica`, {});
    const { process, log, stop } = await watching(at, watch);
    assertEquals(wholePasses(log()), 1);
    process.kill("SIGSTOP");
    for (let i = 0; i < 30; i++) {
      for (let j = 0; j < 1000; j++) Deno.writeTextFileSync(`${at}/source/d${i}/f${j}`, "");
    }
    const began = Date.now();
    process.kill("SIGCONT");
    await until("an early pass over everything begins", async () => {
      await new Promise((resolve) => setTimeout(resolve, 500)); // the log is long by now
      return wholePasses(log()) > 1;
    });
    // half a minute after the loss (see hints_test.ts), and what the pass before it takes on a busy machine
    assert(Date.now() - began < 200_000);
    const count = () => {
      let files = 0;
      for (let i = 0; i < 30; i++) {
        const folder = `${at}/replica/d${i}`;
        if (isThere(folder)) {
          files += [...Deno.readDirSync(folder)].filter(({ name }) => name[0] === "f").length;
        }
      }
      return files;
    };
    // looking at 30,000 files again and again, or at their lines, takes time from the program
    const isAtRest = () => {
      using file = Deno.openSync(`${at}/sync.log`);
      file.seekSync(-200, Deno.SeekMode.End);
      const bytes = new Uint8Array(200);
      return / in sync[^\n]*\n$/.test(
        new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0)),
      );
    };
    await until("all files are there", () => isAtRest() && count() === 30_000);
    await stop();
  },
);

watchTest(
  "lockstep --watch is in sync again after 300 branches of four levels were made",
  async (at, watch) => {
    plant(`${at}/source`, { a: "1" });
    const { inSync, stop } = await watching(at, watch);
    for (let i = 0; i < 300; i++) plant(`${at}/source/${i}`, { a: { b: { c: { f: `${i}` } }, g: "1" } });
    await inSync("all branches are there");
    await stop();
  },
);

watchTest(
  "lockstep --watch goes on when a name that is not UTF-8 comes up on either side",
  async (at, watch) => {
    plant(`${at}/source`, { a: "1" });
    const { inSync, stop } = await watching(at, watch);
    for (const side of ["source", "replica"]) {
      await sh(`touch ${side}/"$(printf '\\377')"`, at);
      plant(`${at}/source`, { [`beside ${side}`]: "1" });
      await until("what is beside it is there", () => isThere(`${at}/replica/beside ${side}`));
      await sh(`rm -f {source,replica}/"$(printf '\\377')"`, at);
      plant(`${at}/source`, { [`after ${side}`]: "1" });
      await inSync("what came later is there");
    }
    await stop();
  },
  null,
  WATCHES.filter((watch) => watch === DENO),
);

watchTest(
  "lockstep --watch goes on by its interval when a FIFO stops the watch, and can be stopped",
  async (at, { grants }) => {
    // both are watched from the beginning: one that is opened is waited for longer
    plant(at, { source: { a: "1" }, replica: {} });
    const [log, replica] = [`${at}/sync.log`, `${at}/replica`];
    const process = start([`${at}/source`, replica, "500ms", log, "--watch", "-v"], { grants });
    const said = () => isThere(log) ? Deno.readTextFileSync(log) : "";
    await until("the first pass is made", () => IN_SYNC.test(said()));
    await sh("mkfifo source/fifo", at);
    await until("it is told", () => said().includes("Cannot watch the source"));
    plant(`${at}/source`, { later: "1" });
    await until("the interval goes on", () => isThere(`${replica}/later`));
    process.kill("SIGTERM");
    await ended(process);
    assertEquals(said().split("Deno's watch does not answer").length, 2, "the replica's goes on");
  },
  null,
  WATCHES.filter((watch) => watch === DENO && Deno.build.os === "linux"),
);

watchTest("lockstep --watch follows a root that was moved away and back, or made anew", async (at, watch) => {
  plant(`${at}/source`, { a: "1", d: { b: "2" } });
  const { log, inSync, stop } = await watching(at, watch, ["--accept-new-root"]);
  const before = harvest(`${at}/replica`);
  Deno.renameSync(`${at}/source`, `${at}/elsewhere`);
  await until("it is said to be away", () => log().includes("Cannot use the source"));
  plant(`${at}/elsewhere`, { c: "made elsewhere" });
  assertEquals(harvest(`${at}/replica`), before);
  Deno.renameSync(`${at}/elsewhere`, `${at}/source`);
  await inSync("it is back");
  Deno.removeSync(`${at}/source`, { recursive: true });
  plant(`${at}/source`, { a: "1", d: { b: "anew" }, e: { f: "1" } });
  await inSync("the new root is mirrored");
  plant(`${at}/source`, { e: { later: "1" } });
  await inSync("the new root is followed");
  Deno.removeSync(`${at}/replica`, { recursive: true });
  await inSync("the replica is made anew");
  plant(`${at}/replica/e`, { hand: "1" });
  await inSync("the new replica is followed");
  await stop();
});

const unlimited =
  (await command("unshare", "-Ur", "sh", "-c", "echo 5 > /proc/sys/user/max_inotify_watches"))?.status === 0
    ? null
    : "no namespaces";

watchTest(
  "lockstep --watch names the limit that is reached, and goes on by its interval",
  async (at, { grants, by }) => {
    for (
      const [file, limit] of [["max_inotify_watches", "watches"], ["max_inotify_instances", "instances"]]
    ) {
      for (let i = 0; i < 9; i++) plant(`${at}/${limit}/source/d${i}`, { a: "1" });
      const here = `${at}/${limit}`;
      const set = `echo ${limit === "watches" ? 5 : 0} > /proc/sys/user/${file}; exec "$@"`;
      const process = start([`${here}/source`, `${here}/replica`, "200ms", "--watch"], {
        through: ["unshare", "-Ur", "sh", "-c", set, "sh"],
        grants,
      });
      await until("the first pass is made", () => isThere(`${here}/replica/d8/a`));
      plant(`${here}/source/d3`, { a: "changed" });
      await until(
        "the change is there",
        () => isThere(`${here}/replica/d3/a`) && Deno.readTextFileSync(`${here}/replica/d3/a`) === "changed",
      );
      process.kill("SIGTERM");
      const ran = await ended(process);
      assertEquals(ran.status, 0);
      assertStringIncludes(ran.err, `the system's limit fs.inotify.max_user_${limit} is reached`);
      assertStringIncludes(ran.err, `sudo sysctl fs.inotify.max_user_${limit}=`);
      const isPartly = by === "inotify" && limit === "watches";
      const rest = isPartly ? "What is not watched is compared" : "Until then all is compared";
      assertStringIncludes(ran.err, `${rest} every 200ms`);
      assertEquals(ran.err.split(isPartly ? "watch all of the source" : "watch the source").length, 2);
    }
  },
  unlimited,
);

watchTest(
  "lockstep --watch goes on by its interval when folders that are made later reach the limit",
  async (at, { grants, by }) => {
    plant(`${at}/source`, { d0: { a: "1" } });
    const set = 'echo 12 > /proc/sys/user/max_inotify_watches; exec "$@"';
    const process = start([`${at}/source`, `${at}/replica`, "300ms", "--watch"], {
      through: ["unshare", "-Ur", "sh", "-c", set, "sh"],
      grants,
    });
    await until("the first pass is made", () => isThere(`${at}/replica/d0/a`));
    for (let i = 1; i < 20; i++) plant(`${at}/source/d${i}`, { a: "1" });
    await until("all folders are there", () => isThere(`${at}/replica/d19/a`));
    plant(`${at}/source/d19`, { a: "changed" });
    await until("the change is there", () => Deno.readTextFileSync(`${at}/replica/d19/a`) === "changed");
    process.kill("SIGTERM");
    const ran = await ended(process);
    assertEquals(ran.status, 0);
    assertStringIncludes(ran.err, "the system's limit fs.inotify.max_user_watches is reached");
    const what = by === "inotify" ? "all of the source" : "the source";
    assertEquals(ran.err.split(`Cannot watch ${what}`).length, 2);
  },
  unlimited,
);

const unmounted = Deno.uid() === 0 && (await command("unshare", "-m", "true"))?.status === 0
  ? null
  : "may not mount";

for (const side of ["source", "replica"]) {
  watchTest(
    `lockstep --watch survives a ${side} that is unmounted and mounted again`,
    async (at, watch) => {
      plant(at, { disk: {}, source: {}, replica: {} });
      const mount = async () => {
        const ran = await command("mount", "--bind", `${at}/disk`, `${at}/${side}`);
        if (ran?.status !== 0) throw new Error(`Cannot mount: ${ran?.err}`);
      };
      await mount();
      try {
        plant(`${at}/source`, { a: "1", d: { b: "2" } });
        const { log, inSync, stop } = await watching(at, watch);
        const before = harvest(side === "source" ? `${at}/replica` : `${at}/disk`);
        await command("umount", "-l", `${at}/${side}`);
        // said in one of two ways, a pass being under way at that moment or not
        await until("the empty mount point is refused", () => log().includes(`Cannot use the ${side}`));
        assertEquals(harvest(side === "source" ? `${at}/replica` : `${at}/disk`), before);
        assertEquals([...Deno.readDirSync(`${at}/${side}`)], []);
        plant(side === "source" ? `${at}/disk` : `${at}/source`, { c: "made meanwhile" });
        await mount();
        await inSync("it is in sync again");
        plant(`${at}/source/d`, { later: "1" });
        await inSync("the source is followed");
        plant(`${at}/replica/d`, { hand: "1" });
        await inSync("the replica is followed");
        for (const once of [`Cannot use the ${side}`, `The ${side} can be used again`]) {
          assertEquals(log().split(once).length, 2, log());
        }
        await stop();
      } finally {
        await command("umount", "-l", `${at}/${side}`);
      }
    },
    unmounted,
  );
}

function wholePasses(log: string): number {
  return log.match(/pass \d+ begins\n/g)?.length ?? 0;
}
