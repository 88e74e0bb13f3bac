import { assertEquals, assertStringIncludes } from "@std/assert";
import { guard, type Limits, type Size } from "../../sync/engine/guard.ts";

const STANDARD: Limits = { allowEmptySource: false, maxDelete: null, ignoreRoom: false };

/** Which rule refuses a plan of so many entries, or of so many bytes. */
function rule(size: Partial<Size>, limits: Partial<Limits> = {}): string | null {
  const refusal = guard({ source: 1, replica: 1, removals: 0, bytes: 0, room: null, ...size }, {
    ...STANDARD,
    ...limits,
  });
  return refusal === null ? null : refusal.kind === "refused" ? refusal.rule : refusal.kind;
}

Deno.test("guard() refuses an empty source for a replica that holds something, unless that is allowed", () => {
  assertEquals(rule({ source: 0, replica: 1, removals: 1 }), "empty-source");
  assertEquals(rule({ source: 0, replica: 1000, removals: 1000 }), "empty-source");
  assertEquals(rule({ source: 0, replica: 0, removals: 0 }), null);
  assertEquals(rule({ source: 0, replica: 1000, removals: 1000 }, { allowEmptySource: true }), null);
});

Deno.test("guard() refuses to remove more than half of a replica of more than 50 entries", () => {
  assertEquals(rule({ source: 1, replica: 51, removals: 26 }), "max-delete");
  assertEquals(rule({ source: 1, replica: 51, removals: 25 }), null);
  assertEquals(rule({ source: 1, replica: 50, removals: 49 }), null);
  assertEquals(rule({ source: 50, replica: 100, removals: 50 }), null);
});

Deno.test("guard() takes the bound that --max-delete sets, for small replicas too", () => {
  const entries = (value: number): Limits["maxDelete"] => ({ unit: "entries", value });
  const percent = (value: number): Limits["maxDelete"] => ({ unit: "percent", value });
  assertEquals(rule({ source: 1, replica: 10, removals: 1 }, { maxDelete: entries(0) }), "max-delete");
  assertEquals(rule({ source: 1, replica: 10, removals: 0 }, { maxDelete: entries(0) }), null);
  assertEquals(rule({ source: 1, replica: 100, removals: 99 }, { maxDelete: entries(99) }), null);
  assertEquals(rule({ source: 1, replica: 100, removals: 100 }, { maxDelete: percent(100) }), null);
  assertEquals(rule({ source: 1, replica: 10, removals: 2 }, { maxDelete: percent(10) }), "max-delete");
  assertEquals(rule({ source: 1, replica: 10, removals: 1 }, { maxDelete: percent(10) }), null);
  assertEquals(
    rule({ source: 0, replica: 9, removals: 9 }, { allowEmptySource: true, maxDelete: entries(5) }),
    "max-delete",
  );
});

Deno.test("guard() says the numbers, that nothing was touched, and the option that overrides it", () => {
  const many = guard({ source: 1, replica: 2000, removals: 1500, bytes: 0, room: null }, STANDARD)?.text ??
    "";
  for (const part of ["1,500 entries", "2,000", "75%", "50%", "nothing was touched", "--max-delete 1500"]) {
    assertStringIncludes(many, part);
  }
  const none = guard({ source: 0, replica: 1, removals: 1, bytes: 0, room: null }, STANDARD)?.text ?? "";
  for (const part of ["1 entry", "nothing was touched", "--allow-empty-source"]) {
    assertStringIncludes(none, part);
  }
});

Deno.test("guard() refuses what will not fit, where the room is known", () => {
  assertEquals(rule({ bytes: 101, room: 100 }), "room");
  assertEquals(rule({ bytes: 100, room: 100 }), null);
  assertEquals(rule({ bytes: 101, room: null }), null);
  assertEquals(rule({ bytes: 101, room: 100 }, { ignoreRoom: true }), null);
});
