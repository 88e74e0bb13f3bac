/** The listeners together: what a mirror's events come to in the log file. The console is kept quiet. */
import { assertEquals } from "@std/assert";
import { displayFor, listen } from "../../sync/cli/listen.ts";
import { parse } from "../../sync/cli/options.ts";
import type { Event } from "../../sync/engine/event.ts";
import { FILE } from "../support/entries.ts";
import { memory } from "./memory.ts";

/** The lines of the log file, without their times. */
function logged(events: readonly Event[]): string[] {
  const command = parse(["s", "r", "--quiet"]);
  if (command.kind !== "mirror") throw new Error("Not a mirror");
  const file = memory();
  const { log, emit } = listen(command.options, file, { source: "/s", replica: "/r" }, {
    display: displayFor(command.options),
  });
  events.forEach(emit);
  log.flush();
  return file.text.trimEnd().split(/\r?\n/).map((line) => line.replace(/^\S+ /, ""));
}

Deno.test("listen() says a notice once, and counts each pass by itself", () => {
  const pass: Event[] = [
    { kind: "start", pass: 1, dryRun: false, whole: true },
    { kind: "notice", code: "own-log", side: "replica", path: "log" },
    { kind: "compared", source: 7, replica: 6 },
  ];
  const create: Event = {
    kind: "change",
    planned: false,
    change: { kind: "create", path: "a", entry: FILE },
  };
  const end: Event = { kind: "end", duration: 5 };
  assertEquals(logged([...pass, create, end, ...pass, end]), [
    `INFO The log file lies inside the replica, at "log": it is not removed`,
    `INFO create file "a" 1 byte`,
    "INFO in sync: created 1, updated 0, attributes 0, removed 0, failed 0, 1 B in 5ms",
    "INFO in sync: nothing to do for 7 entries, 5ms",
  ]);
});
