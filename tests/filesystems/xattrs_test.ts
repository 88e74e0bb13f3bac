/** Extended attributes, access lists and devices on each file system, by the native edge: the table of the document. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { hasNative } from "../support/edges.ts";
import { has, lockstep, sh } from "../support/program.ts";
import { plant } from "../support/tree.ts";
import { onKind } from "./kind.ts";

const NOT_USERS = "access lists, security.*, trusted.*";

/** What each lacks, in the words of the notice. */
const ROWS = [
  { kind: "tmpfs", lacks: null, devices: true },
  { kind: "ext4", lacks: null, devices: true },
  { kind: "xfs", lacks: null, devices: true },
  { kind: "btrfs", lacks: null, devices: true },
  { kind: "ntfs", lacks: NOT_USERS, devices: true },
  { kind: "ntfs-windows", lacks: NOT_USERS, devices: true },
  { kind: "exfat", lacks: `user.*, ${NOT_USERS}`, devices: false },
] as const;

const isHere = hasNative && Deno.uid() === 0 && has("setfattr") && has("setfacl");

for (const { kind, lacks, devices } of isHere ? ROWS : []) {
  const name = `${kind}: attributes, access lists and devices are mirrored as far as it holds them`;
  await onKind(kind, name, async (at) => {
    plant(at, { source: { f: "1", d: { g: "2" } } });
    await sh(
      `cd source; setfattr -n user.x -v 1 f d; setfattr -n trusted.x -v 1 f; setfacl -m u:5:r f; setfacl -d -m u:5:r d
       mknod c c 5 300; touch -d @4 d/g c f d .`,
      at,
    );
    const words = [`${at}/source`, `${at}/mnt/replica`, "-X", "--devices"];
    const flags = ["--allow-read", "--allow-write", "--allow-ffi"];
    const first = await lockstep(words, { flags });
    assertEquals(first.status, 0, first.err);
    const said = `cannot hold extended attributes of these kinds: ${lacks ?? ""}`;
    assertEquals(first.out.split(said).length, lacks === null ? 1 : 2, first.out);
    assertEquals(first.out.includes("cannot hold devices"), !devices);
    if (lacks === null) {
      const list = "getfattr -d -m '^(user|system|trusted.x)' . d f d/g";
      assertEquals(await sh(list, `${at}/mnt/replica`), await sh(list, `${at}/source`));
    }
    if (devices) assertEquals(await sh("stat -c %F,%t:%T mnt/replica/c", at), "character special file,5:12c");
    assertStringIncludes((await lockstep(words, { flags })).out, "nothing to do");
  });
}
