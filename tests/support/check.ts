/** Checks for tests: in this process, with a clock that stands still and no wait before the second look. */
import { type Asked, type Doing } from "../../sync/check/running.ts";
import { verify } from "../../sync/check/verify.ts";
import type { Verified } from "../../sync/engine/checked.ts";
import type { Config, Edge } from "../../sync/engine/config.ts";
import type { Event } from "../../sync/engine/event.ts";
import { findingText } from "../../sync/cli/verify_text.ts";
import { inline } from "../../sync/pass/pool.ts";
import { hasNative } from "./edges.ts";
import { configOf, unlocked } from "./mirror.ts";

/** The edges that are here. */
export const EDGES_HERE: readonly Edge[] = hasNative ? ["portable", "native"] : ["portable"];

export interface Came {
  readonly verified: Verified;
  /** "rot replica a/b", "missing x": what was found, by path. */
  readonly found: readonly string[];
  readonly events: readonly Event[];
}

type Options = Partial<Asked> & Partial<Doing> & { readonly config?: Partial<Config> };

/** Check a replica, beside its source where there is one. */
export async function checked(source: string | null, replica: string, options: Options = {}): Promise<Came> {
  const { config, pool = inline(), signal = new AbortController().signal, ...others } = options;
  const { manifest = null, heal = false, since = null, time = null, rate = null } = others;
  const { now = () => 0, settle = () => Promise.resolve(), tell = () => {} } = others;
  const events: Event[] = [];
  const check = () =>
    verify(
      { ...configOf(source ?? replica, replica), ...config },
      { manifest, heal, since, time, rate, hasSource: source !== null },
      {
        pool,
        signal,
        now,
        settle,
        tell(event) {
          events.push(event);
          tell(event);
        },
      },
    );
  const come = await unlocked(check, (come) => "kind" in come && come.kind === "locked");
  if ("kind" in come) throw new Error(come.kind);
  const found = events.flatMap((event) => {
    if (event.kind !== "finding") return [];
    const { path, finding } = event;
    // every finding has words
    findingText(event);
    const side = finding.what === "rot" ? ` ${finding.side}${finding.why ? ` ${finding.why}` : ""}` : "";
    const of = finding.what === "differs" ? ` ${finding.differences.map(({ what }) => what)}` : "";
    return [`${finding.what}${side}${of} ${path}`];
  });
  return { verified: come, found, events };
}

/** Let a file rot: another byte, and size and time as before. */
export function rot(path: string, byte = 0x21): void {
  const { atime, mtime } = Deno.statSync(path);
  const bytes = Deno.readFileSync(path);
  bytes[bytes.length - 1] = byte;
  Deno.writeFileSync(path, bytes);
  Deno.utimeSync(path, atime!, mtime!);
}
