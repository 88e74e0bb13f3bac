/**
 * A disk that is cut off: a mounted file system that takes nothing more from one moment on, and forgets what it has not
 * forced to its disk. Mounted again, it is what a power cut leaves.
 */
import { assert, assertEquals } from "@std/assert";
import { command, ended, lockstep, type Setting, start, until } from "../support/program.ts";
import { hasNative } from "../support/edges.ts";
import { type Dice, seeded } from "../support/random.ts";
import { assertInSync, isThere, plant } from "../support/tree.ts";
import { onKind } from "../filesystems/kind.ts";
import { content, figure, times } from "./tools.ts";

const FILES = 400;
const FOLDERS = 8;
const ALLOWED = ["--allow-read", "--allow-write"];
const EDGES: readonly (readonly [name: string, setting: Setting])[] = [
  ["portable", { flags: ALLOWED, edge: "as flags say" }],
  ...hasNative ? [["native", { flags: [...ALLOWED, "--allow-ffi"], edge: "as flags say" }] as const] : [],
];

for (const kind of ["ext4", "xfs"]) {
  for (const [edge, setting] of EDGES) {
    await onKind(
      kind,
      `${kind}: cut off at random moments of a pass with --durable each file is whole, and after its end all is there, ${edge}`,
      (at) =>
        seeded(async (dice) => {
          const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
          const words = [source, replica, "--durable", "--max-delete", "100%"];
          let version = 0;
          let inTheMiddle = 0;
          let whole = 0;
          plant(at, { source: {}, mnt: { replica: {} } });
          for (let round = 0; round < times(5); round++) {
            edit(source, dice, () => ++version);
            if (round > 0) {
              const old = contents(replica);
              const cut = start(words, setting);
              await new Promise((resolve) => setTimeout(resolve, whole * dice.below(1000) / 1000));
              await cutOff(at);
              if ((await ended(cut)).status !== 0) inTheMiddle++;
              await mountAgain(at);
              assertWhole(old, contents(source), contents(replica));
            }
            const began = performance.now();
            const ran = await lockstep(words, setting);
            whole = performance.now() - began;
            await cutOff(at);
            assertEquals([ran.status, ran.err], [0, ""]);
            await mountAgain(at);
            assertInSync(source, replica);
          }
          assert(inTheMiddle > 0, "no pass was cut off");
          figure(`passes with --durable on ${kind} cut off in the middle, ${edge}`, inTheMiddle);
        }),
      ["xfs_io"],
    );
  }
}

async function cutOff(at: string): Promise<void> {
  const ran = await command("xfs_io", "-x", "-c", "shutdown", `${at}/mnt`);
  assertEquals([ran?.status, ran?.err], [0, ""]);
}

async function mountAgain(at: string): Promise<void> {
  await until("it can be unmounted", async () => (await command("umount", `${at}/mnt`))?.status === 0);
  const ran = await command("mount", "-o", "loop", `${at}/image`, `${at}/mnt`);
  assertEquals(ran?.status, 0, ran?.err);
}

/** Make, replace and remove files, each with a content of its own version. */
function edit(source: string, dice: Dice, next: () => number): void {
  for (let i = 0; i < FILES; i++) {
    const folder = `${source}/d${dice.below(FOLDERS)}`;
    if (!isThere(folder)) Deno.mkdirSync(folder);
    const path = `${folder}/f${dice.below(FILES / 4)}`;
    if (isThere(path) && dice.below(4) === 0) Deno.removeSync(path);
    else Deno.writeTextFileSync(path, content(next()));
  }
}

/** The contents of all files, by their paths; not of what is under way. */
function contents(root: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of Deno.readDirSync(root)) {
    if (folder.name.startsWith(".lockstep-")) continue;
    for (const { name } of Deno.readDirSync(`${root}/${folder.name}`)) {
      const path = `${folder.name}/${name}`;
      if (!name.startsWith(".lockstep-")) found.set(path, Deno.readTextFileSync(`${root}/${path}`));
    }
  }
  return found;
}

/** Each file is what it was, or what it is to be; only new ones, and those that go, may be there or not. */
function assertWhole(
  old: Map<string, string>,
  wanted: Map<string, string>,
  found: Map<string, string>,
): void {
  for (const [path, text] of found) {
    assert(text === old.get(path) || text === wanted.get(path), `${path} is torn`);
  }
  for (const path of old.keys()) assert(found.has(path) || !wanted.has(path), `${path} is gone`);
}
