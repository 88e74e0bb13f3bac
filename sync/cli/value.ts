/** What the values of options mean. Each reader takes a text and gives undefined when it cannot be one. Pure. */
import type { Bound } from "../engine/guard.ts";

/** The values of options by name, as they were typed. */
export type Values = Readonly<Record<string, unknown>>;

/** "10" entries, or "12.5%". */
export function readBound(text: string): Bound | undefined {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const value = Number(digits);
  if (digits === undefined) return undefined;
  if (percent) return value <= 100 ? { unit: "percent", value } : undefined;
  return Number.isInteger(value) ? { unit: "entries", value } : undefined;
}

/** A whole number from 1 to `most`. */
export function readCount(text: string, most: number): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1 << 10, m: 1 << 20, g: 1 << 30, t: 2 ** 40 };

/** A number of bytes: "500000", "64KiB", "10MiB", "1.5G"; the units are powers of 1,024. */
export function readSize(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?(?:([kmgt])(?:i?b)?|b)?$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const bytes = Math.round(Number(digits) * UNITS[(unit ?? "").toLowerCase()]!);
  return bytes > 0 ? bytes : undefined;
}

/** The same, but with a unit: a bare number is a slip where it would be bytes, and something is deleted by it. */
export function readSizeWithUnit(text: string): number | undefined {
  return /[a-z]$/i.test(text) ? readSize(text) : undefined;
}
