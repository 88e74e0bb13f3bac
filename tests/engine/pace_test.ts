/** The timetable of rates: over midnight, and on the days on which daylight saving begins and ends. */
import { assertEquals } from "@std/assert";
import { rateAt, type Timetable } from "../../sync/engine/pace.ts";

const OFFICE: Timetable = [{ from: 480, rate: 512 }, { from: 1140, rate: null }];

const ROWS: readonly (readonly [time: string, rate: number | null])[] = [
  ["00:00", null],
  ["07:59", null],
  ["08:00", 512],
  ["18:59", 512],
  ["19:00", null],
  ["23:59", null],
];

for (const [time, rate] of ROWS) {
  Deno.test(`rateAt() has the rate of ${time}, and the last one of the day until the first`, () => {
    assertEquals(rateAt(OFFICE, new Date(`2026-03-01T${time}`).getTime()), rate);
  });
}

Deno.test("rateAt() has the only rate all day", () => {
  assertEquals(rateAt([{ from: 720, rate: 9 }], new Date("2026-03-01T03:00").getTime()), 9);
});

/** What rateAt() gives at moments, in a zone. */
async function ratesIn(zone: string, table: Timetable, moments: readonly string[]): Promise<unknown> {
  const code = `import { rateAt } from "./sync/engine/pace.ts";
    console.log(JSON.stringify(${JSON.stringify(moments)}.map((at) =>
      rateAt(${JSON.stringify(table)}, Date.parse(at)))))`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    cwd: new URL("../..", import.meta.url),
    env: { TZ: zone, NO_COLOR: "1" },
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("rateAt() goes by the clock on the wall when daylight saving begins and ends", async () => {
  const table = [{ from: 60, rate: 1 }, { from: 150, rate: 2 }, { from: 180, rate: 3 }];
  // 02:00 becomes 03:00: half past two never comes
  const spring = ["2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z"];
  assertEquals(await ratesIn("Europe/Berlin", table, spring), [1, 3]);
  // 03:00 becomes 02:00: half past two comes twice
  const autumn = [
    "2026-10-25T00:29:00Z",
    "2026-10-25T00:30:00Z",
    "2026-10-25T01:00:00Z",
    "2026-10-25T01:30:00Z",
    "2026-10-25T02:00:00Z",
  ];
  assertEquals(await ratesIn("Europe/Berlin", table, autumn), [1, 2, 1, 2, 3]);
});
