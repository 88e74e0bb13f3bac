/** Readers of the replica while it changes: each sees one version of a file, whole, and keeps what it has open. */
import { assert, assertEquals } from "@std/assert";
import { ended, lockstep, running, sh, start, until } from "../support/program.ts";
import { seeded } from "../support/random.ts";
import { assertInSync, files, isThere, plant, readIfThere } from "../support/tree.ts";
import { content, faultTest, figure, times, versionOf } from "./tools.ts";

faultTest(
  "a reader that reads the same names in a loop during replacements sees whole versions only",
  [],
  (at) =>
    seeded(async (dice) => {
      const names = Object.keys(files(8));
      plant(at, { source: files(8, content(1)), replica: files(8, content(1)) });
      const process = start([`${at}/source`, `${at}/replica`, "1ms", "-q"]);
      // what nobody reads would fill the pipe
      const end = ended(process);
      let version = 1;
      let reads = 0;
      const seen = new Set<string>();
      const wanted = times(1000);
      const goesOn = () => seen.size < wanted;
      await Promise.all([
        (async () => {
          while (goesOn()) {
            Deno.writeTextFileSync(`${at}/new`, content(++version));
            Deno.renameSync(`${at}/new`, `${at}/source/${names[dice.below(names.length)]}`);
            await new Promise((resolve) => setTimeout(resolve, 0));
          }
        })(),
        (async () => {
          for (const end = Date.now() + times(120_000); goesOn();) {
            assert(Date.now() < end, `only ${seen.size} replacements were seen in time`);
            for (const name of names) {
              const read = versionOf(Deno.readTextFileSync(`${at}/replica/${name}`));
              assert(read !== null, `${name} is torn`);
              seen.add(`${name} ${read}`);
              reads++;
            }
            await new Promise((resolve) => setTimeout(resolve, 0));
          }
        })(),
      ]).finally(() => process.kill("SIGTERM"));
      assertEquals((await end).status, 0);
      figure("replacements seen by a reader", seen.size);
      figure("reads of them, all whole", reads);
    }),
);

faultTest(
  "a program that runs from the replica is replaced, and goes on as it was",
  ["bash"],
  async (at) => {
    plant(`${at}/source`, {});
    await sh("cp $(type -P sleep) source/program", at);
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    const program = new Deno.Command(`${at}/replica/program`, { args: ["60"] }).spawn();
    const map = () => sh(`stat -Lc %i /proc/${program.pid}/exe`, at);
    const before = await map();
    await sh("cp $(type -P true) source/program", at);
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    assertEquals(await map(), before);
    assertInSync(`${at}/source`, `${at}/replica`);
    program.kill("SIGTERM");
    assertEquals((await program.status).signal, "SIGTERM");
  },
);

faultTest(
  "a file of the replica that is mapped into memory keeps its bytes while it is replaced again and again",
  ["cc"],
  async (at) => {
    plant(at, {
      "map.c":
        `#include <fcntl.h>\n#include <stdio.h>\n#include <sys/mman.h>\nint main(int n, char **v) {\nchar *m = mmap(0, 8192, PROT_READ, MAP_SHARED, open(v[1], O_RDONLY), 0);\nputs("mapped"); fflush(stdout); getchar();\nfor (int i = 0; i < 8192; i++) if (m[i] != 'o') return 1;\nreturn 0; }\n`,
      source: { f: "o".repeat(8192) },
    });
    await sh("cc -o map map.c", at);
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    const reader = new Deno.Command(`${at}/map`, {
      args: [`${at}/replica/f`],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const first = reader.stdout.getReader();
    await first.read();
    for (let i = 0; i < 3; i++) {
      Deno.writeTextFileSync(`${at}/source/f`, `${i}`.repeat(i === 1 ? 10 : 8192));
      assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
      assertInSync(`${at}/source`, `${at}/replica`);
    }
    await reader.stdin.close();
    assertEquals((await reader.status).code, 0);
    await first.cancel();
  },
);

faultTest(
  "snapshots made of hard links before each of many passes never change",
  ["bash"],
  (at) =>
    seeded(async (dice) => {
      plant(`${at}/source`, { a: "1", b: "2", d: { c: "3", e: "4" } });
      const paths = ["a", "b", "d/c", "d/e", "d/n"];
      assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
      const log = `${at}/log`;
      await using run = running([`${at}/source`, `${at}/replica`, "5ms", "-q", "--log-file", log]);
      const listing = (snapshot: string) =>
        sh(
          `find ${snapshot} -printf '%P %i %m %U %T@ %s\\n' | sort; cat $(find ${snapshot} -type f | sort)`,
          at,
        );
      // the folder in which the replica is tried out has gone
      await until("a pass is made", () => readIfThere(log).includes("nothing to do"));
      const rounds = times(15);
      const kept: [string, string][] = [];
      for (let round = 0; round < rounds; round++) {
        await sh(`cp -al replica snap${round}; rm -rf snap${round}/.lockstep-*`, at);
        const path = `${at}/source/${paths[dice.below(paths.length)]}`;
        // what was just replaced may not be whole in the snapshot: it is looked at when it is made
        kept.push([`snap${round}`, await listing(`snap${round}`)]);
        const edits = [
          `echo ${round} >> "${path}"`,
          `touch "${path}"; chmod 6${dice.below(8)}0 "${path}"`,
          `touch -d @${round} "${path}"`,
          `rm -f "${path}"`,
          `cp -p a tmp 2>/dev/null && mv tmp "${path}" || touch "${path}"`,
          `ln -f a "${path}" 2>/dev/null || touch "${path}"`,
        ];
        await sh(edits[dice.below(edits.length)]!, `${at}/source`);
        await sh("rm -f tmp; echo marker > marker.new; mv marker.new marker" + round, `${at}/source`);
        await until("the pass is made", () => isThere(`${at}/replica/marker${round}`));
        for (const [snapshot, before] of kept.slice(-3)) assertEquals(await listing(snapshot), before);
      }
      assertEquals((await run.stop()).status, 0);
      for (const [snapshot, before] of kept) assertEquals(await listing(snapshot), before);
      figure("snapshots that stayed as they were", rounds);
    }),
);
