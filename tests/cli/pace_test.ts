/** The options of the pace: rates, timetables, and a clear line for each slip. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "../../sync/cli/options.ts";
import { paceOf } from "../../sync/cli/pace.ts";

const KIB = 1024;

const RATES:
  readonly (readonly [text: string, table: readonly (readonly [from: number, rate: number | null])[]])[] = [
    ["10MiB", [[0, 10 * KIB * KIB]]],
    ["10M", [[0, 10 * KIB * KIB]]],
    ["1.5 MiB/s", [[0, 1.5 * KIB * KIB]]],
    ["1KiB", [[0, KIB]]],
    ["off", [[0, null]]],
    ["08:00,512KiB 19:00,off", [[480, 512 * KIB], [1140, null]]],
    ["19:00,off   8:00,512KiB", [[480, 512 * KIB], [1140, null]]],
    ["00:00,1MiB 23:59,2MiB", [[0, KIB * KIB], [1439, 2 * KIB * KIB]]],
  ];

for (const [text, table] of RATES) {
  Deno.test(`--bwlimit ${text} is read`, () => {
    const pace = paceOf({ bwlimit: text });
    const bandwidth = table.map(([from, rate]) => ({ from, rate }));
    assertEquals(pace, { bandwidth, files: null, nice: null });
  });
}

const WRONG: readonly (readonly [option: string, value: string, says: string])[] = [
  ["bwlimit", "1000", `takes bytes a second with their unit, like 512KiB or 10MiB, or off, not "1000"`],
  ["bwlimit", "fast", `not "fast"`],
  ["bwlimit", "10Mbit", `not "10Mbit"`],
  ["bwlimit", "1023B", "takes 1KiB a second or more"],
  ["bwlimit", "0M", `not "0M"`],
  ["bwlimit", "-5M", `not "-5M"`],
  ["bwlimit", "08:00", `times with rates as in "08:00,512KiB 19:00,off", not "08:00"`],
  ["bwlimit", "08:00,512KiB,19:00,off", `not "08:00,512KiB,19:00,off"`],
  ["bwlimit", "08:00,1M off", `not "off"`],
  ["bwlimit", "24:00,1M", `from 00:00 to 23:59, not "24:00"`],
  ["bwlimit", "12:60,1M", `from 00:00 to 23:59, not "12:60"`],
  ["bwlimit", "8:00,1M 08:00,2M", "two rates for 08:00"],
  ["bwlimit", "08:00,512", `with their unit, like 512KiB or 10MiB, or off, not "512"`],
  ["bwlimit", "Mon-08:00,1M", `not "Mon-08:00,1M"`],
  ["max-files-per-second", "0", `a whole number from 1 to 1000000, not "0"`],
  ["max-files-per-second", "1.5", `not "1.5"`],
  ["nice", "0", `a whole number from 1 to 19, not "0"`],
  ["nice", "20", `not "20"`],
];

for (const [option, value, says] of WRONG) {
  Deno.test(`--${option}=${value} is one clear line`, () => {
    const command = parse(["s", "r", `--${option}=${value}`]);
    if (command.kind !== "usage") throw new Error(JSON.stringify(command));
    assertStringIncludes(command.text, says);
    assertStringIncludes(command.text, `--${option}`);
    assertEquals(command.text.includes("\n"), false);
  });
}

Deno.test("a rate and its unit in two words are one clear line", () => {
  const command = parse(["s", "r", "--bwlimit", "10", "MiB"]);
  if (command.kind !== "usage") throw new Error(JSON.stringify(command));
  assertStringIncludes(command.text, "A number and its unit are one word: --bwlimit 10MiB");
});
