/** Numbers for a person: "1 entry", "1,234 entries", "2.4 MiB". Pure. */
/** "1 entry", "1,234 entries"; `many` when the plural is no mere "s". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

export function entries(count: number): string {
  return counted(count, "entry", "entries");
}

/** A number with a comma between thousands. Not by `toLocaleString`, whose tables take 10 ms to load. */
export function number(count: number): string {
  return String(count).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Bytes, in units of 1,024, with up to two decimals. */
export function size(bytes: number): string {
  let count = Math.round(bytes);
  let unit = 0;
  while (Number(count.toFixed(2)) >= 1024 && unit < UNITS.length - 1) {
    count /= 1024;
    unit++;
  }
  return `${number(Number(count.toFixed(2)))} ${UNITS[unit]}`;
}

/** Permission bits as they are typed: "0644". */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
