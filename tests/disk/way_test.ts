import { assertEquals } from "@std/assert";
import { rootByWay, wayTo } from "../../sync/disk/way.ts";
import { inFolder, link, plant, type Tree } from "../support/tree.ts";

const PORTABLE = { edge: "portable", xattrs: false } as const;

const isRoot = Deno.uid() === 0;
const ME = Deno.uid()!;
/** Whoever it is, it is not who made the links; root's are nobody's trouble, so root cannot play that part. */
const SOMEBODY_ELSE = ME + 1;

const TREE: Tree = {
  a: { b: { c: {} } },
  last: link("a/b"),
  absolute: link("/"),
  up: { link: link("../a/b/..") },
  chain: link("up/link"),
  dangling: link("nowhere/below"),
  loop: link("loop"),
};

const ROWS: readonly (readonly [path: string, leads: string | null, link: string | null])[] = [
  ["a/b/c", "a/b/c", null],
  ["a/new", "a/new", null],
  ["a/new/below", "a/new/below", null],
  ["last", "a/b", "last"],
  ["last/c", "a/b/c", "last"],
  ["a/b/c/../../../last/./c", "a/b/c", "last"],
  ["up/link/b", "a/b", "up/link"],
  ["chain/b/c", "a/b/c", "chain"],
  ["dangling", "nowhere/below", "dangling"],
  ["loop", null, "loop"],
];

for (const [path, leads, strange] of ROWS) {
  Deno.test(`wayTo() follows ${path}, and finds the link on it`, () =>
    inFolder(async (at) => {
      plant(at, TREE);
      const free = { code: "free", path: leads === null ? null : `${at}/${leads}` } as const;
      assertEquals(await wayTo(`${at}/${path}`, ME), free);
      // root's links are no stranger's
      const isStrange = strange !== null && !isRoot;
      const found = { code: "strange-link", link: `${at}/${strange}`, owner: ME } as const;
      assertEquals(await wayTo(`${at}/${path}`, SOMEBODY_ELSE), isStrange ? found : free);
    }));

  if (strange === null) continue;
  Deno.test({
    name: `wayTo() finds a stranger's link on ${path}${isRoot ? "" : " (skipped: not root)"}`,
    ignore: !isRoot,
    fn: () =>
      inFolder(async (at) => {
        plant(at, TREE);
        await chownLink(`${at}/${strange}`);
        const found = { code: "strange-link", link: `${at}/${strange}`, owner: 65534 } as const;
        assertEquals(await wayTo(`${at}/${path}`, 0), found);
        assertEquals(await wayTo(`${at}/${path}`, 1234), found);
        // its owner runs the program
        assertEquals((await wayTo(`${at}/${path}`, 65534)).code, "free");
      }),
  });
}

Deno.test("wayTo() takes nobody for a stranger where it cannot be told who runs the program", () =>
  inFolder(async (at) => {
    plant(at, TREE);
    assertEquals(await wayTo(`${at}/last`, null), { code: "free", path: null });
  }));

Deno.test({
  name: `wayTo() looks at the links behind a link${isRoot ? "" : " (skipped: not root)"}`,
  ignore: !isRoot,
  fn: () =>
    inFolder(async (at) => {
      plant(at, TREE);
      await chownLink(`${at}/up/link`);
      const found = await wayTo(`${at}/chain/b`, 0);
      assertEquals(found, { code: "strange-link", link: `${at}/up/link`, owner: 65534 });
    }),
});

Deno.test("rootByWay() gives the folder that a path leads to, and null for what is none", () =>
  inFolder(async (at) => {
    plant(at, { ...TREE, file: "1" });
    const root = await rootByWay(`${at}/chain/b`, "source", PORTABLE);
    assertEquals(root !== null && "path" in root && root.path, `${at}/a/b`);
    assertEquals(await rootByWay(`${at}/dangling`, "source", PORTABLE), null);
    assertEquals(await rootByWay(`${at}/file`, "source", PORTABLE), null);
  }));

async function chownLink(path: string): Promise<void> {
  await new Deno.Command("chown", { args: ["-h", "65534:65534", path] }).output();
}
