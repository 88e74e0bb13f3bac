import { assertEquals } from "@std/assert";
import { guard, type Limits, type Size } from "../../sync/engine/guard.ts";

const DEFAULTS: Limits = { allowEmptySource: false, maxDelete: null, ignoreFreeSpace: false };

/** Which rule refuses a plan of so many entries, or of so many bytes. */
function rule(size: Partial<Size>, limits: Partial<Limits> = {}): string | null {
  const whole = {
    source: 1,
    replica: 1,
    removals: 0,
    examples: [],
    kept: 1,
    additions: 0,
    needed: 0,
    free: null,
    ...size,
  };
  const refusal = guard({ ...whole, peak: size.peak ?? whole.replica }, { ...DEFAULTS, ...limits });
  return refusal?.rule ?? null;
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

Deno.test("guard() measures a slice of few entries, too: there may be many", () => {
  assertEquals(rule({ source: 1, replica: 20, removals: 11, isSlice: true }), "max-delete");
  assertEquals(rule({ source: 1, replica: 20, removals: 10, isSlice: true }), null);
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

Deno.test("guard() gives the numbers that it refuses by", () => {
  const size = {
    source: 1,
    replica: 2000,
    removals: 1500,
    examples: ["a"],
    kept: 500,
    additions: 0,
    peak: 2000,
    needed: 7,
    free: 5,
  };
  const bound = { unit: "percent", value: 50 } as const;
  assertEquals(guard(size, DEFAULTS), {
    kind: "refused",
    rule: "max-delete",
    removals: 1500,
    replica: 2000,
    bound,
  });
  assertEquals(guard({ ...size, source: 0 }, DEFAULTS), {
    kind: "refused",
    rule: "empty-source",
    replica: 2000,
  });
  assertEquals(guard({ ...size, removals: 0 }, DEFAULTS), {
    kind: "refused",
    rule: "free-space",
    needed: 7,
    free: 5,
  });
});

Deno.test("guard() measures what a loop removes in slices by the most that there was within the hour", () => {
  const slice = { source: 100, replica: 2100, removals: 100, peak: 4200 };
  assertEquals(rule(slice), "shrinking");
  assertEquals(rule({ ...slice, replica: 2200 }), null);
  // what comes for what goes
  assertEquals(rule({ ...slice, additions: 100 }), null);
  assertEquals(rule({ ...slice, additions: 99 }), "shrinking");
  // nothing goes, however small the replica is by now
  assertEquals(rule({ ...slice, replica: 10, removals: 0 }), null);
  assertEquals(rule({ source: 1, replica: 20, removals: 5, peak: 50 }), null);
  assertEquals(rule({ source: 1, replica: 20, removals: 5, peak: 51 }), "shrinking");
  assertEquals(rule({ ...slice, source: 0 }, { allowEmptySource: true }), null);
  const rows: [Limits["maxDelete"], string | null][] = [
    [{ unit: "percent", value: 100 }, null],
    [{ unit: "percent", value: 51 }, null],
    [{ unit: "entries", value: 100 }, null],
    // whoever wants less to go than by default does not get more
    [{ unit: "percent", value: 20 }, "shrinking"],
  ];
  for (const [maxDelete, refused] of rows) {
    assertEquals([maxDelete, rule(slice, { maxDelete })], [maxDelete, refused]);
  }
  const size = { ...slice, examples: [], kept: 2000, additions: 0, needed: 0, free: null };
  assertEquals(guard(size, DEFAULTS), {
    kind: "refused",
    rule: "shrinking",
    removals: 100,
    left: 2000,
    peak: 4200,
    bound: { unit: "percent", value: 50 },
  });
});

Deno.test("guard() refuses what will not fit, where the free space is known", () => {
  assertEquals(rule({ needed: 101, free: 100 }), "free-space");
  assertEquals(rule({ needed: 100, free: 100 }), null);
  assertEquals(rule({ needed: 101, free: null }), null);
  assertEquals(rule({ needed: 101, free: 100 }, { ignoreFreeSpace: true }), null);
});

Deno.test("guard() refuses to keep nothing of what the replica holds, from ten removals on or where somebody can be asked", () => {
  const strange = { source: 3, replica: 12, removals: 10, kept: 0 };
  assertEquals(rule(strange), "nothing-kept");
  assertEquals(rule({ ...strange, removals: 9 }), null);
  assertEquals(rule({ ...strange, kept: 1 }), null);
  assertEquals(rule({ ...strange, replica: 1000, removals: 900 }), "nothing-kept");
  assertEquals(rule(strange, { maxDelete: { unit: "percent", value: 100 } }), null);
  assertEquals(rule({ ...strange, source: 0 }, { allowEmptySource: true }), null);
  const size = { ...strange, examples: ["a", "b"], additions: 0, peak: 12, needed: 0, free: null };
  assertEquals(guard({ ...size, removals: 1 }, DEFAULTS, true)?.rule, "nothing-kept");
  assertEquals(guard({ ...size, removals: 0 }, DEFAULTS, true), null);
  assertEquals(guard(size, DEFAULTS), {
    kind: "refused",
    rule: "nothing-kept",
    removals: 10,
    replica: 12,
    examples: ["a", "b"],
  });
});
