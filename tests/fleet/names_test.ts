/** The names of a split's jobs. */
import { assert, assertEquals } from "@std/assert";
import { jobNames } from "../../sync/fleet/names.ts";
import { misnamed } from "../../sync/engine/windows_names.ts";
import { misnamedJob } from "../../sync/jobs/fields.ts";
import { STRANGE } from "./strange.ts";

function namesOf(paths: readonly string[]): string[] {
  return jobNames(paths.map((path) => ({ path })));
}

function nameOf(path: string): string {
  return namesOf([path])[0]!;
}

Deno.test("jobNames() joins plain names by a hyphen", () => {
  assertEquals(namesOf(["photos", "home/ada", "a.b/C_d/9"]), ["photos", "home-ada", "a.b-C_d-9"]);
});

Deno.test("jobNames() gives a path with anything else in it what can be read of it, and digits of its hash", () => {
  for (
    const [path, start] of [
      ["a b", "a_b"],
      ["a-b", "a-b"],
      [".hidden/x", "hidden-x"],
      ["_x", "x"],
      ["写真", "part"],
      ["top", "top"],
      ["TOP", "TOP"],
      ["con", "con"],
      ["nul.d/x", "nul.d-x"],
      ["a.", "a."],
      ["x".repeat(65), "x".repeat(55)],
      ["a\nb/$c", "a_b-_c"],
    ] as const
  ) {
    const name = nameOf(path);
    assertEquals([path, name.slice(0, -9)], [path, start]);
    assert(/-[0-9a-f]{8}$/.test(name), name);
  }
  assertEquals(nameOf("x".repeat(64)), "x".repeat(64));
});

Deno.test("jobNames() gives names that a job, a file on any system and a label can have, all different in any case", () => {
  const paths = STRANGE.flatMap((name) => [name, `a/${name}`, `${name}/b`]);
  paths.push("Photos", "photos", "PHOTOS", "a/b", "a-b", "a_b");
  const names = namesOf(paths);
  for (const name of names) {
    assertEquals([name, misnamedJob(name), misnamed(`${name}.json`)], [name, null, null]);
    assert(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name), name);
  }
  assertEquals(new Set(names.map((name) => name.toLowerCase())).size, paths.length);
});

Deno.test("jobNames() gives a path its name whatever others there are, but for one that is the same in another case", () => {
  const paths = ["a/b", "a-b", "写真", "x y"];
  assertEquals(namesOf([...paths, "z", "a b"]).slice(0, 4), paths.map(nameOf));
  assertEquals(namesOf(["a", "A"]).map((name) => name.length), [10, 10]);
});

Deno.test("jobNames() takes more digits where a plain name is that of a path with digits", () => {
  const hashed = nameOf("a b");
  const plain = hashed.replace("-", "/");
  const names = namesOf(["a b", plain]);
  assertEquals(new Set(names).size, 2);
  assert(names.every((name) => misnamedJob(name) === null));
});
