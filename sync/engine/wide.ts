/**
 * Maps and sets of millions. When a `Map` is full it moves all that it holds into one of twice the size, at once: of half
 * a million that takes a tenth of a second. Here each value is in one of many, so that none of them is ever large.
 */

/** How many there are, a power of two. */
const PARTS = 64;

type Key = string | number;

/** A `Map`, as far as it is used here. Its order means nothing. */
export interface WideMap<K extends Key, V> {
  readonly size: number;
  get(key: K): V | undefined;
  has(key: K): boolean;
  set(key: K, value: V): void;
  values(): Generator<V>;
  /** How many are in the part that holds most: that many are moved at once. */
  largest(): number;
}

/** A `Set`, as far as it is used here. */
export interface WideSet<K extends Key> {
  readonly size: number;
  has(key: K): boolean;
  add(key: K): void;
}

export function wideMap<K extends Key, V>(): WideMap<K, V> {
  const parts = Array.from({ length: PARTS }, () => new Map<K, V>());
  return {
    get size() {
      return parts.reduce((sum, part) => sum + part.size, 0);
    },
    get: (key) => parts[partOf(key)]!.get(key),
    has: (key) => parts[partOf(key)]!.has(key),
    set: (key, value) => void parts[partOf(key)]!.set(key, value),
    *values() {
      for (const part of parts) yield* part.values();
    },
    largest: () => Math.max(...parts.map(({ size }) => size)),
  };
}

export function wideSet<K extends Key>(): WideSet<K> {
  const parts = Array.from({ length: PARTS }, () => new Set<K>());
  return {
    get size() {
      return parts.reduce((sum, part) => sum + part.size, 0);
    },
    has: (key) => parts[partOf(key)]!.has(key),
    add: (key) => void parts[partOf(key)]!.add(key),
  };
}

/** In which part a key is, by all of it: paths may differ anywhere. */
function partOf(key: Key): number {
  if (typeof key === "number") return Math.floor(Math.abs(key)) % PARTS;
  let hash = key.length;
  for (let i = 0; i < key.length; i++) hash = (hash * 31 + key.charCodeAt(i)) | 0;
  return (hash ^ (hash >>> 16)) & (PARTS - 1);
}
