/** The lock on a file in the replica, as on Windows; its rules hold on every system. */
import { assert, assertEquals } from "@std/assert";
import { type Beside, lockOn } from "../../sync/disk/lock.ts";
import { lockByFile } from "../../sync/disk/lock_file.ts";
import { isLockedByFile, type Lock, type Locking } from "../../sync/disk/locking.ts";
import { LOCK_NAME } from "../../sync/disk/temporary.ts";
import { SYSTEM, systemOf } from "../../sync/system.ts";
import { unlocked } from "../support/mirror.ts";
import { has, sh } from "../support/program.ts";
import { inFolder, isThere, namesIn, plant } from "../support/tree.ts";

/** A folder that is locked, as is expected. */
async function locked(folder: string): Promise<Lock> {
  const locking = await unlocked(() => lockByFile(folder), ({ kind }) => kind === "taken");
  if (locking.kind !== "locked") throw new Error(locking.kind);
  return locking.lock;
}

/** A process that locks a folder when it is told. */
function locker(folder: string) {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-lock",
      "--no-check",
      "--allow-read",
      "--allow-write",
      new URL("locker.ts", import.meta.url).href,
      folder,
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let left = "";
  async function answer(): Promise<string> {
    while (!left.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error("The process has ended");
      left += value;
    }
    const end = left.indexOf("\n");
    const line = left.slice(0, end).trim();
    left = left.slice(end + 1);
    return line;
  }
  return {
    async ask(what: "lock" | "close"): Promise<string> {
      await writer.write(new TextEncoder().encode(`${what}\n`));
      return await answer();
    },
    async end(signal?: "SIGKILL"): Promise<void> {
      if (signal === undefined) await writer.close();
      else process.kill(signal);
      await process.status;
      await reader.cancel();
      if (signal !== undefined) await writer.abort().catch(() => {});
    },
  };
}

Deno.test("lockOn() locks a file in the folder where a system cannot lock folders", () =>
  inFolder(async (at) => {
    const locking = await lockOn(at, systemOf("windows"));
    if (locking.kind !== "locked") throw new Error(locking.kind);
    assertEquals(namesIn(at), [LOCK_NAME]);
    assertEquals((await lockOn(at, systemOf("windows"))).kind, "taken");
    await locking.lock.close();
    assertEquals(namesIn(at), []);
  }));

Deno.test("a folder that is locked by a file is locked for this run alone, and its time stays as it is", () =>
  inFolder(async (at) => {
    Deno.mkdirSync(`${at}/r`);
    Deno.utimeSync(`${at}/r`, 1_000_000_000, 1_000_000_000);
    const time = () => Deno.statSync(`${at}/r`).mtime?.getTime();
    const lock = await locked(`${at}/r`);
    assertEquals(time(), 1_000_000_000_000);
    assertEquals(await lockByFile(`${at}/r`), { kind: "taken", folder: `${at}/r` });
    assertEquals(await isLockedByFile(`${at}/r`), true);
    assertEquals([await lock.isAt(`${at}/r`), await lock.isAt(at), await lock.isAt(`${at}/none`)], [
      true,
      false,
      false,
    ]);
    await lock.close();
    assertEquals([time(), namesIn(`${at}/r`)], [1_000_000_000_000, []]);
    assertEquals(await isLockedByFile(`${at}/r`), false);
    await (await locked(`${at}/r`)).close(true);
    assertEquals(isThere(`${at}/r`), false);
  }));

Deno.test("a folder that is locked by a file is not taken away when something came into it", () =>
  inFolder(async (at) => {
    Deno.mkdirSync(`${at}/r`);
    const lock = await locked(`${at}/r`);
    plant(`${at}/r`, { a: "1" });
    await lock.close(true);
    assertEquals(namesIn(`${at}/r`), ["a"]);
  }));

Deno.test("a lock by a file leaves alone what is at its path when another folder has taken its place", () =>
  inFolder(async (at) => {
    Deno.mkdirSync(`${at}/r`);
    const lock = await locked(`${at}/r`);
    if (Deno.build.os === "windows") return await lock.close(); // what is open there keeps its folder
    Deno.renameSync(`${at}/r`, `${at}/moved`);
    Deno.mkdirSync(`${at}/r`);
    const other = await locked(`${at}/r`);
    assertEquals([await lock.isAt(`${at}/r`), await lock.isAt(`${at}/moved`)], [false, true]);
    await lock.close();
    assertEquals(await lockByFile(`${at}/r`), { kind: "taken", folder: `${at}/r` });
    await other.close();
  }));

Deno.test("a folder inside one that is locked by a file is taken, and no file is left in it", () =>
  inFolder(async (at) => {
    plant(at, { r: { in: { deep: {} } } });
    const lock = await locked(`${at}/r`);
    const locking = await lockByFile(`${at}/r/in/deep`);
    const folder = locking.kind === "taken" ? locking.folder : locking.kind;
    assertEquals(folder.replaceAll("\\", "/"), `${at}/r`.replaceAll("\\", "/"));
    assertEquals(namesIn(`${at}/r/in/deep`), []);
    await lock.close();
    await (await locked(`${at}/r/in/deep`)).close();
  }));

Deno.test("what a killed run leaves of its lock is taken over", () =>
  inFolder(async (at) => {
    for (let round = 0; round < 3; round++) {
      const other = locker(at);
      assertEquals(await other.ask("lock"), "locked");
      assertEquals((await lockByFile(at)).kind, "taken");
      await other.end("SIGKILL");
      assertEquals(namesIn(at), [LOCK_NAME]);
      assertEquals(await isLockedByFile(at), false);
      await (await locked(at)).close();
      assertEquals(namesIn(at), []);
    }
  }));

Deno.test("of two processes that lock a folder by a file at the same moment, exactly one has it, 50 times", () =>
  inFolder(async (at) => {
    const [one, other] = [locker(at), locker(at)];
    try {
      for (let round = 0; round < 50; round++) {
        const found = await Promise.all([one.ask("lock"), other.ask("lock")]);
        assertEquals(found.toSorted(), ["locked", "taken"], `round ${round}`);
        // the next one begins while this one ends
        const winner = found[0] === "locked" ? one : other;
        const loser = winner === one ? other : one;
        if (round % 2 === 0) await winner.ask("close");
        else {
          const [, next] = await Promise.all([winner.ask("close"), loser.ask("lock")]);
          assert(next === "locked" || next === "taken");
          await loser.ask("close");
        }
        assertEquals(namesIn(at), []);
      }
    } finally {
      await one.end();
      await other.end();
    }
  }));

Deno.test("a folder that many lock by a file all the time is locked by one at a time", () =>
  inFolder(async (at) => {
    let [holders, most, times] = [0, 0, 0];
    await Promise.all(Array.from({ length: 6 }, async () => {
      for (let round = 0; round < 40; round++) {
        const locking: Locking = await lockByFile(at);
        if (locking.kind !== "locked") continue;
        most = Math.max(most, ++holders);
        times++;
        await new Promise((resolve) => setTimeout(resolve, round % 3));
        holders--;
        await locking.lock.close();
      }
    }));
    assertEquals(most, 1);
    assert(times > 20, `${times}`);
    assertEquals(namesIn(at), []);
  }));

Deno.test("who looks whether a folder is locked by a file keeps nobody off it", () =>
  inFolder(async (at) => {
    Deno.writeTextFileSync(`${at}/${LOCK_NAME}`, "");
    const looking = { goesOn: true };
    const looker = (async () => {
      while (looking.goesOn) await isLockedByFile(at);
    })();
    for (let round = 0; round < 20; round++) {
      assertEquals(await isLockedByFile(`${at}/none`), false);
      await (await locked(at)).close();
    }
    looking.goesOn = false;
    await looker;
  }));

Deno.test("a lock that may not be made by a file says why", () =>
  inFolder(async (at) => {
    plant(at, { r: { [LOCK_NAME]: {} } });
    const locking = await lockByFile(`${at}/r`);
    assertEquals(locking, { kind: "refused", reason: { code: "EISDIR" } });
    assert(isThere(`${at}/r/${LOCK_NAME}`));
    // nor is a link followed
    if (Deno.build.os === "windows") return;
    plant(at, { l: {}, file: "1" });
    Deno.symlinkSync("../file", `${at}/l/${LOCK_NAME}`);
    const before = Deno.statSync(`${at}/file`).mtime;
    assertEquals(await lockByFile(`${at}/l`), { kind: "refused", reason: { code: "ELOOP" } });
    assertEquals(Deno.statSync(`${at}/file`).mtime, before);
  }));

Deno.test("what has the name of a lock and is none is not opened, not changed, and locks nothing", () =>
  inFolder(async (at) => {
    plant(at, { own: { f: "precious" }, hard: {}, full: { [LOCK_NAME]: "somebody's" } });
    Deno.linkSync(`${at}/own/f`, `${at}/hard/${LOCK_NAME}`);
    const time = Deno.statSync(`${at}/own/f`).mtime;
    for (const name of ["hard", "full"]) {
      assertEquals([name, await isLockedByFile(`${at}/${name}`)], [name, false]);
      assertEquals(await lockByFile(`${at}/${name}`), { kind: "refused", reason: { code: "TAKEN" } });
    }
    assertEquals(Deno.statSync(`${at}/own/f`).mtime, time);
    if (Deno.build.os === "windows") return;
    Deno.mkdirSync(`${at}/fifo`);
    await sh(`mkfifo 'fifo/${LOCK_NAME}'`, at);
    assertEquals(await isLockedByFile(`${at}/fifo`), false);
    assertEquals(await lockByFile(`${at}/fifo`), { kind: "refused", reason: { code: "TAKEN" } });
  }));

function besideOf(mount: string): Beside {
  return { file: `${mount}/status/part.lock`, isShared: false };
}

const CANNOT = Deno.build.os !== "linux" || Deno.uid() !== 0
  ? "only root can mount it"
  : has("bindfs")
  ? null
  : "no bindfs here";

Deno.test({
  // FUSE hands on locks of files and none of folders, as NFS and Lustre do: two mounts are two machines
  name: `a part of a tree that two machines mount is locked for one of them alone${
    CANNOT === null ? "" : ` (skipped: ${CANNOT})`
  }`,
  ignore: CANNOT !== null,
  fn: () =>
    inFolder(async (at) => {
      plant(at, { disk: { part: {}, status: {} }, one: {}, other: {} });
      const mount = "bindfs --multithreaded --enable-lock-forwarding disk";
      await sh(`${mount} one && ${mount} other`, at);
      try {
        const once = () => lockOn(`${at}/one/part`, SYSTEM, besideOf(`${at}/one`));
        const first = await unlocked(once, ({ kind }) => kind === "taken");
        if (first.kind !== "locked") throw new Error(first.kind);
        assertEquals(await lockOn(`${at}/other/part`, SYSTEM, besideOf(`${at}/other`)), {
          kind: "taken",
          folder: `${at}/other/part`,
        });
        // on a machine of its own it is held, too
        assertEquals((await once()).kind, "taken");
        await first.lock.close();
        const again = () => lockOn(`${at}/other/part`, SYSTEM, besideOf(`${at}/other`));
        const second = await unlocked(again, ({ kind }) => kind === "taken");
        if (second.kind !== "locked") throw new Error(second.kind);
        await second.lock.close();
        assertEquals(namesIn(`${at}/disk/part`), []);
      } finally {
        await sh("umount -l one other", at);
      }
    }),
});
