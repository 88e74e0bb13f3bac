/** A trash on another file system: what goes there is copied whole before the original goes. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { openKept } from "../../sync/disk/open.ts";
import type { File } from "../../sync/engine/entry.ts";
import { trashIn } from "../../sync/trash/keep.ts";
import { faultTest } from "../faults/tools.ts";
import { EDGE } from "../support/edges.ts";
import { failuresOf, mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { command } from "../support/program.ts";
import { lastRun, runsOf } from "../support/trash.ts";
import {
  assertInSync,
  file,
  folder,
  hardLink,
  harvest,
  isThere,
  link,
  namesIn,
  plant,
  sparse,
  type Tree,
} from "../support/tree.ts";

const TIME = 1_600_000_000_000;

const OLD: Tree = {
  same: file("same", 0o644, TIME),
  changed: file("old", 0o640, TIME),
  l: link("nowhere", TIME),
  hole: sparse(1 << 20, "end", 0o644, TIME),
  "was-file": file("file", 0o600, TIME),
  "was-folder": folder({ inner: file("inner", 0o604, TIME) }, 0o710, TIME),
  d: folder(
    {
      a: file("a", 0o4755, TIME),
      b: hardLink("a"),
      c: hardLink("a"),
      e: folder({ f: file("f", 0o444, TIME) }, 0o555, TIME),
    },
    0o555,
    TIME,
  ),
};

const NEW: Tree = {
  same: file("same", 0o644, TIME),
  changed: file("new content", 0o644, TIME + 5000),
  "was-file": { inside: "new" },
  "was-folder": "a file now",
};

for (const [how, pool] of poolsOfFile()) {
  faultTest(
    `a trash on another file system has what went as it was, hard links too, ${how}`,
    ["mount"],
    async (at, mount) => {
      plant(at, { source: NEW, replica: OLD, other: {} });
      await mount("-t", "tmpfs", "tmpfs", `${at}/other`);
      const before = harvest(`${at}/replica`);
      const trash = { folder: `${at}/other/trash`, keep: null, max: null };
      const options = { trash, pool, limits: UNLIMITED };
      const first = await mirror(`${at}/source`, `${at}/replica`, options);
      assertEquals(failuresOf(first), []);
      assertInSync(`${at}/source`, `${at}/replica`);
      const stays = (line: string) => line.startsWith(". ") || line.startsWith("./same ");
      assertEquals(lastRun(trash.folder), before.filter((line) => !stays(line)));
      const [run] = runsOf(trash.folder);
      assertEquals(namesIn(trash.folder), [".lockstep-trash", run, `${run}.jsonl`]);
    },
  );

  faultTest(
    `a trash that is full stops removals and never copies, and says so, ${how}`,
    ["mount"],
    async (at, mount) => {
      const big = new Uint8Array(300_000).fill(7);
      plant(at, {
        source: { new: "new", changed: "changed" },
        replica: { changed: big, a: big, b: big, c: big, d: { e: big } },
        other: {},
      });
      await mount("-t", "tmpfs", "-o", "size=400k", "tmpfs", `${at}/other`);
      const trash = { folder: `${at}/other/trash`, keep: null, max: null };
      const before = harvest(`${at}/replica`);
      const outcome = await mirror(`${at}/source`, `${at}/replica`, { trash, pool, limits: UNLIMITED });
      assertEquals(outcome.report.ended, "complete");
      assertEquals(Deno.readTextFileSync(`${at}/replica/new`), "new");
      const failures = outcome.events.filter(({ kind }) => kind === "failure");
      assertEquals(failures.length, 1);
      const [failure] = failuresOf(outcome);
      assertStringIncludes(failure!, " TRASH");
      const untrashed = outcome.events.find(({ kind }) => kind === "untrashed");
      assertEquals(untrashed?.kind === "untrashed" && untrashed.reason, { code: "TRASH", detail: "ENOSPC" });
      assertEquals(outcome.report.failed, 4);
      // each is in the replica or in the trash, whole
      const kept = lastRun(trash.folder);
      for (const line of before.filter((line) => line.includes(" file "))) {
        const isKept = kept.includes(line);
        assertEquals(harvest(`${at}/replica`).includes(line), !isKept, line);
      }
      assertEquals(kept.filter((line) => line.includes(" file ")).length, 1);
    },
  );
}

faultTest(
  "a trash on another file system keeps extended attributes of files and folders, asked for or not",
  ["mount", "attr"],
  async (at, mount) => {
    if (EDGE !== "native") return;
    plant(at, { source: { x: "x" }, replica: { x: "x", d: { f: "f" } }, other: {} });
    await mount("-t", "ext4", "-o", "loop", await disk(at), `${at}/other`);
    for (const name of ["d", "d/f"]) {
      await command("setfattr", "-n", "user.a", "-v", "1", `${at}/replica/${name}`);
    }
    const trash = { folder: `${at}/other/trash`, keep: null, max: null };
    const outcome = await mirror(`${at}/source`, `${at}/replica`, { trash, limits: UNLIMITED });
    assertEquals(failuresOf(outcome), []);
    const [run] = runsOf(trash.folder);
    for (const name of ["d", "d/f"]) {
      const told = await command(
        "getfattr",
        "--only-values",
        "-n",
        "user.a",
        `${trash.folder}/${run}/${name}`,
      );
      assertEquals(told?.out, "1", name);
    }
    assertEquals(isThere(`${at}/replica/d`), false);
  },
);

async function disk(at: string): Promise<string> {
  const image = `${at}/image`;
  Deno.writeFileSync(image, new Uint8Array());
  Deno.truncateSync(image, 16 << 20);
  assertEquals((await command("mkfs.ext4", "-q", image))?.status, 0);
  return image;
}

faultTest(
  "a name that leads to another file by now is no hard link in a trash on another file system",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: {}, replica: { a: file("old", 0o644, TIME), b: hardLink("a") }, other: {} });
    await mount("-t", "tmpfs", "tmpfs", `${at}/other`);
    const trees = await openKept(EDGE, `${at}/replica`, `${at}/other`);
    const trash = trashIn(trees, { run: "run", durable: false, makeRoom: () => false, lacks() {} });
    using folder = trees.replica.open("", "remove");
    const was = folder.look("a") as File;
    const place = (name: string) => ({ folder, path: "", name, action: "remove", was }) as const;
    trash.remove(place("a"), "a");
    Deno.removeSync(`${at}/replica/b`);
    plant(`${at}/replica`, { b: file("new", 0o644, TIME) });
    trash.remove(place("b"), "b");
    assertEquals(Deno.readTextFileSync(`${at}/other/run/a`), "old");
    assertEquals(Deno.readTextFileSync(`${at}/other/run/b`), "new");
    trash.release();
  },
);
