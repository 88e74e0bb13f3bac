/** Which folders could not be watched, and what of it is to be said: each reason once. */
import type { Path } from "../../engine/entry.ts";
import type { Unwatched } from "../heard.ts";
import { folderLimit } from "../limit.ts";
import { numberIn, textOf } from "./calls.ts";
import { ERROR, type Result } from "./library.ts";

export interface Refusals {
  note(path: Path, why: Result): void;
  /** What is to be said now. */
  take(): readonly Unwatched[];
  /** No limit is in the way any more. Returns whether one was. */
  relieve(): boolean;
}

type Kind = "limit" | "other";

export function refusals(): Refusals {
  const said = new Set<Kind>();
  const found = new Map<Kind, Unwatched>();
  return {
    note(path, why) {
      const kind = why === -ERROR.NOSPC ? "limit" : "other";
      const first = found.get(kind);
      const limit = kind === "limit" ? folderLimit(limitNow()) : null;
      const one = { kind: "unwatched", path, others: 0, limit, text: textOf(why) } as const;
      if (!said.has(kind)) found.set(kind, first ? { ...first, others: first.others + 1 } : one);
    },
    take() {
      const taken = [...found.values()];
      for (const kind of found.keys()) said.add(kind);
      found.clear();
      return taken;
    },
    relieve: () => said.delete("limit"),
  };
}

/** How many folders a user may watch: the system's number, or that of a container. */
function limitNow(): number | null {
  const numbers = ["/proc/sys/fs/inotify/max_user_watches", "/proc/sys/user/max_inotify_watches"]
    .map(numberIn).filter((number) => number !== null);
  return numbers.length === 0 ? null : Math.min(...numbers);
}
