/** Which edge a run uses: the native one where it may and can, else the portable one. Chosen once, before the first pass. */
import { dirname } from "node:path";
import type { Edge } from "../engine/config.ts";
import { mayUseLibc } from "../libc.ts";
import { reason } from "./fault.ts";

/** Why the native edge cannot be used: not on this system, not allowed, no library, or it tells other things than Deno. */
export type WhyPortable = "system" | "not-allowed" | "no-library" | "layout";

export interface Chosen {
  readonly edge: Edge;
  /** Why it is not the native one; null when it is, or when the portable one was asked for. */
  readonly why: WhyPortable | null;
}

const PROCESSORS = ["x86_64", "aarch64"];

/** The edge for a source (an absolute path). `asked`: the one that was asked for, null for the best. */
export async function chooseEdge(asked: Edge | null, source: string): Promise<Chosen> {
  if (asked === "portable") return { edge: "portable", why: null };
  const why = await whyPortable(source);
  return { edge: why === null ? "native" : "portable", why };
}

async function whyPortable(source: string): Promise<WhyPortable | null> {
  if (Deno.build.os !== "linux" || !PROCESSORS.includes(Deno.build.arch)) return "system";
  if (!mayUseLibc()) return "not-allowed";
  const { agrees, canBind } = await import("./native/check.ts");
  if (!canBind()) return "no-library";
  for (let path = source;; path = dirname(path)) {
    try {
      return await agrees(path) ? null : "layout";
    } catch (error) {
      if (reason(error) === null) throw error;
      // nothing that could be compared: what is wrong is met when the roots are opened
      if (path === dirname(path)) return null;
    }
  }
}
