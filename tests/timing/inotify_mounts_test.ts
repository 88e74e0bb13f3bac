/** The watch by inotify where something is mounted, and where it may not watch. */
import { assertEquals, assertMatch } from "@std/assert";
import { hearing } from "../support/inotify.ts";
import { command, has, running, until } from "../support/program.ts";
import { asOrdinary } from "../support/limits.ts";
import { isThere, plant, readIfThere } from "../support/tree.ts";
import { INOTIFY, watchTest } from "../support/watches.ts";
import { faultTest } from "../faults/tools.ts";

faultTest(
  "what is mounted in the tree is watched, until it is unmounted",
  ["mount", "inotify"],
  async (at, mount) => {
    plant(at, { m: {} });
    await mount("-t", "tmpfs", "tmpfs", `${at}/m`);
    plant(`${at}/m`, { d: { e: {} } });
    await using watch = await hearing(at);
    assertEquals(await watch.watches(), 4);
    assertEquals(await watch.of(() => plant(`${at}/m/d/e`, { f: "1" })), ["appeared m/d/e/f"]);
    // a watch keeps nothing mounted
    assertEquals((await command("umount", `${at}/m`))?.status, 0);
    await until(
      "the mount point is watched",
      () => watch.heard.some((one) => "path" in one && one.path === "m"),
    );
    assertEquals(await watch.of(() => plant(`${at}/m`, { n: "1" })), ["appeared m/n"]);
    assertEquals(await watch.watches(), 2);
  },
);

faultTest("with -x, what is mounted in the tree is not watched", ["mount", "inotify"], async (at, mount) => {
  plant(at, { m: {}, d: {} });
  await mount("-t", "tmpfs", "tmpfs", `${at}/m`);
  plant(`${at}/m`, { d: { e: {} } });
  await using watch = await hearing(at, { stays: true });
  assertEquals(await watch.watches(), 2);
  assertEquals(await watch.of(() => plant(`${at}/m/d`, { f: "1" })), []);
});

faultTest("a root that is unmounted is told at once", ["mount", "inotify"], async (at, mount) => {
  plant(at, { m: {} });
  await mount("-t", "tmpfs", "tmpfs", `${at}/m`);
  plant(`${at}/m`, { d: {} });
  await using watch = await hearing(`${at}/m`);
  assertEquals((await command("umount", `${at}/m`))?.status, 0);
  await until("it is told", () => watch.heard.at(-1)?.kind === "root");
});

faultTest(
  "a folder that is mounted in two places is told by both",
  ["mount", "inotify"],
  async (at, mount) => {
    plant(at, { a: { d: { f: "1" } }, m: {} });
    await mount("--bind", `${at}/a`, `${at}/m`);
    await using watch = await hearing(at);
    assertEquals(await watch.watches(), 3);
    assertEquals(await watch.of(() => plant(`${at}/a/d`, { f: "2" })), ["changed a/d/f", "changed m/d/f"]);
    const all = await watch.of(() => Deno.renameSync(`${at}/a/d`, `${at}/a/e`));
    assertEquals(all, ["appeared a/e", "appeared m/e", "disappeared a/d", "disappeared m/d"]);
    assertEquals(await watch.of(() => plant(`${at}/m/e`, { f: "3" })), ["changed a/e/f", "changed m/e/f"]);
  },
);

watchTest(
  "lockstep --watch with a folder that may not be read watches all others, and says so once",
  async (at, { grants }) => {
    plant(at, { source: { a: { f: "1" }, secret: { in: { f: "1" } }, z: { f: "1" } }, replica: {} });
    Deno.chmodSync(`${at}/source/secret`, 0);
    const words = [`${at}/source`, `${at}/replica`, "1h", `${at}/sync.log`, "--watch", "-v"];
    await using run = running(words, { through: asOrdinary(), grants });
    const log = () => readIfThere(`${at}/sync.log`);
    await until("the first pass is made", () => /pass 1 /.test(log()) && isThere(`${at}/replica/z/f`));
    for (const name of ["a", "z"]) {
      plant(`${at}/source/${name}`, { new: "1" });
      await until(`${name} is followed`, () => isThere(`${at}/replica/${name}/new`));
    }
    assertEquals(log().split(`Cannot watch "secret" in the source`).length, 2, log());
    Deno.chmodSync(`${at}/source/secret`, 0o755);
    await until("it is mirrored", () => isThere(`${at}/replica/secret/in/f`));
    plant(`${at}/source/secret/in`, { new: "1" });
    await until("it is followed", () => isThere(`${at}/replica/secret/in/new`));
    await run.stop();
  },
  Deno.uid() !== 0 || has("setpriv") ? null : "no setpriv",
  [INOTIFY],
);

const SCRIPT = `
  import { inotifyWatch } from "${new URL("../../sync/timing/inotify/open.ts", import.meta.url)}";
  const [at, limit] = ["AT", "/proc/sys/user/max_inotify_watches"];
  const options = { stays: false, isThreaded: false, retry: 50 };
  for await (const some of await inotifyWatch(at, new AbortController().signal, options)) {
    for (const one of some) {
      console.log(one.kind, one.path ?? "", one.limit?.name ?? "", one.limit?.now ?? "");
      if (one.kind === "unwatched") Deno.writeTextFileSync(limit, "100");
      if (one.kind === "watched") Deno.writeTextFileSync(at + "/d9/f", "");
      if (one.kind === "hint") Deno.exit(0);
    }
  }`;
const unlimited =
  (await command("unshare", "-Ur", "sh", "-c", "echo 5 > /proc/sys/user/max_inotify_watches"))?.status === 0
    ? null
    : "no namespaces";

watchTest(
  "inotify goes on where it had to stop when the limit is raised, and all is compared",
  async (at) => {
    for (let i = 1; i < 10; i++) plant(`${at}/root`, { [`d${i}`]: {} });
    Deno.writeTextFileSync(`${at}/script.ts`, SCRIPT.replace("AT", `${at}/root`));
    const run = `echo 5 > /proc/sys/user/max_inotify_watches; exec timeout 60 "$@"`;
    const config = `--config=${new URL("../../deno.json", import.meta.url).pathname}`;
    const words = [Deno.execPath(), "run", "-q", "-A", config, "--no-lock", `${at}/script.ts`];
    const ran = await command("unshare", "-Ur", "sh", "-c", run, "sh", ...words);
    const lines = ran!.out.trim().split("\n").map((line) => line.trim());
    assertEquals(lines.length, 4, ran!.out + ran!.err);
    assertMatch(lines[0]!, /^unwatched d\d fs\.inotify\.max_user_watches 5$/);
    assertEquals(lines.slice(1), ["loss", "watched", "hint d9/f"]);
  },
  unlimited,
  [INOTIFY],
);
