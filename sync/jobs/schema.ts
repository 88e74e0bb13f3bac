/**
 * The JSON Schema of a file of jobs, made from the table of options: `docs/lockstep.schema.json`, by which editors
 * complete and check. Draft 7, which all of them know. It says less than jobsIn() does: what fields mean beside each
 * other, paths, patterns and variables are checked there. Pure.
 */
import {
  DEFAULT_FIELDS,
  type FieldRow,
  JOB_FIELDS,
  LONGEST_NAME,
  NAME_PATTERN,
  TOP_FIELDS,
} from "./fields.ts";

export type Schema = { readonly [word: string]: unknown };

const TEXT = { type: "string", minLength: 1 };

const DURATION = "(\\d+(\\.\\d+)?[a-z]+)+";
const SIZE = "\\d+(\\.\\d+)? ?";

/** What kinds of values look like. */
const KINDS: Readonly<Record<string, Schema>> = {
  "folder": TEXT,
  "file": TEXT,
  "command": TEXT,
  "pattern": TEXT,
  "times": TEXT,
  "rate": { type: ["number", "string"], exclusiveMinimum: 0, minLength: 1 },
  "time": textOr("number", `${DURATION}|\\d+(\\.\\d+)?`, { minimum: 0 }),
  "size": textOr("number", `${SIZE}([KMGTkmgt]([Ii]?[Bb])?|[Bb])?`, { exclusiveMinimum: 0 }),
  "when": textOr(null, `${DURATION}|\\d+(\\.\\d+)?|\\d{4}-\\d\\d-\\d\\d.*`),
  "n": textOr("integer", "\\d+", { minimum: 1 }),
  "n|n%": textOr("number", "\\d+(\\.\\d+)?%?", { minimum: 0 }),
  "auto|never": { enum: ["auto", "never"] },
  "edge": { enum: ["native", "portable"] },
};

/** Options that take more or less than others of their kind. */
const OF_ONE: Readonly<Record<string, Schema>> = {
  "trash": { type: ["boolean", "string"] },
  // what deletes something must have its unit
  "trash-keep": textOr(null, DURATION),
  "trash-max": textOr(null, `${SIZE}([KMGTkmgt]([Ii]?[Bb])?|[Bb])`),
  "threads": textOr("integer", "\\d+", { minimum: 1, maximum: 64 }),
  "log-keep": textOr("integer", "\\d+", { minimum: 1, maximum: 100 }),
  "nice": textOr("integer", "\\d+", { minimum: 1, maximum: 19 }),
};

/** A text like the pattern, or another type where it is not null. What a variable comes to is not known here. */
function textOr(type: string | null, pattern: string, bounds: Schema = {}): Schema {
  return {
    type: type === null ? "string" : [type, "string"],
    ...bounds,
    pattern: `^(${pattern})$|\\$\\{`,
  };
}

/** What holds where nothing is said, where that is a value. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  "max-delete": "50%",
  "settle-time": "200ms",
  "log-keep": 5,
  "owner": "auto",
};

/** The whole schema. */
export function schema(): Schema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Lockstep: a file of jobs",
    description: "Mirrors that one process keeps in sync. Paths are relative to this file. See docs/jobs.md.",
    type: "object",
    additionalProperties: false,
    required: ["jobs"],
    properties: {
      $schema: { description: "where this schema lies, for editors", type: "string" },
      ...Object.fromEntries(TOP_FIELDS.map((row) => [row.name, property(row)])),
      split: {
        description: "what lockstep split says of the parts that the jobs have; made anew, and not edited",
        type: "object",
      },
      defaults: {
        description: "options of all jobs; a job's own take their place, and lists are added to",
        type: "object",
        additionalProperties: false,
        properties: Object.fromEntries(DEFAULT_FIELDS.map((row) => [row.name, property(row)])),
      },
      jobs: {
        description: "the mirrors, by name",
        type: "object",
        minProperties: 1,
        propertyNames: { pattern: NAME_PATTERN, maxLength: LONGEST_NAME },
        additionalProperties: { $ref: "#/definitions/job" },
      },
    },
    definitions: {
      job: {
        type: "object",
        additionalProperties: false,
        required: ["source", "replica"],
        // two names of one option
        not: { required: ["log", "log-file"] },
        properties: Object.fromEntries(JOB_FIELDS.map((row) => [row.name, ofJob(row)])),
      },
    },
  };
}

/** A field of a job: null takes a default back. */
function ofJob(row: FieldRow): Schema {
  const plain = property(row);
  if (row.name === "source" || row.name === "replica") return plain;
  if (plain.anyOf) return { ...plain, anyOf: [...plain.anyOf as Schema[], { type: "null" }] };
  if (plain.enum) return { ...plain, enum: [...plain.enum as unknown[], null] };
  return { ...plain, type: [plain.type, "null"].flat() };
}

function property({ name, value, many, help }: FieldRow): Schema {
  const description = help;
  if (value === undefined) return { description, default: false, type: "boolean" };
  const one = OF_ONE[name] ?? KINDS[value];
  if (one === undefined) throw new TypeError(`The schema does not know values like <${value}>`);
  if (many) return { description, anyOf: [one, { type: "array", items: one }] };
  return { description, ...(Object.hasOwn(DEFAULTS, name) && { default: DEFAULTS[name] }), ...one };
}
