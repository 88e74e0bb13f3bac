/** The README and the pages that it leads to: short, tried as written, and without a link that leads nowhere. */
import { assert, assertEquals } from "@std/assert";
import { parseDoctor } from "../../sync/cli/doctor.ts";
import { parseExplain } from "../../sync/cli/explain.ts";
import { parse } from "../../sync/cli/options.ts";
import { parseSchedule } from "../../sync/cli/schedule.ts";
import { parseTrash } from "../../sync/cli/trash.ts";
import { parseVerify } from "../../sync/cli/verify.ts";
import { sh } from "../support/program.ts";
import { assertInSync, inFolder } from "../support/tree.ts";

const ROOT = new URL("../../", import.meta.url);
const README = read("README.md");

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** The lines of the blocks of commands. */
function commandsIn(text: string): string[] {
  return [...text.matchAll(/^```\n(.*?)^```/gms)].flatMap(([, block]) => block!.trim().split("\n"));
}

Deno.test("the README is a page for newcomers, of at most 150 lines", () => {
  assert(README.trimEnd().split("\n").length <= 150);
  assert(README.split(/\s+/).length < 2000);
});

Deno.test("the README's start works as it is written, in a clone", () =>
  inFolder(async (at) => {
    const start = README.slice(README.indexOf("## Start"), README.indexOf("## A way back"));
    const lines = commandsIn(start);
    assertEquals(lines.length, 4);
    for (const [i, line] of lines.entries()) {
      const here = line.replaceAll("/tmp/", `${at}/`)
        .replace(/^npx -y deno@[\d.]+ |^deno /, `'${Deno.execPath()}' `).replace(
          " main.ts ",
          ` ${ROOT.pathname}main.ts `,
        );
      await sh(here, at);
      // the first pass is a dry run
      assertEquals([i, await Deno.stat(`${at}/replica`).then(() => true, () => false)], [i, i > 1]);
    }
    assertInSync(`${at}/photos`, `${at}/replica`);
  }));

Deno.test("the README's commands are command lines that the program takes", () => {
  const lines = commandsIn(README).filter((line) => line.startsWith("lockstep "));
  assert(lines.length > 9);
  for (const line of lines) {
    const plain = line.replace(/ +#.*/, "");
    const words = [...plain.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!).slice(1);
    const rest = words.slice(1);
    const kind = words[0] === "trash"
      ? parseTrash(rest).kind
      : words[0] === "explain"
      ? parseExplain(rest).kind
      : words[0] === "verify"
      ? parseVerify(rest).kind
      : words[0] === "doctor"
      ? parseDoctor(rest).kind
      : words[0] === "schedule"
      ? parseSchedule(rest, () => []).kind
      : parse(words).kind;
    assert(!["usage", "help"].includes(kind), `${line}: ${kind}`);
  }
});

/** What GitHub makes of a heading. */
function anchorOf(heading: string): string {
  return heading.trim().toLowerCase().replaceAll(/[^\p{L}\p{N}_\- ]/gu, "").replaceAll(" ", "-");
}

Deno.test("no link of README, manual and shells leads nowhere", () => {
  for (
    const page of ["README.md", "docs/manual.md", "docs/shells.md", "docs/installing.md", "docs/jobs.md"]
  ) {
    const text = read(page).replaceAll(/^```.*?^```/gms, "");
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target!)) continue;
      const [file, anchor] = target!.split("#");
      const path = new URL(file === "" ? page.split("/").at(-1)! : file!, new URL(page, ROOT));
      let there = "";
      try {
        there = Deno.readTextFileSync(path);
      } catch {
        throw new Error(`${page} leads to ${target}, which is not there`);
      }
      if (anchor === undefined) continue;
      const anchors = [...there.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!));
      assert(anchors.includes(anchor), `${page} leads to ${target}, which has no such heading`);
    }
  }
});

Deno.test("the manual's contents name each chapter once, in order", () => {
  const manual = read("docs/manual.md");
  const contents = manual.slice(0, manual.indexOf("\n## "));
  const named = [...contents.matchAll(/\[([^\]]+)\]\(#/g)].map(([, name]) => name);
  const chapters = [...manual.replaceAll(/^```.*?^```/gms, "").matchAll(/^## (.*)$/gm)].map(([, name]) =>
    name
  );
  assertEquals(named, chapters);
});
