/**
 * Names that are left out of what `lockstep doctor --redact` says: what somebody would not show strangers. The remarks are
 * changed before they become words, so that no sentence is missed. Pure.
 */
import type { Remark, Value } from "../engine/doctor/remark.ts";
import { shown } from "../engine/entry.ts";

/** What is to be left out, each null where it is not known. */
export interface Names {
  /** Paths of the source, as typed and with links resolved. */
  readonly source: readonly string[];
  readonly replica: readonly string[];
  /** Where the program lies. */
  readonly program: string | null;
  readonly home: string | null;
  readonly user: string | null;
  readonly host: string | null;
}

/** Paths that say nothing of anybody. */
const PUBLIC = /^\/(?:$|proc\/|sys\/|dev\/|etc\/|usr\/|lib)/;

/** A remark without them. */
export function redacted(remark: Remark, names: Names): Remark {
  const masks = masksOf(names);
  const values: Record<string, Value> = {};
  for (const [name, value] of Object.entries(remark.values)) {
    values[name] = masked(value, masks, isPath(name));
  }
  return { ...remark, values };
}

type Masks = readonly (readonly [string, string])[];

function masked(value: Value, masks: Masks, path: boolean): Value {
  if (typeof value === "object" && value !== null) {
    return value.map((one) => String(masked(one, masks, path)));
  }
  if (typeof value !== "string") return value;
  let text = value;
  for (const [name, mask] of masks) text = text.replaceAll(name, () => mask);
  // of what else is a path, the names are left out
  if (path && text.startsWith("/") && !PUBLIC.test(text)) return "<path>";
  return path && !text.includes("<") && !text.startsWith("/") ? "<name>" : text;
}

/** Which values are names on the disk, as a whole. */
function isPath(name: string): boolean {
  return ["path", "paths", "point", "parent", "link", "folder", "example", "place", "files"].includes(name);
}

/** What stands for what, the longest first: a path also as it is shown. The folders around the two have names, too. */
function masksOf({ source, replica, program, home, user, host }: Names): Masks {
  const masks: [string, string][] = [];
  const add = (name: string | null, mask: string) => {
    // one letter, or the root, would take too much out
    if (name === null || name.length < 2) return;
    masks.push([name, mask], [shown(name).slice(1, -1), mask]);
  };
  for (const path of source) add(path, "<source>");
  for (const path of replica) add(path, "<replica>");
  add(program, "<program>");
  add(home, "<home>");
  for (const [paths, mask] of [[source, "<source>"], [replica, "<replica>"]] as const) {
    for (const path of paths) {
      let above = `${mask}/..`;
      for (let at = path.replace(/\/[^/]*$/, ""); at.includes("/", 1); at = at.replace(/\/[^/]*$/, "")) {
        add(at, above);
        above += "/..";
      }
    }
  }
  if (user !== null && user !== "root") add(user, "<user>");
  add(host, "<host>");
  return masks.sort(([a], [b]) => b.length - a.length);
}
