/** Which version and which commit the program says it is. */
import { assertEquals } from "@std/assert";
import { build, commitIn, VERSION } from "../sync/build.ts";
import { inFolder } from "./support/tree.ts";

const [ONE, TWO] = ["1".repeat(40), "2".repeat(40)];

/** Files of a clone by their paths, and which commit they tell. */
const ROWS: readonly (readonly [string, Readonly<Record<string, string>>, string | null])[] = [
  ["nothing", {}, null],
  ["a branch", { ".git/HEAD": "ref: refs/heads/a/b\n", ".git/refs/heads/a/b": `${ONE}\n` }, ONE],
  ["a commit without a branch", { ".git/HEAD": `${ONE}\n` }, ONE],
  ["a branch that is packed", {
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/packed-refs": `# pack-refs with: peeled\n${TWO} refs/heads/domain\n${ONE} refs/heads/main\n`,
  }, ONE],
  ["a branch without a commit", { ".git/HEAD": "ref: refs/heads/main\n" }, null],
  ["a worktree", {
    ".git": "gitdir: g/worktrees/w t\n",
    "g/worktrees/w t/HEAD": "ref: refs/heads/main\n",
    "g/worktrees/w t/commondir": "../..\n",
    "g/refs/heads/main": `${ONE}\n`,
  }, ONE],
  ["a package", { "sync/commit": `${ONE}\n` }, ONE],
  ["a package of edited files", { "sync/commit": `${ONE}-dirty\n` }, `${ONE}-dirty`],
  ["a package in a clone", { "sync/commit": `${ONE}\n`, ".git/HEAD": `${TWO}\n` }, ONE],
  ["a file that holds something else", { "sync/commit": "main\n", ".git/HEAD": "<html>\n" }, null],
];

for (const [what, files, commit] of ROWS) {
  Deno.test(`the commit of ${what}`, () =>
    inFolder((at) => {
      for (const [path, text] of Object.entries(files)) {
        Deno.mkdirSync(`${at}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
        Deno.writeTextFileSync(`${at}/${path}`, text);
      }
      const root = new URL(`file://${at.replaceAll("\\", "/").replace(/^(?=[A-Za-z]:)/, "/")}/`);
      assertEquals(commitIn(new URL("sync/", root), root), commit);
    }));
}

Deno.test("the version is that of deno.json", () => {
  const { version } = JSON.parse(Deno.readTextFileSync(new URL("../deno.json", import.meta.url)));
  assertEquals(VERSION, version);
  assertEquals(build().version, version);
});
