import { assertEquals } from "@std/assert";
import { BLANK, type Event } from "../../sync/engine/event.ts";
import { suppress } from "../../sync/cli/suppress.ts";

const start = { kind: "start", pass: 1, planned: false, whole: true } as const;
const away = (side: "source" | "replica"): Event => ({ kind: "unusable", side, text: `${side} away` });
const empty = { kind: "refused", rule: "empty-source", text: "empty" } as const;
const end = (ended: "unusable" | "complete" | "refused", whole = true): Event[] => [
  { ...start, whole },
  ...ended === "unusable" ? [away("source")] : ended === "refused" ? [empty] : [],
  { kind: "end", report: { ...BLANK, ended } },
];

/** The lines from "info" on that a row of passes gets, an hour after each other. */
function said(events: readonly Event[]): string[] {
  let now = 0;
  const say = suppress(() => now);
  return events.flatMap((event) => {
    if (event.kind === "start") now += 3_600_000;
    return say(event).filter(({ level }) => level !== "debug").map(({ text }) => text.split(":")[0]!);
  });
}

Deno.test("sayer() says once that the source is away and once that it is back, after a whole day too", () => {
  const day = Array.from({ length: 24 }, () => end("unusable")).flat();
  assertEquals(said([...end("complete"), ...day, ...end("complete"), ...end("complete")]), [
    "in step",
    "source away",
    "not possible",
    "The source can be used again after 1d",
    "in step",
    "in step",
  ]);
});

Deno.test("sayer() says each trouble that follows another", () => {
  const replica = [start, away("replica"), {
    kind: "end",
    report: { ...BLANK, ended: "unusable" },
  }] as Event[];
  assertEquals(
    said([...end("unusable"), ...end("refused"), ...end("refused"), ...replica, ...end("complete")]),
    [
      "source away",
      "not possible",
      "empty",
      "refused",
      "replica away",
      "not possible",
      "The replica can be used again after 1h",
      "in step",
    ],
  );
});

Deno.test("sayer() has no line for a part of the trees that needs nothing", () => {
  assertEquals(said(end("complete", false)), []);
  assertEquals(said([...end("unusable", false), ...end("complete", false)]).length, 4);
});

Deno.test("sayer() says a refusal again when its numbers are others", () => {
  const refused = (text: string): Event[] => [
    start,
    { kind: "refused", rule: "max-delete", text },
    { kind: "end", report: { ...BLANK, ended: "refused" } },
  ];
  const events = [refused("1 of 9"), refused("1 of 9"), refused("7 of 9")].flat();
  assertEquals(said(events), ["1 of 9", "refused", "7 of 9", "refused"]);
});

Deno.test("sayer() does not take a part of the trees for all when something is refused", () => {
  const events = [...end("refused"), ...end("complete", false), ...end("complete")];
  assertEquals(said(events), ["empty", "refused", "Nothing is refused any more after 2h", "in step"]);
});
