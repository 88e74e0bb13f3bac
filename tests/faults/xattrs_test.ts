/** Extended attributes, access lists and devices, by the native edge: made and looked at by other programs. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { leftToDo } from "../support/rsync.ts";
import { without } from "../support/limits.ts";
import { command, lockstep, type Setting, sh, until } from "../support/program.ts";
import { file, folder, isThere, plant } from "../support/tree.ts";
import { ERRNO, faultTest, shimmed } from "./tools.ts";

const NEEDS = ["root", "native", "attr", "rsync"] as const;
const FLAGS = ["--allow-read", "--allow-write", "--allow-ffi"];

/** The program on `at/source` and `at/replica`, with --xattrs. */
function run(at: string, words: readonly string[] = ["-X"], setting: Setting = {}) {
  return lockstep([`${at}/source`, `${at}/replica`, ...words], { flags: FLAGS, ...setting });
}

/** All extended attributes and access lists below a folder. */
async function listed(at: string, root: string): Promise<string> {
  return await sh(
    `cd ${root}; find . -print0 | LC_ALL=C sort -z | xargs -0 getfattr -h -d -m- -e hex | cat -v`,
    at,
  );
}

/** The first law, as rsync and as the tools of attributes see it, and the second. */
async function assertMirrored(at: string, words: readonly string[] = ["-X"], setting: Setting = {}) {
  assertEquals(await listed(at, "replica"), await listed(at, "source"));
  const left = await leftToDo(`${at}/source`, `${at}/replica`, "-naiHSAX", "--modify-window=-1");
  assertEquals(left, "");
  // every call that writes to an inode is seen in this time; what the replica can hold was tried in its root
  const changed = `find replica -mindepth 1 -printf '%P %C@\\n' | sort`;
  const before = await sh(changed, at);
  const second = await run(at, words, setting);
  assertEquals([second.status, second.err], [0, ""]);
  assertStringIncludes(second.out, "nothing to do");
  assertEquals(await sh(changed, at), before);
}

/** One of each: attributes, access lists, capabilities, names of all bytes, holes, devices, and names of one inode. */
const EVERYTHING = `
  mkdir source/d source/d/e; cd source
  echo 1 > a; setfattr -n user.x -v hello a; setfattr -n user.empty a; setfattr -n trusted.t -v 0x00ff800a a
  setfacl -m u:1234:rw,g:77:x,m::r a; ln a d/hard; ln -s a l; setfattr -h -n trusted.l -v 1 l; ln l d/l
  setfacl -d -m u:55:rwx,g::- d; setfattr -n user.d -v 1 d; echo 2 > d/inherits; mkdir d/e/f
  cp /bin/true cap; chown 1000:1000 cap; setcap cap_net_raw+ep cap; echo 3 > suid; chown 1:2 suid; chmod 6755 suid
  echo 4 > readonly; setfattr -n user.x -v 1 readonly; chmod 444 readonly
  mkfifo p; setfacl -m u:9:r p; mkfifo d/p; truncate -s 1M hole; echo 5 >> hole; setfattr -n user.h -v 1 hole
  echo 6 > $'b\\xe4d \\xff'; setfattr -n $'user.\\xe4' -v 1 $'b\\xe4d \\xff'; mkdir $'\\xfe'; setfacl -m u:3:r $'\\xfe'
  setfattr -n user.root -v 1 .; setfacl -d -m u:8:r .; touch -h -d '2001-02-03 04:05:06.123456789' a l p d .
  mknod c c 5 300; mknod b b 259 70000; ln c d/c; setfacl -m u:4:r c; chmod 4711 b; chown 3:4 b`;

for (
  const [how, words] of [["", []], [", by contents", ["--checksum"]], [", durable", ["--durable"]]] as const
) {
  faultTest(
    `rsync -HSAX agrees that nothing is left to do, and a second pass writes nothing${how}`,
    [...NEEDS, "setcap"],
    async (at) => {
      Deno.mkdirSync(`${at}/source`);
      await sh(EVERYTHING, at);
      const all = ["-X", "--devices", ...words];
      const planned = await run(at, [...all, "--dry-run"]);
      assertEquals([planned.status, await sh("ls", at)], [0, "source"]);
      const first = await run(at, all);
      assertEquals([first.status, first.err], [0, ""]);
      await assertMirrored(at, all);
    },
  );
}

faultTest(
  "on a kernel without listxattrat the same is mirrored, and a second pass writes nothing",
  [...NEEDS, "setcap", "cc"],
  async (at) => {
    Deno.mkdirSync(`${at}/source`);
    await sh(EVERYTHING, at);
    const setting = await shimmed({ UNDER: at, CALL: "listxattrat", ERROR: 38, LOG: `${at}/log` });
    const ran = await run(at, ["-X", "--devices"], setting);
    assertEquals([ran.status, ran.err], [0, ""]);
    assertStringIncludes(await sh("cat log", at), "listxattrat");
    await assertMirrored(at, ["-X", "--devices"], setting);
  },
);

faultTest(
  "a difference of attributes alone is set, removed, and said, and nothing is copied",
  [...NEEDS, "setcap"],
  async (at) => {
    Deno.mkdirSync(`${at}/source`);
    await sh(EVERYTHING, at);
    await run(at, ["-X", "--devices"]);
    const edits = {
      "setfattr -n user.x -v other a": 'file "a": xattrs',
      "setfattr -x trusted.t a": 'file "a": xattrs',
      "setfattr -n user.new -v 0x$(printf 'ab%.0s' $(seq 900)) a": 'file "a": xattrs',
      "setfacl -b a": 'file "a": xattrs',
      "setfacl -m u:1:rwx,m::rwx a": 'file "a": mode 0644 -> 0674, xattrs',
      "setfacl -k d": 'folder "d": xattrs',
      "setfacl -d -m u:6:r d/e": 'folder "d/e": xattrs',
      "setcap -r cap": 'file "cap": xattrs',
      "setcap cap_chown+p suid": 'file "suid": xattrs',
      "setfattr -h -x trusted.l l": 'link "d/l": xattrs',
      "setfacl -m u:7:r d/p": 'fifo "d/p": mode 0664 -> 0674, xattrs',
      "setfacl -x u:4 c": 'device "c": xattrs',
      "chown 5:6 cap; setcap cap_net_raw+ep cap": 'file "cap": owner 1000:1000 -> 5:6, xattrs',
    };
    for (const [edit, said] of Object.entries(edits)) {
      await sh(`cd source; ${edit}`, at);
      const ran = await run(at, ["-X", "--devices"]);
      assertEquals([ran.status, ran.err], [0, ""], edit);
      assertStringIncludes(ran.out, `attributes ${said}`, edit);
      assertMatch(ran.out, /created 0, updated 0, attributes 1, removed 0, failed 0/, edit);
    }
    // what others did to the replica is undone
    await sh(
      `cd replica; setfattr -n user.more -v 1 d/inherits; setfacl -m u:5:rwx suid; setfacl -b .; setfacl -k .
       setfattr -x user.h hole; setcap cap_chown+p d/inherits`,
      at,
    );
    const undone = await run(at, ["-X", "--devices", "--json"]);
    const found = undone.out.split("\n").filter((line) => line.includes('"action":"attributes"'));
    assertEquals(found.length, 4, undone.out);
    for (const line of found) assertStringIncludes(line, '{"what":"xattrs"}');
    await assertMirrored(at, ["-X", "--devices"]);
  },
);

faultTest("what a folder of the replica hands on to new entries does not stay", NEEDS, async (at) => {
  plant(at, { source: { d: { new: file("1", 0o600), sub: { f: "2" } } }, replica: { d: {}, old: {} } });
  await sh("mkfifo source/d/p; setfacl -d -m u:55:rwx,o::rwx replica replica/d", at);
  assertEquals((await run(at)).status, 0);
  await assertMirrored(at);
  assertEquals(await sh("getfacl -Rcs replica", at), "");
});

faultTest(
  "a device is replaced when its numbers or its kind differ, and taken for none without --devices",
  NEEDS,
  async (at) => {
    Deno.mkdirSync(`${at}/source`);
    await sh(
      "cd source; mknod c c 5 300; mknod b b 259 70000; mknod x c 1 1; echo 1 > f; mkdir d; ln b d/b",
      at,
    );
    const left = await run(at, []);
    assertEquals(left.status, 0);
    assertMatch(left.err, /Not mirrored: device "." and 3 more/);
    assertEquals((await run(at, ["--devices"])).status, 0);
    await assertMirrored(at, ["--devices"]);
    await sh(
      "cd source; rm c b x f d/b; mknod c c 5 301; mknod b c 259 70000; mknod f b 1 1; mkdir x; touch -d @5 replica 2>/dev/null || :",
      at,
    );
    const ran = await run(at, ["--devices"]);
    assertEquals([ran.status, ran.err], [0, ""]);
    for (const line of ['update device "c": device', 'update device "b": device', 'create device "f"']) {
      assertStringIncludes(ran.out, line);
    }
    await assertMirrored(at, ["--devices"]);
    // it is tried when there is something to do
    plant(`${at}/source`, { more: "1" });
    const none = await run(at, ["--devices"], { through: without("mknod") });
    assertStringIncludes(none.out, "The replica cannot hold devices");
    assertEquals([none.status, await sh("find replica -type b", at)], [0, "replica/f"]);
  },
);

faultTest(
  "an ordinary user has user.* and access lists mirrored, of what is read-only, too",
  NEEDS,
  async (at) => {
    plant(at, { source: { f: "1", ro: "2", d: folder({ g: "3" }), plain: "4" } });
    await sh(
      `cd source; setfattr -n trusted.t -v 1 f; setfattr -n user.x -v 1 f; setfattr -n user.x -v 1 ro
     setfacl -m u:55:r ro; setfattr -n user.d -v 1 d; setfacl -d -m u:5:r d; chmod 440 ro; chmod 550 d
     chown -R 65534:65534 .; mkdir ../replica; chown 65534:65534 ..  ../replica`,
      at,
    );
    const user = [
      "setpriv",
      "--reuid=65534",
      "--regid=65534",
      "--clear-groups",
      "env",
      `DENO_DIR=${at}/deno`,
    ];
    const setting = { through: user, edge: "as flags say" } as const;
    const seen = async (root: string) =>
      await sh(
        `cd ${root}; find . | sort | xargs setpriv --reuid=65534 --clear-groups getfattr -h -d -m '^(user|system)'`,
        at,
      );
    for (
      const edit of [
        ":",
        "setfattr -n user.x -v 2 ro; setfattr -x user.d d; setfacl -m u:56:r f; setfattr -x user.x f",
      ]
    ) {
      await sh(`cd source; ${edit}`, at);
      const ran = await run(at, ["-X"], setting);
      assertEquals([ran.status, ran.err], [0, ""]);
      assertEquals(await seen("replica"), await seen("source"));
      assertEquals(
        await sh("cd replica; stat -c '%n %a' ro d", at),
        await sh("cd source; stat -c '%n %a' ro d", at),
      );
      assertEquals(ran.out.includes("cannot hold extended"), false);
      assertStringIncludes((await run(at, ["-X"], setting)).out, "nothing to do");
    }
    assertEquals(await sh("getfattr -R -d -m trusted replica", at), "");
  },
);

for (
  const [call, error, text] of [
    ["xattr", ERRNO.ENOSPC, "no space left"],
    ["xattr", ERRNO.EDQUOT, "the disk quota is used up"],
    ["xattr", ERRNO.EPERM, "operation not permitted"],
    ["xattr", 95, "the file system has no such thing"],
    ["unxattr", ERRNO.EPERM, "operation not permitted"],
  ] as const
) {
  faultTest(
    `contents are kept when extended attributes cannot be ${
      call === "xattr" ? "set" : "removed"
    } (${error}), and it is said`,
    [...NEEDS, "cc"],
    async (at) => {
      plant(at, { source: { d: { f: file("1", 0o640, 5000), g: "2" } }, replica: { d: { g: "2" } } });
      await sh("touch -d @5 source/d/g replica/d/g; setfattr -n user.x -v 1 source/d/f", at);
      if (call === "unxattr") await sh("setfattr -n user.x -v 1 replica/d/g", at);
      else await sh("setfattr -n user.x -v 1 source/d/g", at);
      // what the replica can hold is tried above the folder
      const setting = await shimmed({ UNDER: `${at}/replica/d`, CALL: call, ERROR: error });
      for (let pass = 0; pass < 2; pass++) {
        const ran = await run(at, ["-X"], setting);
        assertEquals(ran.status, 23, ran.out);
        const said =
          `Cannot set the attributes of "d/g" in the replica: the replica does not take its extended attributes: ${text}`;
        assertStringIncludes(ran.err, said);
        assertEquals(ran.err.includes('"d/f"'), call === "xattr");
      }
      assertEquals(await sh("cd replica/d; cat f g; stat -c '%a %Y' f", at), "12640 5");
      assertEquals((await run(at)).status, 0);
      await assertMirrored(at);
    },
  );
}

faultTest("a disk in trouble is no attribute that it lacks", [...NEEDS, "cc"], async (at) => {
  plant(at, { source: { d: { f: file("1", 0o640, 5000) } }, replica: { d: {} } });
  await sh("setfattr -n user.x -v 1 source/d/f", at);
  const setting = await shimmed({ UNDER: `${at}/replica`, CALL: "xattr", ERROR: ERRNO.EIO });
  const ran = await run(at, ["-X"], setting);
  assert(ran.status !== 0 && !ran.out.includes("cannot hold"), ran.out);
  assertStringIncludes(ran.err, "input/output error");
  assertEquals(await sh("ls -A replica replica/d", at), "replica:\nd\n\nreplica/d:");
});

faultTest(
  "what a file system or a right forbids is found out and said once",
  [...NEEDS, "mount"],
  async (at, mount) => {
    plant(at, { source: { f: "1", d: { g: "2" } }, none: {} });
    await sh(
      "cd source; setfattr -n user.x -v 1 f d/g; setfattr -n trusted.t -v 1 f; setfacl -m u:5:r f",
      at,
    );
    await mount("-t", "ramfs", "ramfs", `${at}/none`);
    const words = [`${at}/source`, `${at}/none/replica`, "-X", "0.1s", "--passes=2", "--ignore-free-space"];
    const ran = await lockstep(words, { flags: FLAGS });
    assertEquals([ran.status, ran.err], [0, ""]);
    const said =
      "cannot hold extended attributes of these kinds: user.*, access lists, security.*, trusted.*";
    assertEquals(ran.out.split(said).length, 2, ran.out);
    assertStringIncludes(ran.out, "nothing to do");
    const less = await run(at, ["-X"], { through: without("sys_admin", "setfcap") });
    assertEquals([less.status, less.err], [0, ""]);
    assertStringIncludes(less.out, "of these kinds: security.*, trusted.*");
    assertEquals(
      await sh("getfattr -d replica/d/g; getfacl -cs replica/f", at),
      await sh("getfattr -d source/d/g; getfacl -cs source/f", at).then((text) =>
        text.replace("source", "replica")
      ),
    );
  },
);

faultTest(
  "a value of 64 KiB is mirrored where there is a place for it, and costs nothing but itself elsewhere",
  [...NEEDS, "mount"],
  async (at, mount) => {
    plant(at, { a: {}, source: {}, replica: {} });
    await mount("-t", "tmpfs", "tmpfs", `${at}/source`);
    await sh("truncate -s 16M disk; mkfs.ext4 -qF disk", at);
    await mount("-o", "loop", `${at}/disk`, `${at}/replica`);
    await sh(
      `cd source; echo 1 > f; touch -d @5 f; setfattr -n user.big -v "0s$(head -c 65536 /dev/urandom | base64 -w0)" f`,
      at,
    );
    const failed = await run(at);
    assertEquals(failed.status, 23);
    assertMatch(failed.err, /Cannot set the attributes of "f" in the replica: .* extended attributes: /);
    assertEquals(await sh("cat replica/f", at), "1");
    await mount("-t", "tmpfs", "tmpfs", `${at}/replica`);
    assertEquals((await run(at)).status, 0);
    await assertMirrored(at);
  },
);

faultTest("without --xattrs no call asks for attributes, and with it one lists those of each entry", [
  ...NEEDS,
  "strace",
], async (at) => {
  plant(at, { source: { f: "1", d: { g: "2", h: "3" } } });
  await sh(
    "ln -s f source/l; setfattr -n user.x -v 1 source/f; setfattr -n user.x -v 1 source/d; ln source/f source/d/f",
    at,
  );
  const calls = async (words: readonly string[]) => {
    const through = ["strace", "-fqqo", `${at}/trace`];
    assertEquals((await run(at, words, { through })).status, 0);
    return (await sh(
      `sed -E 's/syscall_0x1d1/listxattrat/' trace | grep -oE '[a-z]+xattr(at)?\\(.*' | grep -v ENOSYS || :`,
      at,
    )).split("\n").filter((line) => line !== "");
  };
  assertEquals(await calls([]), []);
  const first = await calls(["-X", "--threads=1"]);
  const ours = first.filter((line) =>
    /^l?setxattr/.test(line) && !/lockstep|posix_acl|capability/.test(line)
  );
  assertEquals(ours.length, 2, ours.join("\n"));
  const second = await calls(["-X", "--dry-run"]);
  // seven entries and the root on both sides
  assertEquals(second.filter((line) => /^l?listxattr(at)?/.test(line)).length, 14, second.join("\n"));
  assertEquals(second.filter((line) => /^l?getxattr/.test(line)).length, 6, second.join("\n"));
  assertEquals(second.length, 20);
});

faultTest("--xattrs and --devices are wrong usage where the edge is portable", [], async (at) => {
  plant(at, { source: {} });
  for (const option of ["--xattrs", "-X", "--devices"]) {
    const ran = await run(at, [option], { flags: ["--allow-read", "--allow-write"], edge: "as flags say" });
    assertEquals([ran.status, ran.err.trim().split("\n").length], [1, 1]);
    assertStringIncludes(ran.err, "--allow-ffi");
  }
  const asked = await run(at, ["-X", "--edge=portable"], { edge: "as flags say" });
  assertStringIncludes(
    asked.err,
    "--xattrs needs the native edge: leave out --edge=portable, and run with --allow-ffi",
  );
  assertEquals(await command("ls", at).then((ls) => ls?.out), "source\n");
});

faultTest(
  "a file that is written to while it is copied keeps its attributes",
  [...NEEDS, "cc"],
  async (at) => {
    plant(at, { source: { f: "1" }, replica: {} });
    await sh("setfattr -n user.x -v 1 source/f; setfacl -m u:5:r source/f", at);
    const setting = await shimmed({
      UNDER: `${at}/source/f`,
      CALL: "open",
      GATE: `${at}/gate`,
      LOG: `${at}/log`,
    });
    const running = run(at, ["-X"], setting);
    await until("the file is opened", () => isThere(`${at}/log`));
    await sh("echo more >> source/f; touch gate", at);
    const ran = await running;
    assertEquals([ran.status, ran.err], [0, ""]);
    assertEquals(await sh("cat replica/f", at), "1more");
    await assertMirrored(at);
  },
);
