/** Edits in the replica and faults: killed at any call, a full disk, times that are cut, and who writes in the source. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { ended, lockstep, start } from "../support/program.ts";
import { contentsOf } from "../support/edits.ts";
import { assertInSync, harvest, plant, temporaryNames } from "../support/tree.ts";
import { ERRNO, faultTest, pathsIn, shimmed } from "./tools.ts";

const WRITABLE = { flags: ["--allow-read", "--allow-write"] };

/** A mirror with a state file, and then edits on both sides. */
async function withEdits(at: string): Promise<string[]> {
  plant(`${at}/source`, { a: "1", b: "1", c: "1", d: { x: "1", y: "1" } });
  const words = [`${at}/source`, `${at}/replica`, "--state", `${at}/state`];
  assertEquals((await lockstep([...words, "--keep-edits"])).status, 0);
  plant(`${at}/replica`, { a: "edited", d: { x: "edited, too", made: "22" }, new: { made: "333" } });
  plant(`${at}/source`, { b: "changed" });
  return words;
}

/** What the edits of `withEdits` are. */
const EDITS = {
  a: "file edited",
  "d/made": "file 22",
  "d/x": "file edited, too",
  new: "folder",
  "new/made": "file 333",
};

for (const call of ["openat", "write", "rename", "renameat2", "mkdir", "utimensat"]) {
  faultTest(
    `bring-back that is killed at any ${call} leaves each name of the source whole, and the next one ends it`,
    ["strace"],
    async (at) => {
      const words = await withEdits(at);
      const before = contentsOf(`${at}/source`);
      for (let when = 1, killed = true; killed && when < 40; when++) {
        const through = [
          "strace",
          "-f",
          "-qq",
          "-o",
          "/dev/null",
          `--trace-path=${at}/source`,
          "-P",
          `${at}/source/d`,
          "-P",
          `${at}/source/a`,
          "-e",
          `trace=${call}`,
          "-e",
          `inject=${call}:signal=KILL:when=${when}`,
        ].filter((word) => !word.startsWith("--trace-path"));
        const ran = await lockstep(["bring-back", ...words, "--yes"], { ...WRITABLE, through });
        killed = ran.status !== 0;
        const now = contentsOf(`${at}/source`);
        for (const [path, content] of before) {
          const edited = (EDITS as Record<string, string>)[path];
          assert(now.get(path) === content || now.get(path) === edited, `${path}: ${now.get(path)}`);
        }
        for (const [path, content] of Object.entries(EDITS)) {
          assertEquals(contentsOf(`${at}/replica`).get(path), content);
        }
      }
      const last = await lockstep(["bring-back", ...words, "--yes"], WRITABLE);
      assertEquals(last.status, 0, last.err);
      const pass = await lockstep([...words, "--keep-edits"]);
      assertEquals([pass.status, pass.err], [0, ""]);
      assertInSync(`${at}/source`, `${at}/replica`);
      for (const [path, content] of Object.entries(EDITS)) {
        assertEquals(contentsOf(`${at}/source`).get(path), content);
      }
    },
  );
}

faultTest(
  "a pass with --state that is killed at any rename takes nothing of its own for an edit",
  ["cc"],
  async (at) => {
    plant(`${at}/source`, { a: "1", b: "1", c: "1", d: { x: "1" } });
    const words = [`${at}/source`, `${at}/replica`, "--state", `${at}/state`, "--keep-edits", "--threads=1"];
    assertEquals((await lockstep(words)).status, 0);
    for (let when = 1; when <= 4; when++) {
      const version = "x".repeat(when + 1);
      plant(`${at}/source`, { a: version, b: version, c: version, d: { x: version, [`new${when}`]: "1" } });
      const through = [
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=rename,renameat,renameat2",
        "-e",
        `inject=rename,renameat,renameat2:signal=KILL:when=${when}`,
      ];
      assertEquals((await lockstep(words, { through })).status, 137);
      // the source goes on before the next pass
      plant(`${at}/source`, { a: `${version}y`, b: `${version}y`, d: { x: `${version}y` } });
      Deno.removeSync(`${at}/source/d/new${when}`);
      const ran = await lockstep(words);
      assertEquals([ran.status, ran.err], [0, ""], `killed at rename ${when}`);
      assertInSync(`${at}/source`, `${at}/replica`);
    }
  },
);

faultTest(
  "a state file on a full disk is told, costs no pass, and is whole again later",
  ["root", "mount"],
  async (at, mount) => {
    plant(at, { small: {} });
    await mount("-t", "tmpfs", "-o", "size=16k", "tmpfs", `${at}/small`);
    plant(`${at}/source`, { a: "1", d: { b: "1" } });
    const words = [`${at}/source`, `${at}/replica`, "--state", `${at}/small/state`, "--keep-edits"];
    assertEquals((await lockstep(words)).status, 0);
    const before = Deno.readTextFileSync(`${at}/small/state`);
    try {
      Deno.writeFileSync(`${at}/small/full`, new Uint8Array(1 << 20));
    } catch { /* it is full now */ }
    const names = Array.from({ length: 300 }, (_, i) => [`a longer name of a file ${i}`, "1"]);
    plant(`${at}/source`, Object.fromEntries(names));
    const ran = await lockstep(words);
    assertEquals(ran.status, STATUS.failures);
    assertMatch(ran.err, /Cannot write the state file "\S+": no space left/);
    assertInSync(`${at}/source`, `${at}/replica`);
    assert(Deno.readTextFileSync(`${at}/small/state`).startsWith(before));
    Deno.removeSync(`${at}/small/full`);
    await mount("-o", "remount,size=1m", `${at}/small`);
    assertEquals((await lockstep(words)).status, 0);
    Deno.writeTextFileSync(`${at}/replica/a`, "edited");
    for (const [name] of names.slice(0, 9)) Deno.removeSync(`${at}/source/${name}`);
    const last = await lockstep(words);
    assertEquals([last.status, last.err.match(/Left/g)?.length], [STATUS.fleeting, 1]);
  },
);

faultTest(
  "bring-back to a source whose disk is full leaves its old versions, and says so",
  ["root", "mount"],
  async (at, mount) => {
    plant(at, { source: {} });
    await mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", `${at}/source`);
    const words = await withEdits(at);
    Deno.writeFileSync(`${at}/replica/large`, new Uint8Array(3 << 20));
    const ran = await lockstep(["bring-back", ...words, "--yes", `--trash=${at}/trash`], WRITABLE);
    assert([STATUS.halted, STATUS.refused].includes(ran.status), `${ran.status} ${ran.err}`);
    assertEquals(temporaryNames(`${at}/source`), []);
    const now = contentsOf(`${at}/source`);
    assert(["file 1", "file edited"].includes(now.get("a")!), now.get("a"));
    assertEquals(now.get("c"), "file 1");
  },
);

faultTest(
  "on a replica that counts in 2 s, only what was edited is left",
  ["root", "mount"],
  async (at, mount) => {
    const image = `${at}/image`;
    await lockstepless("truncate", "-s", "8M", image);
    if (!await lockstepless("mkfs.vfat", image)) return;
    plant(at, { replica: {} });
    await mount("-o", "loop", image, `${at}/replica`);
    plant(`${at}/source`, { a: "1", b: "1", c: "1", d: { x: "1" } });
    const words = [`${at}/source`, `${at}/replica`, "--state", `${at}/state`, "--keep-edits"];
    assertEquals((await lockstep(words)).status, 0);
    for (let round = 0; round < 2; round++) {
      plant(`${at}/source`, { b: `changed ${round}` });
      Deno.removeSync(`${at}/source/${["c", "d/x"][round]}`);
      const ran = await lockstep(words);
      assertEquals([ran.status, ran.err.includes("Left")], [0, false], ran.err);
      // a dry run knows of the replica's times what the state file says
      plant(`${at}/source`, { a: `changed ${round}` });
      const dry = await lockstep([...words, "--dry-run"]);
      assertEquals([dry.status, dry.err.includes("Left")], [0, false], dry.err);
    }
    Deno.writeTextFileSync(`${at}/replica/b`, "edited");
    assertMatch((await lockstep(words)).err, /Left "b": it was edited/);
  },
);

faultTest(
  "a pass with --keep-edits and --state opens nothing in the source for writing",
  ["strace"],
  async (at) => {
    const words = await withEdits(at);
    const trace = `${at}/trace`;
    const through = [
      "strace",
      "-f",
      "-y",
      "-qq",
      "-e",
      "trace=openat,openat2,rename,renameat2,mkdirat,unlinkat",
      "-o",
      trace,
    ];
    assertEquals((await lockstep([...words, "--keep-edits"], { through })).status, STATUS.fleeting);
    const lines = Deno.readTextFileSync(trace).split("\n").filter((line) => line.includes(`${at}/source`));
    assert(lines.length > 5, `${lines.length}`);
    for (const line of lines) assert(!/O_WRONLY|O_RDWR|O_CREAT|rename|mkdirat|unlinkat/.test(line), line);
    void pathsIn;
  },
);

/** Whether a command is there, and succeeds. */
async function lockstepless(name: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(name, { args, stdin: "null", stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}
void [ended, start, shimmed, ERRNO, harvest];
