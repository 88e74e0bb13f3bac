import { assertEquals } from "@std/assert";
import { entries, number, octal, size } from "../../sync/cli/quantity.ts";

Deno.test("number() has a comma between thousands", () => {
  const rows = [[0, "0"], [999, "999"], [1000, "1,000"], [1234567, "1,234,567"], [
    1023.25,
    "1,023.25",
  ]] as const;
  for (const [count, expected] of rows) assertEquals(number(count), expected);
  assertEquals([entries(1), entries(1000)], ["1 entry", "1,000 entries"]);
});

Deno.test("size() is in units of 1,024, with two decimals at the most, on any system", () => {
  const rows: [number, string][] = [
    [0, "0 B"],
    [1, "1 B"],
    [0.4, "0 B"],
    [1023, "1,023 B"],
    [1024, "1 KiB"],
    [1536, "1.5 KiB"],
    [1024 ** 2 - 1, "1 MiB"],
    [1_234_567, "1.18 MiB"],
    [1023.25 * 1024 ** 2, "1,023.25 MiB"],
    [2 ** 40, "1 TiB"],
    [5000 * 2 ** 50, "5,000 PiB"],
  ];
  for (const [bytes, expected] of rows) assertEquals(size(bytes), expected);
});

Deno.test("octal() has permission bits as they are typed", () => {
  assertEquals([octal(0o644), octal(0o4755), octal(0)], ["0644", "4755", "0000"]);
});
