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
  /** What of the words that were typed is somebody's, the longest first. */
  readonly words: readonly string[];
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
    values[name] = name === "options" ? harmless(value) : masked(value, masks, textOf(name, names.words));
  }
  return { ...remark, values };
}

type Masks = readonly (readonly [string, string])[];

function masked(value: Value, masks: Masks, finish: (text: string) => string): Value {
  if (typeof value === "object" && value !== null) {
    return value.map((one) => String(masked(one, masks, finish)));
  }
  if (typeof value !== "string") return value;
  let text = value;
  for (const [name, mask] of masks) text = text.replaceAll(name, () => mask);
  return finish(text);
}

/** What is left out of a value by its name, when the masks have been put into it. */
function textOf(name: string, words: readonly string[]): (text: string) => string {
  if (isPath(name)) return pathLeft;
  // the command is made without names
  return name === "text" || name === "lack" ? (text) => sentenceLeft(text, words) : (text) => text;
}

/** Of a path what says nothing of anybody: a mask and how far above it lies, or what each system has. */
function pathLeft(text: string): string {
  const [, mask, rest] = /^(<[a-z]+>(?:\/\.\.)*)(.*)$/s.exec(text) ?? [];
  if (mask !== undefined) return rest === "" ? mask : `${mask}/…`;
  if (text.startsWith("/")) return PUBLIC.test(text) ? text : "<path>";
  return "<name>";
}

/** A complaint, without what is quoted in it, without paths, and without the words that were typed. */
function sentenceLeft(sentence: string, words: readonly string[]): string {
  let text = sentence.replace(
    /"((?:[^"\\]|\\.)*)"/g,
    (all, inner) =>
      /^(-|deno run |lockstep )/.test(inner) && !/[=/\\]/.test(inner) ? all : `"${pathLeft(inner)}"`,
  );
  for (const word of words) {
    const literal = word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    text = text.replace(new RegExp(`(?<![\\p{L}\\p{N}<])${literal}(?![\\p{L}\\p{N}>])`, "gu"), "<value>");
  }
  return text.replace(
    /(?<![\w<>.])(\/|[A-Za-z]:[\\/]|\\\\)[^\s",:;]+/g,
    (path) => PUBLIC.test(path) ? path : "<path>",
  )
    .replace(/(<[a-z]+>)\/[^\s",:;]+/g, "$1/…");
}

/** Options of a mount that name nothing: of others, even the name may be somebody's. */
const HARMLESS =
  /^(ro|rw|a?sync|dirsync|(no|rel|strict)?atime|no(dir)?atime|nodiratime|(no)?(suid|dev|exec|discard|barrier|acl|user_xattr)|lazytime|(usr|grp|prj|[ugp]|no)?quota)$/;

function harmless(options: Value): Value {
  return typeof options === "object" && options !== null
    ? options.filter((one) => HARMLESS.test(one))
    : options;
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
