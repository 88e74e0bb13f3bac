/**
 * Names between bytes and strings. A name is UTF-8; each byte that is not stands as U+DC80 to U+DCFF, as in Python's
 * PEP 383, so that every name has a string of its own and comes back as the same bytes. Link targets likewise.
 */
/** Numbers of errors on Linux. */
const [EINVAL, ENAMETOOLONG, EILSEQ] = [22, 36, 84];
/** Where the surrogates of bytes begin: U+DC00 and a byte. Only bytes from 0x80 on are ever escaped. */
const ESCAPE = 0xdc00;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The string of a name, or a path, from its bytes. */
export function decodeName(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return decodeAny(bytes);
  }
}

/**
 * Write a name or path into a buffer, with a zero byte at its end. Returns its length; less than 0, the number of an
 * error, when no bytes have this string, or too many.
 */
export function encodeName(name: string, into: Uint8Array): number {
  const { length } = name;
  if (length >= into.length) return -ENAMETOOLONG;
  for (let i = 0; i < length; i++) {
    const unit = name.charCodeAt(i);
    if (unit >= 0x80) return encodeAny(name, into);
    if (unit === 0) return -EINVAL;
    into[i] = unit;
  }
  into[length] = 0;
  return length;
}

/** The bytes of a name or path, with a zero at their end. Throws when no bytes have this string. */
export function bytesOfName(name: string): Uint8Array<ArrayBuffer> {
  const into = new Uint8Array(name.length * 3 + 5);
  const length = encodeName(name, into);
  if (length < 0) throw new TypeError(`No bytes have the name ${JSON.stringify(name)}`);
  return into.slice(0, length + 1);
}

function decodeAny(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length;) {
    const length = lengthAt(bytes, i);
    text += length === 0
      ? String.fromCharCode(ESCAPE + bytes[i]!)
      : utf8.decode(bytes.subarray(i, i + length));
    i += Math.max(length, 1);
  }
  return text;
}

/** How many bytes the character has that begins at an index; 0 when none does. By table 3-7 of Unicode. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const [first = 0, second = 0] = bytes.subarray(at, at + 2);
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  const isOverlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const isSurrogate = first === 0xed && second >= 0xa0;
  const isBeyond = first === 0xf4 && second >= 0x90;
  return isOverlong || isSurrogate || isBeyond ? 0 : length;
}

function encodeAny(name: string, into: Uint8Array): number {
  let length = 0;
  for (const character of name) {
    const point = character.codePointAt(0)!;
    if (point === 0) return -EINVAL;
    // four bytes of a character and the zero at the end
    if (length + 5 > into.length) return -ENAMETOOLONG;
    if (point < 0x80) into[length++] = point;
    else if (point >= ESCAPE + 0x80 && point <= ESCAPE + 0xff) into[length++] = point - ESCAPE;
    else if (point >= 0xd800 && point <= 0xdfff) return -EILSEQ;
    else length += encoder.encodeInto(character, into.subarray(length)).written;
  }
  into[length] = 0;
  return length;
}
