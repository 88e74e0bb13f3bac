/** The real program: lockstep check, on a file of jobs and the folders that it names. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { lockstep } from "../support/program.ts";
import { harvest, inFolder, plant } from "../support/tree.ts";

Deno.test("lockstep check says what each job will do, and what is not there, and writes nothing", () =>
  inFolder(async (at) => {
    plant(at, {
      photos: { a: "1" },
      nas: {},
      "lockstep.jsonc": `{
        "status": "status.json", "report": "gone/report.html",
        "defaults": {"exclude-from": ["patterns"]},
        "jobs": {
          "photos": {"source": "photos", "replica": "nas/photos", "watch": true, "exclude-from": null},
          "Фото": {"source": "nas/photos", "replica": "usb/photos", "cron": "0 2 * * *"},
          "c": {"source": "nothing", "replica": "nas/c", "dry-run": true, "exclude-from": null},
          "d": {"source": "lockstep.jsonc", "replica": "nas/d", "interval": "1h30m", "exclude-from": null},
        },
      }`,
    });
    const before = harvest(at);
    const ran = await lockstep(["check"], { cwd: at });
    assertEquals([ran.status, ran.err], [0, ""]);
    assertEquals(ran.out.trimEnd().split("\n"), [
      `photos  ${at}/photos -> ${at}/nas/photos, on every change, and all of it every 10m`,
      `Фото    ${at}/nas/photos -> ${at}/usb/photos, at "0 2 * * *"`,
      // its source is what the first job makes
      `        warning: the folder "${at}/usb", in which the replica is made, is not there`,
      `        warning: Cannot read the patterns in "${at}/patterns": it is not there`,
      `c       ${at}/nothing -> ${at}/nas/c, once, as a dry run`,
      `        warning: the source "${at}/nothing" is not there`,
      `d       ${at}/lockstep.jsonc -> ${at}/nas/d, every 1h 30m`,
      `        warning: the source "${at}/lockstep.jsonc" is no folder`,
      `warning: report: there is no folder "${at}/gone"`,
    ]);
    assertEquals(harvest(at), before);
    const some = await lockstep(["check", "d", "photos", "--config", `${at}/lockstep.jsonc`]);
    assertEquals(some.out.split("\n").filter((line) => /^\S+ +\//.test(line)).map((line) => line[0]), [
      "p",
      "d",
    ]);
  }));

Deno.test("lockstep check tells each fault with its line and ends with status 1", () =>
  inFolder(async (at) => {
    plant(at, {
      "j.jsonc":
        `{"jobs": {\n"a": {"source": "a", "replica": "b", "max-delte": 1},\n"b": {"source": "a", "replica": "b"}}}`,
    });
    const ran = await lockstep(["check", "--config=j.jsonc"], { cwd: at });
    assertEquals([ran.status, ran.out], [1, ""]);
    assertEquals(ran.err.trimEnd().split("\n"), [
      `lockstep: j.jsonc:2: job "a": max-delte: there is no such field: did you mean "max-delete"?`,
      `j.jsonc:3: job "b": replica: is the replica of job "a", too`,
    ]);
  }));

Deno.test("lockstep check needs no more permissions than there are, and names the missing ones", () =>
  inFolder(async (at) => {
    plant(at, {
      "j.jsonc": `{"jobs": {"a": {"source": "\${HOME}/a", "replica": "~/b"}}}`,
      "k.jsonc": `{"jobs": {"a": {"source": "a", "replica": "b"}}}`,
    });
    const env = { HOME: at };
    const flags = [`--allow-read=${at}`];
    const without = await lockstep(["check", "-c", `${at}/j.jsonc`], { flags, env });
    assertEquals(without.status, 1);
    assertEquals(without.err.trimEnd().split("\n"), [
      `lockstep: ${at}/j.jsonc:1: job "a": source: the variable HOME needs the permission --allow-env=HOME: ` +
      `add it after "deno run"`,
      `${at}/j.jsonc:1: job "a": replica: "~/" is your home folder, but the variable HOME needs the permission ` +
      `--allow-env=HOME: add it after "deno run"`,
    ]);
    const given = await lockstep(["check", "-c", `${at}/j.jsonc`], {
      flags: [...flags, "--allow-write", "--allow-env=HOME"],
      env,
    });
    assertEquals([given.status, given.err], [0, ""]);
    assertStringIncludes(given.out, `a  ${at}/a -> ${at}/b, once\n`);
    const unread = await lockstep(["check", "-c", `${at}/k.jsonc`], { flags: [], env });
    assertEquals(unread.status, 1);
    assertStringIncludes(unread.err, `Deno may not read "${at}/k.jsonc": run with --allow-read`);
    const unwritten = await lockstep(["check", "-c", `${at}/k.jsonc`], { flags, env });
    assertEquals(unwritten.status, 0);
    assertStringIncludes(unwritten.out, `   warning: Deno may not write "${at}/b": run with --allow-write`);
  }));

const MISUSES: readonly (readonly [words: readonly string[], fault: string])[] = [
  [["--config"], "--config needs a value: --config <file>"],
  [["--config="], "--config needs a value: --config <file>"],
  [["-c", "a", "--config=b"], "--config is given twice: leave one out"],
  [["--confg", "a"], `There is no option "--confg" of check`],
  [["photo"], `There is no job "photo": did you mean "photos"?`],
  [["zzzz"], `There is no job "zzzz", only "photos", "books"`],
  [["--", "--config"], `There is no job "--config", only "photos", "books"`],
  [["-c", "none.jsonc"], `There is no file of jobs "none.jsonc": write one, or name it with --config <file>`],
  [["-c", "/"], `Cannot read the jobs in "/": it is a folder; name the file in it`],
];

Deno.test("what is wrong with the words after check is one line", () =>
  inFolder(async (at) => {
    const job = (name: string) => `"${name}": {"source": "s", "replica": "r-${name}"}`;
    plant(at, { "lockstep.jsonc": `{"jobs": {${job("photos")}, ${job("books")}}}` });
    for (const [words, fault] of MISUSES) {
      const ran = await lockstep(["check", ...words], { cwd: at });
      assertEquals([ran.status, ran.out], [1, ""], ran.err);
      assertEquals(ran.err.replace(/; lockstep check .*/, "").trimEnd(), `lockstep: ${fault}`);
    }
    const help = await lockstep(["check", "--help"], { cwd: at });
    assertEquals([help.status, help.err], [0, ""]);
    assertStringIncludes(help.out, "Usage: lockstep check [--config <file>] [job…]");
  }));

Deno.test("only who reads a file of jobs loads the modules for it", async () => {
  const main = new URL("../../main.ts", import.meta.url);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--lock=tests/deno.lock", main.pathname],
    cwd: new URL("../../", import.meta.url).pathname,
  }).output();
  interface Module {
    readonly specifier: string;
    readonly dependencies?: readonly {
      specifier: string;
      code?: { specifier: string };
      isDynamic?: boolean;
    }[];
  }
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: readonly Module[] };
  const found = new Set<string>();
  const left = [main.href];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (found.has(one)) continue;
    found.add(one);
    for (
      const { code, isDynamic } of modules.find(({ specifier }) => specifier === one)?.dependencies ?? []
    ) {
      if (code !== undefined && !isDynamic) left.push(code.specifier);
    }
  }
  assertEquals([...found].filter((name) => /\/sync\/jobs\/|jsonc/.test(name)), []);
  assertEquals(found.has(new URL("sync/cli/options.ts", main).href), true);
  assertEquals(modules.some(({ specifier }) => specifier.endsWith("/sync/jobs/text.ts")), true);
});
