/** Attributes that the system will not set: the content is kept, and what is missing is told at every pass. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EDGE } from "../support/edges.ts";
import { without } from "../support/limits.ts";
import { lockstep, sh } from "../support/program.ts";
import { file, folder, inFolder, link, plant } from "../support/tree.ts";
import { ERRNO, faultTest, shimmed } from "./tools.ts";

/** How often a text stands in another. */
function times(text: string, what: string): number {
  return text.split(what).length - 1;
}

faultTest(
  "a mode that the system will not set costs neither the content nor a hard link, and nothing is copied again",
  ["root"],
  async (at) => {
    plant(`${at}/source`, { a: "1", old: file("22", 0o644, 5000), d: { f: file("3", 0o644, 7000) } });
    plant(`${at}/replica`, { old: file("2", 0o644, 5000) });
    await sh(
      `ln source/a source/d/b; chgrp 4242 source/a source/old source/d
       chmod 2755 source/a source/old source/d`,
      at,
    );
    const setting = { through: without("fsetid") };
    for (const copied of ["created 4, updated 1, attributes", "3 entries failed, nothing was changed"]) {
      const ran = await lockstep([`${at}/source`, `${at}/replica`], setting);
      assertEquals(ran.status, 23);
      assertStringIncludes(ran.out + ran.err, copied);
      assertMatch(ran.err, /removed 0, failed 3|3 entries failed/);
      for (const path of ["a", "old", "d"]) {
        assertEquals(times(ran.err, `Cannot set the attributes of "${path}" in the replica: the system`), 1);
      }
    }
    assertEquals(
      await sh(`cd replica; cat a old d/f; stat -c '%a %g %h' a old d; stat -c %Y d/f`, at),
      "122" + "3755 4242 2\n755 4242 1\n755 4242 2\n7",
    );
  },
);

for (const [call, error] of [["owner", ERRNO.EPERM], ["owner", 22], ["time", ERRNO.EPERM]] as const) {
  faultTest(
    `content and links are kept when the system will not set the ${call} (${error}), and nothing is copied again`,
    ["root", "cc"],
    async (at) => {
      plant(`${at}/source`, { d: { f: file("1", 0o4755, 5000), l: link("f", 5000) } });
      await sh("chown -h 1234:1234 source/d/*; chmod 4755 source/d/f; mkdir -p replica/d", at);
      // what the replica can hold is tried above the folder
      const setting = await shimmed({ UNDER: `${at}/replica/d`, CALL: call, ERROR: error });
      for (const copied of ["created 2, updated 0", "nothing was changed"]) {
        const ran = await lockstep([`${at}/source`, `${at}/replica`], setting);
        assertEquals(ran.status, 23);
        assertStringIncludes(ran.out + ran.err, copied);
        // Deno sets the time of an open file by a call that no library stands in front of
        for (const path of call === "owner" || EDGE === "native" ? ["d/f", "d/l"] : ["d/l"]) {
          assertEquals(times(ran.err, `Cannot set the attributes of "${path}" in the replica: `), 1);
        }
      }
      const rights = await sh("cat replica/d/f; readlink replica/d/l; stat -c '%a %u' replica/d/f", at);
      assertEquals(rights, call === "owner" ? "1f\n755 0" : "1f\n4755 1234");
    },
  );
}

Deno.test({
  name: "--owner=never gives the setuid and setgid bits of others to nobody, and a second pass does nothing",
  ignore: Deno.uid() !== 0,
  fn: () =>
    inFolder(async (at) => {
      plant(at, {
        source: { mine: file("1", 0o6755, 5000), d: folder({ f: "1" }, 0o2775) },
        replica: { before: file("1", 0o4755, 5000) },
      });
      await sh(
        `cd source; for i in user group before; do printf 1 >$i; touch -d @5 $i; done
         chown 1234:0 user before; chown 0:1234 group; chmod 6755 user group; chmod 4755 before`,
        at,
      );
      const words = [`${at}/source`, `${at}/replica`, "--owner=never"];
      assertEquals((await lockstep(words)).status, 0);
      assertEquals(
        await sh("cd replica; stat -c '%n %a %u:%g' *", at),
        "before 755 0:0\nd 2775 0:0\ngroup 4755 0:0\nmine 6755 0:0\nuser 2755 0:0",
      );
      assert((await lockstep(words)).out.includes("nothing to do"));
    }),
});

faultTest(
  "on a kernel without fchmodat2 the native edge sets the same modes, and never those of what a link leads to",
  ["cc", "bash"],
  async (at) => {
    plant(at, {
      source: { f: file("1", 0o640), d: folder({ g: "2" }, 0o750), l: link("f") },
      replica: { f: file("1", 0o600), d: folder({ g: "2" }, 0o700), l: link("f") },
    });
    await sh(
      "mkfifo -m 640 source/p; mkfifo -m 600 replica/p; touch -hd @5 {source,replica}/{f,d/g,d,l,p}",
      at,
    );
    const setting = await shimmed({
      UNDER: `${at}/replica`,
      CALL: "fchmodat2",
      ERROR: 38,
      LOG: `${at}/shim.log`,
    });
    const ran = await lockstep([`${at}/source`, `${at}/replica`], setting);
    assertEquals(ran.status, 0, ran.err);
    const modes = "stat -c '%A %n' f d d/g l";
    assertEquals(await sh(`cd replica; ${modes}`, at), await sh(`cd source; ${modes}`, at));
    if (EDGE === "native") {
      assertEquals(await sh("stat -c %a replica/p; cat shim.log | wc -l", at), "640\n1");
    }
  },
);
