/** Times that a file system does not have, or that JavaScript does not count. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { EDGE } from "../support/edges.ts";
import { command, lockstep, sh } from "../support/program.ts";
import { link, plant } from "../support/tree.ts";
import { onKind } from "./kind.ts";

/** Mount a tmpfs, which holds any time, at a new folder until the test is over. */
async function onTmpfs(at: string, test: () => Promise<void>): Promise<void> {
  Deno.mkdirSync(at);
  assertEquals((await command("mount", "-t", "tmpfs", "tmpfs", at))?.status, 0);
  try {
    await test();
  } finally {
    await command("umount", "-l", at);
  }
}

const ROWS = [
  { kind: "ext4", from: "1901-12-13T20:45:52", to: "2446-05-10T22:38:55" },
  { kind: "ext4-128", from: "1901-12-13T20:45:52", to: "2038-01-19T03:14:07" },
  { kind: "xfs", from: "1901-12-13T20:45:52", to: "2486-07-02T20:20:24" },
  { kind: "btrfs", from: null, to: null },
] as const;

for (const { kind, from, to } of ROWS) {
  const name =
    `${kind}: times that it does not have are cut off, which is said once, and a second pass does nothing`;
  await onKind(kind, name, (at) =>
    onTmpfs(`${at}/source`, async () => {
      const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
      plant(source, { old: "1", f: "2", l: link("f"), d: { in: "3" }, now: "4" });
      await sh("touch -d 1500-01-01 old; touch -h -d 3000-01-01 f l d; touch -d 2200-01-01 d/in .", source);
      const words = [source, replica, "0.1s", "--passes=2"];
      const first = await lockstep(words);
      assertEquals([first.status, first.err], [0, ""]);
      for (const limit of [from && `before ${from}`, to && `after ${to}`]) {
        if (limit) {
          assertEquals(first.out.split(`The replica cannot hold times ${limit}`).length, 2, first.out);
        }
      }
      if (!to) assertEquals(first.out.includes("cannot hold times"), false);
      assertStringIncludes(first.out, "nothing to do");
      // a time of its own is no time of ours
      await sh("touch -d 2020-01-01 now", replica);
      const second = await lockstep([source, replica]);
      assertStringIncludes(second.out, "attributes 1, removed 0, failed 0");
      assertEquals(await sh("cat old f l d/in now", replica), "12234");
      assertStringIncludes((await lockstep([source, replica])).out, "nothing to do");
    }));
}

for (const kind of ["tmpfs", "ext4"]) {
  const name =
    `${kind}: files with times further than JavaScript counts are mirrored, and a second pass does nothing`;
  await onKind(kind, name, (at) =>
    onTmpfs(`${at}/source`, async () => {
      const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
      plant(source, { a: "1", b: "2", l: link("a"), d: {} });
      await sh("touch -h -d @9000000000000 a l d .; touch -d @-9000000000000 b", source);
      const first = await lockstep([source, replica]);
      assertEquals([first.status, first.err], [0, ""]);
      // Deno does not tell on which side such a time lies
      assertEquals(first.out.split("cannot hold times").length, EDGE === "native" ? 3 : 2, first.out);
      assertEquals(await sh("cat a b l", replica), "121");
      assertStringIncludes((await lockstep([source, replica])).out, "nothing to do");
      await sh("echo edited > a", source);
      assertStringIncludes((await lockstep([source, replica])).out, "updated 1");
    }));
}
