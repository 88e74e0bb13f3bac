/** A moment in words, as in the log and in JSON. */

/** The last time that was put into words: many lines come in the same millisecond. */
let last = { ms: NaN, words: "" };

/** A time (ms since 1970) by RFC 3339, in local time with ms and zone. */
export function timeOf(ms: number): string {
  if (last.ms === ms) return last.words;
  const zone = -new Date(ms).getTimezoneOffset();
  const hours = String(Math.floor(Math.abs(zone) / 60)).padStart(2, "0");
  const minutes = String(Math.abs(zone) % 60).padStart(2, "0");
  const local = new Date(ms + zone * 60_000).toISOString().slice(0, -1);
  last = { ms, words: `${local}${zone < 0 ? "-" : "+"}${hours}:${minutes}` };
  return last.words;
}
