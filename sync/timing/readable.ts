/** The events of Deno's watch, of which it cannot give those of names that are not UTF-8. Apart, for a thread that needs no more. */

/** The events below one folder, as `Deno.watchFs` gives them, or null for one that it cannot. They end when it is closed. */
export type Events = AsyncIterable<Deno.FsEvent | null> & { close(): void };

/** The events; null for one that Deno cannot give, since a name in it is not UTF-8. It goes on after it. */
export async function* readable(events: Events): AsyncGenerator<Deno.FsEvent | null> {
  const all = events[Symbol.asyncIterator]();
  for (;;) {
    const told = await all.next().catch((error: unknown) => {
      if (!isUnreadable(error)) throw error;
      return null;
    });
    if (told?.done) return;
    yield told && told.value;
  }
}

/** Deno has no class of its own for it. */
function isUnreadable(error: unknown): boolean {
  return error instanceof TypeError && error.message === "path contains invalid UTF-8 characters";
}
