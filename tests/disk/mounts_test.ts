import { assertEquals } from "@std/assert";
import { mountPoints, mountPointsOf, mountsIn, otherPathsIn } from "../../sync/disk/mounts.ts";
import { hasNative } from "../support/edges.ts";

const TEXT = `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:26 / /dev/shm rw,nosuid - tmpfs tmpfs rw
31 22 254:0 /home/x /mnt/a\\040b\\011c\\134d rw - ext4 /dev/vda rw
32 22 254:0 /y /mnt/ab rw - ext4 /dev/vda rw
`;

Deno.test("mountPointsOf() reads the system's list, with blanks in names", () => {
  assertEquals(mountPointsOf(TEXT), ["/", "/dev/shm", "/mnt/a b\tc\\d", "/mnt/ab"]);
});

Deno.test({
  name: "mountPoints() of the native edge needs no other permission",
  ignore: !hasNative,
  permissions: { ffi: true, read: [new URL("../../sync", import.meta.url)], env: true },
  async fn() {
    const points = await mountPoints("native");
    assertEquals([points?.includes("/"), points?.includes("/proc")], [true, true]);
    // Deno may not read the list here
    assertEquals(await mountPoints("portable"), null);
  },
});

Deno.test("mountsIn() has the mount points below a root, as paths in it", () => {
  const points = mountPointsOf(TEXT);
  assertEquals(mountsIn("/mnt", points), new Set(["a b\tc\\d", "ab"]));
  assertEquals(mountsIn("/mnt/a", points), new Set());
  assertEquals(mountsIn("/", points).has("dev/shm"), true);
});

Deno.test("otherPathsIn() has where else a folder is seen, through bind mounts of what it lies in", () => {
  assertEquals(otherPathsIn("/home/x/r", TEXT), ["/mnt/a b\tc\\d/r"]);
  assertEquals(otherPathsIn("/mnt/a b\tc\\d/r", TEXT), ["/home/x/r"]);
  assertEquals(otherPathsIn("/y", TEXT), ["/mnt/ab"]);
  assertEquals(otherPathsIn("/mnt/ab", TEXT), ["/y"]);
  assertEquals(otherPathsIn("/home", TEXT), []);
  assertEquals(otherPathsIn("/dev/shm/y", TEXT), []);
});
