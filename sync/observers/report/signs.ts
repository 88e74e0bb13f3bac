/** The sign and the word for each way a pass or a day went: colours never stand alone. Pure. */
import { type Html, html } from "./escape.ts";
import type { Kind } from "./record.ts";

/** `none`: a day without a pass. `before`: one of which nothing is known. */
export type Sign = Kind | "none" | "before";

export const WORDS: Readonly<{ [sign in Sign]: string }> = {
  ok: "in sync",
  partly: "in sync with exceptions",
  failed: "with failures",
  blocked: "refused or not possible",
  none: "no pass",
  before: "nothing known",
};

/** The signs, each drawn once in a page, in a square of 18. */
export const SIGNS: Html = html`
  <svg width="0" height="0" class="defs" aria-hidden="true">
    <defs>
      <g id="ok">
        <rect class="t-ok" width="18" height="18" rx="4" />
        <path class="s-ok" d="M5 9.5l2.8 2.8L13 6.6" />
      </g>
      <g id="partly">
        <rect class="t-partly" width="18" height="18" rx="4" />
        <path class="s-partly" d="M4.5 10c1.5-2.6 3-2.6 4.5-1s3 1.6 4.5-1" />
      </g>
      <g id="failed">
        <rect class="f-failed" width="18" height="18" rx="4" />
        <path class="s-on" d="M9 4.5v5.5M9 13.2v.3" />
      </g>
      <g id="blocked">
        <rect class="f-blocked" width="18" height="18" rx="4" />
        <path class="s-on" d="M5.8 5.8l6.4 6.4M12.2 5.8l-6.4 6.4" />
      </g>
      <g id="none">
        <rect class="f-none" x=".5" y=".5" width="17" height="17" rx="3.5" />
        <path class="s-none" d="M6.5 9h5" />
      </g>
      <g id="before">
        <rect class="f-before" x=".5" y=".5" width="17" height="17" rx="3.5" />
      </g>
    </defs>
  </svg>
`;

/** A sign beside its word, which says the same. */
export function sign(which: Sign): Html {
  return html`
    <svg class="sign" viewBox="0 0 18 18" aria-hidden="true">
      <use href="#${which}" />
    </svg>
  `;
}
