/** Numbers for a person: "1 entry", "1,234 entries", "2.4 MiB". Pure. */
import { format } from "@std/fmt/bytes";

/** "1 entry", "1,234 entries"; `many` when the plural is no mere "s". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

export function entries(count: number): string {
  return counted(count, "entry", "entries");
}

/** A whole number, with a comma between thousands. Not by `toLocaleString`, whose tables take 10 ms to load. */
export function number(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Bytes, in units of 1,024. */
export function size(bytes: number): string {
  const options = { binary: true, maximumFractionDigits: bytes < 1024 ? 0 : 2 };
  // the SI's "k" is for 1,000: with "i" it is a capital
  return format(Math.round(bytes), options).replace("kiB", "KiB");
}

/** Permission bits as they are typed: "0644". */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
