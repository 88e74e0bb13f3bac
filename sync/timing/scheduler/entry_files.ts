/** The files of entries, for the schedulers that read them from a folder: units, and property lists. */

/** Whether something is at a path. Throws when that cannot be found out. */
export function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The names in a folder that are ours, sorted. */
export function namesIn(folder: string, ours: RegExp): string[] {
  if (!isThere(folder)) return [];
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => ours.test(name)).sort();
}

/** What is in those files of a folder that are there, by name. Throws when one cannot be read. */
export async function textsOf(
  folder: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const name of names) {
    const path = `${folder}/${name}`;
    if (isThere(path)) texts.set(name, await Deno.readTextFile(path));
  }
  return texts;
}

/** Write them again. */
export async function putBack(folder: string, texts: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, text] of texts) await Deno.writeTextFile(`${folder}/${name}`, text);
}
