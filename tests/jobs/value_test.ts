/** Paths in a file of jobs as Windows reads them. Each row is checked on every system. */
import { assertEquals } from "@std/assert";
import { JOB_FIELDS } from "../../sync/jobs/fields.ts";
import { valuesOf } from "../../sync/jobs/value.ts";
import { systemOf } from "../../sync/system.ts";

const VARIABLES: Readonly<Record<string, string>> = { USERPROFILE: "C:\\Users\\ann", DISK: "E:" };

/** What is made of a path in a file that lies in D:\\jobs; or what is wrong with it. */
function read(text: string): string {
  const row = JOB_FIELDS.find(({ name }) => name === "source")!;
  const setting = {
    folder: "D:\\jobs",
    env: (name: string) => VARIABLES[name],
    rules: systemOf("windows"),
  };
  const values = valuesOf(row, { kind: "string", text, at: 0 }, setting);
  return "text" in values ? `wrong: ${values.text}` : values[0]!.text;
}

const ROWS: readonly (readonly [typed: string, whole: string])[] = [
  ["photos", "D:\\jobs\\photos"],
  ["./photos/2019\\", "D:\\jobs\\photos\\2019"],
  ["..\\photos", "D:\\photos"],
  ["C:\\photos", "C:\\photos"],
  ["c:/photos", "c:\\photos"],
  ["d:photos", "D:\\jobs\\photos"],
  ["C:photos", "C:\\photos"],
  ["\\photos", "D:\\photos"],
  ["/photos", "D:\\photos"],
  ["E:\\", "E:\\"],
  ["\\\\nas\\photos", "\\\\nas\\photos\\"],
  ["//nas/photos/2019", "\\\\nas\\photos\\2019"],
  ["\\\\?\\C:\\photos", "C:\\photos"],
  ["~\\photos", "C:\\Users\\ann\\photos"],
  ["~/photos", "C:\\Users\\ann\\photos"],
  ["${DISK}\\photos", "E:\\photos"],
];

for (const [typed, whole] of ROWS) {
  Deno.test(`a file of jobs in D:\\jobs means by ${typed} on Windows ${whole}`, () => {
    assertEquals(read(typed), whole);
  });
}

Deno.test("a file of jobs on Windows has no path with what no name there has", () => {
  for (const typed of ["C:\\a?", "a|b", "C:\\a:b", "\\\\.\\C:", "host:/x", "user@host:/x"]) {
    assertEquals(read(typed).startsWith("wrong: "), true, typed);
  }
});
