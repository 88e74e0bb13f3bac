/** The names of files that a run keeps beside its passes, as far as its options name them. Pure. */
import { basename } from "node:path";
import { observedFiles } from "./observe.ts";
import type { Options } from "./options.ts";

export function beside({ undo: { state }, check: { manifest }, observe }: Options): string[] {
  const paths = [state, manifest, ...observedFiles(observe).map(({ path }) => path)];
  return paths.flatMap((path) => path === null ? [] : [basename(path)]);
}
