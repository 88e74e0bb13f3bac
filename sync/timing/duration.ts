/** Durations as people write them: "30", "500ms", "1h30m", "5min". Pure. */

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A number and its unit; the longer names are what people type who come from other programs. */
const PART =
  /(\d+(?:\.\d+)?)(ms|s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?)/g;
const WHOLE = new RegExp(`^(?:${PART.source})+$`);

/** The ms that a text means; null when it is not a duration. A number without a unit is in seconds. */
export function parseDuration(text: string): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * UNITS.s!);
  if (!WHOLE.test(text)) return null;
  let sum = 0;
  for (const [, number, unit] of text.matchAll(PART)) {
    sum += Number(number) * UNITS[unit === "ms" ? unit : unit!.charAt(0)]!;
  }
  return Math.round(sum);
}

/**
 * As parseDuration(), of an age after which something is deleted: the unit must be there, for whoever writes 30 means days.
 * Null when it is not, or when the age is zero.
 */
export function parseAge(text: string): number | null {
  const ms = /^[\d.]+$/.test(text) ? null : parseDuration(text);
  return ms === 0 ? null : ms;
}

/** A duration in ms for a person, in its two largest units: "1h 30m", "2.5s", "12ms". */
export function showDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))}s`;
  const parts: string[] = [];
  let left = Math.round(ms / 1000) * 1000;
  for (const unit of ["w", "d", "h", "m", "s"]) {
    const count = Math.floor(left / UNITS[unit]!);
    if (count > 0) parts.push(`${count}${unit}`);
    left -= count * UNITS[unit]!;
  }
  return parts.slice(0, 2).join(" ");
}
