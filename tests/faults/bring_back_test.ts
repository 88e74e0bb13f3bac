/** Edits in the replica and faults: killed at any call, a full disk, times that are cut, and who writes in the source. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { lockstep } from "../support/program.ts";
import { contentsOf } from "../support/edits.ts";
import { assertInSync, plant, temporaryNames } from "../support/tree.ts";
import { faultTest } from "./tools.ts";

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

for (const calls of ["rename,renameat,renameat2", "mkdir,mkdirat"]) {
  faultTest(
    `bring-back that is killed at any ${calls} leaves each name of the source whole, and the next one ends it`,
    ["strace"],
    async (at) => {
      const words = await withEdits(at);
      const before = contentsOf(`${at}/source`);
      let kills = 0;
      for (let status = 137, when = 1; status === 137 && when < 20; when++) {
        const through = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", `trace=${calls}`];
        const inject = ["-e", `inject=${calls}:signal=KILL:when=${when}`];
        const line = ["bring-back", ...words, "--yes", "--threads=1"];
        ({ status } = await lockstep(line, { ...WRITABLE, through: [...through, ...inject] }));
        if (status === 137) kills++;
        const now = contentsOf(`${at}/source`);
        for (const [path, content] of before) {
          const edited = (EDITS as Record<string, string>)[path];
          assert(now.get(path) === content || now.get(path) === edited, `${path}: ${now.get(path)}`);
        }
        const there = contentsOf(`${at}/replica`);
        for (const [path, content] of Object.entries(EDITS)) assertEquals(there.get(path), content);
      }
      assert(kills > 0, "it was never killed");
      const last = await lockstep(["bring-back", ...words, "--yes"], WRITABLE);
      assertEquals(last.status, 0, last.err);
      const pass = await lockstep([...words, "--keep-edits"]);
      assertEquals([pass.status, pass.err], [0, ""]);
      const now = contentsOf(`${at}/source`);
      for (const [path, content] of Object.entries(EDITS)) assertEquals(now.get(path), content);
      assertEquals(contentsOf(`${at}/replica`).get("b"), "file changed");
    },
  );
}

faultTest(
  "a pass with --state that is killed at any rename takes nothing of its own for an edit",
  ["strace"],
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
    assert(lines.length > 2, `${lines.length}`);
    for (const line of lines) assert(!/O_WRONLY|O_RDWR|O_CREAT|rename|mkdirat|unlinkat/.test(line), line);
  },
);
