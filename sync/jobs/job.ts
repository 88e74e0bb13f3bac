/** Fields of the file to the options of a job, by the parser of the command line: what an option means stands there. Pure. */
import { OPTIONS } from "../cli/option_table.ts";
import { type Options, parse } from "../cli/options.ts";
import { GOES_WITH, INSTEAD, misnamed, optionOf, type Place, rowOf } from "./fields.ts";
import type { Json, Member } from "./text.ts";
import { type Setting, type Value, valuesOf } from "./value.ts";

/** A field that was given. */
export interface Field {
  /** The option that it is. */
  readonly option: string;
  /** As it was typed. */
  readonly name: string;
  readonly at: number;
  readonly place: Place;
  /** As on a command line; none for a switch that is off, null for null: the default is not wanted. */
  readonly values: readonly Value[] | null;
}

/** Fields that were read, and the options of those that were wrong: what follows from them is not told. */
export interface Fields {
  readonly fields: readonly Field[];
  readonly broken: readonly string[];
}

/** Hears what is wrong: with a field, or with the whole job where that is null. */
export type Tell = (at: number, field: Pick<Field, "name" | "place"> | null, text: string) => void;

/** Read the fields of a job, of the defaults, or beside the jobs. */
export function fieldsOf(members: readonly Member[], place: Place, setting: Setting, tell: Tell): Fields {
  const fields: Field[] = [];
  const broken: string[] = [];
  const first = new Map<string, Member>();
  for (const member of members) {
    const { name, at, value } = member;
    const field = { name, place };
    const wrong = misnamed(name, place);
    if (wrong !== null) {
      tell(at, field, wrong);
      continue;
    }
    const option = optionOf(name);
    const earlier = first.get(option);
    if (earlier !== undefined) {
      const other = earlier.name === name ? "" : `, as ${JSON.stringify(earlier.name)}`;
      tell(at, field, `is given twice${other}: leave one out`);
      broken.push(option);
      continue;
    }
    first.set(option, member);
    const values = place === "job" && value.kind === "null" ? null : valuesOf(rowOf(name), value, setting);
    if (values !== null && "text" in values) {
      tell(values.at, field, values.text);
      broken.push(option);
    } else fields.push({ option, name, at, place, values });
  }
  return { fields, broken };
}

/** The fields of a job with the defaults: its own take their place, but lists are one behind the other. */
export function withDefaults(defaults: readonly Field[], own: readonly Field[]): Field[] {
  const replaced = new Set<string>();
  for (const { option, values } of own) {
    if (values === null || !rowOf(option).many) replaced.add(option);
    if (!isOn({ values })) continue;
    for (const [one, other] of INSTEAD) {
      if (option === one) replaced.add(other);
      if (option === other) replaced.add(one);
    }
  }
  const fields = [...defaults.filter(({ option }) => !replaced.has(option)), ...own];
  const on = new Set(fields.filter(isOn).map(({ option }) => option));
  return fields.filter(({ option, place, values }) =>
    values !== null && (place === "job" || (GOES_WITH[option]?.some((other) => on.has(other)) ?? true))
  );
}

function isOn({ values }: Pick<Field, "values">): boolean {
  return values !== null && values.length > 0;
}

/** What stands for a folder that was not given, so that the rest can be checked. */
const NOWHERE = { source: "/lockstep-source", replica: "/lockstep-replica" };

/**
 * The options that fields mean, without those that are wrong, which is told; null when nothing can be made of the rest.
 * `broken`: options left out as wrong.
 */
export function optionsOf(fields: readonly Field[], broken: readonly string[], tell: Tell): Options | null {
  const [source, replica] = (["source", "replica"] as const).map((side) =>
    fields.find(({ option }) => option === side)?.values?.[0]?.text ?? NOWHERE[side]
  ) as [string, string]; // the compiler does not know how many a map of two gives
  const dropped = new Set(broken);
  let left = fields.filter(({ option }) => !Object.hasOwn(NOWHERE, option));
  for (;;) {
    const command = parse([...left.flatMap(wordsOf), "--", source, replica]);
    if (command.kind === "mirror") return command.options;
    if (command.kind !== "usage") throw new TypeError(`A job is no ${command.kind}`);
    const text = command.text.replace(/; --help shows the options$/, "");
    const names = mentioned(text);
    const culprit = culpritOf(text, names, left);
    const isOfAnother = names.some((name) => dropped.has(name));
    if (culprit === null) {
      if (!isOfAnother) tell(fields[0]?.at ?? 0, null, text);
      return null;
    }
    const { field, at } = culprit;
    if (!isOfAnother) tell(at, field, textOf(text, field));
    dropped.add(field.option);
    left = left.filter((one) => one !== field);
  }
}

/** The words of a field on a command line. */
function wordsOf({ option, values }: Field): string[] {
  const isSwitch = rowOf(option).value === undefined;
  return (values ?? []).map(({ text }) => isSwitch || text === "" ? `--${option}` : `--${option}=${text}`);
}

const NAMED = new Map(OPTIONS.map(({ name }) => [name, true]));

/** The options that a complaint names, in its order. */
function mentioned(text: string): string[] {
  const names = [...text.matchAll(/--([a-z][a-z-]*[a-z])/g)].map(([, name]) => name!).filter((name) =>
    NAMED.has(name)
  );
  const [, what] = /^(?:The|An) (interval|calendar time)/i.exec(text) ?? [];
  if (what === undefined && !/needs an interval/.test(text)) return names;
  return what === "calendar time"
    ? ["cron", ...names]
    : what === "interval"
    ? ["interval", ...names]
    : [...names, "interval"];
}

/** The field that a complaint is about, and the place of its value: of the job rather than of the defaults. */
function culpritOf(
  text: string,
  names: readonly string[],
  fields: readonly Field[],
): { readonly field: Field; readonly at: number } | null {
  let found: { field: Field; at: number; weight: number } | null = null;
  for (const field of fields) {
    const place = names.indexOf(field.option);
    if (place < 0) continue;
    for (const value of field.values ?? []) {
      const isQuoted = value.text !== "" && text.includes(value.text);
      // what is quoted, then what is the job's own, then what is named first
      const weight = (isQuoted && rowOf(field.option).many ? 1000 : 0) + (field.place === "job" ? 500 : 0) -
        place;
      if (found === null || weight > found.weight) found = { field, at: value.at, weight };
    }
  }
  return found;
}

/** A complaint of the command line in the words of the file, where the field's name stands in front of it. */
function textOf(text: string, { option }: Field): string {
  const rest = text.startsWith(`--${option} `) ? text.slice(option.length + 3) : text;
  const words = rest.replaceAll(
    /--([a-z][a-z-]*[a-z])/g,
    (found, name: string) => NAMED.has(name) ? name : found,
  );
  return /^[A-Z][a-z]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
}

/** The members of an object, or what is wrong. */
export function membersOf(json: Json, example: string): readonly Member[] | string {
  return json.kind === "object" ? json.members : `takes an object: ${example}`;
}
