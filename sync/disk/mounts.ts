/**
 * Where something is mounted, as the system tells. A bind mount of the same device has no other sign; where Deno may not
 * read the list (that takes --allow-all, or the native edge), removals find such a mount by trying to move it (`pass/write.ts`).
 */
import type { Edge } from "../engine/config.ts";
import { absolute, type Path } from "../engine/entry.ts";
import { mayUseLibc } from "../libc.ts";
import { isWithinFolder, pathWithin } from "../whole_path.ts";
import { reason } from "./fault.ts";

const MOUNTS = "/proc/self/mountinfo";
/** Only Linux has such a list. */
const RULES = { separator: "/" } as const;

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

/** One line of the list. */
export interface Mount {
  /** Where it is: an absolute path. */
  readonly point: string;
  /** Which folder of the file system is seen there: "/" for all of it. */
  readonly root: string;
  /** Of the file system: "ext4", "fuse.sshfs". */
  readonly type: string;
  /** "8:1". */
  readonly device: string;
  /** What was mounted: "/dev/sda1", "server:/share". */
  readonly what: string;
  /** Of the mount and of the file system: "ro", "noatime". */
  readonly options: readonly string[];
}

/** The mounts in the text of /proc/self/mountinfo (see proc_pid_mountinfo(5)): blanks in it are octal numbers. */
export function mountsOf(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const fields = line.split(" ");
    const [, , device, root, point, options] = fields;
    if (device === undefined || root === undefined || point === undefined) return [];
    // fields that only some lines have end with a dash
    const [type = "", what = "", more = ""] = fields.slice(fields.indexOf("-", 6) + 1);
    const all = [...(options ?? "").split(","), ...more.split(",")].filter((one) => one !== "");
    return [{
      point: plain(point),
      root: plain(root),
      type,
      device,
      what: plain(what),
      options: [...new Set(all)],
    }];
  });
}

function plain(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
}

/** The mount points in the same text. */
export function mountPointsOf(text: string): string[] {
  return mountsOf(text).map(({ point }) => point);
}

/** The mount that holds an absolute path, with no link in it; null when the list has none. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | null {
  const holds = ({ point }: Mount) => isWithinFolder(path, point, RULES);
  const longest = Math.max(...mounts.filter(holds).map(({ point }) => point.length));
  return mounts.findLast((one) => holds(one) && one.point.length === longest) ?? null;
}

/** The other paths at which an absolute path is seen, by the text of /proc/self/mountinfo. */
export function otherPathsIn(path: string, text: string): string[] {
  const mounts = mountsOf(text);
  const mount = mountOf(path, mounts);
  if (mount === null) return [];
  const inside = absolute(mount.root, pathWithin(path, mount.point, RULES)!);
  return mounts.flatMap((other) => {
    const below = other.device === mount.device ? pathWithin(inside, other.root, RULES) : null;
    const seen = below === null ? path : absolute(other.point, below);
    return seen === path ? [] : seen;
  });
}

/** The mount points below a root, as paths in it. */
export function mountsIn(root: string, points: readonly string[]): Set<Path> {
  const start = root.endsWith("/") ? root : `${root}/`;
  return new Set(points.filter((point) => point.startsWith(start)).map((point) => point.slice(start.length)));
}
