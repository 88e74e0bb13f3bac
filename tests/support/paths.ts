/** Paths in tests that are written once for all systems, as Unix has them. */
import { IS_WINDOWS } from "./tree.ts";

/** A value, or a text, in which the paths of Windows are as Unix has them: "Z:\a" is "/a". */
export function unixPaths<T>(value: T): T {
  if (!IS_WINDOWS) return value;
  if (typeof value === "string") return textOf(value) as T;
  if (Array.isArray(value)) return value.map(unixPaths) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unixPaths(one)])) as T;
}

function textOf(text: string): string {
  return text.replace(/\b[A-Za-z]:(?=[\\/])[^"'\s]*/g, (path) => path.slice(2).replaceAll(/\\+/g, "/"));
}
