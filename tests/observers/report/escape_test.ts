/** Text to markup: nothing that a disk can hold becomes a tag, an attribute or the end of anything. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { html, name, prose } from "../../../sync/observers/report/escape.ts";

Deno.test("html escapes every text, and leaves markup of its own as it is", () => {
  const hostile = `<img src=x onerror=alert(1)>&"'`;
  assertEquals(
    html`<b title="${hostile}">${hostile}</b>${html`<i>${1}</i>`}${[html`<u>`, html`</u>`]}`.markup,
    '<b title="&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;">&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;</b><i>1</i><u></u>',
  );
});

Deno.test("name() shows what could confuse, and cuts the middle out of what is long", () => {
  assertEquals(
    name('a\nb\u202egpj.exe\udcff "q" 👩‍👧').markup,
    "<bdi>a\\nb\\u202egpj.exe\\xff &quot;q&quot; 👩‍👧</bdi>",
  );
  const long = name(`${"x".repeat(255)}/${"👩".repeat(100)}`).markup;
  assert(long.length < 400 && long.includes("…") && !/\p{Cs}/u.test(long), long);
});

Deno.test("prose() marks options, and nothing in a quoted name", () => {
  assertEquals(
    prose('Refused "--dry-run \\" --x": add --max-delete 12, or -x').markup,
    "<bdi>Refused &quot;--dry-run \\&quot; --x&quot;: add <code>--max-delete 12</code>, or -x</bdi>",
  );
});

Deno.test("any text at all stays a text", () => {
  const text = fc.string({ unit: "binary", maxLength: 60 });
  const mixed = fc.array(
    fc.oneof(text, fc.constantFrom("<", ">", "&", '"', "'", "--", "</style>", "\\", "\udc80")),
  ).map((all) => all.join(""));
  fc.assert(fc.property(mixed, (text) => {
    for (const { markup } of [name(text), prose(text), html`${text}`]) {
      const bare = markup.replaceAll(/<\/?(bdi|code)>/g, "").replaceAll(/&(amp|lt|gt|quot|#39);/g, "");
      assert(!/[<>&"']/.test(bare), markup);
    }
    const back = prose(text).markup.replaceAll(/<\/?(bdi|code)>/g, "");
    assertEquals(back, html`${text}`.markup);
  }));
});
