/** The watch on Windows: what its events mean, by rows, and real changes, where the system is Windows or plays it. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { flood } from "../../sync/timing/flood.ts";
import type { Heard, Watcher } from "../../sync/timing/heard.ts";
import { interpret } from "../../sync/timing/interpret.ts";
import { portableWatch } from "../../sync/timing/portable.ts";
import { changesIn } from "../../sync/timing/windows/changes.ts";
import { trueNames } from "../../sync/timing/windows/true_names.ts";
import { hasWindowsWatch, windowsWatch } from "../../sync/timing/windows/watch.ts";
import { systemOf } from "../../sync/system.ts";
import { plant } from "../support/tree.ts";
import { windowsTest } from "../support/windows.ts";

const WINDOWS = systemOf("windows");
const MAIN = new URL("../../main.ts", import.meta.url).href;

Deno.test("interpret() reads the paths of Windows", () => {
  const rows: [Deno.FsEvent, Heard[]][] = [
    [{ kind: "create", paths: ["c:\\S\\d\\new"] }, [{ kind: "hint", path: "d/new", what: "appeared" }]],
    [{ kind: "remove", paths: ["C:\\s\\d\\a"] }, [{ kind: "hint", path: "d/a", what: "disappeared" }]],
    [{ kind: "rename", paths: ["C:\\s\\a"] }, [{ kind: "hint", path: "a", what: "appeared" }]],
    [{ kind: "remove", paths: ["C:\\s"] }, [{ kind: "root" }]],
    [{ kind: "create", paths: ["C:\\elsewhere"] }, []],
    [{ kind: "other", paths: [], flag: "rescan" }, [{ kind: "loss" }]],
  ];
  for (const [event, heard] of rows) assertEquals(interpret(event, "C:\\s", "\\"), heard);
});

/** A folder "Photos" with "Program Files.txt" in it, which has a short name; everything else is gone. */
function real(path: string): Promise<string> {
  const known: Record<string, string> = {
    "c:\\s\\photos": "C:\\s\\Photos",
    "c:\\s\\photos~1": "C:\\s\\Photos",
    "c:\\s\\photos\\progra~1.txt": "C:\\s\\Photos\\Program Files.txt",
    "c:\\s\\photos\\own~1.txt": "C:\\s\\Photos\\own~1.txt",
    "c:\\s\\out~1": "D:\\elsewhere",
  };
  const found = known[path.toLowerCase()];
  return found === undefined ? Promise.reject(new Deno.errors.NotFound("gone")) : Promise.resolve(found);
}

Deno.test("trueNames() tells an event where the listing has it, or that nobody knows", async () => {
  const name = trueNames("C:\\s", real);
  for (
    const [told, expected] of [
      ["a", "a"],
      ["Photos/a", "Photos/a"],
      ["PHOTOS/a", "Photos/a"],
      ["PHOTOS~1/a", "Photos/a"],
      ["Photos/PROGRA~1.TXT", "Photos/Program Files.txt"],
      ["Photos/own~1.txt", "Photos/own~1.txt"],
      // gone, and perhaps a short name
      ["Photos/GONE~1.TXT", null],
      ["GONE~1/a", null],
      ["gone/a", "gone/a"],
      // a link that leads elsewhere
      ["OUT~1", null],
      ["a\ud800", null],
      ["backup~", "backup~"],
    ] as const
  ) assertEquals([told, await name(told)], [told, expected]);
});

/** A buffer with events, as the system writes it. */
function buffer(...events: [number, string][]): Uint8Array<ArrayBuffer> {
  const sizes = events.map(([, name]) => (12 + 2 * name.length + 3) & ~3);
  const view = new DataView(new ArrayBuffer(sizes.reduce((sum, size) => sum + size, 0)));
  let at = 0;
  for (const [index, [action, name]] of events.entries()) {
    view.setUint32(at, index === events.length - 1 ? 0 : sizes[index]!, true);
    view.setUint32(at + 4, action, true);
    view.setUint32(at + 8, 2 * name.length, true);
    for (let i = 0; i < name.length; i++) view.setUint16(at + 12 + 2 * i, name.charCodeAt(i), true);
    at += sizes[index]!;
  }
  return new Uint8Array(view.buffer);
}

Deno.test("changesIn() reads what ReadDirectoryChangesW tells, and believes nothing that makes no sense", () => {
  const told = buffer([1, "d\\ä 😀"], [2, "a"], [3, "b"], [4, "old"], [5, "d\\new"]);
  assertEquals(changesIn(told, told.length), [
    { path: "d/ä 😀", what: "appeared" },
    { path: "a", what: "disappeared" },
    { path: "b", what: "changed" },
    { path: "old", what: "disappeared" },
    { path: "d/new", what: "appeared" },
  ]);
  for (const bad of [buffer([0, "a"]), buffer([9, "a"]), new Uint8Array(8)]) {
    assertEquals(changesIn(bad, bad.length), null);
  }
  assertEquals(changesIn(told, told.length - 4), null);
});

Deno.test("flood() finds a loss probable when a part of the queue was filled at once, and only then", () => {
  const name = "a".repeat(100);
  const calm = flood(16384);
  for (let i = 0; i < 1000; i++) assertEquals(calm(name, i * 100), false);
  const busy = flood(16384);
  const when = Array.from({ length: 40 }, (_, i) => busy(name, i)).indexOf(true);
  assertEquals(when, 19);
  const tells = flood(null);
  for (let i = 0; i < 1000; i++) assertEquals(tells(name, 0), false);
});

Deno.test("portableWatch() on Windows hears a loss of which Deno does not tell", async () => {
  async function* many(): AsyncGenerator<Deno.FsEvent> {
    for (let i = 0; i < 500; i++) yield { kind: "create", paths: [`C:\\s\\a long name of a file ${i}`] };
  }
  const events = () => Object.assign(many(), { close() {} });
  const heard: Heard[] = [];
  for await (const batch of await portableWatch("C:\\s", null, events, WINDOWS)) heard.push(...batch);
  assertEquals(heard.filter(({ kind }) => kind === "hint").length, 500);
  assert(heard.some(({ kind }) => kind === "loss"));
});

/** What is heard until something is told of `last`, each thing once. */
async function until(watcher: Watcher, last: string): Promise<Set<string>> {
  const all = new Set<string>();
  for await (const batch of watcher) {
    for (const one of batch) all.add(one.kind === "hint" ? `${one.what} ${one.path}` : one.kind);
    if (batch.some((one) => one.kind === "hint" && one.path === last)) break;
  }
  return all;
}

windowsTest("windowsWatch() tells what happens below a folder", async (folder) => {
  assert(hasWindowsWatch());
  const watcher = windowsWatch(folder, { exclusions: null });
  // Wine hears of what is in a folder only when that came into being while it was watched, or was used since
  plant(folder, { d: { a: "1", b: "1" }, "ä": "1" });
  await new Promise((done) => setTimeout(done, 200));
  Deno.writeTextFileSync(`${folder}\\d\\a`, "2");
  Deno.renameSync(`${folder}\\d\\b`, `${folder}\\ö 😀`);
  Deno.removeSync(`${folder}\\ä`);
  Deno.mkdirSync(`${folder}\\new`);
  Deno.writeTextFileSync(`${folder}\\new\\x`, "1");
  Deno.writeTextFileSync(`${folder}\\last`, "");
  const heard = await until(watcher, "last");
  watcher.close();
  for (
    const one of [
      "changed d/a",
      "disappeared d/b",
      "appeared ö 😀",
      "disappeared ä",
      "appeared new",
      "appeared new/x",
    ]
  ) assert(heard.has(one), `${one} of ${[...heard]}`);
  assertEquals(heard.has("loss"), false);
  // it is closed for good, and others may remove the folder
  Deno.writeTextFileSync(`${folder}\\after`, "");
  for await (const batch of watcher) assertEquals(batch, []);
});

windowsTest("windowsWatch() says that events were lost, and goes on", async (folder) => {
  const watcher = windowsWatch(folder, { exclusions: null, queue: 4096 });
  for (let i = 0; i < 500; i++) Deno.writeTextFileSync(`${folder}\\a long name of a file ${i}`, "");
  const all = new Set<string>();
  for await (const batch of watcher) {
    for (const one of batch) all.add(one.kind);
    if (all.has("loss")) break;
  }
  watcher.close();
  const again = windowsWatch(folder, { exclusions: null, queue: 4096 });
  Deno.writeTextFileSync(`${folder}\\last`, "");
  assert((await until(again, "last")).has("appeared last"));
  again.close();
});

windowsTest("windowsWatch() throws where nothing is, and tells nothing once it is closed", async (folder) => {
  assertThrows(() => windowsWatch(`${folder}\\nothing`, { exclusions: null }), Deno.errors.NotFound);
  const closed = windowsWatch(folder, { exclusions: null });
  closed.close();
  for await (const batch of closed) assertEquals(batch, []);
});

/** All files below a folder, with their contents. */
function contents(folder: string, below = ""): Record<string, string> {
  const all: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (name.startsWith(".lockstep") || name.startsWith("lockstep-")) continue;
    if (isDirectory) Object.assign(all, contents(`${folder}\\${name}`, `${below}${name}/`));
    else all[below + name] = Deno.readTextFileSync(`${folder}\\${name}`);
  }
  return all;
}

for (
  const [name, flags] of [["ReadDirectoryChangesW", ["-A"]], ["Deno's watch", ["-A", "--deny-ffi"]]] as const
) {
  windowsTest(
    `--watch on Windows brings what was created, edited, renamed and removed, by ${name}`,
    async (folder) => {
      plant(folder, { s: { d: { a: "1", b: "1" }, gone: "1", "ä": { deep: { x: "1" } } } });
      const process = new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-q",
          ...flags,
          MAIN,
          `${folder}\\s`,
          `${folder}\\r`,
          "1h",
          `${folder}\\l.log`,
          "--watch",
        ],
        env: { NO_COLOR: "1" },
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      const isSame = () => {
        try {
          const [one, other] = ["s", "r"].map((side) =>
            JSON.stringify(Object.entries(contents(`${folder}\\${side}`)).sort())
          );
          return one === other;
        } catch {
          return false;
        }
      };
      const same = async () => {
        for (let tries = 0; tries < 400 && !isSame(); tries++) {
          await new Promise((done) => setTimeout(done, 25));
        }
        assertEquals(
          contents(`${folder}\\r`),
          contents(`${folder}\\s`),
          Deno.readTextFileSync(`${folder}\\l.log`),
        );
      };
      try {
        await same();
        // the first pass is over
        for (
          let tries = 0;
          tries < 200 && !/in sync/.test(Deno.readTextFileSync(`${folder}\\l.log`));
          tries++
        ) {
          await new Promise((done) => setTimeout(done, 25));
        }
        Deno.writeTextFileSync(`${folder}\\s\\new`, "2");
        Deno.writeTextFileSync(`${folder}\\s\\d\\a`, "22");
        await same();
        Deno.renameSync(`${folder}\\s\\d\\b`, `${folder}\\s\\ä\\deep\\c 😀`);
        Deno.removeSync(`${folder}\\s\\gone`);
        Deno.mkdirSync(`${folder}\\s\\e`);
        Deno.writeTextFileSync(`${folder}\\s\\e\\y`, "3");
        await same();
        const log = Deno.readTextFileSync(`${folder}\\l.log`);
        assert(!/ WARN | ERROR /.test(log), log);
        assertEquals(log.match(/ä[/\\]deep[/\\]x/g)?.length ?? 0, 1);
      } finally {
        process.kill("SIGKILL");
        await process.status;
      }
    },
  );
}
