/** What a check is about: two trees, or a replica and its manifest. Each look says what is to be read, and what it means. */
import type { Roots } from "../disk/roots.ts";
import { type Finding, isAsNoted, judgeBoth, judgeNoted, judgePair, type Noted } from "../engine/checked.ts";
import { each } from "../engine/changes.ts";
import { differences } from "../engine/difference.ts";
import { below, nameOf, parent, type Path, within } from "../engine/entry.ts";
import type { Emit, Unusable } from "../engine/event.ts";
import { forEach } from "../engine/steps.ts";
import type { PassConfig } from "../pass/config.ts";
import type { Pool } from "../pass/pool.ts";
import { inSlices } from "../pass/slices.ts";
import type { Checkable, Checked, FilesOf } from "../pass/task.ts";
import { readManifest } from "../records/manifest.ts";
import { factsAt, nameAt, sideBySide } from "./beside.ts";
import { type Unit, unitsOf, walk, type Walked } from "./walk.ts";

/** What one look at all of it came to. */
export interface Look {
  readonly walked: Walked;
  /** What differs already by names, sizes and times. */
  readonly found: ReadonlyMap<Path, Finding>;
  /** The files whose contents say more. */
  readonly units: readonly Unit[];
  /** What contents say. `heal`: the replica's is to be copied anew. */
  judge(checked: Checked): Finding | "heal" | null;
}

export interface Subject {
  readonly sides: Checkable["sides"];
  /** Throws `Stopped`, and what reading a manifest throws. */
  look(roots: Roots, tell: Emit): Promise<Look | Unusable>;
}

/** Both trees: the replica is to be as the source. */
export function pairOf(config: PassConfig, pool: Pool): Subject {
  return {
    sides: "both",
    async look(roots, tell) {
      const walked = await walk(config, pool, roots, tell);
      if ("kind" in walked) return walked;
      const found = new Map<Path, Finding>();
      await inSlices(
        forEach(each(walked.changes), (change) => {
          const { path } = change;
          if (change.kind === "remove") {
            if (!found.has(path)) found.set(path, { what: "extra" });
          } else if (change.kind === "create" && !change.was) found.set(path, { what: "missing" });
          else found.set(path, { what: "differs", differences: differences(change, config.criteria) });
        }),
        config.shared,
      );
      const units = await inSlices(
        unitsOf(walked.files, ({ twins }, row) => twins[row] !== "other"),
        config.shared,
      );
      return {
        walked,
        found,
        units,
        judge: ({ path, source, replica }) => joined(found.get(path), judgePair(source!, replica)),
      };
    },
  };
}

/** What names, times and modes say of a file, and what its contents do. */
function joined(found: Finding | undefined, contents: Finding | null): Finding | null {
  if (found?.what !== "differs" || contents?.what !== "content") return contents;
  return { what: "differs", differences: [{ what: "content" }, ...found.differences] };
}

/** A replica by its manifest; with `heal` each file is beside that of the source. */
export function notedOf(
  config: PassConfig,
  pool: Pool,
  manifest: string,
  heal: boolean,
): Subject {
  return {
    sides: heal ? "both" : "replica",
    async look(roots, tell) {
      const walked = await walk(config, pool, roots, tell);
      if ("kind" in walked) return walked;
      const { files } = walked;
      const found = new Map<Path, Finding>();
      const digests = new Map<FilesOf, (string | undefined)[]>();
      for await (const { noted, there } of sideBySide(readManifest(manifest), files)) {
        const { folder, name } = noted ?? nameAt(there!);
        const path = below(folder, name);
        if (noted === null) found.set(path, { what: "unnoted" });
        else if (there === null) { if (!within(path, walked.failed)) found.set(path, { what: "gone" }); }
        else if (!isAsNoted(noted, factsAt(there))) found.set(path, { what: "edited" });
        else {
          const column = digests.get(there.part) ?? [];
          digests.set(there.part, column);
          column[there.row] = noted.sha256;
        }
      }
      const wanted = (part: FilesOf, row: number) => digests.get(part)?.[row] !== undefined;
      const units = await inSlices(unitsOf(files, wanted), config.shared);
      const noted = (path: Path): Noted | null => {
        const there = rowOf(files, path);
        const sha256 = there && digests.get(there.part)?.[there.row];
        return there && sha256 !== undefined && sha256 !== null ? { ...factsAt(there), sha256 } : null;
      };
      return {
        walked,
        found,
        units,
        judge({ path, source, replica }) {
          const before = noted(path);
          if (before === null) return null;
          return source === null ? judgeNoted(before, replica) : judgeBoth(before, source, replica);
        },
      };
    },
  };
}

/** Where a path stands among files in order; null when it does not. */
function rowOf(files: readonly FilesOf[], path: Path) {
  const [folder, name] = [parent(path), nameOf(path)];
  // the last part that begins no later than the path
  let [low, high] = [0, files.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const part = files[middle]!;
    const isLater = part.folder > folder || (part.folder === folder && (part.names[0] ?? "") > name);
    if (isLater) high = middle;
    else low = middle + 1;
  }
  // parts without files say nothing of where they are
  for (let at = low - 1; at >= 0 && files[at]!.folder === folder; at--) {
    const row = files[at]!.names.indexOf(name);
    if (row >= 0) return { part: files[at]!, row };
  }
  return null;
}
