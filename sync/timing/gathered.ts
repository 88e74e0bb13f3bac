/**
 * What is made of events, told at once of all that came while one of them was looked into: the two names of a rename come
 * one right after the other, and are noted so however long a look takes.
 */

/** When so much is to be told, it is told without what came meanwhile. */
const MANY = 1000;

/** What `look` makes of each of `all`, in their order. Throws what they throw, when all before has been told. */
export async function* gathered<T, Told>(
  all: AsyncIterable<T>,
  look: (one: T) => Promise<readonly Told[]>,
): AsyncGenerator<readonly Told[]> {
  const ahead: T[] = [];
  let [isOver, wake] = [false, () => {}];
  const gathering = gather().finally(() => {
    isOver = true;
    wake();
  });
  // it is awaited at the end
  gathering.catch(() => {});
  for (;;) {
    const told: Told[] = [];
    for (let some = ahead.splice(0); some.length > 0; some = told.length < MANY ? ahead.splice(0) : []) {
      for (const one of some) told.push(...await look(one));
    }
    if (told.length > 0) yield told;
    if (ahead.length > 0) continue;
    if (isOver) return await gathering;
    await new Promise<void>((resolve) => wake = resolve);
  }

  async function gather(): Promise<void> {
    for await (const one of all) {
      ahead.push(one);
      wake();
    }
  }
}
