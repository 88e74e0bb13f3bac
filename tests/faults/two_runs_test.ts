/** Two runs at the same moment. */
import { assertEquals } from "@std/assert";
import { ended, lockstep, running, start, until } from "../support/program.ts";
import { assertInSync, isThere, link, namesIn, plant, readIfThere } from "../support/tree.ts";
import { faultTest, figure, times } from "./tools.ts";

for (
  const [which, replica] of [["that is there", { replica: {} }], ["that is yet to be made", {}]] as const
) {
  const name =
    `of several runs started at the same moment on one replica ${which}, by different spellings, ` +
    `exactly one works`;
  faultTest(name, [], async (at) => {
    const rounds = times(3);
    for (let round = 0; round < rounds; round++) {
      const here = `${at}/${round}`;
      plant(here, {
        source: { a: "1", d: { b: "1" } },
        other: { c: "1" },
        d: {},
        l: link("."),
        ...replica,
      });
      const spellings = [["source", "replica"], ["other", "l/replica"], ["source", "d/../replica"], [
        "other",
        "./replica",
      ]];
      const runs = spellings.map(([source, replica], i) =>
        start([`${here}/${source}`, `${here}/${replica}`, "60", `${here}/${i}.log`], { cwd: here })
      );
      const logs = () => spellings.map((_, i) => readIfThere(`${here}/${i}.log`));
      await until(
        "one works and the others have given up",
        () =>
          logs().filter((log) => log.includes("Another run")).length === 3 &&
          logs().some((log) => log.includes("in sync")),
      );
      const winner = logs().findIndex((log) => log.includes("in sync"));
      runs[winner]!.kill("SIGTERM");
      const ran = await Promise.all(runs.map(ended));
      assertEquals(ran.map(({ status }) => status).toSorted((a, b) => a - b), [0, 40, 40, 40]);
      assertInSync(`${here}/${spellings[winner]![0]}`, `${here}/replica`);
    }
    figure("runs of four started at once, of which one worked", rounds);
  });
}

for (const [name, first, second] of [["inside", "r", "r/in"], ["around", "r/in", "r"]] as const) {
  faultTest(`a replica ${name} another run's is refused, and nothing in it changes`, [], async (at) => {
    plant(at, { s: { a: "1", in: { b: "1" } }, t: { c: "1" }, r: { in: { old: "1" } }, beside: {} });
    await using run = running([`${at}/s`, `${at}/${first}`, "50ms", "--max-delete=100%"]);
    const there = first === "r" ? "r/a" : "r/in/a";
    await until("the first is mirrored", () => isThere(`${at}/${there}`));
    const ran = await lockstep([`${at}/t`, `${at}/${second}`, "--max-delete=100%"]);
    assertEquals([ran.status, ran.out.includes("create")], [40, false], ran.out + ran.err);
    assertEquals(isThere(`${at}/${second}/c`), false);
    // one beside it is none of its business
    assertEquals((await lockstep([`${at}/t`, `${at}/beside`])).status, 0);
    assertEquals((await run.stop()).status, 0);
    assertEquals((await lockstep([`${at}/t`, `${at}/${second}`, "--max-delete=100%"])).status, 0);
  });
}

for (const [name, first, second] of [["inside", "r", "seen"], ["around", "seen", "r"]] as const) {
  faultTest(
    `a replica ${name} another run's through a bind mount is refused where the mounts may be read`,
    ["mount"],
    async (at, mount) => {
      plant(at, { s: { a: "1", in: { b: "1" } }, t: { c: "1" }, r: { in: { b: "1" } }, seen: {} });
      await mount("--bind", `${at}/r/in`, `${at}/seen`);
      // what may be read with --allow-all alone
      const setting = { flags: ["--allow-all"], edge: "as flags say" } as const;
      const of = (replica: string) => [`${at}/${replica === "r" ? "s" : "t"}`, `${at}/${replica}`];
      await using run = running([...of(first), "1h", "--max-delete=100%"], setting);
      const there = first === "r" ? "r/a" : "seen/c";
      await until("the first is mirrored", () => isThere(`${at}/${there}`));
      const ran = await lockstep([...of(second), "--max-delete=100%"], setting);
      assertEquals([ran.status, ran.out.includes("create")], [40, false], ran.out + ran.err);
      assertEquals((await run.stop()).status, 0);
    },
  );
}

faultTest(
  "a replica that could be seen inside another run's, were that mount not hidden, is mirrored",
  ["mount"],
  async (at, mount) => {
    plant(at, { s: { a: "1" }, t: { c: "1" }, base: { x: {} }, alias: {} });
    await mount("--bind", `${at}/base/x`, `${at}/alias`);
    await mount("-t", "tmpfs", "tmpfs", `${at}/base`);
    const setting = { flags: ["--allow-all"], edge: "as flags say" } as const;
    await using run = running([`${at}/s`, `${at}/base`, "1h"], setting);
    await until("the first is mirrored", () => isThere(`${at}/base/a`));
    const ran = await lockstep([`${at}/t`, `${at}/alias/r`], setting);
    assertEquals([ran.status, ran.err], [0, ""]);
    assertEquals((await run.stop()).status, 0);
  },
);

faultTest(
  "a new replica inside another run's is refused, and its folder is not left there",
  [],
  async (at) => {
    plant(at, { s: { a: "1" }, t: { c: "1" } });
    await using run = running([`${at}/s`, `${at}/r`, "1h"]);
    await until("the first is mirrored", () => isThere(`${at}/r/a`));
    assertEquals((await lockstep([`${at}/t`, `${at}/r/new`])).status, 40);
    assertEquals(namesIn(`${at}/r`), ["a"]);
    assertEquals((await run.stop()).status, 0);
  },
);
