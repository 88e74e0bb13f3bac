/** Random edits of a folder, as its user makes them, and what of it must not be lost. */
import type { Dice } from "./random.ts";
import { isThere, makeLink, removeIfThere } from "./tree.ts";

/** All paths in a folder, by what is there: "file <content>", "link <target>", "folder". */
export function contentsOf(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (folder: string) => {
    for (const { name, isDirectory, isSymlink } of Deno.readDirSync(`${root}/${folder}`)) {
      const path = folder === "" ? name : `${folder}/${name}`;
      found.set(
        path,
        isSymlink
          ? `link ${Deno.readLinkSync(`${root}/${path}`)}`
          : isDirectory
          ? "folder"
          : `file ${Deno.readTextFileSync(`${root}/${path}`)}`,
      );
      if (isDirectory) visit(path);
    }
  };
  visit("");
  return found;
}

/** What differs in `now` from `before`: what was edited or made. */
export function editsOf(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): Map<string, string> {
  return new Map([...now].filter(([path, content]) => before.get(path) !== content));
}

/** Each content is of another length. */
let longer = 0;

/** Edit, make, delete, replace and chmod some entries of a folder; `mark` begins each content. */
export function editSome(root: string, dice: Dice, mark: string, count = 6): void {
  for (let i = 0; i < count; i++) {
    const paths = [...contentsOf(root)];
    const [path, content] = paths[dice.below(Math.max(paths.length, 1))] ?? ["a", ""];
    const folders = ["", ...paths.filter(([, what]) => what === "folder").map(([path]) => `${path}/`)];
    const fresh = `${root}/${folders[dice.below(folders.length)]}${mark}${dice.below(9)}`;
    const text = () => mark + "x".repeat(++longer);
    const at = `${root}/${path}`;
    switch (dice.below(8)) {
      case 0:
      case 1:
        if (content.startsWith("file")) Deno.writeTextFileSync(at, text());
        break;
      case 2:
        if (!isThere(fresh)) Deno.writeTextFileSync(fresh, text());
        break;
      case 3:
        if (isThere(fresh)) break;
        Deno.mkdirSync(fresh);
        Deno.writeTextFileSync(`${fresh}/in`, text());
        // as `cp -a` leaves it
        Deno.utimeSync(`${fresh}/in`, 1e9, 1e9);
        break;
      case 4:
        removeIfThere(at);
        break;
      case 5:
        if (content.startsWith("file")) Deno.chmodSync(at, 0o640);
        break;
      case 6:
        removeIfThere(at);
        makeLink(text(), at);
        break;
      case 7:
        removeIfThere(at);
        if (content === "folder") Deno.writeTextFileSync(at, text());
        else Deno.mkdirSync(at);
    }
  }
}
