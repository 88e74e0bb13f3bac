/** The real program as a service: signals, a log that is rotated, folders that go away and come back. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { command, ended, has, killIfRunning, lockstep, MAIN, start, until } from "../support/program.ts";
import {
  assertInSync,
  files,
  harvest,
  inFolder,
  isThere,
  namesIn,
  plant,
  readIfThere,
} from "../support/tree.ts";

Deno.test("lockstep begins its log file anew at SIGHUP, and loses no line", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const log = `${at}/sync.log`;
    const process = start([`${at}/source`, `${at}/replica`, "50ms", log]);
    await until("a pass is made", () => readIfThere(log).includes("in sync"));
    Deno.renameSync(log, `${log}.old`);
    await until("the old file is still written", () => passes(readIfThere(`${log}.old`)) > 3);
    process.kill("SIGHUP");
    await until("the new file is written", () => passes(readIfThere(log)) > 3);
    process.kill("SIGTERM");
    const ran = await ended(process);
    assertEquals(ran.status, 0);
    // the end may have come in the middle of a pass, which is a warning
    const all = (readIfThere(`${log}.old`) + readIfThere(log)).split("\n");
    assertEquals(all.filter((line) => !line.includes(" WARN ")).join("\n"), ran.out);
  }));

/** What the system says of the ports on which a process listens. */
async function ports(pid: number): Promise<string> {
  const sockets = `ls -l /proc/${pid}/fd | sed -n 's/.*socket:\\[\\([0-9]*\\)\\]/\\1/p'`;
  const ran = await command("sh", "-c", `for s in $(${sockets}); do grep " $s " /proc/net/tcp; done`);
  return ran?.out ?? "";
}

Deno.test("lockstep makes a pass at SIGUSR1 and SIGUSR2, whatever it waits for, and lives on without a log at SIGHUP", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const process = start([`${at}/source`, `${at}/replica`, "1h", "--delay", "1h"]);
    const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    const told = async (part: string) => {
      while (!said.includes(part)) {
        const { value, done } = await lines.read();
        assert(!done, said);
        said += value;
      }
    };
    await told("mirror");
    process.kill("SIGUSR1");
    await told("created 2");
    // the runtime opens a port to debug the program by
    await until("it is closed", async () => await ports(process.pid) === "");
    plant(`${at}/source`, { b: "2" });
    process.kill("SIGHUP");
    process.kill("SIGUSR2");
    await told("created 1,");
    assertInSync(`${at}/source`, `${at}/replica`);
    assertEquals(await ports(process.pid), "");
    process.kill("SIGTERM");
    for (let end = false; !end;) end = (await lines.read()).done;
    await process.stderr.cancel();
    assertEquals((await process.status).code, 0);
  }));

Deno.test("lockstep rotates a log inside the source or the replica, which are no part of the mirror", () =>
  inFolder(async (at) => {
    for (const side of ["source", "replica"]) {
      // a line each
      plant(`${at}/source`, files(300, `for the log in the ${side}`, (i) => `file ${i}`));
      const log = `${at}/${side}/sync.log`;
      const words = [`${at}/source`, `${at}/replica`, "20ms", log, "--log-max-size=4KiB", "--log-keep=9"];
      const ran = await lockstep([...words, "--passes=5"]);
      assertEquals([ran.status, ran.err], [0, ""]);
      const names = namesIn(`${at}/${side}`);
      const logs = names.filter((name) => name.startsWith("sync.log"));
      assert(logs.length > 5, `${logs}`);
      for (const name of logs) assert(Deno.statSync(`${at}/${side}/${name}`).size <= 4096);
      if (side === "source") {
        const all = logs.sort((a, b) => age(b) - age(a)).map((name) => readIfThere(`${at}/source/${name}`))
          .join("");
        assertEquals(all, ran.out);
        for (const name of logs) Deno.removeSync(`${at}/source/${name}`);
      }
    }
    const one = harvest(`${at}/source`).filter((line) => !line.startsWith(". "));
    assertEquals(harvest(`${at}/replica`).filter((line) => !/^\.( |\/sync)/.test(line)), one);
  }));

Deno.test("lockstep says in one line which permission the rotation of its log needs", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const flags = [`--allow-read=${at}`, `--allow-write=${at}/replica,${at}/sync.log`];
    const words = [`${at}/source`, `${at}/replica`, `${at}/sync.log`];
    assertEquals((await lockstep(words, { flags })).status, 0);
    const ran = await lockstep([...words, "--log-max-size", "10MiB"], { flags });
    assertEquals([ran.status, ran.err.split("\n").length], [1, 2]);
    assertStringIncludes(ran.err, "sync.log.1");
  }));

/** Do something at a stroke, as far as the program can see. */
async function whileStopped({ pid }: Deno.ChildProcess, act: () => void): Promise<void> {
  Deno.kill(pid, "SIGSTOP");
  await until(
    "it stands still",
    async () => / T /.test((await command("cat", `/proc/${pid}/stat`))?.out ?? ""),
  );
  act();
  Deno.kill(pid, "SIGCONT");
}

Deno.test("lockstep says once that the source is away and once that it is back, and the replica is as it was", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1", d: { b: "2" } });
    const log = `${at}/sync.log`;
    const process = start([`${at}/source`, `${at}/replica`, "20ms", log, "-v"]);
    await until("a pass is made", () => readIfThere(log).includes("in sync"));
    const before = harvest(`${at}/replica`);
    for (const side of ["source", "replica"]) {
      await whileStopped(process, () => {
        Deno.renameSync(`${at}/${side}`, `${at}/elsewhere`);
        // a replica that is away is made anew, unless something else stands there
        if (side === "replica") Deno.writeTextFileSync(`${at}/replica`, "");
      });
      const begun = () => readIfThere(log).split(" begins").length;
      const away = begun();
      await until("many passes have failed", () => begun() > away + 10);
      assertEquals(harvest(side === "source" ? `${at}/replica` : `${at}/elsewhere`), before);
      await whileStopped(process, () => {
        if (side === "replica") Deno.removeSync(`${at}/replica`);
        Deno.renameSync(`${at}/elsewhere`, `${at}/${side}`);
      });
      await until("it is back", () => readIfThere(log).includes(`The ${side} can be used again`));
    }
    process.kill("SIGTERM");
    assertEquals((await ended(process)).status, 0);
    for (const side of ["source", "replica"]) {
      assertEquals(readIfThere(log).split(`Cannot use the ${side}`).length, 2);
      assertEquals(readIfThere(log).split(`The ${side} can be used again`).length, 2);
    }
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

const mounts = Deno.uid() === 0 && (await command("unshare", "-m", "true"))?.status === 0;

Deno.test({
  name: `lockstep goes on mirroring when the disk of its log is full${
    mounts ? "" : " (skipped: may not mount)"
  }`,
  ignore: !mounts,
  fn: () =>
    inFolder(async (at) => {
      plant(at, { source: {}, logs: {} });
      const mounted = await command("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", `${at}/logs`);
      if (mounted?.status !== 0) throw new Error(`Cannot mount: ${mounted?.err}`);
      try {
        plant(`${at}/source`, files(1000, "1", (i) => `file ${i}`));
        const process = start([`${at}/source`, `${at}/replica`, "50ms", `${at}/logs/sync.log`, "-q"]);
        await until("all is mirrored", () => has999(`${at}/replica`));
        plant(`${at}/source`, { more: "1" });
        await until("the mirror goes on", () => isThere(`${at}/replica/more`) && sameTime(at));
        process.kill("SIGTERM");
        const ran = await ended(process);
        assertEquals(ran.status, 0);
        assertEquals(ran.err.split("The log file takes no more").length, 2, ran.err);
        assertInSync(`${at}/source`, `${at}/replica`);
      } finally {
        await command("umount", "-l", `${at}/logs`);
      }
    }),
});

Deno.test({
  name: "lockstep on a terminal ends when the terminal is closed",
  ignore: !has("script"),
  fn: () =>
    inFolder(async (at) => {
      plant(`${at}/source`, { a: "1" });
      const log = `${at}/sync.log`;
      const line = `'${Deno.execPath()}' run -RW '${MAIN}' '${at}/source' '${at}/replica' 50ms '${log}'`;
      const process = new Deno.Command("script", {
        args: ["-qec", line, "/dev/null"],
        stdin: "piped",
        stdout: "null",
        stderr: "null",
      }).spawn();
      await until("a pass is made", () => readIfThere(log).includes("in sync"));
      // to be told so twice is no wish to end at once
      await command("pkill", "-HUP", "-f", `main.ts ${at}/source`);
      killIfRunning(process);
      await until("it has ended in good order", () => readIfThere(log).includes("stopped after"));
      await process.status;
      await process.stdin.close().catch(() => {});
    }),
});

/** The root's own time is set last of all. */
function sameTime(at: string): boolean {
  const [one, other] = ["source", "replica"].map((side) => Deno.statSync(`${at}/${side}`).mtime?.getTime());
  return one === other;
}

function has999(folder: string): boolean {
  return isThere(folder) && isThere(`${folder}/file 999`) && namesIn(folder).length === 1000;
}

function passes(log: string): number {
  return log.split("in sync").length - 1;
}

function age(name: string): number {
  return Number(name.split(".")[2] ?? 0);
}
