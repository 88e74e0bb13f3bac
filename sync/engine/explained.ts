/** Why a pass would do what it does at one path, as data: `cli/explain_text.ts` has the words. Pure. */
import type { Change, Difference, Move } from "./change.ts";
import type { Entry, Path } from "./entry.ts";
import type { Failure, Unmirrored } from "./event.ts";
import type { Exclusion, Rule } from "./filter.ts";

export interface Explained {
  /** As the source spells it. */
  readonly path: Path;
  readonly why: Why;
  /** What stands there, whether or not it counts; null for nothing. */
  readonly entry: Entry | null;
  readonly was: Entry | null;
  /** The rule without which it would be excluded; null when there is none. */
  readonly includedBy: Rule | null;
}

/** What a pass would come to at the path. `left`: it stays as it is, whatever differs. */
export type Verdict = "same" | "create" | "update" | "attributes" | "remove" | "left" | "fail";

/** Why an entry counts as if it were not there. */
export type Omission = Exclusion | { readonly kind: "temporary" } | { readonly kind: "own-log" };

/** An entry that is left out, `at` the path or a folder above it. */
export interface Omitted {
  readonly at: Path;
  readonly by: Omission;
}

export type Why =
  /** `omitted`: why the source counts as if it had nothing there, where it has something. */
  | {
    readonly kind: "change";
    readonly change: Exclude<Change, Move>;
    readonly differences: readonly Difference[];
    readonly omitted: Omitted | null;
  }
  /** `by`: the rule that excludes what is in the way. */
  | { readonly kind: "failure"; readonly failure: Failure; readonly by: Exclusion | null }
  | { readonly kind: "same" }
  /** Neither side has it. `spelled`: how one has it, where only the case of letters differs; null for not at all. */
  | { readonly kind: "absent"; readonly spelled: Path | null }
  | ({ readonly kind: "omitted" } & Omitted)
  | { readonly kind: "unmirrored"; readonly what: Unmirrored["what"] }
  /** It lies below a mount point of the source, which is not crossed. */
  | { readonly kind: "beyond-mount"; readonly at: Path }
  /** A link is on the way, which is not followed. */
  | { readonly kind: "behind-link"; readonly at: Path }
  /** Only the replica has it, but it may have made that of another name of the source. */
  | { readonly kind: "respelled" }
  /** Only the replica has it, and nothing is to be removed. */
  | { readonly kind: "no-delete"; readonly at: Path }
  /** Only the replica has it, with something in it that is not removed; null when it is not known what. */
  | { readonly kind: "holds"; readonly inside: Path | null };

export function verdictOf(why: Why): Verdict {
  switch (why.kind) {
    case "change":
      return why.change.kind;
    case "failure":
      return "fail";
    case "same":
    case "absent":
      return "same";
    case "omitted":
    case "unmirrored":
    case "beyond-mount":
    case "behind-link":
    case "respelled":
    case "no-delete":
    case "holds":
      return "left";
  }
}

/** The rule by which it came to that; null when none has to do with it. */
export function ruleOf({ why, includedBy }: Explained): Rule | null {
  const by = why.kind === "omitted"
    ? why.by
    : why.kind === "change"
    ? why.omitted?.by
    : why.kind === "failure"
    ? why.by
    : null;
  return by?.kind === "rule" ? by.rule : includedBy;
}
