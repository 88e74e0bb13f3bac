/**
 * What CHANGELOG.md tells of one version: the text of a release. Printed by
 *   deno run --allow-read .github/scripts/chapter.ts v1.2.3
 * It refuses a tag that is not `deno.json`'s version, and a version of which nothing is told.
 */

/** The chapter of the version that a tag names, without its heading. Throws a RangeError that says what is wrong. */
export function chapterOf(changelog: string, tag: string, version: string): string {
  if (tag !== `v${version}`) {
    throw new RangeError(`The tag is ${tag}, but deno.json has the version ${version}`);
  }
  // "## 1.2.3", with a date behind it or not
  const [, ...chapters] = changelog.split(/^## /m);
  const chapter = chapters.find((one) => one.split(/[\s([]/, 1)[0] === version);
  if (chapter === undefined) {
    throw new RangeError(
      `CHANGELOG.md has no chapter "## ${version}": give the one called Unreleased its name`,
    );
  }
  const text = chapter.slice(chapter.indexOf("\n") + 1).trim();
  if (!/^- /m.test(text)) throw new RangeError(`CHANGELOG.md tells nothing of ${version}`);
  return text;
}

if (import.meta.main) {
  const root = new URL("../../", import.meta.url);
  const read = (name: string) => Deno.readTextFileSync(new URL(name, root));
  try {
    // deno-lint-ignore no-console
    console.log(chapterOf(read("CHANGELOG.md"), Deno.args[0] ?? "", JSON.parse(read("deno.json")).version));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // deno-lint-ignore no-console
    console.error(error.message);
    Deno.exit(1);
  }
}
