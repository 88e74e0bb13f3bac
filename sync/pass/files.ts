/** The files of a folder in the replica, as a check has them: by name, with what the source has beside each. */
import { align } from "../engine/capabilities.ts";
import type { Listing, Path } from "../engine/entry.ts";
import { compareEntries, type Criteria } from "../engine/same.ts";
import type { FilesOf } from "./task.ts";

/** Take them out of two listings. One of which only the name's case differs has the source's name. */
export function filesIn(folder: Path, source: Listing, replica: Listing, criteria: Criteria): FilesOf {
  const files: FilesOf = { folder, names: [], sizes: [], times: [], nanos: [], twins: [] };
  const quick = { ...criteria, checksum: false };
  const { spelled } = align(source, replica, criteria.capabilities);
  const wanted = new Map([...spelled].map(([name, other]) => [other, name]));
  const byName = [...replica].map(([name, entry]) => [wanted.get(name) ?? name, entry] as const);
  for (const [name, entry] of byName.sort(([a], [b]) => a < b ? -1 : 1)) {
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
