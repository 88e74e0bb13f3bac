/** What a pass removes or replaces is in the trash afterwards, as it was; inline and in threads. */
import { resolve } from "node:path";
import { assert, assertEquals } from "@std/assert";
import { closeRoots } from "../../sync/disk/roots.ts";
import { pass } from "../../sync/pass/pass.ts";
import { inline } from "../../sync/pass/pool.ts";
import { configOf, failuresOf, mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { sh } from "../support/program.ts";
import {
  assertInSync,
  file,
  folder,
  hardLink,
  harvest,
  inFolder,
  IS_WINDOWS,
  link,
  namesIn,
  plant,
  removeIfThere,
  temporaryNames,
  type Tree,
} from "../support/tree.ts";
import { lastRun, runsOf } from "../support/trash.ts";

const TIME = 1_600_000_000_000;

const OLD: Tree = {
  same: file("same", 0o644, TIME),
  changed: file("old", 0o640, TIME),
  gone: file("gone", 0o400, TIME),
  l: link("nowhere", TIME),
  "was-file": file("file", 0o600, TIME),
  "was-link": link("somewhere", TIME),
  "was-folder": folder({ inner: file("inner", 0o604, TIME) }, 0o710, TIME),
  deep: folder(
    {
      empty: folder({}, 0o500, TIME),
      d: folder({ f: file("f", 0o644, TIME), a: file("a", 0o644, TIME), b: hardLink("a") }, 0o555, TIME),
    },
    0o750,
    TIME,
  ),
  kept: folder({ x: file("x", 0o644, TIME), y: file("y", 0o644, TIME) }, 0o711, TIME),
};

const NEW: Tree = {
  same: file("same", 0o644, TIME),
  changed: file("new content", 0o644, TIME + 5000),
  "was-file": { inside: "new" },
  "was-link": { inside: "new" },
  "was-folder": "a file now",
  kept: folder({ x: file("x", 0o644, TIME) }, 0o711, TIME),
  fresh: "new",
};

/** What of OLD goes, as it is harvested. */
const GONE = [
  "changed",
  "gone",
  "l",
  "was-file",
  "was-link",
  "was-folder",
  "was-folder/inner",
  "deep",
  "deep/empty",
  "deep/d",
  "deep/d/f",
  "deep/d/a",
  "deep/d/b",
  "kept/y",
];

for (const [how, pool] of poolsOfFile()) {
  Deno.test(`what a pass removes and replaces is in the trash as it was, ${how}`, () =>
    inFolder(async (at) => {
      plant(`${at}/source`, NEW);
      plant(`${at}/replica`, OLD);
      const before = harvest(`${at}/replica`);
      const trash = { folder: `${at}/replica.trash`, keep: null, max: null };
      const options = { trash, pool, limits: UNLIMITED };
      const first = await mirror(`${at}/source`, `${at}/replica`, options);
      assertEquals(failuresOf(first), []);
      assertInSync(`${at}/source`, `${at}/replica`, { hardLinks: false });
      const wanted = before.filter((line) => GONE.includes(line.slice(2).split(" ")[0]!));
      const kept = lastRun(trash.folder).filter((line) => !line.startsWith("./kept folder"));
      assertEquals(kept, wanted);
      assertEquals(temporaryNames(resolve(at, "replica")), []);
      if (!IS_WINDOWS) assertEquals((Deno.statSync(trash.folder).mode ?? 0) & 0o777, 0o700);
      const [run] = runsOf(trash.folder);
      assertEquals(namesIn(trash.folder), [".lockstep-trash", run, `${run}.jsonl`]);
      const lines = Deno.readTextFileSync(`${trash.folder}/${run}.jsonl`).trimEnd().split("\n").map((line) =>
        JSON.parse(line)
      );
      assertEquals(lines[0].replica, resolve(at, "replica"));
      assertEquals(lines.slice(1, -1).map(({ path }) => path).sort(), GONE.toSorted());
      assertEquals(lines.at(-1).entries, GONE.length);
      const second = await mirror(`${at}/source`, `${at}/replica`, options);
      assertEquals([second.changes, failuresOf(second)], [[], []]);
      assertEquals(runsOf(trash.folder), [run]);
      assert(first.events.some((event) => event.kind === "notice" && event.code === "trash"));
    }));
}

Deno.test("what goes stays as it was when another name of its inode stays in the replica", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { x: file("shared", 0o600, TIME + 7000) });
    plant(`${at}/replica`, { x: file("shared", 0o644, TIME), y: hardLink("x") });
    const before = harvest(`${at}/replica`, { hardLinks: false }).filter((line) => line.startsWith("./y "));
    const trash = { folder: `${at}/replica.trash`, keep: null, max: null };
    const first = await mirror(`${at}/source`, `${at}/replica`, { trash, limits: UNLIMITED });
    assertEquals(failuresOf(first), []);
    assertInSync(`${at}/source`, `${at}/replica`);
    const [run] = runsOf(trash.folder);
    const kept = harvest(`${trash.folder}/${run}`, { hardLinks: false });
    assertEquals(kept.filter((line) => line.startsWith("./y ")), before);
    // a name in the trash is none in the replica
    const second = await mirror(`${at}/source`, `${at}/replica`, { trash });
    assertEquals(second.changes, []);
  }));

Deno.test("a name of an inode that stays is left alone by the next passes, though its other name is in the trash", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { x: file("shared", 0o644, TIME) });
    plant(`${at}/replica`, { x: file("shared", 0o644, TIME), y: hardLink("x") });
    const trash = { folder: `${at}/replica.trash`, keep: null, max: null };
    const first = await mirror(`${at}/source`, `${at}/replica`, { trash });
    assertEquals(first.changes.filter((change) => change.includes("file")), ["remove file y"]);
    assertEquals((await mirror(`${at}/source`, `${at}/replica`, { trash })).changes, []);
    // nor does a change of its attributes reach the trash
    Deno.chmodSync(`${at}/source/x`, 0o600);
    await mirror(`${at}/source`, `${at}/replica`, { trash });
    assertInSync(`${at}/source`, `${at}/replica`);
    const [run] = runsOf(trash.folder);
    if (!IS_WINDOWS) assertEquals((Deno.statSync(`${trash.folder}/${run}/y`).mode ?? 0) & 0o777, 0o644);
  }));

Deno.test("what a killed pass moved out of its place goes under its own name, and half copies are deleted", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { kept: file("k", 0o644, TIME) });
    plant(`${at}/replica`, {
      kept: file("k", 0o644, TIME),
      ".lockstep-0badcafe-1": "half a copy",
      ".lockstep-0badcafe-_2-photos": { lake: "precious", deep: { f: "precious, too" } },
      ".lockstep-0badcafe-probe": { x: "" },
    });
    const trash = { folder: `${at}/replica.trash`, keep: null, max: null };
    const outcome = await mirror(`${at}/source`, `${at}/replica`, { trash, limits: UNLIMITED });
    assertEquals(failuresOf(outcome), []);
    assertInSync(`${at}/source`, `${at}/replica`);
    const [run] = runsOf(trash.folder);
    assertEquals(namesIn(`${trash.folder}/${run}`), ["photos"]);
    assertEquals(Deno.readTextFileSync(`${trash.folder}/${run}/photos/deep/f`), "precious, too");
  }));

Deno.test("a trash that is no trash, or in a tree, takes nothing: removals stay, copies are made", () =>
  inFolder(async (at) => {
    plant(at, { source: { new: "new" }, replica: { gone: "gone" }, other: { precious: "p" } });
    Deno.symlinkSync(`${at}/replica`, `${at}/link`);
    // a mark that would never let go of whoever opens it
    if (!IS_WINDOWS) await sh("mkdir waiting && mkfifo waiting/.lockstep-trash", at);
    const rows = [
      ...IS_WINDOWS ? [] : [[`${at}/waiting`, "NOT_A_TRASH"] as const],
      [`${at}/other`, "NOT_A_TRASH"],
      [`${at}/replica/t`, "IN_TREE"],
      [`${at}/link/t`, "IN_TREE"],
      [
        `${at}/source/t`,
        "IN_TREE",
      ],
      [at, "IN_TREE"],
      [`${at}/no/folder`, "ENOENT"],
    ] as const;
    for (const [folder, detail] of rows) {
      const place = { folder, keep: null, max: null };
      const outcome = await mirror(`${at}/source`, `${at}/replica`, { trash: place, limits: UNLIMITED });
      const failure = outcome.events.find(({ kind }) => kind === "failure");
      assertEquals(failure?.kind === "failure" && failure.reason, { code: "TRASH", detail }, folder);
      assertEquals(namesIn(`${at}/replica`), ["gone", "new"]);
      assertEquals(namesIn(`${at}/source`), ["new"]);
    }
    assertEquals(namesIn(`${at}/other`), ["precious"]);
  }));

Deno.test("a dry run makes no trash, and a run that uses none takes it away again", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "a" }, replica: { b: "b" } });
    const trash = { folder: `${at}/replica.trash`, keep: null, max: null };
    await mirror(`${at}/source`, `${at}/replica`, { trash, dryRun: true, limits: UNLIMITED });
    assertEquals(namesIn(at), ["replica", "source"]);
    Deno.removeSync(`${at}/replica/b`);
    const config = { ...configOf(`${at}/source`, `${at}/replica`), trash };
    const { roots } = await pass(
      config,
      { number: 1, before: null },
      inline(),
      () => {},
      new AbortController().signal,
    );
    assertEquals(namesIn(at), ["replica", "replica.trash", "source"]);
    await closeRoots(roots!);
    assertEquals(namesIn(at), ["replica", "source"]);
  }));

Deno.test("a file that is edited again while it is copied leaves no half version in the trash", () =>
  inFolder(async (at) => {
    const trash = { folder: `${at}/replica.trash`, keep: null, max: null };
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    // its time is just ahead; where a busy machine is too slow for that, once more with one further ahead
    for (let [ahead, tries, isInTime] = [101, 1, false]; !isInTime; ahead = Math.min(3 * ahead, 2727)) {
      assert(tries++ < 10, "the pass came too late");
      removeIfThere(source, replica, trash.folder);
      const time = Date.now() + ahead;
      plant(at, { source: { a: file("a1", 0o644, time) }, replica: { a: file("old", 0o644, TIME) } });
      let edits = 0;
      const outcome = await mirror(source, replica, {
        trash,
        onEvent(event) {
          if (event.kind !== "change" || event.change.path !== "a" || edits++ > 0) return;
          isInTime = Date.now() <= time;
          const { mtime } = Deno.statSync(`${source}/a`);
          Deno.writeTextFileSync(`${source}/a`, "a2");
          Deno.utimeSync(`${source}/a`, mtime!, mtime!);
        },
      });
      assertEquals(failuresOf(outcome), []);
    }
    assertEquals(Deno.readTextFileSync(`${replica}/a`), "a2");
    const [run, ...others] = runsOf(trash.folder);
    assertEquals([others, namesIn(`${trash.folder}/${run}`)], [[], ["a"]]);
    assertEquals(Deno.readTextFileSync(`${trash.folder}/${run}/a`), "old");
  }));

Deno.test("what is replaced in a folder that was moved to where a file was is in the trash", () =>
  inFolder(async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    const files = { x: file("x", 0o644, TIME), y: file("y", 0o644, TIME), z: file("z", 0o644, TIME) };
    plant(replica, { a: "a file", d: files });
    plant(source, { a: { in: { ...files, x: "changed" } } });
    const trash = { folder: `${at}/trash`, keep: null, max: null };
    const outcome = await mirror(source, replica, { trash, limits: UNLIMITED });
    assertEquals(failuresOf(outcome), []);
    assertInSync(source, replica);
    assertEquals(Deno.readTextFileSync(`${trash.folder}/${runsOf(trash.folder)[0]}/d/x`), "x");
  }));
