/** What can be wrong before the first pass. Missing permissions are tried with the real program. */
import { resolve } from "node:path";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ChooseEdge, edgeLine } from "../../sync/cli/edge.ts";
import { type Options, parse } from "../../sync/cli/options.ts";
import { type Complaint, prepare, type Prepared } from "../../sync/cli/prepare.ts";
import { SYSTEM } from "../../sync/system.ts";
import { quoted } from "../../sync/cli/paths.ts";
import { relation } from "../../sync/disk/relation.ts";
import type { Relate } from "../../sync/cli/relate.ts";
import { schedule } from "../../sync/cli/carry_out.ts";
import { harvest, inFolder, IS_WINDOWS, link, plant } from "../support/tree.ts";
import { unixPaths } from "../support/paths.ts";

function optionsOf(...words: string[]): Options {
  const command = parse(words);
  if (command.kind !== "mirror") throw new Error(`Not a mirror: ${JSON.stringify(command)}`);
  return command.options;
}

const apart: Relate = () => Promise.resolve("apart");
const portable: ChooseEdge = () => Promise.resolve({ edge: "portable", why: null });
const DISK = { relation: apart, chooseEdge: portable, makesFifos: () => false };

function complaint(result: Prepared | Complaint): Complaint {
  if ("status" in result) return result;
  throw new Error("There was no complaint");
}

function prepared(result: Prepared | Complaint): Prepared {
  if ("status" in result) throw new Error(result.text);
  return result;
}

Deno.test("prepare() gives a config with absolute paths, and what the options say", () =>
  inFolder(async (at) => {
    const options = optionsOf(
      `${at}/./source`,
      `${at}/replica/`,
      "-n",
      "--max-delete=5",
      "--ignore-free-space",
    );
    const { config, log } = prepared(await prepare(options, DISK));
    assertEquals(log, null);
    assertEquals(
      [config.source, config.replica],
      [`${at}/source`, `${at}/replica`].map((one) => resolve(one)),
    );
    const { dryRun, owners, checksum, ownLogs } = config;
    assertEquals([dryRun, owners, checksum, ownLogs], [true, SYSTEM.hasOwners, false, []]);
    assertEquals(config.limits, {
      allowEmptySource: false,
      maxDelete: { unit: "entries", value: 5 },
      ignoreFreeSpace: true,
    });
  }));

Deno.test("prepare() names the command that copies beside a source that is its own replica", () =>
  inFolder(async (at) => {
    const same: Relate = () => Promise.resolve("same");
    const { text, status } = complaint(
      await prepare(optionsOf(`${at}/a b`, `${at}/a b`), { ...DISK, relation: same }),
    );
    assertEquals(status, 3);
    assertStringIncludes(
      text,
      `run: lockstep ${quoted(resolve(at, "a b"))} ${quoted(resolve(at, "a b_copy"))}`,
    );
  }));

Deno.test("prepare() leaves what else is wrong with the roots to the first pass, but not a bug", () =>
  inFolder(async (at) => {
    const options = optionsOf(`${at}/source`, `${at}/replica`);
    prepared(await prepare(options, { ...DISK, relation: () => Promise.resolve("replica-in-source") }));
    prepared(
      await prepare(options, {
        ...DISK,
        relation: () => Promise.reject(new Deno.errors.PermissionDenied("no")),
      }),
    );
    await assertRejects(
      () => prepare(options, { ...DISK, relation: () => Promise.reject(new TypeError("a bug")) }),
      TypeError,
    );
  }));

Deno.test("prepare() refuses a path that goes through a link and back up", () =>
  inFolder(async (at) => {
    plant(at, { "l\n": link("/tmp") });
    const { text, status } = complaint(
      await prepare(optionsOf(`${at}/l\n/../source`, `${at}/r`), DISK),
    );
    assertEquals([status, text.includes("\n")], [1, false]);
    assertStringIncludes(text, "and back up");
  }));

Deno.test("prepare() complains of a log that cannot be opened or would spoil a file, and opens others", () =>
  inFolder(async (at) => {
    plant(at, { source: { f: "theirs" }, folder: {} });
    const before = harvest(at);
    const rows: [string, string][] = [
      // Wine opens a folder as if it were a file
      ...(IS_WINDOWS ? [] : [["folder", "Cannot open the log file"]] as [string, string][]),
      ["none/sync.log", "Cannot open the log file"],
      ["source/f", "is no log of Lockstep"],
      ["source", "have the same name"],
    ];
    for (const [name, part] of rows) {
      const options = optionsOf(`${at}/source`, `${at}/replica`, `--log-file=${at}/${name}`);
      const { text, status } = complaint(await prepare(options, DISK));
      assertEquals([status, text.split("\n").length], [1, 1]);
      assertStringIncludes(text, part);
    }
    assertEquals(harvest(at), before);
    for (const name of ["sync.log", "replica/inside.log"]) {
      const options = optionsOf(`${at}/source`, `${at}/replica`, `--log-file=${at}/${name}`);
      const { log } = prepared(await prepare(options, DISK));
      assertEquals(log?.paths(), [resolve(at, name)]);
      log?.close();
    }
  }));

Deno.test("schedule() shows an entry, and answers wrong usage with status 1", async () => {
  const main = import.meta.url;
  const shown = await schedule(["show", "/s", "/r", "5m", "/l.log", "--with=cron"], main);
  assertEquals(shown.status, 0);
  assertStringIncludes(unixPaths(shown.text), "/s");
  const wrong = await schedule(["hide"], main);
  assertEquals([wrong.status, wrong.text.includes('"schedule" takes install')], [1, true]);
});

Deno.test("prepare() takes the edge that is chosen, and complains where the native one was asked for in vain", () =>
  inFolder(async (at) => {
    const roots = [`${at}/source`, `${at}/replica`];
    const chosen: ChooseEdge = (asked, source) => {
      assertEquals(source, resolve(at, "source"));
      return Promise.resolve({ edge: asked ?? "native", why: null });
    };
    const { config } = prepared(await prepare(optionsOf(...roots), { ...DISK, chooseEdge: chosen }));
    assertEquals(config.edge, "native");
    const other = prepared(
      await prepare(optionsOf(...roots, "--edge=portable"), { ...DISK, chooseEdge: chosen }),
    );
    assertEquals(other.config.edge, "portable");
    const refused: ChooseEdge = () => Promise.resolve({ edge: "portable", why: "not-allowed" });
    const { text, status } = complaint(
      await prepare(optionsOf(...roots, "--edge=native"), { ...DISK, chooseEdge: refused }),
    );
    assertEquals(status, 1);
    assertStringIncludes(text, "run with --allow-ffi");
    const { why } = prepared(await prepare(optionsOf(...roots), { ...DISK, chooseEdge: refused }));
    assertEquals(edgeLine("portable", why), {
      level: "debug",
      text: "the edge is portable: Deno may not use the C library",
    });
    assertEquals(edgeLine("portable", "layout").level, "warning");
  }));

Deno.test("prepare() refuses a trash in which things would be lost, and says how to name another", () =>
  inFolder(async (at) => {
    plant(at, {
      source: {},
      replica: {},
      other: { precious: "p" },
      empty: {},
      file: "f",
      others: {
        ".lockstep-trash": JSON.stringify({ lockstep: "trash", version: 1, replica: `${at}/empty` }),
      },
      renamed: {
        ".lockstep-trash": JSON.stringify({ lockstep: "trash", version: 1, replica: `${at}/gone` }),
      },
      dangling: link("nowhere"),
      inside: link("replica"),
    });
    const rows: readonly (readonly [string, string | null])[] = [
      ["replica", "is the replica itself"],
      ["source", "is the source itself"],
      ["source/x", "lies inside the source"],
      ["replica/x", "lies inside the replica"],
      ["inside/x", "lies inside the replica"],
      [".", "holds the source"],
      ["other", "holds other things"],
      ["file", "is no folder"],
      ["dangling", "is a link that leads nowhere"],
      ["no/folder", "there is no folder"],
      ["others", "is that of the replica"],
      ["renamed", null],
      ["empty", null],
      ["new", null],
    ];
    for (const [folder, text] of rows) {
      const options = optionsOf(`${at}/source`, `${at}/replica`, `--trash=${at}/${folder}`);
      const result = await prepare(options, { ...DISK, relation });
      if (text === null) assertEquals(prepared(result).config.trash?.folder, `${at}/${folder}`);
      else assertStringIncludes(complaint(result).text, text);
    }
    assertEquals(
      complaint(
        await prepare(optionsOf(`${at}/source`, `${at}/new`, `--trash=${at}/new/x`), { ...DISK, relation }),
      ).status,
      1,
    );
    const alone = prepared(await prepare(optionsOf(`${at}/source`, `${at}/replica/`, "--trash"), DISK));
    assertEquals(alone.config.trash, { folder: `${at}/replica.trash`, keep: null, max: null });
  }));
