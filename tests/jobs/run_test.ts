/** `lockstep run`: the jobs of a file in one process, as their user runs them. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { schemaOfEvents, violations } from "../support/json_schema.ts";
import { has, killIfRunning, lockstep, type Running, running, type Setting, sh } from "../support/program.ts";
import { harvest, inFolder, link, plant } from "../support/tree.ts";

const FLAGS = { flags: ["--allow-read", "--allow-write"] };

function write(at: string, jobs: object, more: object = {}): void {
  Deno.writeTextFileSync(`${at}/lockstep.jsonc`, JSON.stringify({ ...more, jobs }));
}

/** What it says on stderr goes to a file that can be read meanwhile. */
function telling(at: string): Setting {
  return { ...FLAGS, cwd: at, through: ["sh", "-c", `exec "$@" 2> '${at}/err'`, "sh"] };
}

/** Wait until something holds, which it must within two minutes. */
async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 120_000; !holds();) {
    assert(Date.now() < end, "It never came");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function says(path: string, text = ""): boolean {
  try {
    return Deno.readTextFileSync(path).includes(text);
  } catch {
    return false;
  }
}

function runTest(name: string, test: (at: string) => Promise<void>, skipped: string | null = null): void {
  Deno.test({
    name: skipped === null ? name : `${name} (skipped: ${skipped})`,
    ignore: skipped !== null,
    fn: () => inFolder(test),
  });
}

runTest(
  "run makes a pass of each job, with its name in each line, and exits with the highest status",
  async (at) => {
    plant(at, { a: { x: "1" }, b: { y: "2" }, d: { z: "3" } });
    write(at, {
      one: { source: "a", replica: "ra" },
      "no source": { source: "nothing", replica: "rn" },
      two: { source: "b", replica: "rb", log: "two.log" },
      // its trash lies in its replica, which no file tells: only the run
      wrong: { source: "d", replica: "rd", edge: "native" },
    });
    const ran = await lockstep(["run"], { ...FLAGS, cwd: at, edge: "as flags say" });
    assertEquals(ran.status, STATUS.unusable, ran.err);
    assertEquals(harvest(`${at}/ra`), harvest(`${at}/a`));
    assertEquals(harvest(`${at}/rb`), harvest(`${at}/b`));
    const lines = ran.out.trimEnd().split("\n");
    for (const line of lines.slice(1)) assertMatch(line, /^\S+ [A-Z]+ \[(one|two|no source)\] /);
    assertMatch(lines[0]!, / INFO 4 jobs of .*lockstep\.jsonc$/);
    assertMatch(ran.err, /ERROR \[no source\] Cannot use the source/);
    assertMatch(ran.err, /ERROR \[wrong\] --edge=native cannot be had/);
    assertMatch(
      Deno.readTextFileSync(`${at}/two.log`),
      /INFO \[two\] create file "y" 1 byte/,
    );
  },
);

runTest("run --once makes one pass of jobs that else go on, and a chain in its order", async (at) => {
  plant(at, { a: { x: "1" } });
  write(at, {
    third: { source: "c", replica: "d", interval: "1h" },
    second: { source: "b", replica: "c", watch: true },
    first: { source: "a", replica: "b", cron: "0 2 * * *" },
  });
  const ran = await lockstep(["run", "--once"], { ...FLAGS, cwd: at });
  assertEquals([ran.status, ran.err], [STATUS.inSync, ""]);
  assertEquals(harvest(`${at}/d`), harvest(`${at}/a`));
});

runTest(
  "run runs only the jobs that are named, guesses at a name, and says what is wrong with the file",
  async (at) => {
    plant(at, { a: { x: "1" }, b: { y: "2" } });
    write(at, { photos: { source: "a", replica: "ra" }, books: { source: "b", replica: "rb" } });
    assertEquals((await lockstep(["run", "books"], { ...FLAGS, cwd: at })).status, STATUS.inSync);
    assertEquals(says(`${at}/ra/x`), false);
    const guessed = await lockstep(["run", "photso"], { ...FLAGS, cwd: at });
    assertEquals([guessed.status, guessed.out], [STATUS.usage, ""]);
    assertStringIncludes(guessed.err, 'did you mean "photos"?');
    Deno.writeTextFileSync(
      `${at}/bad.jsonc`,
      '{ "jobs": {\n "a": { "source": "a", "replica": "ra", "max-delet": 3 },\n "b": {} } }',
    );
    const bad = await lockstep(["run", "--config", "bad.jsonc"], { ...FLAGS, cwd: at });
    assertEquals([bad.status, bad.out], [STATUS.usage, ""]);
    assertMatch(bad.err, /^lockstep: bad\.jsonc:2: .*max-delete/m);
    assertMatch(bad.err, /^lockstep: bad\.jsonc:3: /m);
  },
);

runTest("run --json tells whose each event is", async (at) => {
  plant(at, { a: { x: "1" }, b: { y: "2" } });
  write(at, {
    one: { source: "a", replica: "ra" },
    two: { source: "b", replica: "rb" },
    bad: { source: "b", replica: "rc", edge: "native" },
  });
  const ran = await lockstep(["run", "--json"], { ...FLAGS, cwd: at, edge: "as flags say" });
  const events = ran.out.trimEnd().split("\n").map((line) => JSON.parse(line));
  const schema = schemaOfEvents();
  for (const event of events) assertEquals(violations(event, schema), []);
  // whoever is not root is told that owners are left as they are
  const told = events.filter(({ kind }) => kind !== "notice");
  const kinds = (job: string) => told.filter((event) => event.job === job).map(({ kind }) => kind);
  assertEquals(kinds("one"), ["start", "compared", "change", "change", "end"]);
  assertEquals(kinds("two"), kinds("one"));
  assertEquals(kinds("bad"), ["error"]);
  assertEquals(told.length, 11);
});

runTest("run follows changes of several pairs, and a signal ends all in good order", async (at) => {
  plant(at, { a: { x: "1" }, b: { y: "2" } });
  write(at, {
    one: { source: "a", replica: "ra" },
    two: { source: "b", replica: "rb" },
  }, { defaults: { watch: true, interval: "1h" } });
  await using run: Running = running(["run"], { ...FLAGS, cwd: at });
  await until(() => says(`${at}/ra/x`) && says(`${at}/rb/y`));
  Deno.writeTextFileSync(`${at}/a/new`, "a");
  Deno.writeTextFileSync(`${at}/b/new`, "b");
  await until(() => says(`${at}/ra/new`, "a") && says(`${at}/rb/new`, "b"));
  const ran = await run.stop();
  assertEquals(ran.status, STATUS.inSync, ran.err);
  for (const name of ["one", "two"]) {
    assertMatch(ran.out, new RegExp(`\\[${name}\\] stopped after \\d+ passes`));
  }
});

runTest("run reads its file again on SIGHUP: what did not change goes on", async (at) => {
  plant(at, { a: { x: "1" }, b: { y: "2" }, c: { z: "3" } });
  const defaults = { defaults: { interval: "1h" } };
  const same = { source: "a", replica: "ra", log: "same.log" };
  write(
    at,
    { same, changed: { source: "b", replica: "rb" }, gone: { source: "c", replica: "rc" } },
    defaults,
  );
  await using run = running(["run"], telling(at));
  await until(() => says(`${at}/ra/x`) && says(`${at}/rb/y`) && says(`${at}/rc/z`));
  write(
    at,
    { same, changed: { source: "b", replica: "rb2" }, fresh: { source: "c", replica: "rc2" } },
    defaults,
  );
  Deno.renameSync(`${at}/same.log`, `${at}/old.log`);
  run.process.kill("SIGHUP");
  await until(() => says(`${at}/rb2/y`) && says(`${at}/rc2/z`));
  Deno.writeTextFileSync(`${at}/lockstep.jsonc`, "{ nonsense");
  run.process.kill("SIGHUP");
  await until(() => says(`${at}/err`, "The jobs go on as they were"));
  run.process.kill("SIGUSR2");
  await until(() => says(`${at}/same.log`, "pass") || says(`${at}/same.log`, "in sync"));
  const ran = await run.stop();
  assertEquals(ran.status, STATUS.inSync);
  const lines = (job: string, part: string) =>
    ran.out.split("\n").filter((line) => line.includes(`[${job}] ${part}`)).length;
  assertEquals(["same", "changed", "gone", "fresh"].map((job) => lines(job, "mirror")), [1, 2, 1, 1]);
  assertEquals(["same", "changed", "gone", "fresh"].map((job) => lines(job, "stopped after")), [1, 2, 1, 1]);
  assertMatch(ran.out, /lockstep\.jsonc was read again: 1 go on, 2 begin, 1 ended/);
  assertMatch(
    Deno.readTextFileSync(`${at}/err`),
    /WARN lockstep\.jsonc:1: .*\n.*The jobs go on as they were/,
  );
});

runTest(
  "run lets a refused plan of one job through, and not that of another with the same log",
  async (at) => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, "x"]));
    plant(at, { a: { f0: "x" }, b: { f0: "x" }, ra: many, rb: many });
    write(at, { one: { source: "a", replica: "ra" }, two: { source: "b", replica: "rb" } }, {
      defaults: { interval: "1s", log: "sync.log" },
    });
    await using run = running(["run"], { ...FLAGS, cwd: at });
    await until(() => says(`${at}/sync.log`, "[one] ") && says(`${at}/sync.log`, "[two] refused"));
    await until(() => says(`${at}/sync.log`, "[one] refused"));
    assertStringIncludes(Deno.readTextFileSync(`${at}/sync.log`), "sync.log.two.allow");
    Deno.writeTextFileSync(`${at}/sync.log.two.allow`, "--max-delete 59");
    await until(() => harvest(`${at}/rb`).length === 2);
    const ran = await run.stop();
    assertEquals(harvest(`${at}/rb`).length, 2);
    assertEquals(harvest(`${at}/ra`).length, 61);
    assertMatch(ran.out, /\[two\] Let through once/);
  },
);

runTest("run writes no file of all jobs over anything else, nor into a tree", async (at) => {
  plant(at, { s: { "doc.txt": "precious" }, r: {}, "thesis.txt": "mine" });
  write(at, { a: { source: "s", replica: "r" } });
  const rows: [words: string[], says: RegExp][] = [
    [["--status", "s/doc.txt"], /status file/],
    [["--report", "r/page.html"], /lies inside the replica/],
    [["--metrics", "thesis.txt"], /is no metrics file of Lockstep/],
    [["--status", "lockstep.jsonc"], /file of jobs/],
    [["--status", "x", "--metrics", "x"], /have the same name/],
  ];
  for (const [words, says] of rows) {
    const ran = await lockstep(["run", ...words], { ...FLAGS, cwd: at });
    assertEquals([ran.status, ran.out], [STATUS.usage, ""], words.join(" "));
    assertMatch(ran.err, says);
  }
  assertEquals(Deno.readTextFileSync(`${at}/s/doc.txt`), "precious");
  assertEquals(Deno.readTextFileSync(`${at}/thesis.txt`), "mine");
});

runTest("run makes no pass of jobs that go round in a circle by links", async (at) => {
  plant(at, { A: { thesis: "1" }, B: { b: "2" }, LA: link("A"), LB: link("B") });
  write(at, { there: { source: "A", replica: "B" }, back: { source: "LB", replica: "LA" } });
  const ran = await lockstep(["run"], { ...FLAGS, cwd: at });
  assertEquals(ran.status, STATUS.unusable);
  assertMatch(ran.err, /\[there\].*comes back to its source by the job "back"/);
  assertEquals([Deno.readTextFileSync(`${at}/A/thesis`), Deno.readTextFileSync(`${at}/B/b`)], ["1", "2"]);
});

runTest("run has jobs that cannot begin in its status, too", async (at) => {
  plant(at, { a: { x: "1" }, b: { y: "2" } });
  write(
    at,
    { good: { source: "a", replica: "ra" }, bad: { source: "b", replica: "rb", log: "nodir/x.log" } },
    {
      status: "status.json",
    },
  );
  assertEquals((await lockstep(["run"], { ...FLAGS, cwd: at })).status, STATUS.usage);
  const status = await lockstep(["status", "status.json"], { ...FLAGS, cwd: at });
  assertEquals(status.status, 2, status.out);
  assertMatch(status.out, /bad/);
});

runTest("run goes on through one SIGHUP after the other, whatever changes", async (at) => {
  plant(at, { a: { x: "1" } });
  await sh("true", at);
  write(at, { one: { source: "a", replica: "ra", interval: "1h" } });
  await using run = running(["run"], { ...FLAGS, cwd: at });
  await until(() => says(`${at}/ra/x`));
  for (let i = 0; i < 6; i++) {
    write(at, { one: { source: "a", replica: "ra", interval: `${i + 2}h` } });
    run.process.kill("SIGHUP");
    await new Promise((resolve) => setTimeout(resolve, i * 40));
  }
  await sh("sleep 1", at);
  Deno.writeTextFileSync(`${at}/a/new`, "n");
  run.process.kill("SIGUSR2");
  await until(() => says(`${at}/ra/new`, "n"));
  assertEquals((await run.stop()).status, STATUS.inSync);
});

runTest(
  "run knows the folders of a job again that has changed: another one in their place is refused",
  async (at) => {
    plant(at, { s: { x: "1" }, precious: { keep: "1", too: "2" } });
    write(at, { one: { source: "s", replica: "r", interval: "1h" } });
    await using run = running(["run"], telling(at));
    await until(() => says(`${at}/r/x`));
    Deno.renameSync(`${at}/r`, `${at}/r.old`);
    Deno.symlinkSync("precious", `${at}/r`);
    write(at, { one: { source: "s", replica: "r", interval: "1s" } });
    run.process.kill("SIGHUP");
    await until(() => says(`${at}/err`, "[one] Cannot use the replica"));
    await run.stop();
    assertEquals([...Deno.readDirSync(`${at}/precious`)].map(({ name }) => name).sort(), ["keep", "too"]);
  },
);

runTest("run lets no job wait for one whose disk does not answer", async (at) => {
  plant(at, { disk: { x: "1" }, point: {}, own: {}, b: { y: "2" }, c: { z: "3" } });
  write(at, {
    // on a disk of its own, for jobs wait for each other's disks
    stuck: { source: "point", replica: "own/rs" },
    one: { source: "b", replica: "rb" },
    two: { source: "c", replica: "rc" },
  }, { defaults: { interval: "1s", threads: 1 } });
  await sh("mount -t tmpfs own own", at);
  const fuse = new Deno.Command("bindfs", { args: ["-f", `${at}/disk`, `${at}/point`], stderr: "null" })
    .spawn();
  try {
    await until(() => says(`${at}/point/x`));
    await using run = running(["run"], { ...FLAGS, cwd: at });
    await until(() => says(`${at}/own/rs/x`) && says(`${at}/rc/z`));
    fuse.kill("SIGSTOP");
    await sh("sleep 4", at);
    Deno.writeTextFileSync(`${at}/b/new`, "b");
    Deno.writeTextFileSync(`${at}/c/new`, "c");
    await until(() => says(`${at}/rb/new`, "b") && says(`${at}/rc/new`, "c"));
    fuse.kill("SIGCONT");
    assertEquals((await run.stop()).status, STATUS.inSync);
  } finally {
    fuse.kill("SIGCONT");
    await sh("umount -l point || true; umount -l own", at);
    killIfRunning(fuse);
    await fuse.status;
  }
}, Deno.uid() !== 0 ? "only root can mount it" : has("bindfs") ? null : "no bindfs here");
