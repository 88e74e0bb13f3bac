/** The edges to the disk that tests run over, each opened on the two trees of a test. */
import { nativeReplica, nativeTree } from "../../sync/disk/native/tree.ts";
import { ENOSYS } from "../../sync/disk/native/numbers.ts";
import { canBind } from "../../sync/disk/native/bind.ts";
import type { Trees } from "../../sync/disk/open.ts";
import { portableReplica, portableTree } from "../../sync/disk/portable/tree.ts";
import type { Edge } from "../../sync/engine/config.ts";
import type { File } from "../../sync/engine/entry.ts";
import { nameOf, parent } from "../../sync/engine/entry.ts";
import { inFolder } from "./tree.ts";

type Open = (source: string, replica: string) => Trees;

/** What a kernel has that knows no `openat2`. */
const old = () => -ENOSYS;

const PORTABLE: Open = (source, replica) => ({
  source: portableTree("source", source),
  replica: portableReplica(replica),
});

const NATIVE: readonly (readonly [name: string, open: Open])[] = [
  [
    "native",
    (source, replica) => ({ source: nativeTree("source", source), replica: nativeReplica(replica) }),
  ],
  ["native on an old kernel", (source, replica) => ({
    source: nativeTree("source", source, { beneath: old }),
    replica: nativeReplica(replica, { beneath: old }),
  })],
];

/** Whether the native edge can be used here. */
export const hasNative = canBind();

export const EDGES: readonly (readonly [name: string, open: Open])[] = [
  ["portable", PORTABLE],
  ...hasNative ? NATIVE : [],
];

/** Run a test over each edge, whose two trees are one folder. */
export function edgeTest(name: string, test: (at: string, trees: Trees) => void | Promise<void>): void {
  for (const [edge, open] of EDGES) {
    Deno.test(`${name}, ${edge}`, () => inFolder((at) => test(at, open(at, at))));
  }
}

/** The edge that tests of passes and of the program use: LOCKSTEP_EDGE=native deno task test. */
export const EDGE: Edge = Deno.env.get("LOCKSTEP_EDGE") === "native" ? "native" : "portable";

/** Both trees at one folder, by the portable edge. */
export function treesAt(at: string): Trees {
  return PORTABLE(at, at);
}

/** What the edge says of a file, by a path below the trees' root. */
export function fileAt({ source }: Trees, path: string): File {
  using folder = source.open(parent(path), "read");
  const entry = folder.look(nameOf(path));
  if (entry?.kind !== "file") throw new Error(`${path} is a ${entry?.kind}`);
  return entry;
}
