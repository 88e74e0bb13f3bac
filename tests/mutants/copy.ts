/** A copy of the repository to put a mutant into. */

/** Copy what the tests need: no history, no packages. */
export function copyTree(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory, isFile } of Deno.readDirSync(from)) {
    if (name === ".git" || name === "node_modules") continue;
    if (isDirectory) copyTree(`${from}/${name}`, `${to}/${name}`);
    else if (isFile) Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}
