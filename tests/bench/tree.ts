/**
 * The trees that are measured: a shape as a plain value, planted from a seed, and edited from a seed. Every file is a
 * piece of the same noise at an offset of its own, because making the trees must not take longer than measuring them.
 */
import { noise, random } from "./random.ts";

export interface Shape {
  readonly folders: number;
  /** In each folder. */
  readonly files: number;
  /** The folders stand in chains of so many levels, one in the other; 1 when they all stand in the root. */
  readonly levels: number;
  /** The least and the most that a file holds, in bytes. */
  readonly sizes: readonly [number, number];
  /** All files of a folder are names of one inode. */
  readonly linked?: true;
}

/** A folder with files in it. */
export interface Crowd {
  /** Below the root; "" for the root itself. */
  readonly path: string;
  readonly files: number;
}

const KIB = 1024;
const GIB = 1024 * 1024 * KIB;

export const SHAPES = {
  five: { folders: 1, files: 5, levels: 1, sizes: [0, 8 * KIB] },
  tenth: { folders: 100, files: 100, levels: 1, sizes: [0, 8 * KIB] },
  small: { folders: 1_000, files: 100, levels: 1, sizes: [0, 8 * KIB] },
  flat: { folders: 1, files: 100_000, levels: 1, sizes: [0, 8 * KIB] },
  // ext4 has room for 65,000
  names: { folders: 1, files: 60_000, levels: 1, sizes: [0, 8 * KIB], linked: true },
  deep: { folders: 20_000, files: 1, levels: 20, sizes: [0, 8 * KIB] },
  large: { folders: 1, files: 4, levels: 1, sizes: [GIB, GIB] },
  // a block each at the most, so that three rounds fit on a common disk
  million: { folders: 10_000, files: 100, levels: 1, sizes: [0, KIB] },
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof SHAPES;

/** Also the largest piece that is written at once, in bytes. */
const NOISE_BYTES = 1024 * KIB;
const bytes = noise(2 * NOISE_BYTES, 1);

/** How many files a shape has. */
export function filesOf(shape: Shape): number {
  return shape.folders * shape.files;
}

/** How many bytes a tree of that shape holds at the most. */
export function bytesOf(shape: Shape): number {
  return filesOf(shape) * shape.sizes[1];
}

/** Where the folder of that number stands below the root. */
export function folderOf(shape: Shape, number: number): string {
  const { levels } = shape;
  const chain = `d${Math.floor(number / levels)}`;
  return chain + "/l".repeat(number % levels);
}

/** Make a tree in the folder `root`, which must not exist. */
export function plant(root: string, shape: Shape, seed: number): void {
  const next = random(seed);
  Deno.mkdirSync(root);
  for (let folder = 0; folder < shape.folders; folder++) {
    const here = `${root}/${folderOf(shape, folder)}`;
    Deno.mkdirSync(here);
    for (let file = 0; file < shape.files; file++) {
      if (shape.linked && file > 0) Deno.linkSync(`${here}/f0`, `${here}/f${file}`);
      else fill(`${here}/f${file}`, sizeOf(shape.sizes, next), next);
    }
  }
}

/**
 * Change the contents of one file in a hundred, remove one and add one, in folders of their own choice. The same seed
 * on the same tree makes the same edits. `edition` tells the names that are added from those of other editions.
 */
export function edit(root: string, shape: Shape, edition: number): void {
  const crowds = Array.from({ length: shape.folders }, (_, number) => ({
    path: folderOf(shape, number),
    files: shape.files,
  }));
  editCrowds(root, crowds, shape.sizes, edition);
}

/** The same in folders that hold files of their own number each: `f0`, `f1` and so on. */
export function editCrowds(
  root: string,
  crowds: readonly Crowd[],
  sizes: Shape["sizes"],
  edition: number,
): void {
  const next = random(1000 + edition);
  const all = crowds.reduce((sum, { files }) => sum + files, 0);
  const crowd = () => crowds[Math.floor(next() * crowds.length)]!;
  const file = () => {
    const { path, files } = crowd();
    return `${root}/${path}/f${Math.floor(next() * files)}`;
  };
  for (let times = Math.ceil(all / 100); times > 0; times--) {
    // what an earlier edition removed is there again: one more change and one less addition
    fill(file(), sizeOf(sizes, next), next);
    fill(`${root}/${crowd().path}/new${edition}-${times}`, sizeOf(sizes, next), next);
    for (let gone = false; !gone;) gone = remove(file());
  }
}

/** Make a tree of such folders in the folder `root`, which must not exist; those above others come first. */
export function plantCrowds(
  root: string,
  crowds: readonly Crowd[],
  sizes: Shape["sizes"],
  seed: number,
): void {
  const next = random(seed);
  for (const { path, files } of crowds) {
    Deno.mkdirSync(`${root}/${path}`, { recursive: true });
    for (let file = 0; file < files; file++) fill(`${root}/${path}/f${file}`, sizeOf(sizes, next), next);
  }
}

function sizeOf([least, most]: Shape["sizes"], next: () => number): number {
  return least + Math.floor(next() * (most - least + 1));
}

function fill(path: string, size: number, next: () => number): void {
  const file = Deno.openSync(path, { write: true, create: true, truncate: true });
  for (let left = size; left > 0;) {
    const start = Math.floor(next() * NOISE_BYTES);
    left -= file.writeSync(bytes.subarray(start, start + Math.min(left, NOISE_BYTES)));
  }
  file.close();
}

function remove(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
