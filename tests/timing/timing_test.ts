/** The real program by the real clock: intervals and the calendar. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ended, lockstep, start, until } from "../support/program.ts";
import { assertInSync, inFolder, isThere, plant } from "../support/tree.ts";

const AT = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d`;

Deno.test("lockstep --passes ends the loop with the status of the last pass, and --for with 0", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const three = await lockstep([`${at}/source`, `${at}/replica`, "50ms", "--passes", "3"]);
    assertEquals([three.status, three.err], [0, ""]);
    assertMatch(three.out, /stopped after 3 passes\n$/);
    assertInSync(`${at}/source`, `${at}/replica`);
    const began = performance.now();
    const some = await lockstep([
      `${at}/source`,
      `${at}/replica`,
      "600ms",
      "--for",
      "3s",
      "--delay",
      "600ms",
    ]);
    assertEquals(some.status, 0);
    assertMatch(some.out, /stopped after [1-5] pass(es)?\n$/);
    assertEquals(performance.now() - began >= 3000, true);
    Deno.removeSync(`${at}/source/a`);
    const words = [`${at}/source`, `${at}/replica`, "50ms", "--max-delete", "0", "--allow-empty-source"];
    assertEquals((await lockstep([...words, "--passes", "2"])).status, 25);
    assertEquals((await lockstep([...words, "--for", "300ms"])).status, 0);
  }));

Deno.test("lockstep stopped while it waits for its first pass has changed nothing and exits with 0", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const log = `${at}/sync.log`;
    const process = start([`${at}/source`, `${at}/replica`, "1", log, "--delay", "1h"]);
    await until("it waits", () => Deno.statSync(at).isDirectory && read(log).includes("mirror"));
    process.kill("SIGTERM");
    assertEquals((await ended(process)).status, 0);
    assertEquals([...Deno.readDirSync(at)].map(({ name }) => name).sort(), ["source", "sync.log"]);
  }));

Deno.test("lockstep --cron makes passes at times of the calendar and says when the next one is", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const words = [`${at}/source`, `${at}/replica`, "--owner=never"];
    // a pass that takes longer is followed by the next one at once, and on a busy machine one may
    const ran = await lockstep([...words, "--cron", "*/8 * * * * *", "--passes", "2"]);
    assertEquals([ran.status, ran.err], [0, ""]);
    assertMatch(
      ran.out,
      new RegExp(`at "\\*/8 \\* \\* \\* \\* \\*"\\n.* the next pass is at ${AT}\\n.* create folder`),
    );
    assertEquals(ran.out.split("the next pass is at").length, 3);
    // a pass begins at its time, and not before
    const [, due, began] = new RegExp(`pass is at (${AT})\\n(${AT}) INFO create`).exec(ran.out) ?? [];
    assertEquals(Date.parse(began!) - Date.parse(due!) >= 0, true);
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

Deno.test("lockstep --cron is local time, and a bad expression is a usage error that points at the field", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const words = [`${at}/source`, `${at}/replica`, "--cron", "0 2 * * *", "--for", "2s"];
    const ran = await lockstep(words, { env: { TZ: "Asia/Kolkata" } });
    assertMatch(ran.out, /the next pass is at [\d-]+T02:00:00\.000\+05:30\n/);
    const bad = await lockstep([`${at}/source`, `${at}/replica`, "--cron", "0 2 * 13 *"]);
    assertEquals([bad.status, bad.out], [1, ""]);
    assertStringIncludes(bad.err, `is wrong in field 4, the month "13"`);
  }));

function read(path: string): string {
  return isThere(path) ? Deno.readTextFileSync(path) : "";
}
