/** How far a check has come, for the next one to go on: one line of JSON, written whole or not at all. */
import type { Path } from "../engine/entry.ts";
import { linesOf, writeWhole } from "./lines.ts";

/** What is checked: the identities of the roots, and the manifest; null where there is none. */
export interface Subject {
  readonly source: string | null;
  readonly replica: string;
  readonly manifest: string | null;
}

export interface Since {
  readonly of: Subject;
  /** When the check of all began, in ms since 1970. */
  readonly began: number;
  /** The first file that was not checked yet; null when all were. */
  readonly next: { readonly folder: Path; readonly name: string } | null;
}

/** A file that holds something else. */
export class SinceFault extends Error {
  override readonly name = "SinceFault";
  constructor(readonly code: "foreign" | "other") {
    super(code);
  }
}

const KIND = { lockstep: "checked since", version: 1 };

/** Read it; null when there is none yet. Throws what the system throws, and a `SinceFault`. */
export async function readSince(path: string, of: Subject): Promise<Since | null> {
  const lines: string[] = [];
  try {
    for await (const { line, whole } of linesOf(path)) {
      lines.push(line);
      if (!whole || lines.length > 1) throw new SinceFault("foreign");
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const found = parsed(lines[0] ?? "");
  if (found === null) throw new SinceFault("foreign");
  if (JSON.stringify(found.of) !== JSON.stringify(of)) throw new SinceFault("other");
  return found;
}

export async function writeSince(path: string, { of, began, next }: Since): Promise<void> {
  await writeWhole(path, [JSON.stringify({ ...KIND, of, began, next })]);
}

function parsed(line: string): Since | null {
  let found: Partial<Since & typeof KIND> | null;
  try {
    found = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (found?.lockstep !== KIND.lockstep || found.version !== KIND.version) return null;
  const { of, began, next } = found;
  const isPlace = next === null || (typeof next?.folder === "string" && typeof next.name === "string");
  if (typeof of?.replica !== "string" || typeof began !== "number" || !isPlace) return null;
  return { of, began, next: next ?? null };
}
