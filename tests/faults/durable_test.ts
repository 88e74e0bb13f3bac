/** What is on the disk when: the order of system calls with --durable, as strace sees it. */
import { assert, assertEquals } from "@std/assert";
import { hasNative } from "../support/edges.ts";
import { threads } from "../../sync/pass/pool.ts";
import { mirror } from "../support/mirror.ts";
import { has, lockstep, type Setting } from "../support/program.ts";
import { assertInSync, files, namesIn, plant, temporaryNames } from "../support/tree.ts";
import { onKind } from "../filesystems/kind.ts";
import { faultTest, pathsIn, times } from "./tools.ts";

interface Call {
  readonly name: string;
  /** The paths in it, of files that are open too. */
  readonly paths: readonly string[];
}

/** The calls that change or sync something, in their order; strace with one thread at work. */
async function traced(at: string, more: readonly string[], setting: Setting = {}): Promise<Call[]> {
  const log = `${at}/strace.log`;
  const calls =
    "write,fsync,fdatasync,syncfs,rename,renameat,mkdir,mkdirat,unlink,unlinkat,rmdir,utimensat,ftruncate,symlink,symlinkat,linkat,openat";
  const through = ["strace", "-f", "-y", "--seccomp-bpf", "-o", log, "-e", `trace=${calls}`];
  const ran = await lockstep([`${at}/source`, `${at}/replica`, "--threads", "1", ...more], {
    ...setting,
    through,
  });
  assertEquals([ran.status, ran.err], [0, ""]);
  return Deno.readTextFileSync(log).split("\n").flatMap((line) => {
    const found = /^\d+ +(\w+)\((.*)$/.exec(line);
    if (!found || !line.includes(`${at}/replica`)) return [];
    return [{ name: found[1]!, paths: pathsIn(found[1]!, found[2]!) }];
  });
}

const is = (call: Call, name: RegExp, path: string) => name.test(call.name) && call.paths.includes(path);

faultTest(
  "with --durable a file's content is synced before its name, and its folder after, before the pass ends",
  ["strace"],
  async (at) => {
    plant(at, { source: { a: "new!", d: { b: "1" } }, replica: { a: "old", gone: "22" } });
    const calls = await traced(at, ["--durable"]);
    assertInSync(`${at}/source`, `${at}/replica`);
    for (const [path, folder] of [["a", ""], ["d/b", "/d"]]) {
      const renamed = calls.findIndex((call) => is(call, /^rename(at)?$/, `${at}/replica/${path}`));
      const [temporary] = calls[renamed]!.paths;
      const synced = calls.findIndex((call) => is(call, /^f(data)?sync$/, temporary!));
      const written = calls.findLastIndex((call) => is(call, /^(write|ftruncate|utimensat)$/, temporary!));
      assert(
        written >= 0 && written < synced && synced < renamed,
        `${path}: ${written} < ${synced} < ${renamed}`,
      );
      const kept = calls.findLastIndex((call) => is(call, /^f(data)?sync$/, `${at}/replica${folder}`));
      assert(kept > renamed, `${path} is renamed at ${renamed}, its folder synced at ${kept}`);
    }
    const removed = calls.findIndex((call) => is(call, /^unlink(at)?$/, `${at}/replica/gone`));
    const kept = calls.findLastIndex((call) => is(call, /^f(data)?sync$/, `${at}/replica`));
    assert(removed >= 0 && kept > removed, "a removal is synced");
    const landed = calls.findIndex((call) => is(call, /^rename(at)?$/, `${at}/replica/a`));
    const between = calls.slice(landed, removed).some((call) => is(call, /^f(data)?sync$/, `${at}/replica`));
    assert(between, "what is new is on the disk before what is old is removed");
  },
);

const NATIVE: Setting = { flags: ["--allow-read", "--allow-write", "--allow-ffi"], edge: "as flags say" };

for (const kind of hasNative && has("strace") ? ["ext4", "xfs", "btrfs"] : []) {
  await onKind(
    kind,
    `${kind}: with --durable many contents are synced at once before any of their names, and the names after`,
    async (at) => {
      const inside = `${at}/mnt`;
      plant(inside, { source: files(20, "new"), replica: files(10, "older") });
      for (const name of Object.keys(files(20))) Deno.utimeSync(`${inside}/source/${name}`, 5, 5);
      const calls = await traced(inside, ["--durable"], NATIVE);
      assertInSync(`${inside}/source`, `${inside}/replica`);
      const syncs = calls.filter(({ name }) => /sync/.test(name)).map(({ name }) => name);
      assert(syncs.length <= 4 && syncs.includes("syncfs"), syncs.join());
      for (const name of Object.keys(files(20))) {
        const renamed = calls.findIndex((call) => is(call, /^rename(at)?$/, `${inside}/replica/${name}`));
        const [temporary] = calls[renamed]!.paths;
        const written = calls.findLastIndex((call) => is(call, /^(write|ftruncate|utimensat)$/, temporary!));
        const synced = calls.findIndex((call, i) => i > written && call.name === "syncfs");
        assert(written >= 0 && synced > written && renamed > synced, `${written} < ${synced} < ${renamed}`);
        const kept = calls.findLastIndex(({ name }) => /sync/.test(name));
        assert(kept > renamed, `renamed at ${renamed}, the last sync is ${kept}`);
      }
    },
  );
}

faultTest(
  "a pass with --durable that is stopped at any moment leaves nothing beside its place",
  [],
  async (at) => {
    const pool = threads(2);
    const options = { pool, durable: true, ...hasNative && { edge: "native" as const } };
    const under = () => temporaryNames(`${at}/replica`).filter((name) => !name.includes("probe"));
    try {
      plant(at, { source: files(3000, "new"), replica: files(300, "older") });
      let seen = 0;
      for (let round = 0; round < times(4); round++) {
        const stop = new AbortController();
        const clock = setInterval(() => {
          if (stop.signal.aborted || under().length === 0) return;
          seen++;
          stop.abort();
        }, 5);
        await mirror(`${at}/source`, `${at}/replica`, { ...options, signal: stop.signal });
        clearInterval(clock);
        assertEquals(under(), []);
        for (const name of namesIn(`${at}/replica`)) {
          const text = Deno.readTextFileSync(`${at}/replica/${name}`);
          assert(text === "new" || text === "older", `${name} is torn`);
        }
      }
      assert(seen > 0, "nothing was seen to be under way");
      await mirror(`${at}/source`, `${at}/replica`, options);
      assertInSync(`${at}/source`, `${at}/replica`);
    } finally {
      pool.close();
    }
  },
);

faultTest("without --durable nothing is synced", ["strace"], async (at) => {
  plant(at, { source: { a: "new!" } });
  const calls = await traced(at, []);
  assert(calls.some((call) => is(call, /^rename(at)?$/, `${at}/replica/a`)), "its calls are seen");
  assertEquals(calls.filter((call) => /sync/.test(call.name)), []);
});
