/** Many small files, which a disk on a network answers for one by one: some of them at a time, so that memory stays flat. */

/** Do something for each of many, some at a time; they begin in their order. Throws what one of them throws. */
export async function eachOf<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = left.next(); !next.done; next = left.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** How many files are asked for at once: what a file system on a network is quick with, and few handles. */
export const AT_ONCE = 32;
