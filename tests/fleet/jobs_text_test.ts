/** The file of jobs that a split writes: what is read of it is what was meant. */
import { assert, assertEquals } from "@std/assert";
import { type Given, parseSplit } from "../../sync/cli/split.ts";
import { defaultsOf, jobsLines, jobsOf } from "../../sync/fleet/jobs_text.ts";
import { jobsIn } from "../../sync/jobs/reading.ts";
import { readLines } from "../../sync/jobs/lines.ts";
import { type Split, START } from "../../sync/jobs/split.ts";
import { readJson } from "../../sync/jobs/text.ts";
import { parse } from "../../sync/cli/options.ts";
import { SPLIT } from "../support/split.ts";
import { STRANGE } from "./strange.ts";

const WHOLE: Split = { ...SPLIT, source: "/data", replica: "/mnt/replica", status: "/run/jobs.status" };
const SETTING = { source: "/data", replica: "/mnt/replica", logs: null, trash: null };

function textOf(
  paths: readonly string[],
  given: readonly Given[] = [],
  setting = SETTING as Setting,
): string {
  const defaults = defaultsOf(given);
  if (typeof defaults === "string") throw new Error(defaults);
  const pieces = paths.map((path, i) => ({ path, weight: 1000 * i }));
  const split = { ...WHOLE, ...setting, shares: paths.map(() => 1) };
  return [...jobsLines(split, defaults, jobsOf(setting, pieces, 7))].join("\n");
}

type Setting = Parameters<typeof jobsOf>[0];

function read(text: string) {
  const file = jobsIn(text, "/run/jobs.jsonc", () => undefined);
  if ("faults" in file) throw new Error(file.faults.join("\n"));
  return file;
}

Deno.test("a file of a split is read as what was written, whatever the names are", () => {
  const paths = STRANGE.flatMap((name) => [name, `a/${name}`]).filter((path) => !/\.\.\.?$/.test(path));
  const setting = { source: "/da ta/${x}", replica: "/mnt/$HOME/#", logs: "/l o/${g}", trash: "/t/~" };
  const { jobs, split } = read(textOf(paths, [], setting));
  assertEquals(split?.source, setting.source);
  assertEquals(jobs.map(({ options }) => options.part?.path), [...paths, ""]);
  for (const { name, options } of jobs) {
    const path = options.part!.path;
    const below = path === "" ? "" : `/${path}`;
    assertEquals([options.source, options.replica], [setting.source + below, setting.replica + below]);
    assertEquals(options.log, `${setting.logs}/${name}.log`);
    assertEquals(options.undo.trash?.folder, `${setting.trash}/${name}`);
  }
  assertEquals(jobs.at(-1)!.options.part!.except, paths);
});

Deno.test("a file of a split is for people, too: what it is, and what was seen of each part", () => {
  const lines = textOf(["a", "b/c"]).split("\n");
  assert(lines[0]!.startsWith(START));
  const jobs = lines.filter((line) => line.includes('"source": "/data'));
  assertEquals(jobs.map((line) => line.replace(/.*\/\/ /, "")).slice(1), [
    "0 entries",
    "1,000 entries",
    "all the rest, 7 entries",
  ]);
});

Deno.test("the options of a split are those of its jobs, in the order in which patterns decide", () => {
  for (
    const words of [
      [],
      ["--exclude=*.tmp", "--exclude", "/a/b/", "-cX", "--threads=2", "--max-delete", "10%", "--owner=never"],
      ["--exclude", "*", "--include", "/a/", "--include", "/a/**"],
      ["--include", "a.tmp", "--exclude-vcs"],
      ["--exclude=a", "--include=b", "--exclude=c", "--include=(x)"],
      ["--exclude-junk", "--exclude=${a}", "--exclude=$${b}", "--exclude=\\#c", "--exclude=!d"],
      ["--min-size=1KiB", "--older-than", "2026-01-31", "-x", "--no-delete", "--durable", "--keep-edits"],
      ["--on-failure", "mail -s '${x}' root", "--bwlimit=10MiB", "--no-moves", "--verify"],
    ]
  ) {
    const asked = parseSplit(["/data", "/mnt/replica", "--into=4", "-o", "j.jsonc", ...words]);
    const meant = parse(["/data", "/mnt/replica", ...words]);
    if (asked.kind !== "split" || meant.kind !== "mirror") throw new Error(JSON.stringify([asked, meant]));
    const { jobs } = read(textOf([], asked.given));
    const { part: _, choice, ...options } = jobs[0]!.options;
    const { part: __, choice: wanted, ...others } = meant.options;
    assertEquals(options, others);
    const rules = (of: typeof choice) => of.chosen.map((one) => one.kind === "rule" ? one.rule.pattern : one);
    assertEquals([rules(choice), choice.bounds, choice.noDelete], [
      rules(wanted),
      wanted.bounds,
      wanted.noDelete,
    ]);
  }
});

Deno.test("defaultsOf() says so where the order of patterns cannot be kept, and makes files of them absolute", () => {
  const given = ["exclude", "exclude-vcs", "include"].flatMap((name) => [
    { name, value: name === "exclude-vcs" ? null : "a" },
  ]);
  assertEquals(typeof defaultsOf([...given, { name: "exclude", value: "b" }]), "string");
  assertEquals(defaultsOf(given), [["exclude", ["a"]], ["exclude-vcs", true], ["include", ["a"]]]);
  const from = defaultsOf([{ name: "exclude-from", value: "p" }, { name: "trash", value: "t" }]);
  assertEquals(from, [["exclude-from", [`${Deno.cwd()}/p`]]]);
});

Deno.test("readLines() reads the same as the parser, or nothing", () => {
  const text = textOf(STRANGE.filter((name) => name !== "..."), [{ name: "exclude", value: "a\n" }]);
  assertEquals(linesOf(text), readJson(text));
  for (
    const broken of [
      text.replace(START, "// by hand"),
      text.replace("}, // 1,000 entries", "} // 1,000 entries"),
      text.replace("}, // 1,000 entries", "}, // 1,000 entries\n\n"),
      text.replace("}, // 1,000 entries", "}, /* 1,000 entries"),
      text.replace('"jobs"', '"jobs", "jobs"'),
      text.replace("  }\n}", '  },\n "status": "x"\n}'),
      `${text}x`,
      text.slice(0, -20),
      text.slice(0, text.indexOf('"jobs"')),
    ]
  ) {
    assert(broken !== text);
    assertEquals(linesOf(broken), null);
  }
});

function linesOf(text: string) {
  const work = readLines(text);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

Deno.test("4,096 parts with the longest paths are read, in short steps", () => {
  const long = `${"x".repeat(250)}/`.repeat(7);
  const text = textOf(Array.from({ length: 4096 }, (_, i) => `${long}${i}`));
  assert(text.length > 14 << 20);
  assertEquals(read(text).jobs.length, 4097);
});
