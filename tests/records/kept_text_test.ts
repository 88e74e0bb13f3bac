/** A file that is written anew while others read it, and its lock. */
import { assert, assertEquals } from "@std/assert";
import { HELD, keptText, readKept } from "../../sync/records/kept_text.ts";
import { faultTest } from "../faults/tools.ts";
import { sh } from "../support/program.ts";
import { inFolder, link, namesIn, plant } from "../support/tree.ts";

Deno.test("a kept text is readable to all, held while it is kept, and leaves nothing beside it", () =>
  inFolder(async (at) => {
    const path = `${at}/f`;
    assertEquals(await readKept(path), null);
    const kept = keptText(path);
    assertEquals(await kept.write((held) => [`${held} 1`]), null);
    assertEquals(await kept.write((held) => [`${held} 2`]), null);
    assertEquals(await readKept(path), { text: "true 2", isHeld: true });
    assertEquals(await readKept(path), { text: "true 2", isHeld: true });
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o644);
    kept.close();
    assertEquals(await readKept(path), { text: "true 2", isHeld: false });
    assertEquals(namesIn(at), ["f"]);
  }));

Deno.test("a kept text is readable to all whatever the umask says", () =>
  inFolder(async (at) => {
    const code = `
      const { keptText } = await import(${
      JSON.stringify(new URL("../../sync/records/kept_text.ts", import.meta.url))
    });
      await keptText(${JSON.stringify(`${at}/f`)}).write(() => ["1"]);`;
    const { success } = await new Deno.Command("bash", {
      args: ["-c", 'umask 077; "$0" eval --no-lock "$1"', Deno.execPath(), code],
      stdin: "null",
    }).output();
    assert(success);
    assertEquals(Deno.statSync(`${at}/f`).mode! & 0o777, 0o644);
  }));

Deno.test("a kept text that another keeps is left alone until it lets go", () =>
  inFolder(async (at) => {
    const [one, two] = [keptText(`${at}/f`), keptText(`${at}/f`)];
    assertEquals([await one.write(() => ["1"]), await two.write(() => ["2"])], [null, HELD]);
    assertEquals((await readKept(`${at}/f`) as { text: string }).text, "1");
    one.close();
    assertEquals([await two.write(() => ["2"]), await one.write(() => ["1"])], [null, HELD]);
    two.close();
  }));

Deno.test("a kept text takes the place of a link, and not of what that leads to", () =>
  inFolder(async (at) => {
    plant(at, { precious: "1", f: link("precious"), "f.lockstep-new": link("precious") });
    const kept = keptText(`${at}/f`);
    assertEquals(await kept.write(() => ["2"]), null);
    kept.close();
    assertEquals([Deno.readTextFileSync(`${at}/precious`), Deno.readTextFileSync(`${at}/f`)], ["1", "2"]);
  }));

Deno.test("a kept text without bytes of its own counts as none", () =>
  inFolder(async (at) => {
    for (const text of ["", "\0\0"]) {
      Deno.writeTextFileSync(`${at}/f`, text);
      assertEquals(await readKept(`${at}/f`), null);
    }
  }));

Deno.test("a kept text is not read from a pipe, nor from a file that is much too large", () =>
  inFolder(async (at) => {
    await sh("mkfifo pipe; truncate -s 1T large", at);
    const codes = ["pipe", "large"].map(async (name) => {
      const found = await readKept(`${at}/${name}`);
      return found !== null && "code" in found && found.code;
    });
    assertEquals(await Promise.all(codes), ["NO_FILE", "LARGE"]);
  }));

faultTest(
  "a kept text on a full disk stays as it was, and nothing is left beside it",
  ["mount"],
  async (at, mount) => {
    plant(at, { disk: {} });
    await mount("-t", "tmpfs", "-o", "size=16k", "tmpfs", `${at}/disk`);
    const kept = keptText(`${at}/disk/f`);
    assertEquals(await kept.write(() => ["old"]), null);
    const why = await kept.write(() => ["x".repeat(100_000)]);
    assertEquals(why !== null && why !== HELD && why.code, "ENOSPC");
    assertEquals(await readKept(`${at}/disk/f`), { text: "old", isHeld: true });
    assertEquals(namesIn(`${at}/disk`), ["f"]);
    kept.close();
  },
);
