/** What was heard and not told yet: of each entry what happened to it, without repeating itself. */
import type { Path } from "../../engine/entry.ts";
import type { Heard } from "../heard.ts";
import type { HintKind } from "../hints.ts";

export class Notes {
  private heard: Heard[] = [];
  /** What was noted last of each path. */
  private last = new Map<Path, HintKind>();

  /** Something happened to an entry. */
  note(path: Path, what: HintKind): void {
    const was = this.last.get(path);
    if (was === what || (was === "appeared" && what === "changed")) return;
    this.last.set(path, what);
    this.heard.push({ kind: "hint", path, what });
  }

  /** Something else is to be told. */
  tell(heard: Heard): void {
    this.heard.push(heard);
  }

  /** What was heard since the last call. */
  take(): readonly Heard[] {
    const { heard } = this;
    [this.heard, this.last] = [[], new Map()];
    return heard;
  }
}
