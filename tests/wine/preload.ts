/**
 * Loaded before each file of tests by the Windows build: what `exceptions.ts` names is turned round, so that a test
 * that is excepted fails when it passes. Where LOCKSTEP_EXCEPTED names no file to note that in, as on a real Windows,
 * it is left out.
 */
import { type Excepted, exceptionFor } from "./exception.ts";
import { EXCEPTIONS } from "./exceptions.ts";

type Definition = Deno.TestDefinition;

const FILE = decodeURIComponent(Deno.mainModule.slice(new URL("../", import.meta.url).href.length));
const NOTES = Deno.env.get("LOCKSTEP_EXCEPTED");
const isWine = Deno.env.get("WINEPREFIX") !== undefined;
const real = Deno.test;

function note(name: string, index: number, outcome: Excepted["outcome"]): void {
  const line: Excepted = { file: FILE, name, index, outcome };
  Deno.writeTextFileSync(NOTES!, `${JSON.stringify(line)}\n`, { append: true });
}

/** The definition of a test, however it was given. */
function definitionOf(given: unknown[]): Definition {
  const fn = given.find((one) => typeof one === "function") as Definition["fn"] | undefined;
  const name = given.find((one) => typeof one === "string") as string | undefined;
  const options = given.find((one) => typeof one === "object") as Partial<Definition> | undefined;
  return {
    ...options,
    ...(fn !== undefined && { fn }),
    name: name ?? options?.name ?? fn!.name,
  } as Definition;
}

function define(...given: unknown[]): void {
  const test = definitionOf(given);
  const index = exceptionFor(EXCEPTIONS, FILE, test.name);
  const exception = EXCEPTIONS[index];
  if (exception === undefined || test.ignore || (exception.only === "Wine" && !isWine)) return real(test);
  const name = `${test.name} (excepted: ${exception.why})`;
  const isLeftOut = NOTES === undefined || exception.untried === true;
  if (NOTES !== undefined && isLeftOut) note(test.name, index, "untried");
  // it ends where it fails, with what it had open
  const loose = { sanitizeExit: true, sanitizeOps: false, sanitizeResources: false };
  real({
    ...test,
    ...loose,
    name,
    ignore: isLeftOut,
    async fn(context) {
      try {
        await test.fn(context);
      } catch {
        return note(test.name, index, "failed");
      }
      note(test.name, index, "passed");
      throw new Error("It passes: take it out of tests/wine/exceptions.ts");
    },
  });
}

// the hooks, `only` and `ignore` as they are
if (Deno.build.os === "windows") Object.assign(Deno, { test: Object.assign(define, real) });
