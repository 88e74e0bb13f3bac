/** Times of the calendar. A time zone belongs to a process, so daylight saving is tested in processes of their own. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { calendar, wrongWith } from "../../sync/timing/calendar.ts";
import { crontabLine } from "../../sync/timing/scheduler/crontab.ts";
import { units } from "../../sync/timing/scheduler/systemd.ts";
import { fieldsOf } from "../../sync/timing/scheduler/task.ts";

Deno.test("wrongWith() takes crontab fields, names, nicknames, and seconds as a first field", () => {
  for (
    const text of [
      "0 2 * * mon-fri",
      "*/5 * * * *",
      "0,30 8-18/2 1,15 jan-jun *",
      "30 0 2 * * *",
      "*/10 * * * * *",
      "0 0 * * 7",
      "0 0 29 2 *",
      "  0  2 * * * ",
      "@daily",
      "@hourly",
    ]
  ) assertEquals([text, wrongWith(text)], [text, null]);
});

Deno.test("wrongWith() points at the field that is wrong", () => {
  const rows: [string, string][] = [
    ["61 * * * *", `field 1, the minute "61"`],
    ["0 25 * * *", `field 2, the hour "25"`],
    ["0 2 32 * *", `field 3, the day of the month "32"`],
    ["0 2 * 13 *", `field 4, the month "13"`],
    ["0 2 * * mon-fry", `field 5, the day of the week "mon-fry": no such number or name`],
    ["75 0 2 * * *", `field 1, the second "75"`],
    ["0 2 * * * fry", `field 6, the day of the week "fry"`],
    ["*/0 * * * *", `field 1, the minute "*/0"`],
    ["0 2 * *", "has 4 fields instead of 5"],
    ["1", "has 1 field instead of 5"],
    ["", "has 0 fields instead of 5"],
    ["1 2 3 4 5 6 7", "has 7 fields"],
    ["@dayly", "write one of @hourly, @daily"],
    ["@reboot", "write one of @hourly, @daily"],
    ["0 0 31 2 *", "never comes"],
  ];
  for (const [text, part] of rows) assertStringIncludes(wrongWith(text) ?? "fine", part);
});

Deno.test("calendar() counts from the last pass, and several missed times make one pass", () => {
  const schedule = calendar("0 * * * *");
  const hour = 3_600_000;
  const at = (date: number) => ({ now: 0, date });
  const start = at(10 * hour + 1);
  assertEquals(schedule({ start, last: null, now: start }), hour - 1);
  // the program slept for five hours
  assertEquals(schedule({ start, last: null, now: at(15 * hour) }) <= 0, true);
  assertEquals(schedule({ start, last: at(15 * hour + 60_000), now: at(15 * hour + 90_000) }), hour - 90_000);
  // the clock was put right by a second
  assertEquals(schedule({ start, last: at(40 * hour + 5), now: at(40 * hour - 995) }), hour + 995);
});

/** Expressions, and what their fields for the day mean, read by hand. */
const DAYS: readonly (readonly [
  text: string,
  day: number[] | null,
  month: number[] | null,
  weekday: number[] | null,
])[] = [
  ["0 3 1,15 * mon-fri", [1, 15], null, [1, 2, 3, 4, 5]],
  ["0 3 31 * 1", [31], null, [1]],
  ["0 3 29-31 2 sun", [29, 30, 31], [2], [0]],
  ["0 3 13 * 5", [13], null, [5]],
  ["0 3 28-30 1-3,12 6,7", [28, 29, 30], [1, 2, 3, 12], [6, 0]],
  ["0 3 */2 * mon", odd(31), null, [1]],
  ["0 3 1-7 * */6", [1, 2, 3, 4, 5, 6, 7], null, [0, 6]],
  ["0 3 * * mon-fri", null, null, [1, 2, 3, 4, 5]],
  ["0 3 29 2 *", [29], [2], null],
];

function odd(most: number): number[] {
  return Array.from({ length: (most + 1) / 2 }, (_, i) => 2 * i + 1);
}

const DAY_MS = 86_400_000;
const TEN_YEARS: readonly [number, number] = [Date.UTC(2024, 0, 1), Date.UTC(2034, 0, 1)];

/** All days of ten years that an expression means to Debian's cron, as days since 1970. */
function daysOf([text, day, month, weekday]: typeof DAYS[number]): number[] {
  const [, , first, , last] = text.split(" ");
  const isEither = !first!.startsWith("*") && !last!.startsWith("*");
  const days: number[] = [];
  for (let time = TEN_YEARS[0]; time < TEN_YEARS[1]; time += DAY_MS) {
    const date = new Date(time);
    const fits = (values: number[] | null, value: number) => values === null || values.includes(value);
    const [inMonth, inWeek] = [fits(day, date.getUTCDate()), fits(weekday, date.getUTCDay())];
    if (fits(month, date.getUTCMonth() + 1) && (isEither ? inMonth || inWeek : inMonth && inWeek)) {
      days.push(time / DAY_MS);
    }
  }
  return days;
}

for (const zone of ["UTC", "Europe/Berlin", "America/Santiago"]) {
  Deno.test(`nextTime() has every day that Debian's cron has, over ten years in ${zone}`, async () => {
    const { output } = await inZone(
      zone,
      `
      import { nextTime } from "${new URL("../../sync/timing/calendar.ts", import.meta.url)}";
      for (const text of ${JSON.stringify(DAYS.map(([text]) => text))}) {
        const days = [];
        for (let at = new Date(2024, 0, 1).getTime() - 1;;) {
          at = nextTime(text, at);
          if (at === null || at >= new Date(2034, 0, 1).getTime()) break;
          const date = new Date(at);
          days.push(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
        }
        console.log(JSON.stringify(days));
      }`,
    );
    const found = output.trimEnd().split("\n").map((line) => JSON.parse(line) as number[]);
    for (const [index, row] of DAYS.entries()) assertEquals([row[0], found[index]], [row[0], daysOf(row)]);
  });
}

Deno.test("an entry for cron or systemd has every day that --cron has, over ten years", () => {
  const names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  for (const row of DAYS) {
    const [text] = row;
    const when = { kind: "calendar", fields: fieldsOf(text) } as const;
    const task = { id: "0badcafe", title: "a", once: ["x"], always: ["x"], when };
    // cron reads what was written
    assertEquals(crontabLine(task).split(" ").slice(0, 5).join(" "), text);
    const lines = units(task).at(-1)!.text.split("\n").filter((line) => line.startsWith("OnCalendar="));
    const days: number[] = [];
    for (let time = TEN_YEARS[0]; time < TEN_YEARS[1]; time += DAY_MS) {
      const date = new Date(time);
      const isMeant = lines.some((line) => {
        const [, ofWeek, ofMonth, of] = /^OnCalendar=(?:(\S+) )?\*-(\S+)-(\S+) 3:0:00$/.exec(line)!;
        const fits = (list: string | undefined, value: string | number) =>
          list === undefined || list === "*" || list.split(",").includes(String(value));
        return fits(ofWeek, names[date.getUTCDay()]!) && fits(ofMonth, date.getUTCMonth() + 1) &&
          fits(of, date.getUTCDate());
      });
      if (isMeant) days.push(time / DAY_MS);
    }
    assertEquals([text, days], [text, daysOf(row)]);
  }
});

/** The times, in local words with their zone, that follow a moment (RFC 3339) in a zone. */
async function timesIn(zone: string, text: string, after: string, count: number): Promise<string[]> {
  const { output } = await inZone(
    zone,
    `
    import { nextTime } from "${new URL("../../sync/timing/calendar.ts", import.meta.url)}";
    import { timeOf } from "${new URL("../../sync/cli/time.ts", import.meta.url)}";
    for (let at = Date.parse("${after}"), n = 0; n < ${count}; n++) {
      at = nextTime("${text}", at);
      console.log(timeOf(at).slice(5, 16) + timeOf(at).slice(23));
    }`,
  );
  return output.trimEnd().split("\n");
}

async function inZone(zone: string, code: string): Promise<{ output: string }> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    cwd: new URL("../..", import.meta.url),
    env: { TZ: zone, NO_COLOR: "1" },
  }).output();
  return { output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test("nextTime() is local time, and an hour later on the day that leaves the time out", async () => {
  assertEquals(await timesIn("Europe/Berlin", "30 2 * * *", "2026-03-27T12:00:00Z", 3), [
    "03-28T02:30+01:00",
    "03-29T03:30+02:00",
    "03-30T02:30+02:00",
  ]);
});

Deno.test("nextTime() counts a time that comes twice once", async () => {
  assertEquals(await timesIn("Europe/Berlin", "30 2 * * *", "2026-10-24T12:00:00Z", 2), [
    "10-25T02:30+02:00",
    "10-26T02:30+01:00",
  ]);
  // also from within the second time
  assertEquals(await timesIn("Europe/Berlin", "30 2 * * *", "2026-10-25T01:10:00Z", 1), [
    "10-26T02:30+01:00",
  ]);
});

Deno.test("nextTime() goes on through the hour that comes twice when the expression means every hour", async () => {
  assertEquals(await timesIn("Europe/Berlin", "*/30 * * * *", "2026-10-25T00:10:00Z", 5), [
    "10-25T02:30+02:00",
    "10-25T02:00+01:00",
    "10-25T02:30+01:00",
    "10-25T03:00+01:00",
    "10-25T03:30+01:00",
  ]);
  assertEquals(await timesIn("America/New_York", "@hourly", "2026-11-01T04:30:00Z", 4), [
    "11-01T01:00-04:00",
    "11-01T01:00-05:00",
    "11-01T02:00-05:00",
    "11-01T03:00-05:00",
  ]);
  // and through the one that is left out
  assertEquals(await timesIn("Europe/Berlin", "0 * * * *", "2026-03-28T23:30:00Z", 3), [
    "03-29T01:00+01:00",
    "03-29T03:00+02:00",
    "03-29T04:00+02:00",
  ]);
  assertMatch((await timesIn("Asia/Kolkata", "0 2 * * *", "2026-03-28T12:00:00Z", 1))[0]!, /T02:00\+05:30$/);
});

Deno.test("nextTime() knows a midnight that is left out, one that comes twice, and a change by half an hour", async () => {
  const rows: [string, string, string, string[]][] = [
    ["America/Santiago", "@daily", "2026-09-05T12:00:00Z", ["09-06T01:00-03:00", "09-07T00:00-03:00"]],
    ["America/Santiago", "30 23 * * *", "2026-04-04T12:00:00Z", ["04-04T23:30-03:00", "04-05T23:30-04:00"]],
    ["Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00:00Z", ["10-04T02:45+11:00", "10-05T02:15+11:00"]],
    ["Australia/Lord_Howe", "45 * * * *", "2026-04-04T14:00:00Z", ["04-05T01:45+11:00", "04-05T01:45+10:30"]],
  ];
  for (const [zone, text, after, times] of rows) assertEquals(await timesIn(zone, text, after, 2), times);
});

Deno.test("nextTime() finds every minute that an hourly expression means, and no other, around changes of the clock", async () => {
  const rows: [string, string[]][] = [
    ["Europe/Berlin", ["2026-03-28T20:00Z", "2026-10-24T20:00Z"]],
    ["America/New_York", ["2026-03-08T02:00Z", "2026-11-01T02:00Z"]],
    ["America/Santiago", ["2026-04-04T22:00Z", "2026-09-05T22:00Z"]],
  ];
  for (const [zone, days] of rows) {
    const { output } = await inZone(
      zone,
      `
      import { nextTime } from "${new URL("../../sync/timing/calendar.ts", import.meta.url)}";
      const MINUTES = { "*/20 * * * *": [0, 20, 40], "7 * * * *": [7], "0,45 * * * *": [0, 45] };
      for (const day of ${JSON.stringify(days)}) for (const [text, minutes] of Object.entries(MINUTES)) {
        for (let after = Date.parse(day), end = after + 12 * 3_600_000; after < end; after += 13 * 60_000) {
          let right = after - after % 60_000 + 60_000;
          while (!minutes.includes(new Date(right).getMinutes())) right += 60_000;
          const found = nextTime(text, after);
          if (found !== right) console.log(text, new Date(after), new Date(found), new Date(right));
        }
      }
      console.log("looked");`,
    );
    assertEquals([zone, output], [zone, "looked\n"]);
  }
});
