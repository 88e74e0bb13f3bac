/** A value of the file as words of a command line: variables put in, paths made absolute. Pure. */
import { SYSTEM } from "../system.ts";
import { isWhole, pathFault, type PathRules, wholePath } from "../whole_path.ts";
import { foreignWord } from "../cli/foreign.ts";
import { shown } from "../engine/entry.ts";
import type { FieldRow } from "./fields.ts";
import type { Fault, Json } from "./text.ts";

/** What values are read by. */
export interface Setting {
  /** The folder of the file, absolute. */
  readonly folder: string;
  /** A variable of the environment; undefined when it is not set, null when Deno may not tell. */
  readonly env: (name: string) => string | undefined | null;
  /** How paths are read; as this system does when left out. */
  readonly rules?: PathRules;
}

/** A value of a field, and where it stands. */
export interface Value {
  readonly at: number;
  /** As on a command line: "true" for a switch that is on. */
  readonly text: string;
}

/** No path of Linux is longer, and hardly one of Windows. */
export const LONGEST_PATH = 4096;

/** Read what a field is given: no values for a switch that is off. */
export function valuesOf(row: FieldRow, json: Json, setting: Setting): readonly Value[] | Fault {
  const { at } = json;
  const { name, value: kind } = row;
  if (kind === undefined) {
    if (json.kind !== "boolean") return { at, text: `takes true or false, not ${wordsOf(json)}` };
    return json.value ? [{ at, text: "true" }] : [];
  }
  if (name === "trash" && json.kind === "boolean") return json.value ? [{ at, text: "" }] : [];
  if (row.many && json.kind === "array") {
    const values: Value[] = [];
    for (const item of json.items) {
      const value = one(row, item, setting);
      if ("wrong" in value) return { at: value.at, text: value.wrong };
      values.push(value);
    }
    return values;
  }
  const value = one(row, json, setting);
  return "wrong" in value ? { at, text: value.wrong } : [value];
}

interface Wrong {
  readonly at: number;
  readonly wrong: string;
}

function one(row: FieldRow, json: Json, setting: Setting): Value | Wrong {
  const { at } = json;
  const { name, value: kind = "" } = row;
  const wrong = (wrong: string): Wrong => ({ at, wrong });
  if (json.kind === "number" && !IS_TEXT.has(kind)) return { at, text: String(json.value) };
  if (json.kind !== "string") return wrong(`takes ${takenBy(row)}, not ${wordsOf(json)}`);
  const text = expanded(json.text, setting.env);
  if (typeof text !== "string") return wrong(text.wrong);
  // halves of characters, and what Deno puts in the place of what is not UTF-8
  if (!text.isWellFormed() || text.includes("\ufffd")) return wrong("is not UTF-8: give it another name");
  if (text === "") return name === "trash" ? { at, text } : wrong(`is empty: give <${kind}>`);
  if (!isPath(kind) || (name === "exclude-from" && text === "-")) return { at, text };
  const path = absolute(text, setting);
  return typeof path === "string" ? { at, text: path } : wrong(path.wrong);
}

/** Kinds of values that are no numbers, whatever they look like. */
const IS_TEXT = new Set(["folder", "file", "pattern", "command", "times", "auto|never", "edge", "when"]);

/** Whether the values of a kind are paths. */
export function isPath(kind: string | undefined): boolean {
  return kind === "folder" || kind === "file";
}

function takenBy({ name, value = "", many }: FieldRow): string {
  if (name === "trash") return "true, false or a path";
  const text = isPath(value) ? "a path" : IS_TEXT.has(value) ? "a text" : "a number or a text";
  return many ? `${text} or a list of texts` : text;
}

function wordsOf(json: Json): string {
  switch (json.kind) {
    case "object":
      return "{…}";
    case "array":
      return "a list";
    case "string":
      return shown(json.text);
    case "number":
    case "boolean":
      return String(json.value);
    case "null":
      return "null";
  }
}

/** A text with its variables put in: "${HOME}/photos"; "$${" stands for "${". */
function expanded(text: string, env: Setting["env"]): string | { readonly wrong: string } {
  let wrong: string | null = null;
  const result = text.replace(/\$\$\{|\$\{([^}]*)(\}?)/g, (found, name: string, end: string) => {
    if (found === "$${") return "${";
    if (end === "" || !/^[a-z_]\w*$/i.test(name)) {
      wrong ??= '"${" begins a variable, as in "${HOME}": write "$${" for the characters themselves';
      return "";
    }
    const value = env(name);
    wrong ??= withoutVariable(name, value);
    return value ?? "";
  });
  return wrong === null ? result : { wrong };
}

/** Why a variable cannot be put in; null when it can. An empty one would make "/photos" of "${X}/photos". */
function withoutVariable(name: string, value: string | undefined | null): string | null {
  if (value === null) {
    return `the variable ${name} needs the permission --allow-env=${name}: add it after "deno run"`;
  }
  if (value === undefined) return `the variable ${name} is not set`;
  return value === "" ? `the variable ${name} is empty` : null;
}

/** A path of the file as an absolute one. */
function absolute(
  text: string,
  { folder, env, rules = SYSTEM }: Setting,
): string | { readonly wrong: string } {
  if (text.includes("\0")) return { wrong: "no path has a NUL character" };
  const foreign = foreignWord([text]);
  if (foreign !== null) return { wrong: foreign };
  const [, variable] = /^(\$[a-z_]\w*)(?:\/|$)/i.exec(text) ?? [];
  if (variable !== undefined) {
    return {
      wrong: `a variable is written "\${${variable.slice(1)}}", and a folder of that name "./${variable}"`,
    };
  }
  const isWindows = rules.separator === "\\";
  const [, user] = (isWindows ? /^~([^/\\]*)/ : /^~([^/]*)/).exec(text) ?? [];
  if (user !== undefined && user !== "") {
    return {
      wrong: `only "~/", your own home, is known: write the path in full, or "./~${user}" for that name`,
    };
  }
  let path = text;
  if (user !== undefined) {
    const variable = isWindows && typeof env("HOME") !== "string" ? "USERPROFILE" : "HOME";
    const home = env(variable);
    const wrong = withoutVariable(variable, home);
    if (wrong !== null) return { wrong: `"~/" is your home folder, but ${wrong}` };
    path = home + text.slice(1);
  }
  const fault = pathFault(path, rules);
  if (fault !== null) return { wrong: fault };
  const whole = isWindows || isWhole(path, rules) ? path : `${folder}/${path}`;
  if (whole.length > LONGEST_PATH) return { wrong: `the path has more than ${LONGEST_PATH} characters` };
  if (isWindows) return wholePath(path, rules, (drive) => isOn(drive, folder) ? folder : `${drive}\\`);
  // whether a ".." leads back through a link, the run finds out
  return whole.split(/[/\\]/).includes("..") ? whole : wholePath(whole, rules);
}

/** A path of the file that a program wrote: absolute, or from the folder of the file on. Nothing in it stands for something else. */
export function pathIn(text: string, { folder, rules = SYSTEM }: Setting): string {
  return wholePath(isWhole(text, rules) ? text : `${folder}/${text}`, rules);
}

/** Whether a folder is on a drive ("C:"), or no drive is named. */
function isOn(drive: string | null, folder: string): boolean {
  return drive === null || folder.slice(0, 2).toUpperCase() === drive.toUpperCase();
}
