/** The real program that decides first: plan, show and apply, and the question before a pass. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { hasNative } from "../support/edges.ts";
import { ended, has, killIfRunning, lockstep, start, until } from "../support/program.ts";
import { leftToDo } from "../support/rsync.ts";
import { onTerminal } from "../support/terminal.ts";
import {
  assertInSync,
  file,
  files,
  harvest,
  inFolder,
  isThere,
  link,
  namesIn,
  plant,
  readIfThere,
  removeIfThere,
  type Tree,
} from "../support/tree.ts";

const SOURCE: Tree = { a: "1", d: { b: "22", e: { f: "333" } }, l: link("a"), "n\nl": "4" };
const REPLICA: Tree = { a: "old", gone: { g: "5" }, d: { b: "22" } };

interface Place {
  readonly source: string;
  readonly replica: string;
  readonly plan: string;
}

/** Run a test with both trees planted. */
function planTest(name: string, test: (place: Place, at: string) => Promise<void>): void {
  Deno.test(name, () =>
    inFolder(async (at) => {
      plant(at, { source: SOURCE, replica: REPLICA });
      await test({ source: `${at}/source`, replica: `${at}/replica`, plan: `${at}/plan.jsonl` }, at);
    }));
}

async function planned({ source, replica, plan }: Place, ...options: readonly string[]): Promise<void> {
  const ran = await lockstep(["plan", source, replica, "-o", plan, ...options]);
  assertEquals([ran.status, /^lockstep: .*written/m.test(ran.err)], [0, true], ran.err);
}

planTest(
  "lockstep plan writes nothing but the plan, and apply makes the replica what a pass would",
  async (place, at) => {
    const before = harvest(place.replica);
    await planned(place);
    assertEquals(harvest(place.replica), before);
    assertEquals(namesIn(at), ["plan.jsonl", "replica", "source"]);
    const shown = await lockstep(["show", place.plan]);
    assertMatch(shown.out, /^Plan to mirror .*\n\n {2}create +\d+ entries/);
    const dry = await lockstep(["apply", place.plan, "-n"]);
    assertEquals([dry.status, harvest(place.replica)], [0, before]);
    assertMatch(dry.out, /Of \d+ steps decided on, (\d+) hold\n/);
    const ran = await lockstep(["apply", place.plan]);
    assertEquals([ran.status, ran.err], [0, ""]);
    assertMatch(ran.out, / done as decided: created /);
    assertInSync(place.source, place.replica);
    if (has("rsync")) assertEquals(await leftToDo(place.source, place.replica), "");
    const again = await lockstep(["apply", place.plan, place.source, place.replica]);
    assertEquals(again.status, 0);
    assertMatch(again.out, /0 hold, \d+ are done already\n.*nothing is left to do of what was decided/);
  },
);

planTest("lockstep apply leaves what has changed since, and says so with status 24", async (place) => {
  await planned(place);
  plant(place.replica, { a: "edited by hand" });
  plant(place.source, { d: { b: "edited" }, new: "1" });
  const ran = await lockstep(["apply", place.plan]);
  assertEquals(ran.status, STATUS.fleeting);
  assertStringIncludes(ran.err, 'Left "a": it is not as it was when the plan was made');
  assertMatch(ran.out, /left; \d other changes? waits? for the next pass/);
  assertEquals([readIfThere(`${place.replica}/a`), isThere(`${place.replica}/new`)], [
    "edited by hand",
    false,
  ]);
  assert(isThere(`${place.replica}/d/e/f`));
  assertEquals((await lockstep([place.source, place.replica])).status, 0);
  assertInSync(place.source, place.replica);
});

planTest(
  "lockstep apply uses the choice of the plan, ages and files of patterns as they were then",
  async (place, at) => {
    plant(at, { patterns: "l\n" });
    plant(place.source, { d: { old: file("1", 0o644, Date.now() - 2 * 86_400_000) } });
    // what is 2 days old now is older than a day, whenever the plan is carried out
    await planned(place, "--exclude-from", `${at}/patterns`, "--newer-than", "1d", "--exclude=/gone");
    removeIfThere(`${at}/patterns`);
    assertEquals((await lockstep(["apply", place.plan])).status, 0);
    assertEquals([`${place.replica}/l`, `${place.replica}/d/old`, `${place.replica}/gone/g`].map(isThere), [
      false,
      false,
      true,
    ]);
    assertEquals(readIfThere(`${place.replica}/a`), "1");
    const text = readIfThere(place.plan);
    assert(!text.includes('"age"') && text.includes('"date"'), text);
  },
);

planTest("lockstep apply refuses other roots, and touches nothing", async (place, at) => {
  await planned(place);
  const before = harvest(place.replica);
  const other = await lockstep(["apply", place.plan, place.source, `${at}/elsewhere`]);
  assertEquals(other.status, STATUS.usage);
  assertStringIncludes(other.err, "not for");
  for (const side of ["source", "replica"] as const) {
    Deno.renameSync(place[side], `${at}/renamed`);
    const gone = await lockstep(["apply", place.plan]);
    assertEquals([gone.status, /is not there|is not now/.test(gone.err)], [STATUS.unusable, true], gone.err);
    plant(at, { [side]: {} });
    const another = await lockstep(["apply", place.plan]);
    assertEquals(another.status, STATUS.unusable);
    assertStringIncludes(another.err, "is another folder than when the plan was made; nothing was touched");
    assertEquals(namesIn(place[side]), []);
    Deno.removeSync(place[side]);
    Deno.renameSync(`${at}/renamed`, place[side]);
  }
  assertEquals(harvest(place.replica), before);
  assertEquals((await lockstep(["apply", place.plan])).status, 0);
});

planTest(
  "lockstep apply makes a replica that was not there, and refuses one that is there by now",
  async (place) => {
    removeIfThere(place.replica);
    await planned(place);
    plant(place.replica, { mine: "1" });
    const refused = await lockstep(["apply", place.plan]);
    assertEquals(refused.status, STATUS.unusable);
    assertStringIncludes(refused.err, "is there, and was not when the plan was made");
    assertEquals(namesIn(place.replica), ["mine"]);
    removeIfThere(place.replica);
    assertEquals((await lockstep(["apply", place.plan])).status, 0);
    assertInSync(place.source, place.replica);
  },
);

planTest("lockstep apply and show refuse what is no whole plan, in one line", async (place, at) => {
  await planned(place);
  const bytes = Deno.readFileSync(place.plan);
  const before = harvest(place.replica);
  const cases: readonly (readonly [string | Uint8Array, RegExp])[] = [
    [bytes.subarray(0, bytes.length - 20), /is not as it was written, or its end is missing: plan again/],
    [
      new TextDecoder().decode(bytes).replace('"version":1', '"version":2'),
      /is of version 2, and this Lockstep/,
    ],
    ["of others", /is no plan, the file that "lockstep plan/],
  ];
  for (const [content, said] of cases) {
    plant(at, { "plan.jsonl": content });
    for (const command of ["apply", "show"]) {
      const ran = await lockstep([command, place.plan]);
      assertEquals([ran.status, ran.out, ran.err.trim().split("\n").length], [STATUS.usage, "", 1]);
      assertMatch(ran.err, said);
    }
  }
  assertEquals(harvest(place.replica), before);
  const absent = await lockstep(["apply", `${at}/nowhere`]);
  assertEquals(absent.status, STATUS.usage);
  assertStringIncludes(absent.err, "Cannot read the plan");
});

planTest(
  "lockstep plan says what the guard would refuse, and apply lets it through by the option that it names",
  async (place) => {
    plant(place.replica, { gone: files(60) });
    const ran = await lockstep(["plan", place.source, place.replica, "-o", place.plan]);
    assertEquals(ran.status, STATUS.refused);
    assertStringIncludes(ran.err, "if you mean it, add --max-delete 62".replace("if", "If"));
    assertStringIncludes((await lockstep(["show", place.plan])).out, "add --max-delete 62");
    const before = harvest(place.replica);
    const refused = await lockstep(["apply", place.plan]);
    assertEquals([refused.status, harvest(place.replica)], [STATUS.refused, before]);
    assertEquals((await lockstep(["apply", place.plan, "--max-delete", "62"])).status, 0);
    assertInSync(place.source, place.replica);
  },
);

planTest("lockstep plan -o - writes to standard output, and nothing else there", async (place) => {
  const ran = await lockstep(["plan", place.source, place.replica, "-o", "-"]);
  assertEquals([ran.status, ran.err], [0, ""]);
  for (const line of ran.out.trimEnd().split("\n")) JSON.parse(line);
  Deno.writeTextFileSync(place.plan, ran.out);
  assertEquals((await lockstep(["apply", place.plan])).status, 0);
  assertInSync(place.source, place.replica);
});

planTest("lockstep plan writes into neither tree, and over nothing of others", async (place, at) => {
  plant(at, { thesis: "of others" });
  for (
    const [path, said] of [
      [`${place.source}/plan`, "would lie in the source"],
      [`${place.replica}/d/plan`, "would lie in the replica"],
      [place.replica, "would lie in the replica"],
      [`${at}/thesis`, "is no plan of Lockstep"],
      [at, "is no ordinary file"],
      [`${at}/nowhere/plan`, "Cannot write the plan"],
    ] as const
  ) {
    const ran = await lockstep(["plan", place.source, place.replica, "-o", path], { flags: ["-RW"] });
    assertEquals([path, ran.status], [path, STATUS.usage]);
    assertStringIncludes(ran.err, said);
  }
  assertEquals(readIfThere(`${at}/thesis`), "of others");
  await planned(place);
  await planned(place);
});

planTest(
  "lockstep show lists the steps at a path and below it, for people and for programs",
  async (place) => {
    await planned(place);
    const listed = await lockstep(["show", place.plan, "d/e"]);
    assertEquals(listed.out, 'create folder "d/e"\ncreate file "d/e/f" 3 bytes\n');
    assertStringIncludes(
      (await lockstep(["show", place.plan, `${place.replica}/nowhere`])).out,
      "none is at",
    );
    const lines = (await lockstep(["show", place.plan, ".", "--json"])).out.trimEnd().split("\n");
    const paths = lines.map((line) => JSON.parse(line)).map(({ kind, planned, path }) =>
      `${kind} ${planned} ${path}`
    );
    assert(paths.includes("change true n\nl") && paths.includes("change true gone/g"), paths.join());
    assertEquals(JSON.parse((await lockstep(["show", place.plan, "--json"])).out).steps, lines.length);
  },
);

if (hasNative) {
  planTest("lockstep apply uses the edge of the plan, and says so where it cannot", async (place) => {
    for (const [flags, edge] of [[["-RW", "--allow-ffi"], "native"], [["-RW"], "portable"]] as const) {
      const ran = await lockstep(["plan", place.source, place.replica, "-o", place.plan], {
        flags,
        edge: "as flags say",
      });
      assertEquals([ran.status, readIfThere(place.plan).includes(`"edge":"${edge}"`)], [0, true]);
      if (edge === "portable") break;
      const without = await lockstep(["apply", place.plan], { flags: ["-RW"], edge: "as flags say" });
      assertEquals([without.status, /--allow-ffi/.test(without.err)], [STATUS.usage, true], without.err);
    }
    const ran = await lockstep(["apply", place.plan], {
      flags: ["-RW", "--allow-ffi"],
      edge: "as flags say",
    });
    assertEquals(ran.status, 0);
    assertInSync(place.source, place.replica);
  });
}

for (const threads of ["1", "3"]) {
  Deno.test(`lockstep apply that was killed is applied again to the end, --threads ${threads}`, () =>
    inFolder(async (at) => {
      const place = { source: `${at}/source`, replica: `${at}/replica`, plan: `${at}/plan.jsonl` };
      const old = (content: string) => file(content, 0o644, 1e12);
      const many = (count: number, content: string) =>
        Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, old(content)]));
      for (let i = 0; i < 12; i++) plant(`${at}/source/d${i}/e`, many(60, "x".repeat(3000)));
      for (let i = 6; i < 20; i++) plant(`${at}/replica/d${i}`, many(40, "old"));
      await planned(place, "--max-delete", "100%");
      for (const first of ["d0", "d1/e/f0"]) {
        const process = start(["apply", place.plan, "--threads", threads]);
        await until("some of it is done", () => isThere(`${at}/replica/${first}`));
        killIfRunning(process);
        assertEquals((await ended(process)).status, 137);
      }
      assert(isThere(`${at}/replica/d19`), "it was killed before all was done");
      const ran = await lockstep(["apply", place.plan, "--threads", threads]);
      assertEquals([ran.status, ran.err], [0, ""], ran.out.slice(-500));
      assertInSync(place.source, place.replica);
    }));
}

/** A test on a terminal. */
function terminalTest(name: string, test: (place: Place, at: string) => Promise<void>): void {
  if (has("script")) planTest(name, test);
}

terminalTest(
  "lockstep --ask sums up, shows every step, and does nothing at a no",
  async ({ source, replica }) => {
    const before = harvest(replica);
    const { status, out } = await onTerminal([source, replica, "--ask"], "show\nno\n", { after: "Do it?" });
    assertEquals([status, harvest(replica)], [STATUS.refused, before]);
    assertMatch(
      out,
      /create +\d+ entries.*By folder:.*Do it\? \[y\/N\/show\] .*create folder "d\/e"\r?\ncreate file "d\/e\/f" 3 bytes.*Do it\?/s,
    );
    assertStringIncludes(out, "Not done, as you said: ");
    const agreed = await onTerminal([source, replica, "--ask"], "y\n", { after: "Do it?" });
    assertEquals(agreed.status, 0);
    assertInSync(source, replica);
    const idle = await onTerminal([source, replica, "--ask"], "");
    assertEquals([idle.status, idle.out.includes("Do it?")], [0, false]);
  },
);

terminalTest(
  "lockstep --ask asks once, also where the guard asks, and ends by Ctrl-C",
  async ({ source, replica }, at) => {
    plant(at, { strange: files(3, "precious") });
    const words = [source, `${at}/strange`, "--ask"];
    const { status, out } = await onTerminal(words, "y\n", { after: "[y/N/show]" });
    assertEquals([status, out.split("[y/N/show]").length], [0, 2]);
    assertStringIncludes(out, "Nothing that");
    assertInSync(source, `${at}/strange`);
    const before = harvest(replica);
    const cut = await onTerminal([source, replica, "--ask"], "\x03", { after: "Do it?" });
    assertEquals([cut.status, harvest(replica)], [STATUS.interrupted, before]);
  },
);

planTest("lockstep --ask is refused in one line where it can ask nobody", async ({ source, replica }) => {
  for (
    const [options, said] of [
      [["--ask"], "--ask needs somebody at a terminal"],
      [["--ask", "--json"], "--json is for programs"],
      [["--ask", "-n"], "--dry-run does nothing that --ask could ask about"],
    ] as const
  ) {
    const ran = await lockstep([source, replica, ...options]);
    assertEquals(ran.status, STATUS.usage);
    assertStringIncludes(ran.err, said);
  }
});
