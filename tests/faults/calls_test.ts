/** What the program does to the system, call by call, as strace sees it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { lockstep, sh } from "../support/program.ts";
import { assertInSync, file, link, plant } from "../support/tree.ts";
import { faultTest, figure, pathsIn } from "./tools.ts";

const WRITING = [
  "write",
  "pwrite64",
  "writev",
  "pwritev",
  "ftruncate",
  "truncate",
  "fallocate",
  "copy_file_range",
  "sendfile",
  "rename",
  "renameat",
  "renameat2",
  "mkdir",
  "mkdirat",
  "rmdir",
  "unlink",
  "unlinkat",
  "link",
  "linkat",
  "symlink",
  "symlinkat",
  "mknod",
  "mknodat",
  "chmod",
  "fchmod",
  "fchmodat",
  // where strace knows it
  "?fchmodat2",
  "chown",
  "fchown",
  "lchown",
  "fchownat",
  "utimensat",
  "setxattr",
  "fsetxattr",
  "lsetxattr",
  "open",
  "openat",
  "creat",
];

interface Written {
  readonly call: string;
  readonly path: string;
}

/** Every call that writes, with each file or folder that it writes to. */
async function written(at: string, words: readonly string[]): Promise<{ calls: Written[]; out: string }> {
  const trace = `${at}/strace.log`;
  const through = [
    "strace",
    "-f",
    "-y",
    "--seccomp-bpf",
    "-s",
    "0",
    "-o",
    trace,
    "-e",
    `trace=${WRITING.join(",")}`,
  ];
  const ran = await lockstep([`${at}/source`, `${at}/replica`, ...words], { through });
  assertEquals([ran.status, ran.err], [0, ""]);
  const calls: Written[] = [];
  for (const line of Deno.readTextFileSync(trace).split("\n")) {
    const found = /^\d+ +(\w+)\((.*)/.exec(line);
    if (!found) continue;
    const [, call, rest] = found as unknown as [string, string, string];
    if (/^(open|openat|creat)$/.test(call) && !/O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(rest)) continue;
    // strings are cut to nothing by -s 0, but not paths
    for (const path of pathsIn(call, rest.replace(/AT_FDCWD<[^>]*>/g, ""))) calls.push({ call, path });
  }
  return { calls, out: ran.out };
}

/** What belongs to Deno and the console and not to us. */
const OTHERS = /^\/(dev|proc|sys|memfd:)/;

function outside({ path }: Written, at: string, log: string): boolean {
  const deno = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
  return !(path === log || path === `${at}/replica` || path.startsWith(`${at}/replica/`) ||
    path === `${at}/strace.log` ||
    path.startsWith(deno) || OTHERS.test(path));
}

faultTest(
  "every writing call lands below the replica or is the log, and a second pass makes none",
  ["strace", "bash"],
  async (at) => {
    plant(at, {
      source: {
        a: "new!",
        same: file("1", 0o640, 1e12),
        d: { b: "1", l: link("../a"), e: {} },
        kind: "1",
        flips: { a: "1" },
      },
      replica: {
        a: "old",
        same: file("1", 0o600, 1e12),
        gone: { deep: { c: "1" } },
        kind: { x: "1" },
        flips: "1",
        l: link("../source"),
      },
    });
    await sh("ln source/a source/hard-link; truncate -s 1M source/sparse; printf x >> source/sparse", at);
    const log = `${at}/log`;
    for (const [i, words] of [[], ["--threads", "1"], ["--checksum"], ["--durable"]].entries()) {
      if (i > 0) {
        await sh(
          "echo $RANDOM > source/a; rm -rf source/d/e; mkdir -p source/d/e; echo 1 > replica/extra",
          at,
        );
      }
      const { calls } = await written(at, ["--log-file", log, ...words]);
      assertInSync(`${at}/source`, `${at}/replica`);
      assert(calls.some(({ path }) => path.startsWith(`${at}/replica/`)));
      assertEquals(calls.filter((call) => outside(call, at, log)), []);
      assertEquals(calls.filter(({ path }) => path.startsWith(`${at}/source`)), []);
      figure("writing calls looked at", calls.length);
      const second = await written(at, ["--log-file", log, ...words]);
      assertStringIncludes(second.out, "nothing to do");
      assertEquals(second.calls.filter(({ path }) => path.startsWith(`${at}/replica`)), []);
    }
  },
);

faultTest(
  "a dry run makes no writing call at all but for the log and the console",
  ["strace"],
  async (at) => {
    plant(at, { source: { a: "new!" }, replica: { a: "old", gone: "1" } });
    const log = `${at}/log`;
    const { calls } = await written(at, ["--dry-run", "--log-file", log]);
    assert(calls.some(({ call, path }) => call === "write" && path === log), "its calls are seen");
    assertEquals(calls.filter(({ path }) => path.startsWith(at) && path !== log), []);
  },
);

faultTest("a chain of 1,050 folders is made with a few looks for each of them", ["strace"], async (at) => {
  // not by a shell, which looks at the whole path with every cd
  const deepest = `${at}/source${"/d".repeat(1050)}`;
  Deno.mkdirSync(deepest, { recursive: true });
  Deno.writeTextFileSync(`${deepest}/f`, "1");
  const trace = ["-e", "trace=statx,newfstatat,lstat", "-o", `${at}/counts`];
  const through = ["strace", "-f", "--seccomp-bpf", "-qq", "-c", ...trace];
  assertEquals((await lockstep([`${at}/source`, `${at}/replica`, "-q"], { through })).status, 0);
  const total = /\s(\d+)\s+\d*\s*total$/m.exec(Deno.readTextFileSync(`${at}/counts`))?.[1];
  assert(Number(total) > 1050 && Number(total) < 40 * 1050, `${total} looks`);
});
