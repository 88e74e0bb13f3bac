/** The doctor before real faults: it names each, changes nothing, and waits for nothing that does not answer. */
import { assert, assertEquals } from "@std/assert";
import type { Remark } from "../../sync/engine/doctor/remark.ts";
import { limitedTo } from "../support/limits.ts";
import { command, lockstep, type Setting, sh } from "../support/program.ts";
import { harvest, inMemory, plant } from "../support/tree.ts";
import { onKind } from "../filesystems/kind.ts";
import { faultTest, STRANGER } from "./tools.ts";

interface Examined {
  readonly status: number;
  readonly remarks: readonly (Remark & { text: string })[];
  /** "verdict code kind". */
  readonly said: readonly string[];
}

/** What is said of two folders, by the native edge unless it is asked for otherwise. */
async function examined(words: readonly string[], setting: Setting = {}): Promise<Examined> {
  const ran = await lockstep(["doctor", ...words, "--json"], {
    flags: ["-RW", "--allow-ffi", "--allow-sys"],
    edge: "as flags say",
    ...setting,
  });
  assertEquals(ran.err, "");
  const { remarks } = JSON.parse(ran.out).examined[0] as { remarks: Examined["remarks"] };
  const said = remarks.map(({ verdict, code, kind = "" }) => `${verdict} ${code} ${kind}`.trim());
  return { status: ran.status, remarks, said };
}

function has({ said, status }: Examined, one: string, wanted: number): void {
  assert(said.includes(one), `${one}: ${said.join("\n")}`);
  assertEquals(status, wanted);
}

/** A cache of Deno's own, which is small and may be written to: everybody's is larger than many a bound. */
async function ownCache(at: string): Promise<Setting> {
  const { npmCache } = JSON.parse((await command(Deno.execPath(), "info", "--json"))!.out);
  await sh(`mkdir deno; cp -r ${npmCache} deno/npm; chmod -R a+rwX deno`, at);
  return { env: { DENO_DIR: `${at}/deno` } };
}

const ROOTS = (at: string) => [`${at}/source`, `${at}/replica`];
const PORTABLE: Setting = { flags: ["-RW", "--allow-sys"], edge: "as flags say" };

faultTest("doctor tells of a full disk, whichever edge looks", ["mount", "native"], async (at, mount) => {
  plant(at, { source: { a: new Uint8Array(9000) }, large: { a: new Uint8Array(90_000) }, replica: {} });
  await mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", `${at}/replica`);
  for (const setting of [{}, PORTABLE]) {
    has(await examined([`${at}/large`, `${at}/replica`], setting), "fails free-space", 3);
  }
  Deno.writeFileSync(`${at}/replica/full`, new Uint8Array(65536));
  for (const setting of [{}, PORTABLE]) {
    has(await examined(ROOTS(at), setting), "unsafe free-space", 42);
  }
  Deno.removeSync(`${at}/replica/full`);
  const free = await examined(ROOTS(at));
  assert(free.said.includes("ok free-space"));
  // it is a mount point, and in memory
  has(free, "unsafe mount-point", 42);
  has(free, "note file-system memory", 42);
});

faultTest("doctor tells of a disk without inodes", ["mount", "native"], async (at, mount) => {
  plant(at, { source: { a: "1", b: "1", c: "1" }, replica: {} });
  await mount("-t", "tmpfs", "-o", "nr_inodes=3", "tmpfs", `${at}/replica`);
  for (const setting of [{}, PORTABLE]) has(await examined(ROOTS(at), setting), "fails free-inodes", 3);
});

faultTest(
  "doctor tells root of a replica on a mount for reading only",
  ["mount", "native"],
  async (at, mount) => {
    plant(at, { source: { a: "1" }, disk: { r: { a: "1" } }, mnt: {} });
    await mount("--bind", `${at}/disk`, `${at}/mnt`);
    await command("mount", "-o", "remount,bind,ro", `${at}/mnt`);
    const words = [`${at}/source`, `${at}/mnt/r`];
    const found = await examined(words);
    has(found, "fails mount read-only", 3);
    has(found, "fails writable", 3);
    // what may not be written to cannot be tried either
    const tried = await examined([...words, "--try"]);
    const { kind } = tried.remarks.find(({ code, side }) => code === "file-system" && side === "replica")!;
    has(tried, `unknown holds ${kind}`, 3);
  },
);

faultTest(
  "doctor --try sees the replica in the source, where its numbers are others",
  ["mount", "native"],
  async (at, mount) => {
    plant(at, { low: { a: "1" }, up: { a: "1" }, work: {}, m: {} });
    const layers = `lowerdir=${at}/low,upperdir=${at}/up,workdir=${at}/work`;
    await mount("-t", "overlay", "-o", layers, "overlay", `${at}/m`);
    has(await examined([`${at}/m`, `${at}/up`, "--try"]), "fails relation same", 3);
  },
);

faultTest(
  "doctor tells of what is mounted in a folder, and of a folder in another",
  ["mount", "native"],
  async (at, mount) => {
    plant(at, { source: { a: "1", m: {} }, replica: { a: "1" }, other: {} });
    await mount("-t", "tmpfs", "tmpfs", `${at}/source/m`);
    const found = await examined(ROOTS(at));
    assertEquals(found.remarks.find(({ code }) => code === "mounts-inside")?.values.paths, ["m"]);
    await mount("--bind", `${at}/replica`, `${at}/source/m`);
    has(await examined([`${at}/source`, `${at}/source/m`]), "fails relation replica-in-source", 3);
  },
);

for (
  const [bound, expected, status] of [
    ["-n 64", "unsafe open-files", 42],
    ["-f 20000", "unsafe file-size", 42],
    ["-f 50000", "note file-size", 0],
  ] as const
) {
  faultTest(`doctor tells of the bound ulimit ${bound}`, ["bash", "native"], async (at) => {
    plant(at, { source: { a: "" }, replica: { a: "" } });
    Deno.truncateSync(`${at}/source/a`, 40 << 20);
    has(await examined(ROOTS(at), { ...await ownCache(at), through: limitedTo(bound) }), expected, status);
  });
}

faultTest(
  "doctor tells of folders that everybody may write to, as root",
  ["root", "native", "landlock"],
  async (at) => {
    plant(at, { source: { a: "1" }, replica: { a: "1" } });
    Deno.chmodSync(`${at}/replica`, 0o777);
    has(await examined(ROOTS(at), PORTABLE), "unsafe others-write", 42);
    has(await examined(ROOTS(at)), "note others-write", 0);
    Deno.chmodSync(`${at}/replica`, 0o1777);
    assert((await examined(ROOTS(at), PORTABLE)).said.every((one) => !one.includes("others-write")));
  },
);

faultTest("doctor tells an ordinary user what cannot be read, and where nothing can be written", [
  "stranger",
  "native",
], async (at) => {
  plant(at, { source: { a: "1", secret: "1" }, replica: {} });
  Deno.chmodSync(at, 0o755);
  Deno.chmodSync(`${at}/source/secret`, 0o600);
  const nobody = { ...await ownCache(at), through: STRANGER, cwd: at };
  for (const setting of [{}, PORTABLE]) {
    const found = await examined(ROOTS(at), { ...setting, ...nobody });
    has(found, "unsafe readable", 3);
    has(found, "fails writable", 3);
    assertEquals(
      found.remarks.find(({ code, side }) => code === "readable" && side === "source")?.values.example,
      "secret",
    );
  }
});

faultTest("doctor tells of a stranger's link on the way to a folder", ["root", "native"], async (at) => {
  plant(at, { real: { source: { a: "1" } }, replica: {} });
  Deno.symlinkSync(`${at}/real`, `${at}/way`);
  await command("chown", "-h", "1000", `${at}/way`);
  has(await examined([`${at}/way/source`, `${at}/replica`]), "fails root strange-link", 3);
});

faultTest("doctor tells root which of its rights it has lost", ["root", "native"], async (at) => {
  plant(at, { source: { a: "1" }, replica: { a: "1" } });
  const through = ["setpriv", "--bounding-set=-chown", "--inh-caps=-chown"];
  const found = await examined(ROOTS(at), { through });
  has(found, "note capabilities", 0);
  assertEquals(found.remarks.find(({ code }) => code === "capabilities")?.values.lacks, ["CAP_CHOWN"]);
});

faultTest(
  "doctor gives up a disk that does not answer, and tells of it",
  ["mount", "bindfs", "native"],
  async (at) => {
    plant(at, { disk: { a: "1" }, point: {}, replica: { a: "1" } });
    const fuse = new Deno.Command("bindfs", {
      args: ["-f", "-o", "attr_timeout=0,entry_timeout=0", `${at}/disk`, `${at}/point`],
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      while ((await command("mountpoint", "-q", `${at}/point`))?.status !== 0);
      fuse.kill("SIGSTOP");
      for (const setting of [{}, PORTABLE]) {
        has(await examined([`${at}/point`, `${at}/replica`], setting), "fails root silent", 3);
      }
    } finally {
      fuse.kill("SIGCONT");
      await command("umount", "-l", `${at}/point`);

      await fuse.status;
    }
  },
);

faultTest("doctor changes nothing of what it looks at, in memory, with --try", ["native"], async (at) => {
  plant(at, { source: { a: "1", d: { b: "1" } }, replica: { a: "1" } });
  const before = harvest(at);
  const found = await examined([...ROOTS(at), "--try"]);
  assert(found.said.includes("ok holds tried"), found.said.join());
  assertEquals(harvest(at), before);
}, inMemory);

for (
  const [kind, ...expected] of [
    ["ext4-128", "note lacks times-after"],
    ["exfat", "note lacks modes", "note lacks links", "note lacks hard-links"],
    ["ntfs-windows", "note lacks modes"],
    ["ext4", "ok holds tried"],
  ] as const
) {
  await onKind(kind, `doctor --try tells what ${kind} cannot hold`, async (at) => {
    const replica = `${at}/mnt/two/levels`;
    plant(at, { source: { a: "1" } });
    Deno.mkdirSync(replica, { recursive: true });
    const found = await examined([`${at}/source`, replica, "--try"]);
    for (const one of expected) has(found, one, 0);
    assertEquals([...Deno.readDirSync(replica)], []);
  });
}
