/**
 * The package `ignore`, made when the first pattern is met. It is imported as a text: as a CommonJS module it would make
 * Deno start what it has of Node, some 20 ms in each thread, patterns or not. A thread that is confined can load nothing
 * later.
 */
import type ignore from "ignore";
import text from "ignore/index.js" with { type: "text" };

let made: typeof ignore | null = null;

/** Patterns that mean what they mean in a `.gitignore`; none as yet. Of names that differ in case, each is its own. */
export function newPatterns(): ReturnType<typeof ignore> {
  made ??= load();
  return made({ ignorecase: false });
}

function load(): typeof ignore {
  const module: { exports?: typeof ignore } = {};
  // without a `process` there is no system whose separator it would take for a "/"
  new Function("module", "process", text)(module);
  return module.exports!;
}
