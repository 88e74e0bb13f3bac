/** Plans in files: what comes back of what was written, and what is refused. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Change, Difference } from "../../sync/engine/change.ts";
import { mark } from "../../sync/engine/step.ts";
import { checkPlan, decidedIn, type Header, stepsIn } from "../../sync/records/plan_file.ts";
import { fileSink, placeFor, planWriter } from "../../sync/records/plan_writer.ts";
import { FILE, FOLDER } from "../support/entries.ts";
import { anySeed, diceOf } from "../support/random.ts";
import { inFolder, IS_WINDOWS, isThere, namesIn } from "../support/tree.ts";

const NASTY = 'a\n"\\\u2028\udc80\udcff';
const CHANGES: readonly Change[] = [
  { kind: "create", path: "", entry: { ...FOLDER, xattrs: "user.a\0" + "1\0\x80" } },
  { kind: "create", path: NASTY, entry: { ...FILE, size: 2 ** 53 - 1, mtime: -8.64e15, nanos: 999_999 } },
  { kind: "create", path: "l", entry: { ...FILE, nlink: 2, id: "1:1" }, hardLinkTo: NASTY },
  { kind: "update", path: "u", entry: FILE, was: { ...FILE, size: 7 } },
  { kind: "attributes", path: "f", entry: FOLDER, was: { ...FOLDER, mode: 0o700 } },
  {
    kind: "create",
    path: "link",
    entry: { kind: "link", target: NASTY, mtime: 1, mode: 0o777, uid: 1, gid: 1, nlink: 1, id: null },
    was: FOLDER,
  },
  {
    kind: "create",
    path: "device",
    entry: {
      kind: "device",
      type: "block",
      major: 8,
      minor: 1,
      mtime: 1,
      mode: 0o600,
      uid: 0,
      gid: 0,
      nlink: 1,
      id: null,
    },
  },
  { kind: "remove", path: "socket", was: { kind: "socket" } },
];
const DIFFERENCES: readonly Difference[] = [{ what: "size" }, { what: "mode", from: 0o600, to: 0o644 }];
const HEADER = {
  time: 1e12,
  source: { path: "/s", id: "1:2" },
  replica: { path: "/r", id: null },
  options: { any: [NASTY] },
};

async function write(path: string, changes: readonly Change[] = CHANGES): Promise<void> {
  const writer = planWriter(fileSink(path), HEADER);
  for (const change of changes) writer.add(change, change.kind === "update" ? DIFFERENCES : []);
  assertEquals(await writer.finish({ failed: 3 }), changes.length);
}

async function kindOf(path: string): Promise<string> {
  return (await checkPlan(path)).kind;
}

Deno.test("a plan comes back as it was written, whatever the names", () =>
  inFolder(async (at) => {
    const path = `${at}/plan`;
    await write(path);
    const found = await checkPlan<typeof HEADER.options>(path);
    if (found.kind !== "plan") throw new Error(found.kind);
    const header: Header<typeof HEADER.options> = { lockstep: "plan", version: 1, ...HEADER };
    assertEquals(found.header, header);
    assertEquals([found.end.steps, found.end.failed, found.end.refused], [CHANGES.length, 3, undefined]);
    assertEquals([...await decidedIn(path)], CHANGES.map((change) => [change.path, mark(change)]));
    const steps = await Array.fromAsync(stepsIn(path));
    assertEquals(steps.map(({ change }) => mark(change)), CHANGES.map(mark));
    assertEquals(steps.map(({ change }) => change.path), CHANGES.map(({ path }) => path));
    assertEquals(steps.map(({ differences }) => differences.length), [0, 0, 0, 2, 0, 0, 0, 0]);
    assertEquals(namesIn(at), ["plan"]);
    if (!IS_WINDOWS) assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
  }));

Deno.test("a plan of nothing is a plan, too", () =>
  inFolder(async (at) => {
    await write(`${at}/plan`, []);
    assertEquals(await kindOf(`${at}/plan`), "plan");
    assertEquals([
      (await decidedIn(`${at}/plan`)).size,
      (await Array.fromAsync(stepsIn(`${at}/plan`))).length,
    ], [0, 0]);
  }));

Deno.test("a plan that was cut off anywhere is refused, at the end of a line or in it", () =>
  inFolder(async (at) => {
    const path = `${at}/plan`;
    await write(path);
    const bytes = Deno.readFileSync(path);
    for (let length = 0; length < bytes.length; length++) {
      Deno.writeFileSync(path, bytes.subarray(0, length));
      const kind = await kindOf(path);
      assert(kind === "damaged" || (kind === "no-plan" && length < 20), `${kind} at ${length}`);
    }
  }));

const seed = anySeed();
Deno.test(`a plan of which a byte, a line or its end is another one is refused, LOCKSTEP_SEED=${seed}`, () =>
  inFolder(async (at) => {
    const path = `${at}/plan`;
    const dice = diceOf(seed);
    await write(path);
    const bytes = Deno.readFileSync(path);
    for (let i = 0; i < 300; i++) {
      const at = dice.below(bytes.length);
      const other = bytes.slice();
      other[at] = other[at]! ^ (1 << dice.below(7));
      Deno.writeFileSync(path, other);
      assert(await kindOf(path) !== "plan", `${at} of ${bytes.length}: ${bytes[at]} became ${other[at]}`);
    }
    const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
    for (let i = 0; i < lines.length; i++) {
      for (const other of [lines.toSpliced(i, 1), lines.toSpliced(i, 0, lines[i]!)]) {
        Deno.writeTextFileSync(path, `${other.join("\n")}\n`);
        assert(await kindOf(path) !== "plan", `${i}`);
      }
    }
    Deno.writeTextFileSync(path, `${lines.join("\n")}\n\n`);
    assertEquals(await kindOf(path), "damaged");
  }));

Deno.test("what is no plan, or one of another version, is told apart", () =>
  inFolder(async (at) => {
    const path = `${at}/plan`;
    for (const text of ["", "{}", "{}\n", "null\n", "\xff\n", '{"lockstep":"trash"}\n']) {
      Deno.writeTextFileSync(path, text);
      assertEquals(await kindOf(path), "no-plan");
    }
    for (const version of [0, 2, "1", null]) {
      Deno.writeTextFileSync(path, `${JSON.stringify({ lockstep: "plan", version })}\n{}\n`);
      assertEquals(await checkPlan(path), { kind: "version", version, reads: 1 });
    }
    Deno.writeTextFileSync(path, '{"lockstep":"plan","version":1}\n');
    assertEquals(await kindOf(path), "damaged");
    await assertRejects(() => checkPlan(`${at}/nowhere`), Deno.errors.NotFound);
  }));

Deno.test("a plan is there whole or not at all, and the old one stays until then", () =>
  inFolder(async (at) => {
    const path = `${at}/plan`;
    await write(path, []);
    const before = Deno.readTextFileSync(path);
    const sink = fileSink(path);
    const writer = planWriter(sink, HEADER);
    for (let i = 0; i < 1000; i++) writer.add({ kind: "create", path: `f${i}`, entry: FILE }, []);
    assertEquals(Deno.readTextFileSync(path), before);
    sink.discard();
    assertEquals([namesIn(at), Deno.readTextFileSync(path)], [["plan"], before]);
  }));

Deno.test("placeFor() spares files of others", () =>
  inFolder(async (at) => {
    await write(`${at}/plan`);
    Deno.writeTextFileSync(`${at}/empty`, "");
    Deno.writeTextFileSync(`${at}/thesis`, "of others");
    const places = ["plan", "empty", "nowhere", "thesis", "."];
    const found = await Promise.all(places.map((name) => placeFor(`${at}/${name}`)));
    assertEquals(found, ["free", "free", "free", "taken", "no-file"]);
    assert(!isThere(`${at}/nowhere`));
  }));
