/**
 * `lockstep schedule` with a real cron daemon in a namespace of its own. It waits for up to a minute, the shortest time
 * that cron knows, and has a file of its own so that other tests run in the meantime.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { command, has, lockstep, until } from "../support/program.ts";
import { assertInSync, inFolder, isThere, plant } from "../support/tree.ts";

const IN_SYNC = / in sync:/;

/** A cron that sees no crontab but ours. */
const OWN_CRON = `set -e
mkdir -p /etc/cron.d /var/spool/cron
mount -t tmpfs none /run
mount -t tmpfs none /etc/cron.d
[ ! -e /etc/crontab ] || mount --bind /dev/null /etc/crontab
mount -t tmpfs none /var/spool/cron
mkdir /var/spool/cron/crontabs
chmod 1730 /var/spool/cron/crontabs
exec cron -f`;

function startCron(): Deno.ChildProcess {
  return new Deno.Command("unshare", {
    args: ["-m", "sh", "-c", OWN_CRON],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/** End it, if it has not ended by itself, and return what it printed. */
async function endCron(cron: Deno.ChildProcess): Promise<string> {
  try {
    cron.kill("SIGTERM");
  } catch (error) {
    // it has ended
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
  const { stderr } = await cron.output();
  return new TextDecoder().decode(stderr).trim();
}

/** Why there can be no cron of our own here, or null. */
async function whyNoCron(): Promise<string | null> {
  if (Deno.uid() !== 0 || !has("cron") || !has("crontab")) return "needs root and the package cron";
  if ((await command("unshare", "-m", "true"))?.status !== 0) return "needs a mount namespace";
  const cron = startCron();
  let ended = false;
  cron.status.then(() => ended = true);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const stays = !ended;
  const words = await endCron(cron);
  return stays ? null : `cron ended at once: ${words}`;
}

const noCron = await whyNoCron();

Deno.test({
  name: `lockstep schedule installs with a real cron daemon, which runs it${
    noCron === null ? "" : ` (skipped: ${noCron})`
  }`,
  ignore: noCron !== null,
  fn: () =>
    inFolder(async (folder) => {
      const place = `${folder}/50% "it's" ä`;
      plant(place, { source: { a: "1" } });
      const cron = startCron();
      let said: string;
      try {
        const through = ["nsenter", "-t", String(cron.pid), "-m"];
        const crontab = (...args: string[]) => command("nsenter", ...through.slice(1), "crontab", ...args);
        // until then it is the shell that mounts, and sees the machine's own crontabs
        await until("cron runs", async () =>
          (await command("cat", `/proc/${cron.pid}/comm`))?.out === "cron\n");
        assertEquals((await crontab("-l"))?.err, "no crontab for root\n");
        // cron sees a change by its second: it must not be the second in which cron began
        await new Promise((resolve) =>
          setTimeout(resolve, 2000)
        );
        const others = "# not ours\n17 4 1 1 * true # keep  \t this\n";
        Deno.writeTextFileSync(`${folder}/others`, others);
        await crontab(`${folder}/others`);
        const words = [`${place}/source`, `${place}/replica`, "1m", `${place}/sync.log`, "--with=cron"];
        const setting = { flags: ["--allow-run=crontab"], through };
        for (let i = 0; i < 2; i++) {
          const ran = await lockstep(["schedule", "install", ...words], setting);
          assertEquals([ran.status, ran.err], [0, ""]);
        }
        assertEquals((await crontab("-l"))?.out.split("# lockstep ").length, 2);
        assertStringIncludes((await lockstep(["schedule", "list"], setting)).out, "* * * * * ");
        const log = () => isThere(`${place}/sync.log`) ? Deno.readTextFileSync(`${place}/sync.log`) : "";
        for (const end = Date.now() + 250_000; !IN_SYNC.test(log()) && Date.now() < end;) {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        assertMatch(log(), /INFO create file "a" 1 byte\n(.*\n)*.* in sync: created 2/);
        const removal = await lockstep(["schedule", "remove", ...words.slice(0, 2), "--with=cron"], setting);
        assertEquals([removal.status, removal.err], [0, ""]);
        assertEquals((await crontab("-l"))?.out, others);
        assertInSync(`${place}/source`, `${place}/replica`);
      } finally {
        said = await endCron(cron);
      }
      assertEquals(said, "");
    }),
});
