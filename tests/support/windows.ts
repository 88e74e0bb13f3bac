/** Tests that only a system with drives can make. */
import { harvest, inFolder, IS_WINDOWS } from "./tree.ts";

/** A test in a folder of its own, on whose way there is no link. */
export function windowsTest(name: string, test: (at: string) => Promise<void>): void {
  Deno.test({
    name: IS_WINDOWS ? name : `${name} (skipped: not Windows)`,
    ignore: !IS_WINDOWS,
    fn: () => inFolder((at) => test(Deno.realPathSync(at))),
  });
}

/** Where Deno itself would stop what the program is to refuse. */
export const WRITABLE = { flags: ["--allow-read", "--allow-write"] };

/** What is in a tree, without the line of its root. */
export function contents(root: string): string[] {
  return harvest(root).filter((line) => !line.startsWith(". "));
}
