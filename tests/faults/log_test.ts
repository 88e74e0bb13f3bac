/** A log that cannot be written must not hurt the mirror, and must not be turned against other files. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { openLogFile } from "../../sync/cli/log_file.ts";
import { lockstep, MAIN, running, sh, until } from "../support/program.ts";
import {
  assertInSync,
  files,
  inFolder,
  isThere,
  link,
  namesIn,
  plant,
  readIfThere,
  removeIfThere,
} from "../support/tree.ts";
import { faultTest } from "./tools.ts";

const MANY = files(1200, "1", (i) => `a-file-with-a-long-name-${i}`);

faultTest(
  "a log on a full disk loses its lines, says so once, and the mirror goes on",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: MANY, disk: {} });
    await mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", `${at}/disk`);
    const ran = await lockstep([`${at}/source`, `${at}/replica`, "--log-file", `${at}/disk/log`, "-q"]);
    assertEquals([ran.status, ran.err.split("takes no more").length], [0, 2]);
    assertInSync(`${at}/source`, `${at}/replica`);
    assert(readIfThere(`${at}/disk/log`).length > 10_000, "what fits is there");
  },
);

faultTest(
  "a log that can be renamed but not begun anew pushes no old one out, and says how many lines are missing",
  ["mount"],
  async (at, mount) => {
    plant(at, { disk: {} });
    await mount("-t", "tmpfs", "-o", "size=64k,nr_inodes=5", "tmpfs", `${at}/disk`);
    const path = `${at}/disk/log`;
    for (const number of [1, 2]) Deno.writeTextFileSync(`${path}.${number}`, `old ${number}\n`);
    const file = openLogFile(path, { most: 100, keep: 5 });
    // no inode is left
    Deno.writeTextFileSync(`${at}/disk/fill`, "");
    const write = (text: string) => file.writeSync(new TextEncoder().encode(text));
    for (let i = 0; i < 20; i++) write(`line ${i} ${"x".repeat(40)}\n`);
    assertEquals([1, 2].map((number) => readIfThere(`${path}.${number}`)), ["old 1\n", "old 2\n"]);
    assertEquals(readIfThere(path).split("\n").length, 21);
    const many = Array.from({ length: 2000 }, (_, i) => `${i} ${"y".repeat(40)}\n`).join("");
    assertThrows(() => write(many));
    const there = readIfThere(path).split("\n").filter((line) => /^\d+ y{40}$/.test(line)).length;
    Deno.truncateSync(path, 0);
    write("more\n");
    assertStringIncludes(readIfThere(path), `${2000 - there} lines are missing here`);
  },
);

faultTest(
  "a log in a loop is written again when its disk has free space again",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: { a: "1" }, disk: {} });
    await mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", `${at}/disk`);
    Deno.writeFileSync(`${at}/disk/fill`, new Uint8Array(65536));
    await using run = running([`${at}/source`, `${at}/replica`, "30ms", "--log-file", `${at}/disk/log`]);
    await until("the mirror is made", () => isThere(`${at}/replica/a`));
    Deno.removeSync(`${at}/disk/fill`);
    await until("lines come again", () => readIfThere(`${at}/disk/log`).includes("nothing to do"));
    assertEquals((await run.stop()).status, 0);
  },
);

faultTest("a log file that is removed or moved away while the program runs does no harm", [], async (at) => {
  plant(at, { source: { a: "1" } });
  await using run = running([`${at}/source`, `${at}/replica`, "20ms", "--log-file", `${at}/log`]);
  await until("the mirror is made", () => readIfThere(`${at}/log`).includes("nothing to do"));
  Deno.removeSync(`${at}/log`);
  plant(`${at}/source`, { b: "1" });
  await until("it goes on", () => isThere(`${at}/replica/b`));
  assertEquals((await run.stop()).status, 0);
});

faultTest(
  "a link at the log's path is appended to, and what it leads to is never cut off",
  [],
  async (at) => {
    plant(at, { source: { a: "1" }, precious: "precious\n", log: link("precious") });
    const ran = await lockstep([`${at}/source`, `${at}/replica`, "--log-file", `${at}/log`]);
    assertEquals(ran.status, 0);
    assertEquals(Deno.readTextFileSync(`${at}/precious`), `precious\n${ran.out}`);
    assertEquals(Deno.readLinkSync(`${at}/log`), "precious");
  },
);

faultTest(
  "a link at the log's path that leads into the source or the replica is known, and that file is left alone",
  [],
  async (at) => {
    for (const side of ["source", "replica"]) {
      plant(`${at}/${side}-test`, {
        source: { a: "1" },
        replica: {},
        log: link(`${side}/inside.log`),
      });
      Deno.writeTextFileSync(`${at}/${side}-test/${side}/inside.log`, "");
      const here = `${at}/${side}-test`;
      const flags = ["--allow-read", "--allow-write"];
      await using run = running(
        [`${here}/source`, `${here}/replica`, "20ms", "-q", "--log-file", `${here}/log`],
        { flags },
      );
      await until(
        "passes are made",
        () => readIfThere(`${here}/${side}/inside.log`).split("nothing to do").length > 3,
      );
      assertEquals((await run.stop()).status, 0);
      assertEquals(isThere(`${here}/replica/inside.log`), side === "replica");
      assertStringIncludes(readIfThere(`${here}/${side}/inside.log`), `The log file lies inside the ${side}`);
    }
  },
);

faultTest(
  "a log that is a FIFO is refused, and a device that is full does not stop the mirror",
  ["bash"],
  async (at) => {
    plant(at, { source: MANY });
    await sh("mkfifo pipe", at);
    const refused = await lockstep([`${at}/source`, `${at}/replica`, "--log-file", `${at}/pipe`]);
    assertEquals([refused.status, isThere(`${at}/replica`)], [1, false]);
    assertStringIncludes(refused.err, "is a FIFO");
    const ran = await lockstep([`${at}/source`, `${at}/replica`, "-q", "--log-file", "/dev/full"], {
      flags: ["-A"],
    });
    assertEquals([ran.status, ran.err.split("takes no more").length], [0, 2]);
    assertInSync(`${at}/source`, `${at}/replica`);
  },
);

faultTest(
  "a console that is closed does not stop the mirror, and the log file has it all",
  ["bash"],
  async (at) => {
    plant(at, { source: MANY });
    const line = `"${Deno.execPath()}" run -q -RW "${MAIN}" source replica --log-file log`;
    for (const [i, redirect] of ["| head -1", ">&- 2>&-", "> /dev/full 2> /dev/full"].entries()) {
      removeIfThere(`${at}/replica`, `${at}/log`);
      const ran = await new Deno.Command("bash", {
        args: ["-c", `${line} ${redirect}; echo \${PIPESTATUS[0]} >> status`],
        cwd: at,
      }).output();
      assertEquals(ran.success, true);
      assertEquals(Deno.readTextFileSync(`${at}/status`).split("\n")[i], "0");
      assertStringIncludes(readIfThere(`${at}/log`), "in sync: created 1201");
      assertInSync(`${at}/source`, `${at}/replica`);
    }
  },
);

Deno.test("a folder with the name of an older log is mirrored", () =>
  inFolder(async (at) => {
    plant(at, { s: { "log-2025": { x: "precious" }, "log.1": "older", k: "1" } });
    assertEquals((await lockstep([`${at}/s`, `${at}/r`, "--log-file", `${at}/s/log`])).status, 0);
    assertEquals(namesIn(`${at}/r`), ["k", "log-2025"]);
    assertEquals(readIfThere(`${at}/r/log-2025/x`), "precious");
  }));
