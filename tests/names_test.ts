/** Names between bytes and strings. */
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { bytesOfName, decodeName, encodeName } from "../sync/names.ts";

/** The bytes of a name, without the zero at the end. */
function bytesOf(name: string): number[] {
  const into = new Uint8Array(4096).fill(7);
  const length = encodeName(name, into);
  assertEquals(into[length], 0);
  assertEquals([...bytesOfName(name)], [...into.subarray(0, length + 1)]);
  return [...into.subarray(0, length)];
}

/** Bytes as they come in names: ordinary text, and beginnings and ends of characters in wrong places. */
const byte = fc.oneof(
  fc.integer({ min: 1, max: 255 }),
  fc.constantFrom(
    0x61,
    0xc3,
    0xa9,
    0xe2,
    0x82,
    0xac,
    0xed,
    0xa0,
    0x80,
    0xf0,
    0x9f,
    0x98,
    0xf4,
    0x90,
    0xef,
    0xbb,
    0xbf,
  ),
);

Deno.test("every name comes back as the same bytes, and no two names have one string", () => {
  const met = new Map<string, string>();
  fc.assert(
    fc.property(fc.array(byte, { minLength: 1, maxLength: 12 }), (bytes) => {
      const name = decodeName(new Uint8Array(bytes));
      assertEquals(bytesOf(name), bytes);
      assertEquals(met.get(name) ?? `${bytes}`, `${bytes}`);
      met.set(name, `${bytes}`);
    }),
    { numRuns: 20_000 },
  );
});

Deno.test("a name of UTF-8 is the string that it is, with its byte order mark", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
      if (text.includes("\0")) return;
      const bytes = new TextEncoder().encode(text);
      assertEquals(decodeName(bytes), text);
      assertEquals(bytesOf(text), [...bytes]);
    }),
  );
  assertEquals(decodeName(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])), "\ufeffa");
});

Deno.test("bytes that are no UTF-8 stand as U+DC80 to U+DCFF, each by itself", () => {
  const rows: readonly (readonly [bytes: number[], name: string])[] = [
    [[0x66, 0xfc, 0x72], "f\udcfcr"],
    [[0xff, 0xfe], "\udcff\udcfe"],
    // cut off, overlong, a surrogate, beyond Unicode
    [[0xe2, 0x82], "\udce2\udc82"],
    [[0xc0, 0x80], "\udcc0\udc80"],
    [[0xe0, 0x80, 0xaf], "\udce0\udc80\udcaf"],
    [[0xed, 0xb2, 0x80], "\udced\udcb2\udc80"],
    [[0xf4, 0x90, 0x80, 0x80], "\udcf4\udc90\udc80\udc80"],
    [[0xf0, 0x9f, 0x98, 0x80, 0x80], "\u{1f600}\udc80"],
    [[0xef, 0xbf, 0xbd], "\ufffd"],
  ];
  for (const [bytes, name] of rows) {
    assertEquals([decodeName(new Uint8Array(bytes)), bytesOf(name)], [name, bytes]);
  }
});

Deno.test("a string that no bytes have, or too many, is an error and no other name", () => {
  const into = new Uint8Array(8);
  for (
    const [name, number] of [["\ud800", -84], ["\udc7f", -84], ["a\0b", -22], ["12345678", -36], [
      "\u20ac\u20ac\u20ac",
      -36,
    ]]
  ) {
    assertEquals(encodeName(`${name}`, into), number);
  }
  assertEquals(encodeName("1234567", into), 7);
  assertThrows(() => bytesOfName("\ud800"), TypeError);
});
