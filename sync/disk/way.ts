/**
 * The way to a root: the links that its path leads through. Whoever owns such a link can lead the program elsewhere, so
 * each must be root's or that of the user who runs it.
 */
import { dirname } from "node:path";
import type { Side } from "../engine/entry.ts";
import { libc } from "../libc.ts";
import { SYSTEM } from "../system.ts";
import { Fault, reason } from "./fault.ts";
import { type Root, rootAt, type Through } from "./root.ts";

/** A link on the way that belongs to a stranger. */
export interface StrangeLink {
  readonly code: "strange-link";
  /** Absolute. */
  readonly link: string;
  /** The number of the user it belongs to. */
  readonly owner: number;
}

/** Where a path leads. `path`: with no link in it; null when that could not be told. */
export type Way = StrangeLink | { readonly code: "free"; readonly path: string | null };

const UNKNOWN: Way = { code: "free", path: null };
/** The most links that the system follows. */
const MOST_LINKS = 40;
/** How often a way is looked at that changes meanwhile. */
const TRIES = 3;

/**
 * Look at each link that an absolute path leads through, also by way of other links. Of what is not there yet, only the
 * folders above are looked at. `user`: the number of the user who runs the program; null when that cannot be told, and
 * then nobody is a stranger, nor where owners have no numbers.
 */
export async function wayTo(path: string, user: number | null = ownNumber()): Promise<Way> {
  if (user === null || !SYSTEM.hasOwners) return UNKNOWN;
  const left = path.split("/").reverse();
  let here = "/";
  for (let links = 0; left.length > 0;) {
    const name = left.pop()!;
    if (name === "" || name === ".") continue;
    const next = name === ".." ? dirname(here) : here === "/" ? `/${name}` : `${here}/${name}`;
    const found = await linkAt(next);
    if (found === "unknown" || links > MOST_LINKS) return UNKNOWN;
    if (found === null) {
      here = next;
      continue;
    }
    if (found.owner !== 0 && found.owner !== user) {
      return { code: "strange-link", link: next, owner: found.owner };
    }
    links++;
    if (found.target.startsWith("/")) here = "/";
    left.push(...found.target.split("/").reverse());
  }
  return { code: "free", path: here };
}

/**
 * The folder at an absolute path to which no stranger's link leads; null when there is no folder. Throws when that cannot
 * be told.
 *
 * RACE: a link that comes after the look at the way is followed. It shows in the path that the system then gives for the
 * folder. When it is gone again by then, another folder is at that path than was found: the next look tells, and a
 * confined thread opens nothing there.
 */
export async function rootByWay(
  path: string,
  side: Side,
  through: Through,
): Promise<Root | StrangeLink | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    const way = await wayTo(path);
    if (way.code !== "free") return way;
    const root = await rootAt(way.path ?? path, side, through);
    // other systems give the path in the spelling of the disk
    const isUntold = way.path === null || Deno.build.os !== "linux";
    if (root === null || isUntold || root.path === way.path) return root;
  }
  throw new Fault("list", side, { code: "REPLACED" });
}

/** The link at a path; null for what is none, or not there. */
async function linkAt(
  path: string,
): Promise<{ readonly owner: number; readonly target: string } | "unknown" | null> {
  try {
    const found = await Deno.lstat(path);
    return found.isSymlink ? { owner: found.uid ?? 0, target: await Deno.readLink(path) } : null;
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return ["ENOENT", "ENOTDIR"].includes(why.code) ? null : "unknown";
  }
}

/** The number of the user who runs the program; null where neither Deno nor the C library may tell. */
function ownNumber(): number | null {
  if (Deno.permissions.querySync({ name: "sys", kind: "uid" }).state === "granted") return Deno.uid();
  return libc({ getuid: { parameters: [], result: "u32" } })?.getuid() ?? null;
}
