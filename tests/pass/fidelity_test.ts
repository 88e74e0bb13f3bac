/** Everything a folder can hold, mirrored by the real program and compared by an independent tool. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { asOrdinary, without } from "../support/limits.ts";
import { has, lockstep, type Setting, sh } from "../support/program.ts";
import { leftToDo } from "../support/rsync.ts";
import { assertInSync, file, folder, inFolder, link, plant } from "../support/tree.ts";

const isRoot = Deno.uid() === 0;

/** A tree of everything that this user can make. */
async function plantAll(at: string): Promise<void> {
  plant(`${at}/source`, {
    empty: {},
    plain: "1",
    modes: {
      setuid: file("1", 0o4755),
      sticky: folder({ a: "1" }, 0o1777),
      readonly: folder({ a: "1" }, 0o555),
    },
    links: { dangling: link("nowhere", 5000), absolute: link("/etc"), loop: link("loop") },
    times: { old: file("1", 0o644, -86_400_000), late: file("1", 0o644, 4_300_000_000_000) },
    names: {
      "new\nline": "1",
      "\x1b[1m": "1",
      "-dash": "1",
      "back\\slash": "1",
      ["l".repeat(255)]: "1",
      "\u00e9": "nfc",
      "e\u0301": "nfd",
      "real\ufffd": "1",
    },
    hard: { a: "same", d: {} },
  });
  await sh(
    `cd source
     ln hard/a hard/b; ln hard/a hard/d/c
     truncate -s 50M sparse; printf data | dd of=sparse bs=1 seek=30000000 conv=notrunc status=none
     mkfifo -m 640 pipe`,
    at,
  );
}

for (const [who, through] of [["root", []], ["an ordinary user", asOrdinary()]] as const) {
  Deno.test({
    name: `lockstep mirrors everything that a folder can hold, as ${who}, and a second pass is silent`,
    ignore: !has("rsync") || (who === "root" && !isRoot) || (isRoot && !has("setpriv")),
    fn: () =>
      inFolder(async (at) => {
        await plantAll(at);
        if (who === "root") {
          await sh(
            "chown -h 1234:2345 source/plain source/links/dangling source/empty; chown 1234 source/modes/setuid; chmod 4755 source/modes/setuid",
            at,
          );
        }
        const setting: Setting = { through, flags: ["--allow-read", "--allow-write", "--allow-run=mkfifo"] };
        const first = await lockstep([`${at}/source`, `${at}/replica`], setting);
        assertEquals([first.status, first.err], [0, ""]);
        assertEquals(
          await leftToDo(`${at}/source`, `${at}/replica`, who === "root" ? "-naiHSgo" : "-naiHS"),
          "",
        );
        assertEquals(
          await sh("stat -c '%a %u' replica/modes/setuid; stat -c %F replica/pipe", at),
          `4755 ${who === "root" ? 1234 : Deno.uid()}\nfifo`,
        );
        assert(Number(await sh("stat -c %b replica/sparse", at)) < 1000, "the holes are kept");
        assertInSync(`${at}/source`, `${at}/replica`);
        const second = await lockstep([`${at}/source`, `${at}/replica`], setting);
        assertStringIncludes(second.out, "nothing to do");
      }),
  });
}

Deno.test({
  name: "lockstep makes FIFOs by itself where it may call the C library",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (at) => {
      plant(`${at}/source`, { d: {} });
      await sh("umask 0; mkfifo -m 640 d/pipe; ln d/pipe again", `${at}/source`);
      const flags = ["--allow-read", "--allow-write", `--deny-write=${at}/source`, "--allow-ffi"];
      const ran = await lockstep([`${at}/source`, `${at}/replica`], { flags });
      assertEquals([ran.status, ran.err], [0, ""]);
      assertInSync(`${at}/source`, `${at}/replica`);
      assertStringIncludes(
        (await lockstep([`${at}/source`, `${at}/replica`], { flags })).out,
        "nothing to do",
      );
    }),
});

Deno.test("lockstep keeps hard links when their sets are formed, broken, grown, edited and moved", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1", b: "1", c: "1", d: { e: "2" } });
    const steps = [
      ["ln -f source/a source/b", /update file "b" as another name of "a"/],
      ["ln source/a source/d/f", /create file "d\/f" as another name of "a"/],
      ["cp -p source/b tmp; mv tmp source/b", /update file "b" 1 byte: hard links/],
      ["echo longer > source/a", /update file "d\/f" as another name of "a"/],
      ["chmod 600 source/a", /attributes file "a": mode 0644 -> 0600/],
      ["mv source/a source/z", /move file "a" -> "z"/],
      ["rm source/d/f", /remove file "d\/f"/],
    ] as const;
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    for (const [edit, line] of steps) {
      await sh(edit, at);
      const ran = await lockstep([`${at}/source`, `${at}/replica`]);
      assertEquals([edit, ran.status, line.test(ran.out)], [edit, 0, true], ran.out);
      assertInSync(`${at}/source`, `${at}/replica`);
      const again = await lockstep([`${at}/source`, `${at}/replica`]);
      assertStringIncludes(again.out, "nothing to do");
    }
  }));

Deno.test("lockstep keeps hard links among links and among FIFOs when their sets are formed, broken and moved", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { f: "1", d: {} });
    await sh(
      "ln -s f l; ln l m; ln l d/n; ln -s f other; ln -s $PWD out; ln out out2; mkfifo p; ln p d/q",
      `${at}/source`,
    );
    const steps = [
      ["true", /create link "l" as another name of "d\/n"/],
      ["ln -fP source/l source/other", /update link "other" as another name of "d\/n"/],
      ["rm source/m; ln -s f source/m", /update link "m"/],
      ["rm source/l source/d/n; ln -s g source/l; ln source/l source/d/n", /update link "l" as another/],
      ["touch -h -d @5 source/d/n", /attributes link "d\/n"/],
      ["mv source/l source/z", /move link "l" -> "z"/],
      ["ln source/p source/r", /create fifo "r" as another name of "d\/q"/],
      ["rm source/p; mkfifo source/p", /update fifo "p"/],
      ["chmod 600 source/r", /attributes fifo "d\/q"/],
      ["rm source/d/q source/z", /remove fifo "d\/q"/],
    ] as const;
    const setting = {
      flags: ["--allow-read", "--allow-write", `--deny-write=${at}/source`, "--allow-run=mkfifo"],
    };
    for (const [edit, line] of steps) {
      await sh(edit, at);
      const ran = await lockstep([`${at}/source`, `${at}/replica`], setting);
      assertEquals([edit, ran.status, ran.err, line.test(ran.out)], [edit, 0, "", true], ran.out);
      assertInSync(`${at}/source`, `${at}/replica`);
      assertStringIncludes((await lockstep([`${at}/source`, `${at}/replica`], setting)).out, "nothing to do");
    }
  }));

Deno.test("lockstep makes hard links in the place of folders, empty or full, and folders in the place of hard links", () =>
  inFolder(async (at) => {
    plant(at, {
      source: { a: "1", l: "two", out: { f: "3" } },
      replica: { a: { in: { f: "1" } }, b: {}, c: { in: { f: "1" } }, m: {}, l: "two", out: "3", own: "3" },
    });
    await sh("cd source; ln a b; ln a c; ln l m; cd ../replica; rm own; ln out own; rm -r l; ln out l", at);
    const words = [`${at}/source`, `${at}/replica`, "--max-delete", "100%"];
    const ran = await lockstep(words);
    assertEquals([ran.status, ran.err], [0, ""]);
    assertInSync(`${at}/source`, `${at}/replica`);
    assertStringIncludes((await lockstep(words)).out, "nothing to do");
  }));

Deno.test("lockstep leaves a snapshot of the replica made of hard links as it was, whatever changes", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1", b: "2", d: { c: "3" }, l: link("a") });
    await sh("ln source/a source/d/hard-link", at);
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    for (
      const [i, edit] of [
        "chmod 600 source/a",
        "touch -d @5 source/b",
        "touch -h -d @5 source/l",
        "echo x >> source/d/c",
        "rm source/a",
      ].entries()
    ) {
      const listing = `find snapshot${i} -printf '%p %i %m %T@ %s\\n' | sort`;
      await sh(`cp -al replica snapshot${i}`, at);
      const before = await sh(listing, at);
      await sh(edit, at);
      assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
      assertEquals(await sh(listing, at), before);
      assertInSync(`${at}/source`, `${at}/replica`);
    }
  }));

Deno.test({
  name:
    "lockstep says once that owners are not mirrored when it may not set them, and --owner=never is silent",
  ignore: isRoot && !has("setpriv"),
  fn: () =>
    inFolder(async (at) => {
      plant(`${at}/source`, { a: "1", b: "1" });
      const through = isRoot ? without("chown") : [];
      const ran = await lockstep([`${at}/source`, `${at}/replica`], { through });
      assertEquals([ran.status, ran.out.split("owners and groups").length], [0, 2]);
      const never = await lockstep([`${at}/source`, `${at}/replica`, "--owner=never"], { through });
      assertEquals([never.status, never.out.includes("owners and groups")], [0, false]);
    }),
});

Deno.test("the portable edge reports FIFOs and sockets once a pass, does not fail for them, and removes extraneous ones", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: {} });
    await sh("mkfifo source/p source/q replica/old", at);
    await sh(
      `perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un("source/s")) or die'`,
      at,
    );
    const flags = ["--allow-read", "--allow-write"];
    const ran = await lockstep([`${at}/source`, `${at}/replica`], { flags, edge: "as flags say" });
    assertEquals(ran.status, 0);
    assertStringIncludes(ran.err, `and 1 more; run with --allow-run=mkfifo`);
    assertStringIncludes(ran.err, `Not mirrored: socket "s"`);
    assertEquals(await sh("ls replica", at), "a");
  }));

Deno.test("the portable edge reports names that are not UTF-8, leaves the replica's alone, and does the rest of the folder", () =>
  inFolder(async (at) => {
    plant(at, { source: { d: { a: "1" } }, replica: { d: { gone: "1" } } });
    await sh(
      `for f in source/d replica/d; do printf 1 > $f/$'bad\\xff'; mkdir $f/$'dir\\xfe'; done; printf 1 > source/d/$'twice\\xff'; printf 2 > source/d/twice\ufffd`,
      at,
    );
    const ran = await lockstep([`${at}/source`, `${at}/replica`, "--edge=portable"]);
    assertEquals(ran.status, 23);
    assertEquals(ran.err.split("the name is not UTF-8").length, 4);
    assertEquals(
      await sh("ls replica/d | cat -v", at),
      "a\nbadM-^?\ndirM-~\ntwiceM-oM-?M-=",
    );
  }));

Deno.test("the portable edge reports paths that are too long, and does the rest", () =>
  inFolder(async (at) => {
    await sh(
      `mkdir -p source; echo 1 > source/z; cd source; for i in $(seq 19); do mkdir ${"d".repeat(200)}; cd ${
        "d".repeat(200)
      }; done; echo 1 > a`,
      at,
    );
    const replica = `${at}/${"r".repeat(250)}`;
    const ran = await lockstep([`${at}/source`, replica, "--edge=portable"]);
    assertEquals(ran.status, 23);
    assertStringIncludes(ran.err, "too long");
    assertEquals(Deno.readTextFileSync(`${replica}/z`), "1\n");
    await sh(`rm -rf source "${replica}"`, at);
  }));

Deno.test("lockstep mirrors a chain of 1,000 folders and a sparse file of 256 MiB", () =>
  inFolder(async (at) => {
    await sh(
      `mkdir -p source/${"d/".repeat(1000)}; echo 1 > source/${
        "d/".repeat(1000)
      }f; truncate -s 256M source/big; printf end >> source/big`,
      at,
    );
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    assertEquals(
      await sh("tail -c 3 replica/big; stat -c %s replica/big; cat replica/" + "d/".repeat(1000) + "f", at),
      "end268435459\n1",
    );
    assert(Number(await sh("stat -c %b replica/big", at)) < 1000);
    assertStringIncludes(
      (await lockstep([`${at}/source`, `${at}/replica`])).out,
      "nothing to do for 1,002 entries",
    );
    await sh("rm -rf source replica", at);
  }));
