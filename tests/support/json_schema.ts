/**
 * As much of JSON Schema (draft 2020-12) as `docs/json.md` uses. A word that it does not know is an error, so that no
 * rule of the document is passed over.
 */

type Schema = { readonly [word: string]: unknown };

const KNOWN = new Set([
  "$schema",
  "title",
  "$defs",
  "$ref",
  "oneOf",
  "const",
  "enum",
  "type",
  "pattern",
  "minimum",
  "items",
  "properties",
  "required",
  "additionalProperties",
]);

/** What is wrong with a value, a line for each thing; none when it holds. */
export function violations(value: unknown, schema: Schema, root: Schema = schema, at = "$"): string[] {
  const unknown = Object.keys(schema).find((word) => !KNOWN.has(word));
  if (unknown !== undefined) throw new Error(`The schema uses ${unknown}`);
  if (typeof schema.$ref === "string") return violations(value, definition(root, schema.$ref), root, at);
  const found: string[] = [];
  const fail = (what: string) => found.push(`${at} ${what}: ${JSON.stringify(value)}`);
  if (schema.oneOf) {
    const options = (schema.oneOf as Schema[]).map((one) => violations(value, one, root, at));
    const fitting = options.filter((one) => one.length === 0).length;
    if (fitting !== 1) {
      const nearest = options.sort((a, b) => a.length - b.length)[0]!;
      fail(`fits ${fitting} of ${options.length}`);
      found.push(...nearest);
    }
  }
  if ("const" in schema && value !== schema.const) fail(`is not ${JSON.stringify(schema.const)}`);
  if (schema.enum && !(schema.enum as unknown[]).includes(value)) fail(`is none of ${schema.enum}`);
  if (schema.type && !isOf(value, schema.type as string)) fail(`is no ${schema.type}`);
  if (typeof value === "string" && schema.pattern && !new RegExp(schema.pattern as string, "s").test(value)) {
    fail(`does not match ${schema.pattern}`);
  }
  if (typeof value === "number" && value < (schema.minimum as number ?? -Infinity)) fail("is too small");
  if (Array.isArray(value) && schema.items) {
    value.forEach((one, i) => found.push(...violations(one, schema.items as Schema, root, `${at}[${i}]`)));
  } else if (isOf(value, "object")) found.push(...ofObject(value as Schema, schema, root, at));
  return found;
}

function ofObject(value: Schema, schema: Schema, root: Schema, at: string): string[] {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
  const found = ((schema.required ?? []) as string[]).filter((name) => !Object.hasOwn(value, name))
    .map((name) => `${at}.${name} is missing`);
  for (const [name, one] of Object.entries(value)) {
    if (Object.hasOwn(properties, name)) {
      found.push(...violations(one, properties[name]!, root, `${at}.${name}`));
    } else if (schema.additionalProperties === false) found.push(`${at}.${name} is not in the schema`);
  }
  return found;
}

function definition(root: Schema, reference: string): Schema {
  const name = reference.replace("#/$defs/", "");
  const found = (root.$defs as Readonly<Record<string, Schema>>)[name];
  if (found === undefined) throw new Error(`There is no ${reference}`);
  return found;
}

function isOf(value: unknown, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "string":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    default:
      throw new Error(`The schema uses the type ${type}`);
  }
}

/** The schema in `docs/json.md`. */
export function schemaOfEvents(): Schema {
  return schemaIn("json.md");
}

/** The schema in a page of `docs/`. */
export function schemaIn(page: string): Schema {
  const text = Deno.readTextFileSync(new URL(`../../docs/${page}`, import.meta.url));
  return JSON.parse(/```json\n([^]*?)```/.exec(text)![1]!);
}
