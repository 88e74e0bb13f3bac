/** The names in a folder: on which sides each is, and those of a large folder in parts that several threads can share. Pure. */

/** Names in a folder, by side. */
export interface Names {
  readonly source: readonly string[];
  readonly replica: readonly string[];
}

/** The names that are on both sides, and on one only. */
export interface Divided extends Names {
  readonly both: readonly string[];
}

/** The same with "/" between names. It crosses to another thread quickly, while a million strings take long. */
export interface PackedNames {
  readonly source: string;
  readonly replica: string;
}

/**
 * Cut the names in a large folder into parts of up to `size` names of the source, each with the names of the replica
 * that sort between them, so that both sides of a name are in one part. After the source's last name, `size` counts the
 * replica's.
 */
export function parts(source: readonly string[], replica: readonly string[], size: number): Names[] {
  const long = [...source].sort();
  const short = [...replica].sort();
  const found: Names[] = [];
  for (let from = 0, other = 0; from < long.length || other < short.length;) {
    const to = Math.min(from + size, long.length);
    let end = other;
    if (to === from) end = Math.min(other + size, short.length);
    else while (end < short.length && short[end]! <= long[to - 1]!) end++;
    found.push({ source: long.slice(from, to), replica: short.slice(other, end) });
    [from, other] = [to, end];
  }
  return found;
}

/** Divide names by the sides on which they are. A listing that has a name twice counts it once. */
export function divide(source: readonly string[], replica: readonly string[]): Divided {
  const left = new Set(replica);
  const both: string[] = [];
  let only: string[] = [];
  for (const name of source) (left.delete(name) ? both : only).push(name);
  if (only.length > 0 && both.length > 0) {
    const known = new Set(both);
    only = only.filter((name) => !known.has(name));
  }
  return { both, source: only, replica: [...left] };
}

export function pack({ source, replica }: Names): PackedNames {
  return { source: source.join("/"), replica: replica.join("/") };
}

export function unpack({ source, replica }: PackedNames): Names {
  const names = (text: string) => text === "" ? [] : text.split("/");
  return { source: names(source), replica: names(replica) };
}
