/** What the native edge mirrors that the portable one cannot. Its trees are looked at by other programs. */
import { assertEquals } from "@std/assert";
import type { Edge } from "../../sync/engine/config.ts";
import { hasNative } from "../support/edges.ts";
import { failuresOf, mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { lockstep, sh } from "../support/program.ts";
import { inFolder, plant } from "../support/tree.ts";

const NATIVE = { edge: "native" as Edge, fifos: true, limits: UNLIMITED };

function nativeTest(name: string, test: (at: string) => Promise<void>): void {
  Deno.test({ name, ignore: !hasNative, fn: () => inFolder(test) });
}

/** One that only root can plant, or clean up. */
function rootTest(name: string, test: (at: string) => Promise<void>): void {
  Deno.test({ name, ignore: !hasNative || Deno.uid() !== 0, fn: () => inFolder(test) });
}

/** Everything of a tree but the roots' own times: kinds, modes, owners, times in ns, contents, targets, by bytes. */
async function seen(at: string, root: string): Promise<string> {
  const lines = await sh(
    `cd ${root}; find . -printf '%P %y %m %U:%G %n %T@ %l\\n' | LC_ALL=C sort | cat -v;
     find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum | cat -v`,
    at,
  );
  return lines;
}

/** The two laws: the replica equals the source, and a second pass does nothing. */
async function assertMirrored(at: string): Promise<void> {
  assertEquals(await seen(at, "replica"), await seen(at, "source"));
  const second = await mirror(`${at}/source`, `${at}/replica`, NATIVE);
  assertEquals([second.changes, failuresOf(second)], [[], []]);
}

for (const [how, pool] of poolsOfFile()) {
  nativeTest(`names that are not UTF-8 are mirrored, changed and removed, ${how}`, async (at) => {
    plant(at, { source: { d: {} }, replica: {} });
    await sh(
      `cd source; echo 1 > $'b\\xe4d'; echo 2 > $'b\\xe4\\xe4d'; mkdir -p $'d/\\xff/\\xfe'; echo 3 > $'d/\\xff/\\xfe/\\xed\\xa0\\x80'
       echo 4 > $'d/\\xef\\xbf\\xbd'; echo 5 > $'d/\\xef\\xbf'; ln -s $'to \\xff' $'d/link \\xfe'
       ln $'b\\xe4d' $'d/hard \\xfc'; mkfifo $'d/fifo \\x80'; echo 6 > $'bom \\xef\\xbb\\xbf'; echo 7 > "$(printf 'n\\377%.0s' $(seq 127))"`,
      at,
    );
    const made = await mirror(`${at}/source`, `${at}/replica`, { ...NATIVE, pool });
    assertEquals(failuresOf(made), []);
    await assertMirrored(at);
    await sh(
      `cd source; echo more >> $'b\\xe4d'; rm -r $'d/\\xff'; echo 8 > $'d/\\xff'; rm $'d/\\xef\\xbf'; mkdir $'d/\\xef\\xbf'; chmod 600 $'d/\\xef\\xbf\\xbd'`,
      at,
    );
    const changed = await mirror(`${at}/source`, `${at}/replica`, { ...NATIVE, pool });
    assertEquals(failuresOf(changed), []);
    await assertMirrored(at);
    await sh("rm -r source/*", at);
    await mirror(`${at}/source`, `${at}/replica`, {
      ...NATIVE,
      pool,
      limits: { ...UNLIMITED, allowEmptySource: true },
    });
    assertEquals(await sh("ls -A replica | wc -l", at), "0");
  });

  nativeTest(`times are mirrored to the ns, of files, folders, links and FIFOs, ${how}`, async (at) => {
    plant(at, { source: { f: "1", d: { e: {} }, before: "1" }, replica: {} });
    await sh(
      `cd source; ln -s f l; mkfifo p; touch -d '1969-12-31 23:59:58.000000001Z' before
       for f in f l p d d/e .; do touch -h -d '2024-02-03 04:05:06.123456789Z' $f; done`,
      at,
    );
    const made = await mirror(`${at}/source`, `${at}/replica`, { ...NATIVE, pool });
    assertEquals(failuresOf(made), []);
    await assertMirrored(at);
    await sh("touch -d '2024-02-03 04:05:06.123456788Z' source/f", at);
    const { changes } = await mirror(`${at}/source`, `${at}/replica`, { ...NATIVE, pool });
    assertEquals(changes, ["attributes file f"]);
    await assertMirrored(at);
  });
}

nativeTest(
  "either edge finds the other's replica in sync, and the native one puts the ns right once",
  async (at) => {
    plant(at, { source: { f: "1", d: { g: "2" } }, replica: {} });
    await sh(
      "ln -s f source/l; touch -h -d '2024-02-03 04:05:06.123456789Z' source/f source/l source/d/g source/d source",
      at,
    );
    await mirror(`${at}/source`, `${at}/replica`, { edge: "portable" });
    assertEquals((await mirror(`${at}/source`, `${at}/replica`, { edge: "portable" })).changes, []);
    const right = await mirror(`${at}/source`, `${at}/replica`, NATIVE);
    const touched = [
      "attributes file d/g",
      "attributes file f",
      "attributes folder ",
      "attributes folder d",
      "attributes link l",
    ];
    assertEquals(right.changes, touched);
    assertEquals(right.report.bytes, 0);
    await assertMirrored(at);
    assertEquals((await mirror(`${at}/source`, `${at}/replica`, { edge: "portable" })).changes, []);
  },
);

nativeTest("an edit in the same ms, of the same size, is seen by its ns", async (at) => {
  plant(at, { source: { f: "1111" }, replica: {} });
  await sh("touch -d '2024-02-03 04:05:06.123456789Z' source/f", at);
  await mirror(`${at}/source`, `${at}/replica`, NATIVE);
  await sh("echo -n 2222 > source/f; touch -d '2024-02-03 04:05:06.123456790Z' source/f", at);
  assertEquals((await mirror(`${at}/source`, `${at}/replica`, NATIVE)).changes, ["update file f"]);
  await assertMirrored(at);
});

rootTest(
  "paths longer than 4,095 bytes and 1,200 folders in one another are mirrored and removed",
  async (at) => {
    plant(at, { source: { z: "1" }, replica: {} });
    const name = "d".repeat(200);
    await sh(
      `cd source; for i in $(seq 30); do mkdir ${name}; cd ${name}; done; echo 1 > a; ln -s a l; mkfifo p; ln a b; chmod 500 .`,
      at,
    );
    await sh(`perl -e 'chdir "source"; for (1..1200) { mkdir "e"; chdir "e" } open F, ">f"'`, at);
    try {
      const made = await mirror(`${at}/source`, `${at}/replica`, NATIVE);
      assertEquals(failuresOf(made), []);
      await assertMirrored(at);
      await sh(`rm -rf source/e source/${name}`, at);
      const gone = await mirror(`${at}/source`, `${at}/replica`, NATIVE);
      assertEquals(failuresOf(gone), []);
      assertEquals(await sh("ls -A replica", at), "z");
    } finally {
      await sh("rm -rf source replica", at);
    }
  },
);

rootTest("a folder that may not be listed is told, and gets its attributes all the same", async (at) => {
  plant(at, { source: { d: { a: "1" } }, replica: { d: { b: "1" } } });
  await sh("chmod 300 replica/d; chmod 755 source/d; chmod -R a+w .; chown -R 4242 . ", at);
  const through = ["setpriv", "--reuid=4242", "--clear-groups", "env", `DENO_DIR=${at}/deno`];
  const flags = ["--allow-read", "--allow-write", "--allow-ffi"];
  await sh("chmod 300 replica/d; chmod 777 .", at);
  const words = [`${at}/source`, `${at}/replica`];
  const first = await lockstep(words, { flags, edge: "as flags say", through });
  assertEquals([first.status, /Cannot list "d" in the replica: permission denied/i.test(first.err)], [
    23,
    true,
  ], first.err);
  const second = await lockstep(words, { flags, edge: "as flags say", through });
  assertEquals(
    [second.status, await sh("ls replica/d; stat -c %a replica/d", at)],
    [0, "a\n777"],
    second.err,
  );
});
