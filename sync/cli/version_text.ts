/** What `--version` prints, with `--verbose` in several lines. Pure. */
import type { EdgeFacts, ProgramFacts } from "../engine/doctor/facts.ts";
import { isUntold, type Told } from "../engine/doctor/told.ts";
import { judgedEdge } from "./doctor_words_host.ts";
import { counted } from "./quantity.ts";

/** One line, and what stands behind it. */
export function versionText(
  { version, commit, standalone, place, deno, v8, typescript, target, packages }: ProgramFacts,
  edge: Told<EdgeFacts>,
  { os, cores }: { readonly os: string; readonly cores: number },
): string {
  const rows: readonly (readonly [string, string])[] = [
    ["commit", commit ?? "not known: let Deno read the program's folder, with --allow-read"],
    ["program", `${standalone ? "an executable" : "run by Deno"}, ${place}`],
    ["Deno", `${deno} (V8 ${v8}, TypeScript ${typescript})`],
    ["target", `${target}, ${counted(cores, "core")}`],
    ["packages", packages.join(", ")],
    ...(isUntold(edge)
      ? [["edge", `not known: it is found by a look at the disk, with ${edge.by}`]] as const
      : judgedEdge(edge, os)),
    ["more", "lockstep doctor <source> <replica>"],
  ];
  return [`lockstep ${version}`, ...rows.map(([name, text]) => `  ${name.padEnd(8)}  ${text}`)].join("\n");
}
