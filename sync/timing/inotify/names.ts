/**
 * Names as the disk has them, and as strings: UTF-8, and each byte that is not part of it as U+DC80 to U+DCFF, as in
 * Python's PEP 383. So every name has a string, and every string that came from a name leads back to it.
 */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
/** The first of the code units that stand for bytes: U+DC00 and the byte, which is 0x80 or more. */
const ESCAPED = 0xdc00;

/** A name, or a path, from its bytes. */
export function decodeName(bytes: Uint8Array): string {
  return decoded(bytes) ?? escaped(bytes);
}

/** The bytes of a name or path, and a zero behind them, as system calls take it. */
export function encodeName(name: string): Uint8Array<ArrayBuffer> {
  return name.isWellFormed() ? encoder.encode(`${name}\0`) : unescaped(`${name}\0`);
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null; // it is not UTF-8, and nothing else throws
  }
}

function escaped(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at]!;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const character = at + length > bytes.length ? null : decoded(bytes.subarray(at, at + length));
    text += character ?? String.fromCharCode(ESCAPED + lead);
    at += character === null ? 1 : length;
  }
  return text;
}

function unescaped(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  // by code points: a code unit of a pair stands for no byte
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code >= ESCAPED + 0x80 && code <= ESCAPED + 0xff) bytes.push(code - ESCAPED);
    else bytes.push(...encoder.encode(character));
  }
  return new Uint8Array(bytes);
}
