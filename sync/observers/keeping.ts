/**
 * When a file that others read is written anew: at once when something is worth it, now and then while changes rush by,
 * never twice at the same time. A disk that does not take it costs a line, and no pass.
 */
import { reasonText } from "../cli/reason.ts";
import { shown } from "../engine/entry.ts";
import { HELD, keptText } from "../records/kept_text.ts";
import type { Observer, Observing } from "./observer.ts";

/** After a write that took n ms, the next waits for PAUSE * n ms: many jobs must not make it all that we do. */
const PAUSE = 9;
/** How long the end of a run waits for a disk that does not answer, in ms. */
const PATIENCE_MS = 5000;

export interface Keeping {
  /** Write it as soon as possible. */
  renew(): void;
  /** Write it when that was last done long enough ago. `now`: ms since 1970. */
  refresh(now: number): void;
  /** Resolves when all that was asked for is written, or could not be. */
  settled(): Promise<void>;
  /** Write it for the last time, and let it go. */
  close(): Promise<void>;
}

/** An observer that keeps a file. */
export interface Keeper extends Observer, Pick<Keeping, "settled"> {}

export interface Kept {
  /** Absolute. */
  readonly path: string;
  /** For a person: "status file". */
  readonly what: string;
  /** How often it is refreshed at the most, in ms. */
  readonly every: number;
  /** Whether it is to be written at all. */
  readonly isWanted: () => boolean;
  /** What is said when another run keeps it. */
  readonly held?: string;
  /** What stands in it now, in parts. `held`: whether it will bear our lock. */
  readonly render: (held: boolean) => Iterable<string>;
}

export function keeping(
  { path, what, every, isWanted, render, held = heldText(what, path) }: Kept,
  { tell, now }: Observing,
): Keeping {
  const file = keptText(path);
  let writing: Promise<void> | null = null;
  /** End the pause between two writes. */
  let hurry = () => {};
  let [isAsked, isClosing, last, trouble] = [false, false, -Infinity, ""];
  const write = async () => {
    while (isAsked) {
      isAsked = false;
      last = now();
      if (!isWanted()) continue;
      const begun = performance.now();
      const why = await file.write(render);
      const text = why === null ? "" : why === HELD ? held : failedText(what, path, why);
      if (text === "" && trouble !== "") tell({ level: "info", text: `The ${what} is written again` });
      if (text !== "" && trouble === "") tell({ level: "warning", text });
      trouble = text;
      if (isAsked && !isClosing) await pause(PAUSE * (performance.now() - begun));
    }
    writing = null;
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, every));
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const renew = () => {
    isAsked = true;
    writing ??= write();
  };
  return {
    renew,
    refresh(now) {
      // or the clock was set back
      if (now >= last + every || now < last) renew();
    },
    async settled() {
      await writing;
    },
    async close() {
      isClosing = true;
      renew();
      hurry();
      const gone = new AbortController();
      const timer = setTimeout(() => gone.abort(), PATIENCE_MS);
      const patience = new Promise<void>((resolve) => gone.signal.addEventListener("abort", () => resolve()));
      await Promise.race([writing, patience]);
      clearTimeout(timer);
      file.close();
    },
  };
}

function failedText(what: string, path: string, why: { readonly code: string }): string {
  return `Cannot write the ${what} ${shown(path)}: ${reasonText(why)}; the passes go on`;
}

/** What is said when another run keeps a file. */
export function heldText(what: string, path: string): string {
  return `The ${what} ${shown(path)} is kept by another run that is at work: give each run one of its own`;
}
