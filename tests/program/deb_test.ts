/**
 * The Debian package: what is in it, and what becomes of a system on which it is installed, used, scheduled and removed. That
 * system is this one, but all that is written goes to a layer that only the test sees, and there is no network.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { pack } from "../../.packaging/deb.ts";
import { isEdited } from "../../.packaging/stage.ts";
import { VERSION } from "../../sync/build.ts";
import { faultTest } from "../faults/tools.ts";
import { command, has, sh } from "../support/program.ts";
import { inFolder, link, plant } from "../support/tree.ts";

/** What the test needs of the system, and has not; "" when it has all. */
const lacking = [
  ...["dpkg-deb", "xz"].filter((tool) => !has(tool)),
  ...Deno.build.os === "linux" ? [] : ["Linux"],
].join(", ");
/** What it takes to install in a layer of its own. */
const isInstalled = (await command("dpkg-query", "-W", "lockstep"))?.status === 0;
const canInstall = lacking === "" && !isInstalled &&
  ["dpkg", "crontab", "unshare", "setpriv", "rsync"].every(has);

let made: Promise<string> | undefined;

/** The package of the modules, made once for all tests, in a folder that goes with them. */
function packed(): Promise<string> {
  return made ??= (async () => {
    const folder = Deno.makeTempDirSync({ prefix: "lockstep-test-deb-" });
    globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
    Deno.chmodSync(folder, 0o755);
    return await pack({ executable: null, output: folder });
  })();
}

function packageTest(name: string, test: (at: string) => Promise<void>, needs: readonly string[] = []): void {
  const missing = [lacking, ...needs.filter((tool) => !has(tool))].filter((one) => one !== "").join(", ");
  Deno.test({
    name: missing === "" ? name : `${name} (skipped: no ${missing} here)`,
    ignore: missing !== "",
    fn: () => inFolder(test),
  });
}

/** What a command prints; it must succeed. */
async function said(name: string, ...args: string[]): Promise<string> {
  const ran = await command(name, ...args);
  assertEquals(ran?.status, 0, `${name} ${args.join(" ")}: ${ran?.err}${ran?.out}`);
  return ran!.out;
}

packageTest("a Debian package for a folder that is not there is refused in one line", async (at) => {
  const words = ["run", "-A", "-q", "--no-lock", ".packaging/deb.ts", "--output", `${at}/missing`];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: words,
    cwd: new URL("../..", import.meta.url),
  }).output();
  const said = new TextDecoder().decode(stderr);
  assertEquals([code, said], [1, `Cannot write the package: there is no folder "${at}/missing"\n`]);
});

packageTest("what Deno writes into deno.lock makes no package of edited files", async (at) => {
  plant(at, { "main.ts": "", "deno.json": "{}", "deno.lock": "{}", sync: { a: "1" } });
  await sh("git init -q; git add .; git -c user.name=a -c user.email=a@b commit -qm a", at);
  Deno.writeTextFileSync(`${at}/deno.lock`, '{"version":"5"}');
  assertEquals(await isEdited(at), false);
  Deno.writeTextFileSync(`${at}/sync/a`, "2");
  assertEquals(await isEdited(at), true);
}, ["git"]);

packageTest(
  "the Debian package holds what the system looks for, and the same sources make the same bytes",
  async (at) => {
    Deno.mkdirSync(`${at}/again`);
    const path = await packed();
    assert(path.endsWith(`/lockstep_${VERSION}_all.deb`), path);
    const names = (await said("dpkg-deb", "-c", path)).split("\n").filter((line) => line !== "");
    for (const line of names) assertMatch(line, /^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) root\/root/);
    const files = new Set(names.map((line) => line.split(" ./")[1]));
    for (
      const file of [
        "usr/bin/lockstep",
        "usr/share/lockstep/sync/pass/worker.ts",
        "usr/share/man/man1/lockstep.1.gz",
        "usr/share/bash-completion/completions/lockstep",
        "usr/share/zsh/vendor-completions/_lockstep",
        "usr/share/fish/vendor_completions.d/lockstep.fish",
        "usr/lib/systemd/system/lockstep@.service",
        "usr/share/doc/lockstep/changelog.gz",
        "usr/share/doc/lockstep/copyright",
      ]
    ) assert(files.has(file), file);
    // the second is made under another umask, and later
    const build =
      `umask 077; exec "${Deno.execPath()}" run -A --no-lock .packaging/deb.ts --output ${at}/again`;
    await sh(build, new URL("../..", import.meta.url).pathname);
    assertEquals(Deno.readFileSync(`${at}/again/lockstep_${VERSION}_all.deb`), Deno.readFileSync(path));
  },
);

packageTest("the Debian package of an executable is for its processor and needs no Deno", async (at) => {
  const path = await pack({ executable: "/bin/true", output: at });
  assertMatch(path, /_(amd64|arm64)\.deb$/);
  const fields = await said("dpkg-deb", "-f", path);
  assertMatch(fields, /^Depends: libc6/m);
  assert(!fields.includes("deno"), fields);
  assert(!(await said("dpkg-deb", "-c", path)).includes("main.ts"));
});

packageTest("lintian has no objection to the Debian package", async (at) => {
  const path = await packed();
  const user = Deno.uid() === 0 ? ["--allow-root"] : [];
  assertEquals(await said("lintian", ...user, "--pedantic", "-I", "--fail-on=warning", path), "");
  const executable = await pack({ executable: "/bin/true", output: at });
  assertEquals(await said("lintian", ...user, "--fail-on=warning", executable), "");
}, ["lintian"]);

/** Runs a script where the folders that packages and users write to have a layer above them, and nothing has a network. */
async function inLayer(at: string, script: string): Promise<string> {
  const layer = `set -eu
    mount --make-rprivate /
    mount -t tmpfs tmpfs ${at}/layer
    for d in usr etc var root; do
      mkdir -p ${at}/layer/$d ${at}/layer/aside/$d
      mount -t overlay overlay -o lowerdir=/$d,upperdir=${at}/layer/$d,workdir=${at}/layer/aside/$d /$d
    done
    cd ${at}
    ${script}`;
  Deno.mkdirSync(`${at}/layer`);
  return await said("unshare", "--mount", "--net", "sh", "-c", layer);
}

const STRANGER = "setpriv --reuid=65534 --regid=65534 --clear-groups env -i PATH=/usr/bin:/bin";

faultTest(
  `the Debian package is installed, used by root and others, scheduled and removed, and leaves nothing behind${
    canInstall ? "" : " (skipped: no dpkg, cron, unshare, setpriv and rsync here, or it is installed)"
  }`,
  ["mount", "stranger"],
  async (at) => {
    if (!canInstall) return;
    // beyond the folder of the test, which is nobody else's: others are to get there
    Deno.chmodSync(at, 0o755);
    plant(`${at}/source`, { a: "1", "é ü": "2", d: { l: link("../a"), e: {} } });
    Deno.mkdirSync(`${at}/home`);
    for (const folder of ["home", "others"]) {
      Deno.mkdirSync(`${at}/${folder}`, { recursive: true });
      Deno.chmodSync(`${at}/${folder}`, 0o777);
    }
    const path = await packed();
    const out = await inLayer(
      at,
      `dpkg -i ${path} >/dev/null
      dpkg --verify lockstep
      lockstep --version
      # its own user, another one, and one who has no home
      lockstep ${at}/source ${at}/replica --log-file=${at}/sync.log >/dev/null
      echo "root: $(rsync -nai --delete ${at}/source/ ${at}/replica/)"
      ${STRANGER} HOME=${at}/home lockstep ${at}/source ${at}/others/1 --owner=never >/dev/null
      ${STRANGER} HOME=/nonexistent lockstep ${at}/source ${at}/others/2 --owner=never >/dev/null
      echo "others: $(rsync -rlptni --delete ${at}/source/ ${at}/others/1/)$(rsync -rlptni --delete ${at}/source/ ${at}/others/2/)"
      LOCKSTEP_PERMISSIONS="--allow-read --allow-write --deny-write=${at}/source --no-prompt" lockstep --edge=portable ${at}/source ${at}/replica >/dev/null
      LOCKSTEP_PERMISSIONS="--no-prompt" lockstep ${at}/source ${at}/replica 2>&1 || echo "narrowed: $?"
      env -i PATH=/nowhere HOME=/nonexistent /usr/bin/lockstep --version 2>&1 || echo "no Deno: $?"
      man -w lockstep
      bash -c '. /usr/share/bash-completion/completions/lockstep; complete -p lockstep'
      if command -v systemd-analyze >/dev/null; then systemd-analyze verify lockstep@x.service 2>&1 | sed 's/^/unit: /'; fi
      lockstep check --config /usr/share/doc/lockstep/examples/jobs.jsonc >/dev/null
      # cron runs the line with next to no environment
      crontab -r 2>/dev/null || true
      lockstep schedule install ${at}/source ${at}/scheduled @daily ${at}/sync.log --with=cron
      crontab -l | sed -n 's/^0 0 \\* \\* \\* //p' | sed 's/\\\\%/%/g' > ${at}/line
      env -i PATH=/usr/bin:/bin HOME=/root sh ${at}/line >/dev/null
      echo "scheduled: $(rsync -nai --delete ${at}/source/ ${at}/scheduled/)"
      grep -c -- --deny-write=${at}/source ${at}/line
      dpkg -r lockstep 2>&1 | grep 'call it still'
      dpkg -i ${path} >/dev/null
      lockstep schedule remove ${at}/source ${at}/scheduled
      crontab -r 2>/dev/null || true
      dpkg -P lockstep >/dev/null
      echo "left: $(find /usr /etc/systemd /var/lib/lockstep /var/cache/lockstep /var/log/lockstep /etc/lockstep -name '*lockstep*' 2>/dev/null)"
      cd ${at}/layer && find usr etc var ! -type d ! -path 'var/lib/dpkg/*' ! -path 'var/cache/man/*' ! -path 'var/log/*' -printf 'left in the layer: %y %p\\n'`,
    );
    const lines = out.split("\n");
    const line = (start: string) => lines.find((one) => one.startsWith(start));
    assertEquals(lines[0], `lockstep ${VERSION}`, out);
    for (const who of ["root: ", "others: ", "scheduled: ", "left: "]) assertEquals(line(who), who, out);
    assertEquals(line("narrowed: "), "narrowed: 1", out);
    assertEquals(line("no Deno: "), "no Deno: 69", out);
    assertMatch(out, /^lockstep: Deno 2\.9 or newer is needed, and not there: .+$/m);
    assertMatch(out, /^\/usr\/share\/man\/man1\/lockstep\.1\.gz$/m);
    assertEquals(lines.filter((one) => one.startsWith("unit: ") && one.includes("lockstep")), [], out);
    assertMatch(out, /^complete .* lockstep$/m);
    assertMatch(out, /^Installed with cron: /m);
    assertMatch(
      out,
      /these call it still, and can be edited by hand now: \/var\/spool\/cron\/crontabs\/root$/m,
    );
    assertEquals(lines.filter((one) => one.startsWith("left in the layer")), [], out);
  },
);
