/** A watch by inotify on a folder of a test, in this thread or in one of its own, and what it hears. */
import type { Heard } from "../../sync/timing/heard.ts";
import { hasInotify, type InotifyOptions, inotifyWatch } from "../../sync/timing/inotify/open.ts";
import { sh, until } from "./program.ts";
import { inFolder } from "./tree.ts";

export const HAS_INOTIFY = hasInotify();

export interface Hearing extends AsyncDisposable {
  /** What was heard since it was opened. */
  readonly heard: readonly Heard[];
  /** Do something; returns what is heard of it, "what path" for a hint, sorted and each once. */
  of(act: () => void | Promise<unknown>): Promise<string[]>;
  /** How many folders are watched by now. */
  watches(): Promise<number>;
}

let marks = 0;

/** Open a watch of a folder; resolves when all is watched. */
export async function hearing(root: string, options: Partial<InotifyOptions> = {}): Promise<Hearing> {
  const heard: Heard[] = [];
  await closedEverywhere(root);
  const watcher = await inotifyWatch(root, new AbortController().signal, {
    stays: false,
    isThreaded: false,
    ...options,
  });
  const inode = Deno.statSync(root).ino!;
  const all = (async () => {
    for await (const some of watcher) heard.push(...some);
  })();
  return {
    heard,
    async of(act) {
      const before = heard.length;
      await act();
      await closedEverywhere(root);
      // events come in their order: what came before the mark has been heard by then
      const mark = `mark${marks++}`;
      Deno.writeTextFileSync(`${root}/${mark}`, "");
      await until(
        "the mark is heard",
        () => heard.some((one) => one.kind === "hint" && one.path === mark) || heard.at(-1)?.kind === "root",
      );
      return wordsOf(heard.slice(before)).filter((word) => !/ mark\d+$/.test(word));
    },
    watches: () => watchesOf(inode),
    async [Symbol.asyncDispose]() {
      watcher.close();
      await all;
      await until("all watches are given back", async () => await watchesOf(inode) === 0);
    },
  };
}

/**
 * Wait until no process that is just being started holds a file of a folder open. Tests run side by side in one process:
 * a child of another test has all open files until it runs its own program, and only then the last of them is closed.
 */
async function closedEverywhere(root: string): Promise<void> {
  const script = `for child in $(cat /proc/${Deno.pid}/task/*/children); do
    ls -l /proc/$child/fd
  done 2>/dev/null | grep -cF " -> ${Deno.realPathSync(root)}/" || true`;
  await until("all files are closed", async () => await sh(script, "/") === "0");
}

/** As "what path" for a hint, and as their kind for others. What appeared was changed, too. */
export function wordsOf(heard: readonly Heard[]): string[] {
  const words = new Set(heard.map((one) => one.kind === "hint" ? `${one.what} ${one.path}` : one.kind));
  return [...words].filter((word) =>
    !words.has(word.replace("changed", "appeared")) || !word.startsWith("changed")
  ).sort();
}

/** How many folders are watched by this process together with one, of which the inode is given: tests run side by side. */
async function watchesOf(inode: number): Promise<number> {
  const script = `for one in /proc/${Deno.pid}/fdinfo/*; do
    if grep -qs "^inotify wd:1 ino:${inode.toString(16)} " "$one"; then grep -cs ^inotify "$one" || true; fi
  done`;
  const counts = (await sh(script, "/")).split("\n").map(Number);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** A test of a watch, in this thread and in one of its own. */
export function inotifyTest(
  name: string,
  test: (at: string, options: Partial<InotifyOptions>) => Promise<void>,
  skipped: string | null = null,
): void {
  const why = skipped ?? (HAS_INOTIFY ? null : "no inotify");
  for (const isThreaded of [false, true]) {
    Deno.test({
      name: `${name} (${isThreaded ? "in a thread" : "inline"}${why === null ? "" : `; skipped: ${why}`})`,
      ignore: why !== null,
      // a closed watch ends a little later
      sanitizeOps: false,
      sanitizeResources: false,
      fn: () => inFolder((at) => test(at, { isThreaded })),
    });
  }
}
