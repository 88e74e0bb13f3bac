/** Tables of a page. The end tags that HTML does not need are left out: they would be a tenth of a page. Pure. */
import { type Html, html, type Part } from "./escape.ts";

/** A table. `kind`: "log" is of passes or days, "tree" of folders, "list" of anything else. */
export function table(kind: "log" | "tree" | "list", heads: readonly string[], rows: readonly Html[]): Html {
  const head = heads.map((text) => html`<th scope="col">${text}`);
  return html`
    <table class="${kind}">
      <thead>
        <tr>${head}<tbody>${rows}</table>
  `;
}

/** A row, named by its first cell. */
export function row(name: Part, ...cells: readonly Part[]): Html {
  return html`
    <tr>
      <th scope="row">${name}${cellsOf(cells)}
  `;
}

/** The row of a folder in another one. */
export function rowBelow(name: Part, ...cells: readonly Part[]): Html {
  return html`
    <tr class="below">
      <th scope="row">${name}${cellsOf(cells)}
  `;
}

function cellsOf(cells: readonly Part[]): Html[] {
  return cells.map((cell) => html`<td>${cell}`);
}

/** What is shown only to whoever asks. */
export function folded(summary: string, content: Html): Html {
  return html`<details><summary>${summary}</summary>${content}</details>`;
}

/** A part of a job with a heading of its own. `id`: of the heading. */
export function card(id: string, title: string, content: Part): Html {
  return html`<section class="card" aria-labelledby="${id}"><h3 id="${id}">${title}</h3>${content}</section>`;
}

export function note(text: Part): Html {
  return html`<p class="note">${text}</p>`;
}
