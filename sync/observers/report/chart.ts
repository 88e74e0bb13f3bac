/** Charts as plain SVG: bars for passes, a line for what is measured once a day. Without text, so that they may be stretched. Pure. */
import { type Html, html, NOTHING } from "./escape.ts";

/** One bar. `mark`: a cross stands above it, as where not all was brought in sync. */
export interface Bar {
  readonly value: number;
  readonly mark: boolean;
}

/** Of the picture, whose width is that of the page. */
const HEIGHT = 56;
/** From one bar to the next. */
const STEP = 10;
/** Room for crosses above the bars. */
const HEAD = 12;
/** What is more than nothing is to be seen. */
const LEAST = 2;

/** The largest value that a chart has room for: one that dwarfs all others is cut off. */
export function topOf(values: readonly number[]): { readonly top: number; readonly isCut: boolean } {
  const [first = 0, second = 0] = values.toSorted((a, b) => b - a);
  const isCut = values.length > 4 && second > 0 && first > 5 * second;
  return { top: isCut ? second * 1.2 : first, isCut };
}

/** Bars, the last at the right; `most`: for how many there is room. `label`: the id of what describes them. */
export function bars(all: readonly Bar[], most: number, label: string): Html {
  const { top } = topOf(all.map(({ value }) => value));
  const start = (most - all.length) * STEP;
  const floor = HEIGHT - 1;
  const room = HEIGHT - HEAD - 1;
  let [path, crosses, gaps] = ["", "", ""];
  for (const [i, { value, mark }] of all.entries()) {
    const x = start + i * STEP + 1;
    const height = value <= 0 ? 0 : Math.max(LEAST, Math.min(value / top, 1) * room);
    if (height > 0) path += `M${x + 4} ${floor}v-${Math.round(height)}`;
    // a bar that goes on beyond the picture is broken
    if (value > top) gaps += `M${x - 1} ${HEAD + 9}l10-5`;
    if (mark) crosses += `M${x + 1} 2l6 7m0-7l-6 7`;
  }
  return html`
    <svg class="chart" viewBox="0 0 ${most * STEP} ${HEIGHT}" preserveAspectRatio="none" role="img"
      aria-labelledby="${label}"><path class="floor" d="M0 ${HEIGHT - .5}H${most * STEP}"/>${path === ""
        ? NOTHING
        : html`
          <path class="bar" d="${path}" />
        `}${gaps === "" ? NOTHING : html`
        <path class="gap" d="${gaps}" />
      `}${crosses === "" ? NOTHING : html`
        <path class="cross" d="${crosses}" />
      `}</svg>
  `;
}

/** Values over time, from 0 on; null where nothing is known, which leaves a gap. */
export function line(values: readonly (number | null)[], label: string): Html {
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const last = Math.max(values.length - 1, 1) * STEP;
  const y = (value: number) => Math.round(HEIGHT - 2 - value / top * (HEIGHT - 6));
  // days without a value are bridged
  const known = values.flatMap((value, i) => value === null ? [] : [[i * STEP, y(value)] as const]);
  const [first] = known;
  if (first === undefined) return NOTHING;
  const steps = known.slice(1).map(([x, y], i) => `l${x - known[i]![0]} ${y - known[i]![1]}`).join("");
  const path = `M${first[0]} ${first[1]}${steps}`;
  return html`
    <svg class="chart" viewBox="0 0 ${last} ${HEIGHT}" preserveAspectRatio="none" role="img"
      aria-labelledby="${label}">
      <path class="floor" d="M0 ${HEIGHT - .5}H${last}" />
      <path class="area" d="${`${path}V${HEIGHT - 1}H${first[0]}z`}" />
      <path class="line" d="${path}" />
    </svg>
  `;
}
