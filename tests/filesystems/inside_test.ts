/** Other file systems that are mounted inside the replica: each is tried by itself, and treated by what it can hold. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { command, lockstep, running, sh, until } from "../support/program.ts";
import { failuresOf, mirror, poolsOfFile } from "../support/mirror.ts";
import { assertInSync, file, folder, link, namesIn, plant, readIfThere } from "../support/tree.ts";
import { onKind } from "./kind.ts";

/** Mount folders elsewhere, too, until the test is over. */
async function bound(places: readonly (readonly [from: string, at: string])[], test: () => Promise<void>) {
  try {
    for (const [from, at] of places) {
      assertEquals((await command("mount", "--bind", from, at))?.status, 0);
    }
    await test();
  } finally {
    for (const [, at] of places) await command("umount", "-l", at);
  }
}

for (const [how, pool] of poolsOfFile()) {
  await onKind(
    "exfat",
    `an exFAT stick inside a replica is tried once, and a second pass does nothing, ${how}`,
    (at) => {
      const [source, replica] = [`${at}/source`, `${at}/replica`];
      const stick = { f: file("1", 0o640, 1_600_000_001_357), l: link("f"), d: folder({ g: "2" }, 0o700) };
      plant(source, { a: file("1", 0o640), l: link("a"), stick: folder(stick, 0o751), other: { x: "1" } });
      Deno.linkSync(`${source}/a`, `${source}/stick/hard`);
      Deno.linkSync(`${source}/a`, `${source}/b`);
      plant(`${at}/mnt`, { one: {}, two: {} });
      plant(replica, { stick: {}, other: {} });
      return bound(
        [[`${at}/mnt/one`, `${replica}/stick`], [`${at}/mnt/two`, `${replica}/other`]],
        async () => {
          const first = await mirror(source, replica, { pool });
          assertEquals(failuresOf(first), []);
          const lacks = first.events.flatMap((event) =>
            event.kind === "notice" && event.code === "cannot-hold"
              ? [`${event.path} ${event.missing.what}`]
              : []
          );
          assertEquals(lacks.length, 6, lacks.join());
          assertEquals(new Set(lacks.map((lack) => lack.replace(/ .*/, ""))).size, 1, "once for the device");
          assertEquals(
            first.events.filter((event) => event.kind === "unmirrored").map((event) => event.paths),
            [[
              "stick/l",
            ]],
          );
          assertEquals(
            await sh("cat stick/f stick/d/g stick/hard; stat -c '%a %h' a b", replica),
            "121640 2\n640 2",
          );
          assertEquals((await mirror(source, replica, { pool })).changes, []);
          assertEquals(namesIn(`${replica}/stick`), ["d", "f", "hard"]);
        },
      );
    },
  );
}

await onKind(
  "exfat",
  "what a file system inside the replica lacks is said once in a loop, whole or in part",
  (at) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    plant(source, { stick: { f: "1" } });
    plant(replica, { stick: {} });
    return bound([[`${at}/mnt`, `${replica}/stick`]], async () => {
      const ran = await lockstep([source, replica, "0.1s", "--passes=3"]);
      assertEquals(
        ran.out.split(`The replica at "stick", where something is mounted, cannot hold`).length,
        7,
      );
      assertEquals(ran.out.split("nothing to do").length, 3);
      // a pass over a part begins below what is mounted
      Deno.writeTextFileSync(`${source}/stick/f`, "edited");
      const scope = { folders: ["stick"], known: { source: 2, replica: 2 } };
      assertEquals((await mirror(source, replica, { scope })).changes, ["update file stick/f"]);
    });
  },
);

await onKind(
  "exfat",
  "a file system inside the replica that holds more than its root is used to the full",
  (at) => {
    const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
    plant(source, { f: file("1", 0o640), in: folder({ f: file("2", 0o4640), l: link("f") }, 0o700) });
    plant(replica, { in: {} });
    plant(`${at}/tmp`, {});
    return bound([[`${at}/tmp`, `${replica}/in`]], async () => {
      assertEquals(failuresOf(await mirror(source, replica)), []);
      assertInSync(`${source}/in`, `${replica}/in`);
      assertEquals((await mirror(source, replica)).changes, []);
    });
  },
);

await onKind(
  "ext4",
  "a file system inside the replica that the source is on, too, is not written to to try it",
  (at) => {
    const [source, replica] = [`${at}/mnt/source`, `${at}/replica`];
    plant(`${at}/mnt`, { source: { in: { f: file("1", 0o640) } }, other: { f: "1" } });
    plant(replica, { in: {} });
    return bound([[`${at}/mnt/other`, `${replica}/in`]], async () => {
      await mirror(source, replica);
      assertInSync(source, replica);
      const before = await sh("stat -c %z mnt/other", at);
      const second = await lockstep([source, replica]);
      assertStringIncludes(second.out, "nothing to do");
      assertEquals(await sh("stat -c %z mnt/other", at), before);
    });
  },
);

await onKind(
  "exfat",
  "another disk at a mount in the replica is tried anew, although it has the same device",
  async (at) => {
    plant(at, { s: { usb: { low: "a", LOW: "B" } }, r: { usb: {} } });
    await sh("truncate -s 30M a b; mkfs.ext4 -q a; mkfs.exfat b > /dev/null", at);
    const device = await sh("losetup -f --show a", at);
    await sh(`mount ${device} r/usb; rmdir r/usb/lost+found`, at);
    const log = `${at}/sync.log`;
    const said = () => readIfThere(log);
    try {
      await using run = running([`${at}/s`, `${at}/r`, "300ms", log, "--max-delete", "100%", "-v"]);
      await until("the first disk is in sync", () => said().includes("nothing to do"));
      await sh(
        `umount r/usb; losetup -d ${device}; losetup ${device} b; mount.exfat-fuse ${device} r/usb`,
        at,
      );
      await until("the other one is tried", () => said().includes("cannot tell its name"));
      assertStringIncludes(said(), "cannot hold names that differ only in case");
      assertEquals((await run.stop()).status, 0);
    } finally {
      await sh(`umount -l r/usb; losetup -d ${device} || true`, at);
    }
  },
);
