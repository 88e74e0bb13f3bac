/**
 * Text to markup, in one place. A page is put together by `html`, which escapes whatever is not markup already: so a name
 * from a disk cannot become any, whoever forgets it. Pure.
 */
import { shown } from "../../engine/entry.ts";

/** Markup that is safe to stand in a page. Made by `html` alone. */
export interface Html {
  readonly markup: string;
}

export type Part = string | number | Html | readonly Html[];

/** Markup with values in it. What is a text is escaped, in attributes as well; a list stands one after another. */
export function html(markup: TemplateStringsArray, ...values: readonly Part[]): Html {
  const parts = withoutIndents(markup);
  let all = parts[0]!;
  for (const [i, value] of values.entries()) all += markupOf(value) + parts[i + 1]!;
  return { markup: all };
}

const KNOWN = new WeakMap<TemplateStringsArray, readonly string[]>();

/** The indents of our own lines would be a third of a page. */
function withoutIndents(markup: TemplateStringsArray): readonly string[] {
  const known = KNOWN.get(markup);
  if (known !== undefined) return known;
  const parts = markup.map((part) => part.replaceAll(/\s*\n\s*/g, "\n"));
  KNOWN.set(markup, parts);
  return parts;
}

export const NOTHING: Html = { markup: "" };

function markupOf(value: Part): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return escaped(value);
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as markup. Controls, and halves of characters, which no page may have, become U+FFFD. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!)
    // deno-lint-ignore no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Cs}/gu, "\ufffd");
}

/** The most characters of a name that are shown. */
const MOST = 160;

/**
 * A name or path as a text, isolated from the writing direction around it: everything that could confuse is escaped as in
 * the log, and the middle of a long one is left out.
 */
export function name(path: string): Html {
  // quotes confuse nobody where nothing is quoted
  const text = shown(path).slice(1, -1).replaceAll('\\"', '"');
  if (text.length <= MOST) return html`<bdi>${text}</bdi>`;
  const characters = [...text];
  const half = MOST / 2;
  return html`<bdi>${characters.slice(0, half).join("")}…${characters.slice(-half).join("")}</bdi>`;
}

/** A text of ours, which may name options: those stand out, and are not broken in two. What is quoted is a name. */
export function prose(text: string): Html {
  const parts = [...text.matchAll(/("(?:[^"\\]|\\.)*")|(--[a-z][a-z-]*(?:[ =]\d+)?)|-(?!-)|[^"-]+|[^]/g)];
  return html`<bdi>${
    parts.map(([part, , option]) => option === undefined ? html`${part}` : html`<code>${option}</code>`)
  }</bdi>`;
}
