/** The words of what is in a trash, and of what was restored from it. Pure. */
import { type Entry, type Path, type Reason, shown } from "../engine/entry.ts";
import { entries, size } from "./quantity.ts";
import { reasonText } from "./reason.ts";
import { timeOf } from "./time.ts";

/** What became of one path: as `trash/restore.ts` tells it. */
export type RestoredWords =
  & { readonly path: Path }
  & (
    | {
      readonly what: "restored";
      readonly kind: Entry["kind"];
      readonly replaced: boolean;
      readonly unset: Reason | null;
    }
    | { readonly what: "same" | "newer" | "other-kind" }
    | { readonly what: "failed"; readonly reason: Reason }
  );

/** An entry of a pass. */
export function shownLine(path: Path, entry: Entry): string {
  const time = "mtime" in entry ? timeOf(entry.mtime) : "";
  const detail = entry.kind === "file"
    ? ` ${size(entry.size)}`
    : entry.kind === "link"
    ? ` to ${shown(entry.target)}`
    : "";
  return `${entry.kind} ${shown(path)}${detail}${time === "" ? "" : `, ${time}`}`;
}

/** What became of a path; nothing for one that is there already. */
export function restoredText(one: RestoredWords, dryRun: boolean): string[] {
  const path = shown(one.path);
  switch (one.what) {
    case "restored": {
      const unset = one.unset === null ? "" : `, without all of its attributes: ${reasonText(one.unset)}`;
      return [
        `restore ${one.kind} ${path}${one.replaced ? " over what is there" : ""}${unset}${
          dryRun ? " (planned)" : ""
        }`,
      ];
    }
    case "same":
      return [];
    case "newer":
      return [`Left ${path}: what is there is newer; --force replaces it`];
    case "other-kind":
      return [`Left ${path}: something of another kind is there; --force replaces it`];
    case "failed":
      return [`Cannot restore ${path}: ${reasonText(one.reason)}`];
  }
}

/** What a restore came to. */
export function sumText(all: readonly RestoredWords[], target: string, dryRun: boolean): string {
  const count = (what: RestoredWords["what"]) => all.filter((one) => one.what === what).length;
  const left = count("newer") + count("other-kind");
  return `${dryRun ? "Would restore" : "Restored"} ${entries(count("restored"))} to ${shown(target)}` +
    (count("same") > 0 ? `, ${entries(count("same"))} there already` : "") +
    (left > 0 ? `, ${entries(left)} left` : "") +
    (count("failed") > 0 ? `, ${entries(count("failed"))} failed` : "");
}
