/** Events of inotify, from bytes to values: by rows. */
import { assertEquals } from "@std/assert";
import { eventsIn, IN } from "../../sync/timing/inotify/events.ts";
import { folders } from "../../sync/timing/inotify/folders.ts";

Deno.test("eventsIn() reads one event after another, with its name up to the zeros", () => {
  const bytes = new Uint8Array(16 + 16 + 16);
  const view = new DataView(bytes.buffer);
  const put = (at: number, values: number[]) =>
    values.forEach((value, i) => view.setInt32(at + 4 * i, value, true));
  put(0, [7, IN.CREATE | IN.ISDIR, 0, 16]);
  bytes.set([0x61, 0xff], 16);
  put(32, [-1, IN.Q_OVERFLOW, 0, 0]);
  assertEquals([...eventsIn(bytes, 48)], [
    { wd: 7, mask: IN.CREATE | IN.ISDIR, cookie: 0, name: "a\udcff" },
    { wd: -1, mask: IN.Q_OVERFLOW, cookie: 0, name: "" },
  ]);
  assertEquals([...eventsIn(bytes, -11)], []);
});

Deno.test("folders() take along what lies in them, and have no path outside", () => {
  const { root, child, path, leave, put } = folders();
  const [a, b] = [child(root, "a"), child(root, "b")];
  const deep = child(child(a, "x"), "y");
  assertEquals([path(root), path(deep), child(root, "a") === a], ["", "a/x/y", true]);
  leave(a);
  assertEquals([path(a), path(deep)], [null, null]);
  put(a, b, "m");
  assertEquals([path(a), path(deep)], ["b/m", "b/m/x/y"]);
});

Deno.test("folders() know by which numbers they are watched, and who else is", () => {
  const { root, child, at, assign, unassign } = folders();
  const [a, b] = [child(root, "a"), child(root, "b")];
  assertEquals([assign(a, 5), assign(b, 5)], [[], [a]]);
  assertEquals(at(5), [a, b]);
  assertEquals([unassign(a), at(5), unassign(b), at(5)], [false, [b], true, []]);
});
