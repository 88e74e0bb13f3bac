/** Files of jobs that were split, as `lockstep split` writes them, for tests to change what they are about. */
import { absolute } from "../../sync/engine/entry.ts";
import type { Part } from "../../sync/engine/part.ts";
import type { Split } from "../../sync/jobs/split.ts";

/** What a part leaves to others that has its folder alone. */
export const ALONE: Pick<Part, "except" | "sliced" | "seen" | "names"> = {
  except: [],
  sliced: [],
  seen: 0,
  names: 0,
};

export const SPLIT: Split = {
  id: "0a1b2c3d",
  made: "2026-11-22T09:00:00.000+00:00",
  source: "source",
  replica: "replica",
  seen: [3, 4],
  inParts: 4,
  names: 2,
  slices: {},
  whole: true,
  shares: [1, 1],
  status: "status",
};

/**
 * The text of a file whose jobs have parts, by their names, and `top` the rest. `more`: other fields of the file, and those
 * of each part's job.
 */
export function splitText(
  parts: Readonly<Record<string, string>>,
  split: Partial<Split> = {},
  { ofJob, ...more }: { readonly defaults?: object; readonly ofJob?: (name: string) => object } = {},
): string {
  const names = Object.keys(parts);
  const field = { ...SPLIT, shares: names.map(() => 1), ...split };
  const { source, replica } = field;
  const jobs = names.map((name) => {
    const path = parts[name]!;
    return [name, { source: absolute(source, path), replica: absolute(replica, path), ...ofJob?.(name) }];
  });
  return JSON.stringify({
    split: field,
    ...more,
    jobs: { ...Object.fromEntries(jobs), top: { source, replica } },
  });
}
