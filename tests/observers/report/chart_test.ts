/** Charts: what is small is seen, what dwarfs all is cut off and said, what is unknown is no zero. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { bars, line, topOf } from "../../../sync/observers/report/chart.ts";

Deno.test("topOf() makes room for all bars but for one that dwarfs them", () => {
  assertEquals(topOf([]), { top: 0, isCut: false });
  assertEquals(topOf([3, 9, 1]), { top: 9, isCut: false });
  assertEquals(topOf([100, 1, 1]), { top: 100, isCut: false });
  assertEquals(topOf([10, 120_000, 5, 7, 2]), { top: 12, isCut: true });
  assertEquals(topOf([0, 120_000, 0, 0, 0]), { top: 120_000, isCut: false });
});

Deno.test("a bar is drawn for all that is more than nothing, and a cross where it is asked for", () => {
  const drawn = bars([0, 1, 1_000_000].map((value) => ({ value, mark: value === 0 })), 30, "x").markup;
  const [, path = ""] = /class="bar" d="([^"]*)"/.exec(drawn) ?? [];
  assertEquals(path.match(/v-\d+/g), ["v-2", "v-43"]);
  assertEquals(drawn.match(/class="cross"/g)?.length, 1);
  assert(!drawn.includes("NaN"), drawn);
  const none = bars([0, 0].map((value) => ({ value, mark: false })), 30, "x").markup;
  assert(!/NaN|class="bar"|class="gap"/.test(none), none);
  assertStringIncludes(
    bars([1, 1, 1, 1, 99].map((value) => ({ value, mark: false })), 30, "x").markup,
    'class="gap"',
  );
});

Deno.test("a line bridges what is not known, and is nothing where nothing is", () => {
  assertEquals(line([null, null], "x").markup, "");
  const drawn = line([null, 10, null, 0], "x").markup;
  assertStringIncludes(drawn, 'class="line" d="M10 4l20 50"');
  assert(!drawn.includes("NaN"));
});
