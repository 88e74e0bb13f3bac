/** What was changed, by folder; the largest files, and those that change most often. Pure, but for the time zone. */
import { counted, number } from "../../cli/quantity.ts";
import { nameOf } from "../../engine/entry.ts";
import { type Branch, type Changed, type Large, LARGEST } from "./changed.ts";
import { type Html, html, name, NOTHING } from "./escape.ts";
import { longDay, shortMoment, size } from "./numbers.ts";
import { dayOf } from "./days.ts";
import type { Often } from "./record.ts";
import { card, note, row, rowBelow, table } from "./table.ts";

/** By folder. `isLast`: it was the last pass that changed it. `id`: of the job in the page. */
export function changed(what: Changed | null, isLast: boolean, id: string): Html {
  if (what === null) return NOTHING;
  const { began, folders, others, isCut } = what;
  const most = Math.max(1, ...folders.map(({ entries }) => entries));
  const rows = folders.flatMap((one) => [
    row(named(one, one.folder, most), number(one.entries), size(one.bytes)),
    ...one.below.map((below) =>
      rowBelow(named(below, nameOf(below.folder), most), number(below.entries), size(below.bytes))
    ),
  ]);
  const rest = others.entries > 0 ? [row("others", number(others.entries), size(others.bytes))] : [];
  const least = isCut ? " There were many folders: numbers are the least that they can be." : "";
  const title = isLast ? "What the last pass changed" : "What was changed last";
  return card(
    `${id}-folders`,
    title,
    html`${note(`${shortMoment(began)}: ${kinds(what)}.${least}`)}${
      table("tree", ["Folder", "Changes", "Copied"], [...rows, ...rest])
    }`,
  );
}

/** The name of a folder, with a bar for its part of the changes. */
function named({ folder, entries }: Branch, text: string, most: number): Html {
  const share = Math.max(1, Math.round(entries / most * 100));
  const shown = folder === "" ? html`<i>not in a folder</i>` : html`${name(text)}/`;
  return html`${shown}<span class="share" style="width:${share}%"></span>`;
}

function kinds({ created, updated, attributes, removed, moved, bytes }: Changed): string {
  const parts = [
    [created, "created"],
    [updated, "updated"],
    [moved, "moved"],
    [removed, "removed"],
    [attributes, "with other attributes"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, word]) => `${number(count)} ${word}`);
  return `${told.join(", ")}, ${size(bytes)} copied`;
}

/** The largest files and those changed most often. `from`: since when those are counted. */
export function standouts(
  largest: readonly Large[],
  often: readonly Often[],
  from: number | null,
  id: string,
): Html {
  const again = often.filter(({ entries }) => entries > 1).slice(0, LARGEST);
  const large = largest.map(({ path, bytes }) => row(name(path), size(bytes)));
  const repeated = again.map(({ path, entries, bytes }) => row(name(path), number(entries), size(bytes)));
  if (large.length + repeated.length === 0) return NOTHING;
  const since = from === null ? NOTHING : note(`Since ${longDay(dayOf(from))}.`);
  const first = large.length === 0
    ? NOTHING
    : html`<h4>Largest files copied</h4>${table("list", ["File", "Size"], large)}`;
  const second = repeated.length === 0
    ? NOTHING
    : html`<h4>Changed most often</h4>${since}${table("list", ["File", "Times", "Copied"], repeated)}`;
  return card(`${id}-paths`, "Paths that stand out", html`${first}${second}`);
}

/** "34 changes, 1.2 GiB" */
export function changesText(changes: number, bytes: number): string {
  return changes === 0
    ? "nothing to change"
    : `${counted(changes, "change")}${bytes > 0 ? `, ${size(bytes)}` : ""}`;
}
