/** The state file: what is in it comes back, whatever is cut off or strange is refused or known, and never costs an edit. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EVERYTHING } from "../../sync/engine/capabilities.ts";
import { isAsNoted, type Remembered, row } from "../../sync/engine/remembered.ts";
import { finish } from "../../sync/engine/steps.ts";
import { openMemory } from "../../sync/records/memory.ts";
import { addToState, othersOf, readState, writeState } from "../../sync/records/state_file.ts";
import { configOf, mirror } from "../support/mirror.ts";
import { inFolder, isThere, plant } from "../support/tree.ts";

const ROOTS = { source: { path: "/s", id: "1:2" }, replica: { path: "/r", id: "3:4" } };
async function* rowsOf(rows: Iterable<Remembered>): AsyncGenerator<Remembered> {
  yield* rows;
}

const HELD = { step: 1, folded: false };
const ROWS = [{ folder: "", text: row("a", "f1 2 3") }, { folder: "d\n\udcff", text: row("b", "folder") }];

Deno.test("readState() gives back what was written, and what was added to it", () =>
  inFolder(async (at) => {
    const path = `${at}/state`;
    assertEquals(await readState(path), null);
    assertEquals(await writeState(path, ROOTS, { step: 2000, folded: true }, rowsOf(ROWS)), null);
    assertEquals(
      await addToState(path, { step: 10, folded: false }, [{ folder: "", text: row("c", "-") }]),
      null,
    );
    const loaded = await readState(path);
    if (loaded === null || typeof loaded === "string") throw new Error(`${loaded}`);
    const { header, rows, step, folded, isCut } = loaded;
    assertEquals([header, rows, step, folded, isCut], [
      ROOTS,
      [...ROWS, { folder: "", text: "c/-/" }],
      2000,
      true,
      false,
    ]);
  }));

Deno.test("readState() refuses what is no state, of another version or damaged, in one line that says what to do", () =>
  inFolder(async (at) => {
    const path = `${at}/state`;
    const whole = async () => {
      await writeState(path, ROOTS, HELD, rowsOf(ROWS));
      return Deno.readTextFileSync(path);
    };
    const text = await whole();
    const rows: readonly (readonly [string, string])[] = [
      ["precious\n", "is no state file of Lockstep: choose another name"],
      ["{}\n", "is no state file of Lockstep"],
      [text.replace('"version":1', '"version":2'), "another version of Lockstep: delete it"],
      [text.replace('{"rows":2}', '{"rows":3}'), "is damaged or cut off: restore it, or delete it"],
      [text.replace('["",', '["'), "is damaged or cut off"],
      [text.replace(/\[.*\n/, ""), "is damaged or cut off"],
    ];
    for (const [content, words] of rows) {
      Deno.writeTextFileSync(path, content);
      const read = await readState(path);
      assert(typeof read === "string", content);
      assertStringIncludes(read, words);
      assertEquals(Deno.readTextFileSync(path), content);
    }
  }));

Deno.test("othersOf() knows a root by its path or by its folder, and refuses another one", () => {
  const moved = { ...ROOTS, replica: { path: "/elsewhere", id: "3:4" } };
  const restored = { ...ROOTS, source: { path: "/s", id: "9:9" } };
  assertEquals([ROOTS, moved, restored].map((one) => othersOf("f", ROOTS, one)), [null, null, null]);
  const other = { ...ROOTS, replica: { path: "/elsewhere", id: "9:9" } };
  assertStringIncludes(othersOf("f", ROOTS, other) ?? "", 'belongs to another replica, "/r"');
  const missing = { ...ROOTS, source: { path: "/elsewhere", id: "" } };
  assertStringIncludes(
    othersOf("f", { ...ROOTS, source: { path: "/s", id: "" } }, missing) ?? "",
    "another source",
  );
});

Deno.test("a state file that is cut at any byte is refused, or takes nothing for Lockstep's that it did not leave", () =>
  inFolder(async (at) => {
    const config = { ...configOf(`${at}/source`, `${at}/replica`), keepEdits: true };
    const open = async () => {
      const memory = await openMemory(`${at}/state`, config, false);
      if (typeof memory === "string") throw new Error(memory);
      return memory;
    };
    plant(`${at}/source`, { a: "1", d: { b: "1" } });
    await mirror(config.source, config.replica, { ...config, memory: await open() });
    Deno.writeTextFileSync(`${at}/source/a`, "changed");
    plant(`${at}/source`, { new: { c: "1" } });
    await mirror(config.source, config.replica, { ...config, memory: await open() });
    const bytes = Deno.readFileSync(`${at}/state`);
    const edited = {
      kind: "file",
      size: 6,
      mtime: Date.now(),
      mode: 0o644,
      uid: 0,
      gid: 0,
      nlink: 1,
      id: null,
      holes: false,
    } as const;
    const paths = ["a", "d", "d/b", "new", "new/c"];
    let [refused, used] = [0, 0];
    for (let length = 1; length <= bytes.length; length++) {
      Deno.writeFileSync(`${at}/state`, bytes.subarray(0, length));
      const memory = await openMemory(`${at}/state`, config, false);
      if (typeof memory === "string") {
        refused++;
        continue;
      }
      used++;
      assertEquals(memory.isBlank(), false);
      for (const [path, notes] of finish(memory.recall(new Set(paths), false))) {
        assert(!notes.some((note) => isAsNoted(note, edited, EVERYTHING)), `${length} ${path} ${notes}`);
      }
    }
    assert(refused > 100 && used > 50, `${refused} ${used}`);
    // nothing is added behind a line that was cut: the file is written anew
    Deno.writeFileSync(`${at}/state`, bytes.subarray(0, bytes.length - 3));
    await mirror(config.source, config.replica, { ...config, memory: await open() });
    const after = await open();
    const notes = finish(after.recall(new Set(paths), false));
    assertEquals([...notes.keys()].sort(), paths);
    assertEquals(notes.get("d"), ["folder"]);
    assertEquals(isThere(`${at}/state.lockstep-new`), false);
  }));

Deno.test("a memory finds names that the replica spells in another way", () =>
  inFolder(async (at) => {
    const path = `${at}/state`;
    plant(at, { source: {}, replica: {} });
    const config = configOf(`${at}/source`, `${at}/replica`);
    const root = { path: config.source, id: "" };
    const header = { source: root, replica: { path: config.replica, id: "" } };
    await writeState(
      path,
      header,
      HELD,
      rowsOf([{ folder: "Éa", text: row("Name", "f1 2 ") }, {
        folder: "",
        text: row("x", "folder"),
      }]),
    );
    const memory = await openMemory(path, config, false);
    if (typeof memory === "string") throw new Error(memory);
    const asked = new Set(["E\u0301A/nAME", "X", "y"]);
    assertEquals([...finish(memory.recall(asked, true))], [["E\u0301A/nAME", ["f1 2 "]], ["X", ["folder"]]]);
    assertEquals([...finish(memory.recall(asked, false))], []);
  }));
