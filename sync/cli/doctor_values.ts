/** What the words of `lockstep doctor` are made of: the values of a remark, by their names. Pure. */
import type { Remark } from "../engine/doctor/remark.ts";

/** The words for a code. */
export interface Words {
  /** What it is about, where nothing can be told of it. */
  readonly about: string;
  readonly text: (remark: Remark) => string;
  /** One sentence of what to do, for whatever is not ok; null where nothing is to be done. */
  readonly advice?: (remark: Remark) => string | null;
}

/** A value as a number; 0 where there is no value. */
export function num({ values }: Remark, name: string): number {
  return Number(values[name] ?? 0);
}

/** A value as a text; "" where there is no value. */
export function text({ values }: Remark, name: string): string {
  return String(values[name] ?? "");
}

export function list({ values }: Remark, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value : [];
}
