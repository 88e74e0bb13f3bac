/** What macOS keeps beside files on a disk that has no extended attributes, made here by a stand-in around a real folder. */
import { assertEquals } from "@std/assert";
import { probe } from "../../sync/disk/probe.ts";
import type { Replica, WritableFolder } from "../../sync/disk/tree.ts";
import { edgeTest } from "../support/edges.ts";
import { namesIn } from "../support/tree.ts";

/** A tree in which each file gets a double as it is made. `takes`: a double goes with its file, as in the system itself. */
function doubling(replica: Replica, takes: boolean): Replica {
  const around = (folder: WritableFolder): WritableFolder =>
    new Proxy(folder, {
      get(target, key) {
        if (key === "createFile") {
          return (name: string, mode: number) => {
            target.createFile(`._${name}`, mode)[Symbol.dispose]();
            return target.createFile(name, mode);
          };
        }
        if (key === "remove") {
          return (name: string) => {
            target.remove(name);
            if (takes) target.remove(`._${name}`);
          };
        }
        const value = Reflect.get(target, key);
        // another folder of a rename is one of these, too
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  return { ...replica, open: (path, action) => around(replica.open(path, action)) };
}

edgeTest(
  "probe() finds the doubles that the system makes, and leaves none behind",
  async (at, { replica }) => {
    const root = { kind: "folder", mtime: 0, mode: 0o755, uid: 0, gid: 0, device: 0, inode: null } as const;
    const asked = { devices: false };
    for (
      const [tree, expected] of [
        [replica, false],
        [doubling(replica, true), true],
        [doubling(replica, false), true],
      ] as const
    ) {
      const found = await probe(tree, "", root, "0badcafe", asked);
      assertEquals(found?.doubles, expected);
      assertEquals(namesIn(at), []);
    }
  },
);
