/** What Windows keeps at the top of a drive is left out of a pass where that is a root, and nowhere else. */
import { assertEquals } from "@std/assert";
import { hasTop, withoutSystems } from "../../sync/pass/drive.ts";
import { systemOf } from "../../sync/system.ts";

const [WINDOWS, UNIX] = [systemOf("windows"), systemOf("linux")];
const NAMES = ["$RECYCLE.BIN", "System Volume Information", "pagefile.sys", "photos"];

Deno.test("withoutSystems() leaves out what Windows keeps at the top of a drive, on both sides, and nowhere else", () => {
  for (
    const [source, replica, path, left] of [
      ["D:\\", "E:\\copy", "", ["photos"]],
      ["C:\\photos", "E:\\", "", ["photos"]],
      ["D:\\", "E:\\", "old disk", NAMES],
      ["D:\\old disk", "E:\\copy", "", NAMES],
      ["\\\\nas\\photos\\", "E:\\copy", "", ["photos"]],
    ] as const
  ) assertEquals(withoutSystems({ source, replica }, path, NAMES, WINDOWS), left, `${source} ${replica}`);
  assertEquals(withoutSystems({ source: "/", replica: "/r" }, "", NAMES, UNIX), NAMES);
  assertEquals([
    hasTop({ source: "D:\\", replica: "C:\\r" }, WINDOWS),
    hasTop({ source: "/", replica: "/r" }, UNIX),
  ], [
    true,
    false,
  ]);
});
