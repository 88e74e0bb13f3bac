/** What schedulers that are told in XML have in common: Windows' and macOS's. Pure. */

/** A text as the content of an element. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
