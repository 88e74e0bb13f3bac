/** When a page is written: some time after there is news, not too often, and never twice at once. */

/** In ms. */
export interface Haste {
  /** After a pass, so that what comes with its end is in it. */
  readonly soon: number;
  /** Between two pages at the least. */
  readonly least: number;
  /** After a pass began, for one that takes long. */
  readonly begun: number;
  /** Between two pages that differ in nothing but their times. */
  readonly idle: number;
}

export const HASTE: Haste = { soon: 200, least: 5000, begun: 10_000, idle: 60_000 };

export interface Paced {
  /** Write so many ms from now, or earlier if that was asked for. `between`: since the last time at the least. */
  writeIn(ms: number, between?: number): void;
  /** Write no more. Resolves when nothing is written any more. */
  close(): Promise<void>;
}

/** `write` is called, and `least` is the time between two calls. */
export function paced(write: () => Promise<void>, least: number): Paced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let [due, wrote, isOver] = [Infinity, -Infinity, false];
  let writing: Promise<void> | null = null;

  function writeIn(ms: number, between = least): void {
    const at = Math.max(performance.now() + ms, wrote + between);
    if (isOver || at >= due) return;
    due = at;
    clearTimeout(timer);
    timer = setTimeout(begin, Math.max(at - performance.now(), 0));
  }

  function begin(): void {
    due = Infinity;
    // one that goes on has what there was when it began
    if (writing !== null) return writeIn(least);
    wrote = performance.now();
    writing = write().finally(() => writing = null);
  }

  return {
    writeIn,
    async close() {
      isOver = true;
      clearTimeout(timer);
      await writing;
    },
  };
}
