/**
 * Where something is mounted, as the system tells. A bind mount of the same device has no other sign; where Deno may not
 * read the list (that takes --allow-all, or the native edge), removals find such a mount by trying to move it (`pass/write.ts`).
 */
import type { Edge } from "../engine/config.ts";
import type { Path } from "../engine/entry.ts";
import { mayUseLibc } from "../libc.ts";
import { reason } from "./fault.ts";

const MOUNTS = "/proc/self/mountinfo";

/** All mount points, as absolute paths; null when Deno or the system does not tell. */
export async function mountPoints(edge: Edge): Promise<readonly string[] | null> {
  const text = await mountsText(edge);
  return text === null ? null : mountPointsOf(text);
}

/** The other paths at which a folder (an absolute path, links resolved) is seen, as far as the system tells. */
export async function otherPaths(folder: string): Promise<readonly string[]> {
  const text = await mountsText(mayUseLibc() ? "native" : "portable");
  return text === null ? [] : otherPathsIn(folder, text);
}

async function mountsText(edge: Edge): Promise<string | null> {
  if (edge === "native") return (await import("./native/text.ts")).textOf(MOUNTS);
  try {
    return await Deno.readTextFile(MOUNTS);
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}

/** The mount points in the text of /proc/self/mountinfo. */
export function mountPointsOf(text: string): string[] {
  return mountsOf(text).map(({ point }) => point);
}

/** A mount: which folder of which file system is seen at which path. */
interface Mount {
  readonly device: string;
  readonly root: string;
  readonly point: string;
}

/** The text of /proc/self/mountinfo (see proc_pid_mountinfo(5)): blanks in it are octal numbers. */
function mountsOf(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [, , device, root, point] = line.split(" ").map(unescaped);
    return device === undefined || root === undefined || point === undefined ? [] : [{ device, root, point }];
  });
}

function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
}

/** The other paths at which an absolute path is seen, by the text of /proc/self/mountinfo. */
export function otherPathsIn(path: string, text: string): string[] {
  const mounts = mountsOf(text);
  // of those at one point, the last one is seen
  const mount = mounts.reduce<Mount | null>((last, one) => {
    return pathIn(one.point, path) !== null && one.point.length >= (last?.point.length ?? 0) ? one : last;
  }, null);
  if (mount === null) return [];
  const inside = joined(mount.root, pathIn(mount.point, path)!);
  return mounts.flatMap((other) => {
    const below = other.device === mount.device ? pathIn(other.root, inside) : null;
    const seen = below === null ? path : joined(other.point, below);
    return seen === path ? [] : seen;
  });
}

/** The path of what lies in a folder, "" for itself; null when it lies elsewhere. */
function pathIn(folder: string, path: string): string | null {
  if (path === folder) return "";
  const start = folder.endsWith("/") ? folder : `${folder}/`;
  return path.startsWith(start) ? path.slice(start.length) : null;
}

function joined(folder: string, below: string): string {
  if (below === "") return folder;
  return folder.endsWith("/") ? folder + below : `${folder}/${below}`;
}

/** The mount points below a root, as paths in it. */
export function mountsIn(root: string, points: readonly string[]): Set<Path> {
  const start = root.endsWith("/") ? root : `${root}/`;
  return new Set(points.filter((point) => point.startsWith(start)).map((point) => point.slice(start.length)));
}
