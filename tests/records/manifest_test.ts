/** Manifests: what is written is read, by us and by sha256sum, and what was cut off or changed is refused. */
import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import {
  compareFiles,
  ManifestFault,
  type NotedFile,
  readManifest,
  writeManifest,
} from "../../sync/records/manifest.ts";
import { bytesOfName } from "../../sync/names.ts";
import { command, has } from "../support/program.ts";
import { inFolder, namesIn } from "../support/tree.ts";

const EMPTY = createHash("sha256").digest("hex");
const file = (folder: string, name: string, other: Partial<NotedFile> = {}): NotedFile => ({
  folder,
  name,
  size: 0,
  mtime: 5,
  nanos: 6,
  sha256: EMPTY,
  ...other,
});

async function* given(files: readonly NotedFile[]): AsyncGenerator<NotedFile> {
  yield* files;
}

async function read(path: string): Promise<NotedFile[]> {
  const files: NotedFile[] = [];
  for await (const one of readManifest(path)) files.push(one);
  return files;
}

const ODD: readonly NotedFile[] = [
  file("", " lead and trail "),
  file("", "# end 0 x"),
  file("", "*star"),
  file("", "back\\slash"),
  file("", "line\nfeed\\n"),
  file("", "return\r", { mtime: -1 }),
  file("", "tab\t", { size: 2 ** 52 }),
  file("", "é😀", { mtime: 8.64e15 }),
  file("", "\udcff\udc80 no UTF-8"),
  file("a", "x"),
  file("a", "y"),
  file("a/b", "a"),
  file("a-", "b"),
].sort(compareFiles);

Deno.test("a manifest is read as it was written, whatever the names", () =>
  inFolder(async (at) => {
    await writeManifest(`${at}/m`, given(ODD));
    assertEquals(await read(`${at}/m`), ODD);
    const plain = [file("", "a")].map(({ nanos: _, ...one }) => one);
    await writeManifest(`${at}/m`, given(plain));
    assertEquals(await read(`${at}/m`), plain);
    await writeManifest(`${at}/m`, given([]));
    assertEquals(await read(`${at}/m`), []);
    assertEquals(namesIn(at), ["m"]);
  }));

Deno.test("a manifest of many files is read as it was written", () =>
  inFolder(async (at) => {
    const many = Array.from({ length: 5000 }, (_, i) => file("é".repeat(i % 40), `f${i}\udcff`)).sort(
      compareFiles,
    );
    await writeManifest(`${at}/m`, given(many));
    assertEquals(await read(`${at}/m`), many);
  }));

Deno.test({
  name: "sha256sum -c reads a manifest with all odd names, and says nothing of it",
  ignore: !has("sha256sum") || !has("sh"),
  fn: () =>
    inFolder(async (at) => {
      for (const { folder, name } of ODD) {
        const path = `${at}/tree/${folder === "" ? "" : `${folder}/`}${name}`;
        // Deno cannot name what is not UTF-8
        const bytes = bytesOfName(path).slice(0, -1);
        const words = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
        const ran = await command(
          "sh",
          "-c",
          `path="$(printf '${words}x')"; path="\${path%x}"; mkdir -p "\${path%/*}" && : > "$path"`,
        );
        assertEquals(ran?.status, 0, ran?.err);
      }
      await writeManifest(`${at}/m`, given(ODD));
      const ran = await command("sh", "-c", `cd ${at}/tree && sha256sum --check --strict --quiet ../m`);
      assertEquals([ran?.status, ran?.out, ran?.err], [0, "", ""]);
    }),
});

Deno.test("a manifest that is cut off anywhere is refused", () =>
  inFolder(async (at) => {
    await writeManifest(`${at}/m`, given([file("", "a"), file("a", "b")]));
    const bytes = Deno.readFileSync(`${at}/m`);
    for (let length = 0; length < bytes.length; length++) {
      Deno.writeFileSync(`${at}/cut`, bytes.subarray(0, length));
      await assertRejects(() => read(`${at}/cut`), ManifestFault);
    }
  }));

Deno.test("a manifest in which anything was changed is refused", () =>
  inFolder(async (at) => {
    await writeManifest(`${at}/m`, given([file("", "a"), file("a", "b")]));
    const text = Deno.readTextFileSync(`${at}/m`);
    const others = [
      text.replace("a/b", "a/c"),
      text.replace("# 0 5", "# 1 5"),
      text.replace(EMPTY.slice(0, 8), "00000000"),
      text.replace("# end 2", "# end 3"),
      text + "\n",
      text + text,
      text.replace(/# 0 5 6\n.* a\n/, ""),
    ];
    for (const other of others) {
      Deno.writeTextFileSync(`${at}/other`, other);
      await assertRejects(() => read(`${at}/other`), ManifestFault, "damaged");
    }
    for (
      const [other, code] of [
        ["some text\n", "foreign"],
        ["", "foreign"],
        [text.replace("manifest 1", "manifest 2"), "version"],
      ] as const
    ) {
      Deno.writeTextFileSync(`${at}/other`, other);
      await assertRejects(() => read(`${at}/other`), ManifestFault, code);
    }
  }));

Deno.test("a manifest out of order is refused", () =>
  inFolder(async (at) => {
    for (const files of [[file("b", "a"), file("a", "a")], [file("", "a"), file("", "a")]]) {
      await writeManifest(`${at}/m`, given(files));
      await assertRejects(() => read(`${at}/m`), ManifestFault, "damaged");
    }
  }));

Deno.test("a manifest whose files cannot be told to the end leaves the old one", () =>
  inFolder(async (at) => {
    await writeManifest(`${at}/m`, given([file("", "a")]));
    const failing = async function* () {
      yield file("", "b");
      throw new Deno.errors.NotFound("gone");
    };
    await assertRejects(() => writeManifest(`${at}/m`, failing()), Deno.errors.NotFound);
    assertEquals(await read(`${at}/m`), [file("", "a")]);
    assertEquals(namesIn(at), ["m"]);
  }));
