/** What the native edge adds on each file system: the table of the document. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { hasNative } from "../support/edges.ts";
import { has, lockstep, sh } from "../support/program.ts";
import { plant } from "../support/tree.ts";
import { onKind } from "./kind.ts";

const NOT_USERS = "access lists, security.*, trusted.*";

/**
 * What each lacks, in the words of the notice; the last digits of a time in ns; and whether it has FIFOs, devices, holes
 * and names that are not UTF-8.
 */
const ROWS = [
  { kind: "tmpfs", lacks: null, ns: "789", nodes: true, holes: true, bytes: true },
  { kind: "ext4", lacks: null, ns: "789", nodes: true, holes: true, bytes: true },
  { kind: "xfs", lacks: null, ns: "789", nodes: true, holes: true, bytes: true },
  { kind: "btrfs", lacks: null, ns: "789", nodes: true, holes: true, bytes: true },
  { kind: "ntfs", lacks: NOT_USERS, ns: "700", nodes: true, holes: true, bytes: false },
  { kind: "ntfs-windows", lacks: NOT_USERS, ns: "700", nodes: true, holes: true, bytes: false },
  { kind: "exfat", lacks: `user.*, ${NOT_USERS}`, ns: null, nodes: false, holes: false, bytes: false },
] as const;

const isHere = hasNative && Deno.uid() === 0 && has("setfattr") && has("setfacl");

for (const { kind, lacks, ns, nodes, holes, bytes } of isHere ? ROWS : []) {
  const name = `${kind}: all that the native edge adds is mirrored as far as it holds it`;
  await onKind(kind, name, async (at) => {
    plant(at, { source: { f: "1", d: { g: "2" } } });
    await sh(
      `cd source; setfattr -n user.x -v 1 f d; setfattr -n trusted.x -v 1 f; setfacl -m u:5:r f; setfacl -d -m u:5:r d
       mknod c c 5 300; ${
        nodes ? "mkfifo p" : ":"
      }; truncate -s 1M h; printf x >> h; touch -d @4 d/g c f h d .
       touch -d @4.123456789 d/g; touch -hd @4 .`,
      at,
    );
    const words = [`${at}/source`, `${at}/mnt/replica`, "-X", "--devices"];
    const flags = ["--allow-read", "--allow-write", "--allow-ffi"];
    const first = await lockstep(words, { flags });
    assertEquals(first.status, 0, first.err);
    const said = `cannot hold extended attributes of these kinds: ${lacks ?? ""}`;
    assertEquals(first.out.split(said).length, lacks === null ? 1 : 2, first.out);
    assertEquals(first.out.includes("cannot hold devices"), !nodes);
    if (lacks === null) {
      const list = "getfattr -d -m '^(user|system|trusted.x)' . d f d/g";
      assertEquals(await sh(list, `${at}/mnt/replica`), await sh(list, `${at}/source`));
    }
    if (nodes) {
      const kinds = "character special file,5:12c\nfifo,0:0";
      assertEquals(await sh("stat -c %F,%t:%T mnt/replica/c mnt/replica/p", at), kinds);
    }
    const digits = await sh("stat -c %y mnt/replica/d/g", at);
    assertEquals(
      /\.(\d{6})(\d{3}) /.exec(digits)?.slice(1),
      ns === null ? ["000000", "000"] : ["123456", ns],
    );
    assertEquals(Number(await sh("stat -c %b mnt/replica/h", at)) < 100, holes);
    assertStringIncludes((await lockstep(words, { flags })).out, "nothing to do");
    await sh(String.raw`printf x > source/$'\xff'`, at);
    const odd = await lockstep(words, { flags });
    assertEquals([odd.status, odd.err.includes(String.raw`"\xff"`)], bytes ? [0, false] : [23, true]);
    const found = await sh("cd mnt/replica; ls | od -An -tx1 | tr -d ' \\n'", at);
    assertEquals(found.includes("ff"), bytes);
  });
}
