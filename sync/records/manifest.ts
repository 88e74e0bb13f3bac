/**
 * A manifest: the digests of a replica's files, in the format that `sha256sum -c` reads. A comment before each file has its
 * size and time, and one at the end tells that the manifest is whole. Files stand by folder, then by name, so that what
 * was noted and what is there are gone through side by side.
 */
import { createHash } from "node:crypto";
import type { Noted } from "../engine/checked.ts";
import { below, nameOf, parent, type Path } from "../engine/entry.ts";
import { bytesOfName, decodeName } from "../names.ts";
import { chunksOf, writeWhole } from "./lines.ts";

/** A file of a manifest. */
export interface NotedFile extends Noted {
  readonly folder: Path;
  readonly name: string;
}

/** A file that cannot be used as a manifest. `foreign`: it is none at all. */
export class ManifestFault extends Error {
  override readonly name = "ManifestFault";
  constructor(readonly code: "foreign" | "version" | "cut" | "damaged") {
    super(code);
  }
}

const START = "# Lockstep manifest ";
const VERSION = "1";
const HEADER = `${START}${VERSION}, for sha256sum -c. Before each file: its size in bytes, ` +
  "its time in ms since 1970, and the ns after that";
const END = /^# end (\d+) ([0-9a-f]{64})$/;
/** Characters written at once. */
const CHUNK = 1 << 16;

/** Whether what a file begins with is a manifest's. */
export function isManifest(beginning: string): boolean {
  return beginning.startsWith(START);
}

/** The order of a manifest. */
export function compareFiles(
  a: Pick<NotedFile, "folder" | "name">,
  b: Pick<NotedFile, "folder" | "name">,
): number {
  if (a.folder !== b.folder) return a.folder < b.folder ? -1 : 1;
  return a.name === b.name ? 0 : a.name < b.name ? -1 : 1;
}

/**
 * The files of a manifest. Throws what the system throws, and a `ManifestFault`: when it is cut off or damaged that is known
 * only after the last file, so nothing may be done before.
 */
export async function* readManifest(path: string): AsyncGenerator<NotedFile> {
  const sum = createHash("sha256");
  let facts: RegExpExecArray | null = null;
  let last: NotedFile | null = null;
  let [count, isFirst, isWhole] = [0, true, false];
  for await (const chunk of chunksOf(path)) {
    if (isWhole) throw new ManifestFault("damaged");
    const text = decodeName(chunk);
    const lines = text.split("\n");
    // a manifest ends with the end of a line
    const rest = lines.pop();
    if (isFirst) throwIfForeign(lines[0] ?? rest ?? "");
    const end = END.exec(lines.at(-1) ?? "");
    sum.update(end === null ? chunk : chunk.subarray(0, chunk.length - end[0].length - 1));
    if (end !== null) lines.pop();
    for (const line of isFirst ? lines.slice(1) : lines) {
      if (facts === null) {
        facts = /^# (\d+) (-?\d+)(?: (\d+))?$/.exec(line);
        if (facts === null) throw new ManifestFault("damaged");
        continue;
      }
      const file = fileOf(line, facts);
      if (file === null || (last !== null && compareFiles(last, file) >= 0)) {
        throw new ManifestFault("damaged");
      }
      yield last = file;
      facts = null;
      count++;
    }
    isFirst = false;
    if (rest !== "") break;
    if (end === null) continue;
    if (facts !== null || Number(end[1]) !== count || end[2] !== sum.digest("hex")) {
      throw new ManifestFault("damaged");
    }
    isWhole = true;
  }
  if (isFirst) throw new ManifestFault("foreign");
  if (!isWhole) throw new ManifestFault("cut");
}

/** The same; no files when it is not there. */
export async function* readManifestIfAny(path: string): AsyncGenerator<NotedFile> {
  if (await hasManifest(path)) yield* readManifest(path);
}

/** Whether anything has that name. Throws what the system throws. */
export async function hasManifest(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function throwIfForeign(first: string): void {
  if (!isManifest(first)) throw new ManifestFault("foreign");
  if (first !== HEADER) throw new ManifestFault("version");
}

function fileOf(line: string, [, size, mtime, nanos]: RegExpExecArray): NotedFile | null {
  const isEscaped = line.startsWith("\\");
  const start = isEscaped ? 1 : 0;
  const sha256 = line.slice(start, start + 64);
  const rest = line.slice(start + 66);
  if (!/^[0-9a-f]{64}$/.test(sha256) || line.slice(start + 64, start + 66) !== "  " || rest === "") {
    return null;
  }
  const path = isEscaped ? unescaped(rest) : rest;
  return {
    folder: parent(path),
    name: nameOf(path),
    size: Number(size),
    mtime: Number(mtime),
    ...(nanos !== undefined && { nanos: Number(nanos) }),
    sha256,
  };
}

/** Write a manifest whole or not at all. The files come in its order. Throws what the system throws. */
export async function writeManifest(path: string, files: AsyncIterable<NotedFile>): Promise<void> {
  await writeWhole(path, bytesOf(files));
}

async function* bytesOf(files: AsyncIterable<NotedFile>): AsyncGenerator<Uint8Array> {
  const sum = createHash("sha256");
  const give = (text: string) => {
    const bytes = bytesOfName(text);
    // without the zero at its end
    const given = bytes.subarray(0, bytes.length - 1);
    sum.update(given);
    return given;
  };
  let text = `${HEADER}\n`;
  let count = 0;
  for await (const file of files) {
    text += linesOf(file);
    count++;
    if (text.length < CHUNK) continue;
    yield give(text);
    text = "";
  }
  yield give(text);
  yield give(`# end ${count} ${sum.copy().digest("hex")}\n`);
}

function linesOf({ folder, name, size, mtime, nanos, sha256 }: NotedFile): string {
  const path = below(folder, name);
  const isEscaped = /[\\\n\r]/.test(path);
  const facts = `# ${size} ${mtime}${nanos === undefined ? "" : ` ${nanos}`}`;
  return `${facts}\n${isEscaped ? "\\" : ""}${sha256}  ${isEscaped ? escaped(path) : path}\n`;
}

function escaped(path: string): string {
  return path.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, letter) => letter === "n" ? "\n" : letter === "r" ? "\r" : letter);
}
