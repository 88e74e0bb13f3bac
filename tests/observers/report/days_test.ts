/** Days as a page counts them: by the calendar of the machine, also when a day has 23 or 25 hours. */
import { assertEquals } from "@std/assert";
import { dayOf, daysTo, isDay, weekdayOf } from "../../../sync/observers/report/days.ts";
import { size } from "../../../sync/observers/report/numbers.ts";

const DAYS = new URL("../../../sync/observers/report/days.ts", import.meta.url).href;
const NUMBERS = new URL("../../../sync/observers/report/numbers.ts", import.meta.url).href;

/** What an expression over moments gives in a time zone, which is one for a whole process. */
async function inZone(zone: string, expression: string): Promise<unknown> {
  const code = `const { dayOf, daysTo } = await import("${DAYS}");
const { moment, zoneOf } = await import("${NUMBERS}");
console.log(JSON.stringify(${expression}));`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", code],
    env: { TZ: zone, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (text === "") throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

Deno.test("days of a calendar with 23 and 25 hours follow one another, and each moment is of its own", async () => {
  // Berlin set its clocks on 29 March and 25 October 2026
  const moments = [
    "2026-03-28T23:30:00Z",
    "2026-03-29T21:59:00Z",
    "2026-10-24T22:00:00Z",
    "2026-10-25T22:59:00Z",
    "2026-10-25T23:00:00Z",
  ];
  assertEquals(
    await inZone("Europe/Berlin", `${JSON.stringify(moments)}.map((text) => dayOf(Date.parse(text)))`),
    ["2026-03-29", "2026-03-29", "2026-10-25", "2026-10-25", "2026-10-26"],
  );
  assertEquals(await inZone("Europe/Berlin", `daysTo("2026-10-27", 4)`), [
    "2026-10-24",
    "2026-10-25",
    "2026-10-26",
    "2026-10-27",
  ]);
  // where the day begins at one o'clock, since midnight is left out
  assertEquals(await inZone("America/Santiago", `daysTo(dayOf(Date.parse("2026-09-06T12:00:00Z")), 3)`), [
    "2026-09-04",
    "2026-09-05",
    "2026-09-06",
  ]);
});

Deno.test("a moment is told in the zone of the machine, which is named as it was then", async () => {
  const both =
    `[Date.parse("2026-11-22T01:05:00Z"), Date.parse("2026-07-01T12:00:00Z")].map((ms) => [moment(ms), zoneOf(ms)])`;
  assertEquals(await inZone("Europe/Berlin", both), [
    ["Sun 22 Nov 2026, 02:05", "UTC+01:00"],
    ["Wed 1 Jul 2026, 14:00", "UTC+02:00"],
  ]);
  assertEquals(await inZone("America/St_Johns", both), [
    ["Sat 21 Nov 2026, 21:35", "UTC−03:30"],
    ["Wed 1 Jul 2026, 09:30", "UTC−02:30"],
  ]);
});

Deno.test("ninety days are ninety, the last is today, and a leap day is one of them", () => {
  const days = daysTo("2028-03-01");
  assertEquals([days.length, days[0], days.at(-2), days.at(-1)], [
    90,
    "2027-12-03",
    "2028-02-29",
    "2028-03-01",
  ]);
  assertEquals(new Set(days).size, 90);
  assertEquals(["2026-11-16", "2026-11-22"].map(weekdayOf), [0, 6]);
  assertEquals(["2026-11-22", "2026-13-01", "2026-11-2", 7, null].map(isDay), [
    true,
    false,
    false,
    false,
    false,
  ]);
  assertEquals(dayOf(new Date(2026, 0, 5, 23, 59, 59, 999).getTime()), "2026-01-05");
});

Deno.test("sizes have the digits that count", () => {
  const sizes = [0, 1, 999, 1000, 1024, 10 * 1024, 999.4 * 1024, 1023 * 1024, 5.44 * 1024 ** 3, 2 ** 60];
  assertEquals(sizes.map(size), [
    "0 B",
    "1 B",
    "999 B",
    "1 KiB",
    "1 KiB",
    "10 KiB",
    "999 KiB",
    "1 MiB",
    "5.4 GiB",
    "1024 PiB",
  ]);
});
