/** The files of a folder in the replica, as a check has them: by name, with what the source has beside each. */
import type { Listing, Path } from "../engine/entry.ts";
import { compareEntries, type Criteria } from "../engine/same.ts";
import type { FilesOf } from "./task.ts";

/** Take them out of two listings. */
export function filesIn(folder: Path, source: Listing, replica: Listing, criteria: Criteria): FilesOf {
  const files: FilesOf = { folder, names: [], sizes: [], times: [], nanos: [], twins: [] };
  const quick = { ...criteria, checksum: false };
  for (const name of [...replica.keys()].sort()) {
    const entry = replica.get(name)!;
    if (entry.kind !== "file") continue;
    files.names.push(name);
    files.sizes.push(entry.size);
    files.times.push(entry.mtime);
    files.nanos.push(entry.nanos ?? -1);
    const twin = source.get(name);
    if (twin?.kind !== "file" || twin.size !== entry.size) files.twins.push("other");
    else files.twins.push(compareEntries(twin, entry, quick) === "undecided" ? "sized" : "same");
  }
  return files;
}
