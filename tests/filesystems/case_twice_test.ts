/**
 * Names of which only the case changes, where a rename of a name to itself in another case does nothing, as Linux has it for
 * vfat and exfat.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { ERRNO, shimmed } from "../faults/tools.ts";
import { EDGES_HERE } from "../support/check.ts";
import { command, killIfRunning, lockstep, type Setting, start, until } from "../support/program.ts";
import { isThere, namesIn, plant } from "../support/tree.ts";
import { assertSameNames, CASES, many, plantOld, rename, watched } from "./case.ts";
import { onKind } from "./kind.ts";

for (const edge of EDGES_HERE) {
  const grants = edge === "native" ? ["--allow-ffi"] : [];
  const settingFor = async (at: string, more: object = {}): Promise<Setting> => ({
    ...await shimmed({ UNDER: `${at}/mnt`, TWICE: "1", ...more }),
    grants,
    edge: "as flags say",
  });
  const twice = (name: string, test: (at: string, source: string, replica: string) => Promise<void>) =>
    onKind(
      "exfat",
      `as vfat on Linux: ${name}, ${edge}`,
      (at) => test(at, `${at}/source`, `${at}/mnt/replica`),
      ["cc"],
    );

  for (const { what, before, act } of CASES) {
    await twice(`the case of a name changes by way of another name: ${what}`, async (at, source, replica) => {
      const setting = await settingFor(at);
      await plantOld(source, before);
      assertEquals((await lockstep([source, replica], setting)).status, 0);
      act(source);
      const ran = await lockstep(["--max-delete=100%", source, replica], setting);
      assertEquals(ran.status, 0, ran.err);
      await assertSameNames(source, replica);
      const again = await lockstep([source, replica], setting);
      assertStringIncludes(again.out, "nothing to do", again.out);
    });
  }

  await twice("a pass that is killed between the two renames loses nothing", async (at, source, replica) => {
    await plantOld(source, { Foo: many, stays: "1" });
    await lockstep([source, replica], await settingFor(at));
    rename(source, ["Foo", "foo"]);
    // three of the probe, and the first
    const gate = { CALL: "rename", WHEN: "5", GATE: `${at}/gate`, LOG: `${at}/log` };
    const child = start([source, replica], await settingFor(at, gate));
    try {
      await until("it waits", () => isThere(`${at}/log`) && Deno.readTextFileSync(`${at}/log`) !== "");
      assertEquals(namesIn(replica), ["lockstep-between-1", "stays"]);
      child.kill("SIGKILL");
      await child.output();
    } finally {
      killIfRunning(child);
    }
    assertEquals(namesIn(`${replica}/lockstep-between-1`).length, 300);
    // else the system remembers the old names for a while, since FUSE is between
    await command("umount", `${at}/mnt`);
    await command("mount.exfat-fuse", Deno.readTextFileSync(`${at}/device`).trim(), `${at}/mnt`);
    const ran = await lockstep([source, replica], await settingFor(at));
    assertEquals(ran.status, 0, ran.err);
    assertStringIncludes(ran.out, 'move folder "lockstep-between-1" -> "foo"');
    await assertSameNames(source, replica);
  });

  await twice(
    "when the second rename fails, the name is the old one, and the rest goes on",
    async (at, source, replica) => {
      await plantOld(source, { Foo: { f: "1" }, other: "1" });
      await lockstep([source, replica], await settingFor(at));
      rename(source, ["Foo", "foo"]);
      plant(source, { other: "another content", foo: { g: "1" } });
      const failing = { CALL: "rename", WHEN: "5", ERROR: ERRNO.EACCES, LOG: `${at}/log` };
      const ran = await lockstep([source, replica], await settingFor(at, failing));
      // a folder that its owner may not write into is made writable, and all is tried once more
      assertEquals([ran.status, ran.err], [0, ""]);
      rename(source, ["foo", "FOO"]);
      const failed = await lockstep(
        [source, replica],
        await settingFor(at, { ...failing, ERROR: ERRNO.EBUSY }),
      );
      assertEquals(failed.status, 23, failed.err);
      assertStringIncludes(failed.err, 'Cannot set the attributes of "FOO" in the replica');
      assertEquals(namesIn(replica), ["foo", "other"]);
      assertEquals((await lockstep([source, replica], await settingFor(at))).status, 0);
      await assertSameNames(source, replica);
    },
  );

  await twice("an in-between name that is taken is left alone", async (at, source, replica) => {
    await plantOld(source, { Foo: "1" });
    await lockstep([source, replica], await settingFor(at));
    rename(source, ["Foo", "foo"]);
    plant(source, { "lockstep-between-1": "mine", "lockstep-between-1-1": { mine: "1" } });
    plant(replica, { "lockstep-between-1": "mine", "lockstep-between-1-1": { mine: "1" } });
    for (const name of ["lockstep-between-1", "lockstep-between-1-1/mine"]) {
      Deno.utimeSync(`${source}/${name}`, 1_500_000_000, 1_500_000_000);
      Deno.utimeSync(`${replica}/${name}`, 1_500_000_000, 1_500_000_000);
    }
    const ran = await lockstep([source, replica], await settingFor(at));
    assertEquals(ran.status, 0, ran.err);
    assertStringIncludes(ran.out, 'attributes file "foo": name "Foo"');
    await assertSameNames(source, replica);
  });

  await twice("a watch ends with the name, and does not go in circles", async (at, source, replica) => {
    await watched(source, replica, await settingFor(at));
  });
}
