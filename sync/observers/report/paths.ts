/** What was changed, by folder; the largest files, and those that change most often. Pure, but for the time zone. */
import { counted, number } from "../../cli/quantity.ts";
import { type Branch, type Changed, type Large, LARGEST } from "./changed.ts";
import { type Html, html, name, NOTHING } from "./escape.ts";
import { longDay, shortMoment, size } from "./numbers.ts";
import { dayOf } from "./days.ts";
import type { Often } from "./record.ts";

/** By folder. `isLast`: it was the last pass that changed it. */
export function changed(what: Changed | null, isLast: boolean, id: string): Html {
  if (what === null) return NOTHING;
  const { began, folders, others, isCut } = what;
  const most = Math.max(1, ...folders.map(({ entries }) => entries));
  const rows = folders.flatMap((
    one,
  ) => [row(one, most, 0), ...one.below.map((below) => row(below, most, 1))]);
  return html`
    <section class="card" aria-labelledby="${id}-folders">
      <h3 id="${id}-folders">${isLast ? "What the last pass changed" : "What was changed last"}</h3>
      <p class="note">${shortMoment(began)}: ${kinds(what)}.${isCut
        ? " There were many folders: numbers are the least that they can be."
        : ""}</p>
      <table class="tree">
        <thead>
          <tr>
            <th
              scope="col">Folder<th scope="col">Changes<th scope="col">Copied<tbody>${rows}${others.entries >
                  0
                ? html`
                  <tr>
                    <th scope="row">others<td>${number(others.entries)}<td>${size(others.bytes)}
                `
                : NOTHING}</table></section>
  `;
}

function row({ folder, entries, bytes }: Branch, most: number, level: 0 | 1): Html {
  const share = Math.max(1, Math.round(entries / most * 100));
  const at = level === 0 ? folder : folder.slice(folder.indexOf("/") + 1);
  const text = folder === "" ? html`<i>not in a folder</i>` : html`${name(at)}/`;
  return html`
    <tr class="l${level}">
      <th
        scope="row">${text}<span class="share" style="width:${share}%"></span><td>${number(
          entries,
        )}<td>${size(bytes)}
  `;
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
  if (largest.length + again.length === 0) return NOTHING;
  return html`<section class="card" aria-labelledby="${id}-paths"><h3 id="${id}-paths">Paths that stand out</h3>
${
    largest.length === 0 ? NOTHING : html`
      <h4>Largest files copied</h4>
      <table>
        <thead>
          <tr>
            <th scope="col">File<th scope="col">Size<tbody>${largest.map(({ path, bytes }) =>
              html`
                <tr>
                  <th scope="row">${name(path)}<td>${size(bytes)}
              `
            )}</table>
    `
  }
${
    again.length === 0 ? NOTHING : html`
      <h4>Changed most often</h4>${from === null
        ? NOTHING
        : html`<p class="note">Since ${longDay(dayOf(from))}.</p>`}<table>
        <thead>
          <tr>
            <th scope="col">File<th scope="col">Times<th scope="col">Copied<tbody>${again.map((
              { path, entries, bytes },
            ) =>
              html`
                <tr>
                  <th scope="row">${name(path)}<td>${number(entries)}<td>${size(bytes)}
              `
            )}</table>
    `
  }</section>`;
}

/** "34 changes, 1.2 GiB" */
export function changesText(changes: number, bytes: number): string {
  return changes === 0
    ? "nothing to change"
    : `${counted(changes, "change")}${bytes > 0 ? `, ${size(bytes)}` : ""}`;
}
