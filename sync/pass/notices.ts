/**
 * What a person should know before a pass, what this replica will not hold and our own log in a tree; and of each
 * change, why it is made. Pure.
 */
import { type Capabilities, cutOff, holdsLink } from "../engine/capabilities.ts";
import type { Change } from "../engine/change.ts";
import { differences } from "../engine/difference.ts";
import type { Listing } from "../engine/entry.ts";
import type { Emit, Event, Missing, Notice } from "../engine/event.ts";
import { missing } from "../engine/missing.ts";
import { SYSTEM, type System } from "../system.ts";
import type { PassConfig } from "./config.ts";

/** Where our own log lies in a tree. */
export function logNotices({ ownLogs }: PassConfig): Notice[] {
  return (["source", "replica"] as const).flatMap((side) =>
    ownLogs[side].map((path): Notice => ({ kind: "notice", code: "own-log", side, path }))
  );
}

/** What the replica lacks, by what is known or assumed of it. */
export function capabilityNotices({ criteria }: PassConfig): Notice[] {
  const lacks = missing(criteria.capabilities, criteria.owners);
  const cut = cutOff(criteria.roots.source, criteria.capabilities);
  return [...lacks, ...(cut === null ? [] : [cut])].map(cannotHold);
}

/** The event of a change that was made, or would be when `planned`. */
export function changed(change: Change, { criteria }: PassConfig, planned: boolean): Event {
  const found = differences(change, criteria);
  return { kind: "change", change, planned, ...(found.length > 0 && { differences: found }) };
}

/** For trees that are compared twice in a pass: what the first time told of them, the second one does not. */
export function twice(tell: Emit): { readonly first: Emit; readonly second: Emit } {
  const told = new Set<string>();
  return {
    first(event) {
      const key = keyOf(event);
      if (key !== null) told.add(key);
      tell(event);
    },
    second(event) {
      const key = keyOf(event);
      if (key === null || !told.has(key)) tell(event);
    },
  };
}

/** What makes an event that is counted, and is no change, the same as another; null for all others. */
function keyOf(event: Event): string | null {
  if (event.kind === "unmirrored") return event.what;
  return event.kind === "failure" ? JSON.stringify([event.action, event.side, event.path]) : null;
}

function cannotHold(missing: Missing): Notice {
  return { kind: "notice", code: "cannot-hold", missing };
}

/** Add a notice, unless it is there already. */
export function addNotice(notices: Notice[], notice: Notice): void {
  const key = JSON.stringify(notice);
  if (!notices.some((one) => JSON.stringify(one) === key)) notices.push(notice);
}

/** Note, once for all entries, that the replica cannot hold one, or its time. */
export function noteLacks(
  notices: Notice[],
  source: Listing,
  capabilities: Capabilities,
  { typesLinks }: Pick<System, "typesLinks"> = SYSTEM,
): void {
  for (const entry of source.values()) {
    const missing = "mtime" in entry ? cutOff(entry, capabilities) : null;
    if (missing !== null) addNotice(notices, cannotHold(missing));
    const isLost = typesLinks && entry.kind === "link" && !holdsLink(entry, capabilities);
    if (isLost) addNotice(notices, cannotHold({ what: "links" }));
  }
}
