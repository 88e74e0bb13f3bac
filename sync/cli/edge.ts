/** What is said of the edge that a run uses. */
import type { Edge } from "../engine/config.ts";
import { SYSTEM, type System } from "../system.ts";
import type { Line } from "./line.ts";

/** Why the native edge cannot be used. */
export type WhyPortable = "system" | "not-allowed" | "no-library" | "layout";

/** Chooses the edge for a source (an absolute path). */
export type ChooseEdge = (
  asked: Edge | null,
  source: string,
) => Promise<{ readonly edge: Edge; readonly why: WhyPortable | null }>;

/** The line that names the edge. Only what points at a fault of ours or of the system is said without --verbose. */
export function edgeLine(edge: Edge, why: WhyPortable | null): Line {
  const text = `the edge is ${edge}${why === null ? "" : `: ${WHY[why]}`}`;
  return { level: why === "layout" ? "warning" : "debug", text };
}

/** What no edge mirrors on this system, for who asks by --verbose; null where there is no such thing. */
export function beyondLine({ errors }: Pick<System, "errors"> = SYSTEM): Line | null {
  const text =
    "not mirrored on Windows: owners, access lists, alternate data streams, short names, and the " +
    "attributes hidden, system, compressed and encrypted";
  return errors === "windows" ? { level: "debug", text } : null;
}

/** The complaint when the native edge was asked for. */
export function noNative(why: WhyPortable): string {
  return `--edge=native cannot be had, for ${WHY[why]}: ${ADVICE[why]}`;
}

/**
 * The complaint when the edge is the portable one and an option goes beyond it; null when none does. `why`: null when
 * that edge was asked for.
 */
export function beyondPortable(
  options: { readonly xattrs: boolean; readonly devices: boolean },
  why: WhyPortable | null,
): string | null {
  const option = options.xattrs ? "--xattrs" : options.devices ? "--devices" : null;
  if (option === null) return null;
  const words = `${option} needs the native edge`;
  return why === null
    ? `${words}: leave out --edge=portable, and run with --allow-ffi`
    : `${words}, which cannot be had, for ${WHY[why]}: ${ADVICE[why]}`;
}

const WHY: Readonly<Record<WhyPortable, string>> = {
  "system": "it is made for Linux on x86-64 and arm64",
  "not-allowed": "Deno may not use the C library",
  "no-library": "the C library cannot be loaded",
  "layout": "the C library says other things of files than Deno does",
};

const ADVICE: Readonly<Record<WhyPortable, string>> = {
  "system": "leave it out",
  "not-allowed": 'run with --allow-ffi, as in "deno run --allow-read --allow-write --allow-ffi main.ts …"',
  "no-library": "leave it out",
  "layout": "leave it out",
};
