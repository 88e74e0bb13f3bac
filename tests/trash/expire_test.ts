/** What is too old, or too much, goes from the trash at the end of a pass, and when the disk fills. */
import { assert, assertEquals } from "@std/assert";
import { expiring } from "../../sync/pass/expiring.ts";
import { openTrash, type TrashRoot } from "../../sync/disk/trash.ts";
import { byAge, runName, runOf, runTime } from "../../sync/engine/trash.ts";
import { expire } from "../../sync/trash/expire.ts";
import type { After } from "../../sync/pass/companion.ts";
import type { Event } from "../../sync/engine/event.ts";
import { faultTest } from "../faults/tools.ts";
import { EDGE } from "../support/edges.ts";
import { failuresOf, mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { runsOf } from "../support/trash.ts";
import { folder, inFolder, isThere, plant } from "../support/tree.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 21, 23, 19, 26);

Deno.test("the names of passes are times, in the order in which they were made", () => {
  assertEquals(runName(NOW), "2026-11-21T23-19-26Z");
  assertEquals(runName(NOW, 2), "2026-11-21T23-19-26Z-2");
  assertEquals(runTime("2026-11-21T23-19-26Z-10"), NOW);
  for (const name of ["2026-11-21", "x", "2026-13-41T00-00-00Z", ".lockstep-trash"]) {
    assertEquals(runTime(name), null);
  }
  assertEquals(runOf("2026-11-21T23-19-26Z-2.part"), "2026-11-21T23-19-26Z-2");
  const names = [runName(NOW, 10), runName(NOW + 1000), runName(NOW, 2), runName(NOW)];
  assertEquals(names.sort(byAge), [runName(NOW), runName(NOW, 2), runName(NOW, 10), runName(NOW + 1000)]);
});

/** A trash with passes made so many days ago, of 1,000 bytes each. */
function passes(at: string, ...days: number[]): string[] {
  return days.map((ago) => {
    const run = runName(NOW - ago * DAY);
    plant(at, {
      [run]: { f: new Uint8Array(600), d: folder({ g: new Uint8Array(400) }, 0o500) },
      [`${run}.jsonl`]: "{}\n",
    });
    return run;
  });
}

Deno.test("expire() deletes the oldest passes whole: those that are too old, or too much, or for space", () =>
  inFolder(async (at) => {
    const [a, b, c, d] = passes(at, 40, 20, 10, 1);
    assertEquals(await expire(at, { keep: 30 * DAY, max: null, now: NOW }), { deleted: 1, bytes: 1000 });
    assertEquals(runsOf(at), [b, c, d]);
    assertEquals(isThere(`${at}/${a}.jsonl`), false);
    assertEquals(await expire(at, { keep: null, max: 2500, now: NOW }), { deleted: 1, bytes: 1000 });
    assertEquals(runsOf(at), [c, d]);
    // nothing goes where it would not be enough
    assertEquals(await expire(at, { shortage: 5000 }), { deleted: 0, bytes: 0 });
    assertEquals(await expire(at, { shortage: 500 }), { deleted: 1, bytes: 1000 });
    // the pass just made stays, however large it is
    assertEquals(await expire(at, { keep: 0, max: 1, now: NOW }, { last: d! }), { deleted: 0, bytes: 0 });
    // and so does what is under way
    {
      using journal = Deno.openSync(`${at}/${d}.jsonl`);
      journal.lockSync(true);
      assertEquals(await expire(at, { keep: 0, max: 1, now: NOW }), { deleted: 0, bytes: 0 });
    }
    assertEquals(await expire(at, { keep: 0, max: 1, now: NOW }), { deleted: 1, bytes: 1000 });
  }));

Deno.test("expiring() tells what it deletes at the end of a pass, and looks again after some time", () =>
  inFolder(async (at) => {
    plant(at, { source: {}, replica: {} });
    const asked = { folder: `${at}/trash`, source: `${at}/source`, replica: `${at}/replica` };
    const trash = await openTrash(asked, null) as TrashRoot;
    passes(trash.path, 40);
    let now = NOW;
    const companion = expiring({ folder: trash.path, keep: 30 * DAY, max: null }, () => now);
    const told: Event[] = [];
    const finish = () =>
      companion.finish!(
        {
          roots: { trash },
          tell: (event: Event) => told.push(event),
          signal: new AbortController().signal,
        } as unknown as After,
      );
    await finish();
    assertEquals(told, [{ kind: "notice", code: "trash-expired", passes: 1, bytes: 1000 }]);
    passes(trash.path, 35);
    await finish();
    assertEquals(told.length, 1);
    now += 3_600_000;
    await finish();
    assertEquals(told.length, 2);
    passes(trash.path, 34);
    companion.listen!({ kind: "notice", code: "trash", folder: `${trash.path}/${runName(NOW)}` });
    await finish();
    assertEquals(told.length, 3);
  }));

for (const [how, pool] of poolsOfFile()) {
  faultTest(
    `when the disk of the replica and its trash fills, the oldest passes go where that was asked for, ${how}`,
    ["mount"],
    async (at, mount) => {
      const [first, second] = [new Uint8Array(300_000).fill(1), new Uint8Array(300_000).fill(2)];
      plant(at, { source: { a: first }, disk: {} });
      await mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", `${at}/disk`);
      const replica = `${at}/disk/replica`;
      const place = { folder: `${replica}.trash`, max: null };
      const limits = { ...UNLIMITED, ignoreFreeSpace: true };
      const make = (keep: number | null) =>
        mirror(`${at}/source`, replica, { pool, limits, trash: { ...place, keep } });
      for (const round of [1, 2, 3, 4, 5]) {
        Deno.writeFileSync(`${at}/source/a`, round % 2 === 0 ? first : second);
        Deno.utimeSync(`${at}/source/a`, round, round);
        const outcome = await make(DAY);
        assertEquals([outcome.report.ended, failuresOf(outcome)], ["complete", []], `${round}`);
      }
      // the replica and two passes fit
      assertEquals(runsOf(place.folder).length, 2);
      Deno.writeFileSync(`${at}/source/b`, second);
      assertEquals((await make(null)).report.halted, "full");
      assertEquals(runsOf(place.folder).length, 2);
      assertEquals((await make(DAY)).report.ended, "complete");
      assertEquals(runsOf(place.folder).length, 1);
    },
  );
}

faultTest(
  "a plan for which there is no free space makes room in a bounded trash, and no more than it needs",
  [
    "mount",
  ],
  async (at, mount) => {
    if (EDGE !== "native") return;
    const big = (byte: number) => new Uint8Array(300_000).fill(byte);
    plant(at, { source: { a: big(1) }, disk: {} });
    await mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", `${at}/disk`);
    const replica = `${at}/disk/replica`;
    const place = { folder: `${replica}.trash`, max: 10e6, keep: null };
    const make = (trash: typeof place) => mirror(`${at}/source`, replica, { limits: UNLIMITED, trash });
    for (const round of [1, 2]) {
      Deno.writeFileSync(`${at}/source/a`, big(round));
      Deno.utimeSync(`${at}/source/a`, round, round);
      assertEquals((await make(place)).report.ended, "complete");
    }
    Deno.writeFileSync(`${at}/source/b`, new Uint8Array(500_000).fill(3));
    const refused = await make({ ...place, max: null as unknown as number });
    assertEquals(refused.report.ended, "refused");
    const outcome = await make(place);
    assertEquals(outcome.report.ended, "complete");
    assert(outcome.events.some((event) => event.kind === "notice" && event.code === "trash-expired"));
  },
);

faultTest(
  "a replaced file frees nothing where it goes to a trash on the same disk",
  ["mount"],
  async (at, mount) => {
    if (EDGE !== "native") return;
    const big = (byte: number) => new Uint8Array(300_000).fill(byte);
    plant(at, { source: { a: big(1), b: big(1) }, disk: {} });
    await mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", `${at}/disk`);
    const replica = `${at}/disk/replica`;
    const trash = { folder: `${replica}.trash`, max: null, keep: null };
    assertEquals((await mirror(`${at}/source`, replica, { trash })).report.ended, "complete");
    for (const name of ["a", "b"]) Deno.writeFileSync(`${at}/source/${name}`, big(2));
    Deno.utimeSync(`${at}/source/a`, 1, 1);
    Deno.utimeSync(`${at}/source/b`, 1, 1);
    assertEquals((await mirror(`${at}/source`, replica, { trash })).report.ended, "refused");
    assertEquals((await mirror(`${at}/source`, replica)).report.ended, "complete");
  },
);
