import { assertEquals } from "@std/assert";
import type { Failure } from "../../sync/engine/event.ts";
import { full, lost, meaningOf } from "../../sync/pass/ending.ts";
import { waitFor } from "../../sync/pass/recheck.ts";

const failure = (side: Failure["side"], code: string): Failure => (
  { kind: "failure", action: "copy", side, path: "a", reason: { code } }
);

Deno.test("meaningOf() ends a pass for a replica that takes no more, and asks whether a root is gone", () => {
  const rows: (readonly [Failure["side"], string, ReturnType<typeof meaningOf>])[] = [
    ["replica", "ENOSPC", "full"],
    ["replica", "EDQUOT", "full"],
    ["replica", "EROFS", "full"],
    ["source", "ENOSPC", "one entry"],
    ["source", "EROFS", "one entry"],
    ["replica", "ENOENT", "perhaps lost"],
    ["source", "ENOENT", "perhaps lost"],
    ["source", "EIO", "perhaps lost"],
    ["replica", "ESTALE", "perhaps lost"],
    ["source", "ENOTCONN", "perhaps lost"],
    // what stands in the place of a root is refused to a confined thread
    ["replica", "EACCES", "perhaps lost"],
    ["replica", "EPERM", "one entry"],
    ["source", "CHANGING", "one entry"],
  ];
  for (const [side, code, expected] of rows) {
    assertEquals(meaningOf(failure(side, code)), expected, `${side} ${code}`);
  }
});

Deno.test("full() and lost() tell how a pass ended, with what was left to do", () => {
  const failed = failure("replica", "ENOSPC");
  const { path, reason } = failed;
  const event = { kind: "halted", code: "full", path, reason, bytesLeft: 7, removing: false } as const;
  assertEquals(full(failed, 7, false), event);
  // a file that grew was copied with more bytes than were planned
  assertEquals(full(failed, -3, true), { ...event, bytesLeft: 0, removing: true });
  assertEquals(lost("source", "/s"), {
    kind: "unusable",
    side: "source",
    path: "/s",
    fault: { code: "lost" },
  });
  assertEquals(lost("replica", "/r"), { kind: "halted", code: "lost", path: "/r" });
});

Deno.test("waitFor() waits for the last moment, but not for one that is far off", () => {
  assertEquals(waitFor([], 1000), 0);
  assertEquals(waitFor([900, 950], 1000), 0);
  assertEquals(waitFor([900, 1020, 1010], 1000), 20);
  assertEquals(waitFor([1020, 1_000_000], 1000), 20);
});
