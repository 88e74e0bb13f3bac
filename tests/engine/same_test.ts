import { assertEquals } from "@std/assert";
import { EVERYTHING } from "../../sync/engine/capabilities.ts";
import type { Mirrored } from "../../sync/engine/entry.ts";
import { type Criteria, modeFor, sameAttributes } from "../../sync/engine/same.ts";
import { FILE, FOLDER } from "../support/entries.ts";

const CRITERIA: Criteria = {
  checksum: false,
  owners: false,
  fifos: true,
  oneFileSystem: false,
  capabilities: EVERYTHING,
  roots: { source: { device: 1, inode: 1 }, replica: { device: 2, inode: 1 } },
  mounts: { source: new Set(), replica: new Set() },
};

const ROWS: readonly (readonly [name: string, entry: Mirrored, owner: [number, number], mode: number])[] = [
  ["its owner's", { ...FILE, mode: 0o6755, uid: 7, gid: 8 }, [7, 8], 0o6755],
  ["another user's", { ...FILE, mode: 0o6755, uid: 7, gid: 8 }, [0, 8], 0o2755],
  ["another group's", { ...FILE, mode: 0o6755, uid: 7, gid: 8 }, [7, 0], 0o4755],
  ["a stranger's", { ...FILE, mode: 0o7755, uid: 7, gid: 8 }, [0, 0], 0o1755],
  ["a stranger's folder", { ...FOLDER, mode: 0o2775, uid: 7, gid: 8 }, [0, 0], 0o2775],
];

for (const [name, entry, [uid, gid], mode] of ROWS) {
  Deno.test(`modeFor() keeps the setuid and setgid bits of a file for its own owner and group: ${name}`, () => {
    assertEquals(modeFor(entry, { uid, gid }), mode);
    const was = { ...entry, uid, gid };
    assertEquals(sameAttributes(entry, { ...was, mode }, CRITERIA), true);
    assertEquals(sameAttributes(entry, { ...was, mode: mode ^ 0o4000 }, CRITERIA), false);
  });
}
