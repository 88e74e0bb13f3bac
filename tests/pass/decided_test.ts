/** Passes that make only what was decided on: in random trees, after random edits, and after a question. */
import { assert, assertEquals } from "@std/assert";
import type { Event } from "../../sync/engine/event.ts";
import { type Decided, decidedBy } from "../../sync/engine/decided.ts";
import type { Consent, Permit } from "../../sync/engine/guard.ts";
import { nameOf } from "../../sync/engine/entry.ts";
import { isStill } from "../../sync/engine/step.ts";
import { finish } from "../../sync/engine/steps.ts";
import type { Edge } from "../../sync/engine/config.ts";
import { hasNative } from "../support/edges.ts";
import { failuresOf, mirror, type Outcome, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { anySeed, diceOf } from "../support/random.ts";
import { randomEdit, randomTree } from "../support/random_tree.ts";
import {
  assertInSync,
  file,
  folder,
  hardLink,
  harvest,
  inFolder,
  inMemory,
  isThere,
  link,
  plant,
  removeIfThere,
  type Tree,
} from "../support/tree.ts";

const POOLS = poolsOfFile();
const EDGES: readonly Edge[] = hasNative ? ["portable", "native"] : ["portable"];
const limits = { ...UNLIMITED, allowEmptySource: true };

/** What a dry run decides on. */
async function decide(at: string, options: Parameters<typeof mirror>[2] = {}): Promise<Decided> {
  const { events } = await mirror(`${at}/source`, `${at}/replica`, { ...options, limits, dryRun: true });
  return finish(decidedBy(events.flatMap((event) => event.kind === "change" ? [event.change] : [])));
}

function leftIn({ events }: Outcome): string[] {
  return events.flatMap((event) => event.kind === "left" ? [event.path] : []).sort();
}

function countsIn({ events }: Outcome): Extract<Event, { kind: "decided" }> {
  return events.find((event) => event.kind === "decided")!;
}

/** Everything in a tree by its path, "" for the root: which it is, whatever its name, and what can be seen of it. */
function entriesOf(root: string): Map<string, { readonly node: string; readonly words: string }> {
  const entries = new Map<string, { node: string; words: string }>();
  for (const line of harvest(root, { hardLinks: false })) {
    const path = /^\.(.*?) (?:file|folder|link) [\d:>-]/s.exec(line)![1]!;
    const { dev, ino } = Deno.lstatSync(`${root}${path}`);
    entries.set(path.slice(1), { node: `${dev}:${ino}`, words: line.slice(path.length + 1) });
  }
  return entries;
}

for (let run = 0; run < 12; run++) {
  const seed = anySeed();
  const [how, pool] = POOLS[run % POOLS.length]!;
  const edge = EDGES[run % EDGES.length]!;
  const options = { pool, edge, limits, checksum: true };
  const within = how === "inline" ? inFolder : inMemory;
  const name = `${edge}, ${how}, LOCKSTEP_SEED=${seed} (${run})`;

  Deno.test(`pass() makes of random trees just what was decided on, ${name}`, () =>
    within(async (at) => {
      const dice = diceOf(seed);
      const [source, replica] = [`${at}/source`, `${at}/replica`];
      plant(source, randomTree(dice, 3));
      if (run % 3 === 0) plant(replica, randomTree(dice, 3));
      else {
        // much of it is only moved
        await mirror(source, replica, options);
        for (let edits = 12; edits > 0; edits--) randomEdit(source, dice);
      }
      const decided = await decide(at, options);
      for (let edits = dice.below(8); edits > 0; edits--) randomEdit(source, dice);
      for (let edits = dice.below(8); edits > 0; edits--) randomEdit(replica, dice);
      const [before, original] = [entriesOf(replica), harvest(source)];
      const outcome = await mirror(source, replica, { ...options, decided });
      assertEquals([outcome.report.ended, failuresOf(outcome)], ["complete", []]);
      const made = new Set<string>();
      for (const event of outcome.events) {
        if (event.kind !== "change") continue;
        made.add(event.change.path);
        const step = decided.get(event.change.path);
        assert(step !== undefined && isStill(step, event.change), `${event.change.path} was not decided on`);
      }
      const after = entriesOf(replica);
      const there = new Map([...after.values()].map((entry) => [entry.node, entry]));
      const known = new Map([...before.values()].map((entry) => [entry.node, entry]));
      // what is set by one name of a file is set for all
      const nodes = new Set([...made].flatMap((path) => [before.get(path)?.node, after.get(path)?.node]));
      for (const [path, entry] of after) {
        if (nodes.has(entry.node)) continue;
        assertEquals(entry.words, known.get(entry.node)?.words, `${path} is no part of it`);
      }
      // in a folder that was moved it is done by another path
      const moved = [...outcome.events].flatMap((event) =>
        event.kind === "change" && event.change.kind === "move" ? [event.change.from] : []
      );
      const names = new Set([...made].map(nameOf));
      const isElsewhere = (path: string) => moved.length > 0 && names.has(nameOf(path));
      for (const [path, { node }] of before) {
        assert(there.has(node) || made.has(path) || isElsewhere(path), `${path} is gone, and no part of it`);
      }
      const left = leftIn(outcome);
      const counts = countsIn(outcome);
      assertEquals([counts.hold, counts.left], [made.size, left.length]);
      assertEquals(counts.steps, made.size + left.length + counts.done);
      assertEquals(
        left.filter((path) => made.has(path) || !decided.has(path)),
        [],
      );
      assertEquals(outcome.report.left, left.length);
      assertEquals(harvest(source), original);
      // what was left, and what is new, is there for an ordinary pass
      await mirror(source, replica, options);
      assertInSync(source, replica);
    }));

  Deno.test(`pass() comes to the same by way of a decision when nothing has changed, ${name}`, () =>
    within(async (at) => {
      const dice = diceOf(seed);
      plant(`${at}/source`, randomTree(dice, 3));
      if (run % 4 > 0) plant(`${at}/replica`, randomTree(dice, 3));
      const decided = await decide(at, options);
      const outcome = await mirror(`${at}/source`, `${at}/replica`, { ...options, decided });
      assertEquals([failuresOf(outcome), leftIn(outcome), outcome.report.left], [[], [], 0]);
      assertInSync(`${at}/source`, `${at}/replica`);
      const again = await mirror(`${at}/source`, `${at}/replica`, { ...options, decided });
      assertEquals([again.changes, leftIn(again)], [[], []]);
      const { hold, done, others } = countsIn(again);
      // a replica that is there by now cannot be made
      assertEquals([hold, done, others], [0, decided.size, 0]);
    }));
}

/** What is in both trees when it is decided, and what happens then; the steps that are left, and those done already. */
const ROWS: readonly (readonly [
  name: string,
  source: Tree,
  replica: Tree,
  happens: (source: string, replica: string) => void,
  left: readonly string[],
  done: number,
])[] = [
  ["a file of the source that goes", { a: "1" }, {}, (source) => removeIfThere(`${source}/a`), ["", "a"], 0],
  [
    "a file that somebody else copies",
    { a: file("1", 0o644, 5000) },
    {},
    (_, replica) => plant(replica, { a: file("1", 0o644, 5000) }),
    [],
    1,
  ],
  ["a file that is made in the replica", { a: "1" }, {}, (_, replica) => plant(replica, { a: "of others" }), [
    "a",
  ], 0],
  [
    "a removal that somebody else has made",
    {},
    { a: "1" },
    (_, replica) => removeIfThere(`${replica}/a`),
    [],
    1,
  ],
  [
    "a new file in a folder that is to go",
    {},
    { d: { a: "1" } },
    (_, replica) => plant(`${replica}/d`, { b: "2" }),
    [
      "d",
    ],
    0,
  ],
  [
    "what is excluded by now",
    { a: "1" },
    {},
    (source) => plant(source, { ".lockstepignore": "a\n" }),
    ["a"],
    0,
  ],
  [
    "what is excluded by now in a folder that is to go",
    {},
    { d: { a: "1" } },
    (source) => plant(source, { ".lockstepignore": "a\n" }),
    ["d", "d/a"],
    0,
  ],
  [
    "a link that leads up in the place of the folder of a removal",
    { d: folder({}, 0o755, 1000) },
    { d: { a: "1" }, a: "1" },
    (_, replica) => {
      removeIfThere(`${replica}/d`);
      plant(replica, { d: link(".") });
    },
    ["d"],
    1,
  ],
  [
    "a link in the place of the folder of a removal",
    { d: folder({}, 0o755, 1000) },
    { d: { a: "1" }, e: { a: "1" } },
    (_, replica) => {
      removeIfThere(`${replica}/d`);
      plant(replica, { d: link("e") });
    },
    ["d"],
    1,
  ],
  [
    "a name of a file that is another one by now",
    { a: file("1", 0o644, 3000), b: hardLink("a") },
    { a: file("1", 0o644, 3000) },
    (_, replica) => plant(replica, { a: file("edited", 0o644, 7000) }),
    ["b"],
    0,
  ],
];

for (const [name, source, replica, happens, left, done] of ROWS) {
  for (const edge of EDGES) {
    Deno.test(`pass() leaves ${name}, ${edge}`, () =>
      inFolder(async (at) => {
        plant(at, { source: folder(source, 0o755, 1000), replica: folder(replica, 0o755, 1000) });
        const options = { edge, limits };
        const decided = await decide(at, options);
        happens(`${at}/source`, `${at}/replica`);
        const outcome = await mirror(`${at}/source`, `${at}/replica`, { ...options, decided });
        assertEquals(leftIn(outcome).filter((path) => path !== ""), left.filter((path) => path !== ""));
        assertEquals([failuresOf(outcome), countsIn(outcome).done], [[], done]);
      }));
  }
}

Deno.test("pass() copies no other version of a file than was decided on", () =>
  inFolder(async (at) => {
    plant(at, { source: { big: new Uint8Array(8 << 20), small: "1" }, replica: {} });
    const decided = await decide(at);
    let isEdited = false;
    const outcome = await mirror(`${at}/source`, `${at}/replica`, {
      decided,
      onEvent(event) {
        // it was compared, and is yet to be copied
        if (event.kind !== "decided" || isEdited) return;
        isEdited = true;
        plant(`${at}/source`, { small: "edited since" });
      },
    });
    assertEquals(failuresOf(outcome), ["copy source small CHANGED"]);
    assertEquals([isThere(`${at}/replica/big`), isThere(`${at}/replica/small`)], [true, false]);
  }));

/** A permit of somebody who answers so, and looks at everything first. */
function answering(answer: Consent, seen: string[] = [], meanwhile = () => {}): Permit {
  return {
    asks: false,
    limits: () => Promise.resolve(null),
    async consent(planned) {
      await planned.each((change) => seen.push(`${change.kind} ${change.path}`));
      meanwhile();
      return answer;
    },
  };
}

for (const [how, pool] of POOLS) {
  Deno.test(`pass() asks with all changes in order, and does nothing at a no, ${how}`, () =>
    inFolder(async (at) => {
      plant(at, { source: { d: { b: "1" }, "d-": "2" }, replica: folder({ gone: "3" }, 0o755, 1000) });
      const before = harvest(`${at}/replica`);
      const seen: string[] = [];
      const declined = await mirror(`${at}/source`, `${at}/replica`, { pool, permit: answering("no", seen) });
      assertEquals(seen, ["attributes ", "create d", "create d/b", "create d-", "remove gone"]);
      assertEquals([declined.report.ended, declined.changes, harvest(`${at}/replica`)], [
        "refused",
        [],
        before,
      ]);
      const agreed = await mirror(`${at}/source`, `${at}/replica`, { pool, permit: answering("yes") });
      assertEquals([agreed.report.ended, agreed.report.decided], ["complete", false]);
      assertInSync(`${at}/source`, `${at}/replica`);
      const asked: string[] = [];
      await mirror(`${at}/source`, `${at}/replica`, { pool, permit: answering("no", asked) });
      assertEquals(asked, []);
    }));

  Deno.test(`pass() compares afresh after a late yes, and does only what was seen, ${how}`, () =>
    inFolder(async (at) => {
      plant(at, { source: { a: "1", b: "1", s: "1" }, replica: { gone: "22", kept: "333" } });
      Deno.chmodSync(`${at}/source/s`, 0o644);
      const meanwhile = () => {
        plant(`${at}/source`, { b: "edited", new: "1" });
        plant(`${at}/replica`, { kept: "edited", "new here": "55555" });
      };
      const outcome = await mirror(`${at}/source`, `${at}/replica`, {
        pool,
        permit: answering("afresh", [], meanwhile),
        limits,
      });
      assertEquals(leftIn(outcome).filter((path) => path !== ""), ["b", "kept"]);
      assertEquals(outcome.changes.filter((words) => !words.startsWith("attributes")), [
        "create file a",
        "create file s",
        "remove file gone",
      ]);
      assertEquals([outcome.report.ended, outcome.report.decided, countsIn(outcome).others], [
        "complete",
        true,
        2,
      ]);
      assertEquals(Deno.readTextFileSync(`${at}/replica/kept`), "edited");
    }));

  Deno.test(`pass() makes the replica itself only after a yes, early or late, ${how}`, () =>
    inFolder(async (at) => {
      plant(at, { source: { a: "1" } });
      const seen: string[] = [];
      await mirror(`${at}/source`, `${at}/replica`, { pool, permit: answering("no", seen) });
      assertEquals(seen, ["create ", "create a"]);
      removeIfThere(`${at}/replica`);
      const late = await mirror(`${at}/source`, `${at}/replica`, { pool, permit: answering("afresh") });
      assertEquals([late.changes, leftIn(late)], [["create file a", "create folder "], []]);
      assertInSync(`${at}/source`, `${at}/replica`);
    }));
}

Deno.test("pass() tells a failure once, although it compares twice", () =>
  inFolder(async (at) => {
    // a folder of the replica that holds our log cannot give way
    const ownLogs = [`${at}/replica/d/sync.log`];
    plant(at, { source: { a: "1", d: "2" }, replica: { d: { "sync.log": "" } } });
    const options = { ownLogs, permit: answering("afresh") };
    const outcome = await mirror(`${at}/source`, `${at}/replica`, options);
    assertEquals([outcome.report.failed, failuresOf(outcome)], [1, ["create replica d OCCUPIED"]]);
    assert(isThere(`${at}/replica/a`));
  }));
