/**
 * Where something is mounted, as the system tells. A bind mount of the same device has no other sign; where Deno may not
 * read the list (that takes --allow-all, or the native edge), removals find such a mount by trying to move it (`pass/write.ts`).
 */
import type { Edge } from "../engine/config.ts";
import type { Path } from "../engine/entry.ts";
import { reason } from "./fault.ts";

const MOUNTS = "/proc/self/mountinfo";

/** All mount points, as absolute paths; null when Deno or the system does not tell. */
export async function mountPoints(edge: Edge): Promise<readonly string[] | null> {
  if (edge === "native") {
    const text = (await import("./native/text.ts")).textOf(MOUNTS);
    return text === null ? null : mountPointsOf(text);
  }
  try {
    return mountPointsOf(await Deno.readTextFile(MOUNTS));
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}

/** The mount points in the text of /proc/self/mountinfo (see proc_pid_mountinfo(5)): blanks in it are octal numbers. */
export function mountPointsOf(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const path = line.split(" ")[4];
    if (path === undefined) return [];
    return path.replaceAll(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
  });
}

/** The mount points below a root, as paths in it. */
export function mountsIn(root: string, points: readonly string[]): Set<Path> {
  const start = root.endsWith("/") ? root : `${root}/`;
  return new Set(points.filter((point) => point.startsWith(start)).map((point) => point.slice(start.length)));
}
