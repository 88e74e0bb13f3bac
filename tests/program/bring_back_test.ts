/** The real program and what was edited in the replica: what is said, asked, refused and written. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { lockOn } from "../../sync/disk/lock.ts";
import { has, lockstep, running, until } from "../support/program.ts";
import { onTerminal } from "../support/terminal.ts";
import {
  assertInSync,
  harvest,
  inFolder,
  isInSync,
  isThere,
  namesIn,
  plant,
  readIfThere,
} from "../support/tree.ts";
import { runsOf } from "../support/trash.ts";

const WRITABLE = { flags: ["--allow-read", "--allow-write"] };

/** A mirror with a state file, in which one file was edited and one was made. */
async function withEdits(test: (at: string, words: readonly string[]) => Promise<void>): Promise<void> {
  await inFolder(async (at) => {
    plant(`${at}/source`, { a: "1", b: "1", d: { c: "1" } });
    const words = [`${at}/source`, `${at}/replica`, "--state", `${at}/state`];
    assertEquals((await lockstep([...words, "--keep-edits"])).status, 0);
    plant(`${at}/replica`, { a: "edited", new: { made: "22" } });
    await test(at, words);
  });
}

Deno.test("lockstep --keep-edits leaves edits with status 24, and bring-back carries them after --yes", () =>
  withEdits(async (at, words) => {
    Deno.writeTextFileSync(`${at}/source/b`, "changed");
    const kept = await lockstep([...words, "--keep-edits"]);
    assertEquals(kept.status, STATUS.fleeting);
    assertStringIncludes(kept.err, 'Left "a": it was edited in the replica');
    assertStringIncludes(kept.err, 'Left "new": it was made in the replica');
    assertStringIncludes(kept.out, "in sync but for what was left: created 0, updated 1");
    const before = harvest(at);
    const shown = await lockstep(["bring-back", ...words, "--dry-run"], WRITABLE);
    assertEquals([shown.status, shown.err], [0, ""]);
    assertStringIncludes(
      shown.out,
      `3 entries to bring back to "${at}/source"; its old versions go to "${at}/source.trash"`,
    );
    assertMatch(
      shown.out,
      /edited {4}file "a", 6 B\n {2}new {7}folder "new"\n {2}new {7}file "new\/made", 2 B\n/,
    );
    // nobody is there to ask
    const unasked = await lockstep(["bring-back", ...words], WRITABLE);
    assertEquals(unasked.status, STATUS.usage);
    assertStringIncludes(unasked.err, "run it with --yes");
    assertEquals(harvest(at), before);
    const brought = await lockstep(["bring-back", ...words, "--yes"], WRITABLE);
    assertEquals([brought.status, brought.err], [0, ""]);
    assertStringIncludes(brought.out, 'bring back file "a" 6 bytes');
    assertStringIncludes(brought.out, "Brought back 3 of 3");
    const last = await lockstep([...words, "--keep-edits"]);
    assertEquals([last.status, last.err], [0, ""]);
    assertInSync(`${at}/source`, `${at}/replica`);
    assertEquals(readIfThere(`${at}/source/a`), "edited");
    const [run = ""] = runsOf(`${at}/source.trash`);
    assertEquals([namesIn(`${at}/source.trash/${run}`), readIfThere(`${at}/source.trash/${run}/a`)], [
      ["a"],
      "1",
    ]);
    const again = await lockstep(["bring-back", ...words, "--yes"], WRITABLE);
    assertEquals([again.status, again.out.split("\n")[0]], [0, "There is nothing to bring back"]);
  }));

Deno.test("lockstep bring-back takes paths, absolute ones too, and tells a program by JSON", () =>
  withEdits(async (at, words) => {
    const [source, replica, ...options] = words as [string, string];
    const line = ["bring-back", source, replica, `${at}/replica/new`, "--json", "--yes", ...options];
    const ran = await lockstep(line, WRITABLE);
    assertEquals(ran.status, 0);
    const events = ran.out.trimEnd().split("\n").filter((text) => text.startsWith("{")).map((text) =>
      JSON.parse(text)
    );
    assertEquals(events.map(({ kind, action, path }) => `${kind} ${action} ${path}`).sort(), [
      "brought-back create new",
      "brought-back create new/made",
    ]);
    assertEquals(readIfThere(`${at}/source/a`), "1");
    const strange = await lockstep(
      ["bring-back", source, replica, "/elsewhere", "--yes", ...options],
      WRITABLE,
    );
    assertEquals(strange.status, STATUS.usage);
    assertStringIncludes(strange.err, "lies neither in the source nor in the replica");
  }));

Deno.test("lockstep refuses to bring back where Deno may not write the source, in words", () =>
  withEdits(async (at, words) => {
    const before = harvest(at);
    const denied = { flags: ["--allow-read", "--allow-write", `--deny-write=${at}/source`] };
    const scoped = {
      flags: ["--allow-read", `--allow-write=${at}/replica,${at}/state,${at}/state.lockstep-new`],
    };
    for (const setting of [denied, scoped]) {
      for (const line of [["bring-back", ...words, "--yes"], [...words, "--bring-back"]]) {
        const ran = await lockstep(line, setting);
        assertEquals(ran.status, STATUS.usage);
        assertMatch(
          ran.err,
          setting === denied ? /may not write "\S+source": take it out of --deny-write/ : /may not write/,
        );
        assertEquals(ran.err.trimEnd().split("\n").length, 1);
      }
    }
    assertEquals(harvest(at), before);
  }));

Deno.test("lockstep refuses a state file where it must not be, or that is none, and writes nothing", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: {}, precious: "mine\n" });
    const rows: readonly (readonly [string, RegExp])[] = [
      [`${at}/source/state`, /lies inside the source: keep it outside/],
      [`${at}/replica/state`, /lies inside the replica: keep it outside/],
      [`${at}/nowhere/state`, /cannot be made: there is no folder/],
      [`${at}/precious`, /is no state file of Lockstep/],
    ];
    for (const [state, words] of rows) {
      const ran = await lockstep([`${at}/source`, `${at}/replica`, "--keep-edits", "--state", state]);
      assertEquals(ran.status, STATUS.usage);
      assertMatch(ran.err, words);
    }
    const same = [
      `${at}/source`,
      `${at}/replica`,
      "--keep-edits",
      "--state",
      `${at}/x.log`,
      "--log-file",
      `${at}/x.log`,
    ];
    assertStringIncludes((await lockstep(same)).err, "have the same name");
    assertEquals([...Deno.readDirSync(`${at}/replica`)], []);
  }));

Deno.test("lockstep bring-back refuses a state file or a replica that is not there", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: { b: "2" } });
    const before = harvest(at);
    const typo = await lockstep([
      "bring-back",
      `${at}/source`,
      `${at}/replica`,
      "--state",
      `${at}/sate`,
      "--yes",
    ], WRITABLE);
    assertEquals(typo.status, STATUS.usage);
    assertMatch(typo.err, /There is no state file .*sate/);
    const away = await lockstep(["bring-back", `${at}/source`, `${at}/relica`, "--yes"], WRITABLE);
    assertEquals(away.status, STATUS.unusable);
    assertMatch(away.err, /There is no replica .*relica/);
    assertEquals(harvest(at), before);
  }));

Deno.test("lockstep refuses a state file of other roots, and takes a replica that was renamed for the same", () =>
  withEdits(async (at, words) => {
    const [, , ...options] = words;
    plant(at, { other: {} });
    const other = await lockstep([`${at}/source`, `${at}/other`, "--keep-edits", ...options]);
    assertEquals(other.status, STATUS.usage);
    assertStringIncludes(other.err, "belongs to another replica");
    Deno.renameSync(`${at}/replica`, `${at}/renamed`);
    const renamed = await lockstep([`${at}/source`, `${at}/renamed`, "--keep-edits", ...options]);
    assertEquals(renamed.status, STATUS.fleeting);
    assertStringIncludes(renamed.err, 'Left "a"');
  }));

Deno.test({
  name: "lockstep bring-back on a terminal asks, and only a yes is one",
  ignore: !has("script"),
  fn: () =>
    withEdits(async (at, words) => {
      const before = harvest(`${at}/source`);
      const no = await onTerminal(["bring-back", ...words], "n\n", { after: "[y/N]" });
      assertEquals(no.status, 0);
      assertStringIncludes(no.out, "Nothing was written");
      assertEquals(harvest(`${at}/source`), before);
      const yes = await onTerminal(["bring-back", ...words], "y\n", { after: "[y/N]" });
      assertEquals(yes.status, 0);
      assertStringIncludes(yes.out, "Brought back 3 of 3");
      assertEquals(readIfThere(`${at}/source/new/made`), "22");
    }),
});

for (const side of ["replica", "source"]) {
  Deno.test(`lockstep bring-back is refused while another run has locked the ${side}`, () =>
    withEdits(async (at, words) => {
      const before = harvest(`${at}/source`);
      const locking = await lockOn(`${at}/${side}`);
      const ran = await lockstep(["bring-back", ...words, "--yes"], WRITABLE);
      if (locking.kind === "locked") await locking.lock.close();
      assertEquals(ran.status, STATUS.locked);
      assertStringIncludes(ran.err, `has locked "${at}/${side}"`);
      assertEquals(harvest(`${at}/source`), before);
    }));
}

Deno.test("lockstep --watch --bring-back carries an edit to the source, and does not go in circles", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1", d: { b: "1" } });
    const log = `${at}/run.log`;
    const words = [
      `${at}/source`,
      `${at}/replica`,
      "-w",
      "--state",
      `${at}/state`,
      "--bring-back",
      "--log-file",
      log,
    ];
    await using _ = running(words, WRITABLE);
    await until("the first pass is over", () => readIfThere(log).includes("in sync"));
    Deno.writeTextFileSync(`${at}/replica/a`, "edited");
    plant(`${at}/replica`, { d: { new: "2" } });
    await until(
      "both are in the source",
      () => readIfThere(`${at}/source/a`) === "edited" && readIfThere(`${at}/source/d/new`) === "2",
    );
    await until("both sides are the same", () => isInSync(`${at}/source`, `${at}/replica`));
    Deno.writeTextFileSync(`${at}/source/a`, "and on");
    await until("it goes on", () => readIfThere(`${at}/replica/a`) === "and on");
    const passes = readIfThere(log).split("\n").filter((line) => /in sync/.test(line)).length;
    assert(passes < 12, readIfThere(log));
    assertEquals(isThere(`${at}/source/d/new`), true);
  }));
