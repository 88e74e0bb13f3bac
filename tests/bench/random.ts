/** Numbers and bytes that a seed makes again, so that every machine measures the same trees. */

/** A generator of numbers from 0 to below 1 (mulberry32). */
export function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** That many bytes which no program could take for a hole or pack. */
export function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const next = random(seed);
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0; i < words.length; i++) words[i] = next() * 4294967296;
  return new Uint8Array(words.buffer, 0, length);
}
