/** Two runs at the same moment. */
import { assertEquals } from "@std/assert";
import { ended, start, until } from "../support/program.ts";
import { assertInSync, link, plant, readIfThere } from "../support/tree.ts";
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
        start([`${here}/${source}`, `${here}/${replica}`, "60", `${here}/log${i}`], { cwd: here })
      );
      const logs = () => spellings.map((_, i) => readIfThere(`${here}/log${i}`));
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
