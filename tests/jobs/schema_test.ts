/** The schema for editors is what the table of options gives, and agrees with what is read. */
import { assert, assertEquals } from "@std/assert";
import Ajv from "ajv";
import { parse, type ParseError } from "jsonc-parser";
import { OPTIONS } from "../../sync/cli/option_table.ts";
import { jobsIn } from "../../sync/jobs/file.ts";
import { schema } from "../../sync/jobs/schema.ts";
import { SCHEMA, schemaText } from "./write_schema.ts";

Deno.test("docs/lockstep.schema.json is what the options give: deno task schema writes it", () => {
  assertEquals(Deno.readTextFileSync(SCHEMA), schemaText());
});

const validate = new Ajv.default({
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  allErrors: true,
}).compile(schema());

/** Whether the schema takes a text; an editor reads it as we do. */
function isTaken(text: string): boolean {
  const errors: ParseError[] = [];
  const value = parse(text, errors, { allowTrailingComma: true });
  return errors.length === 0 && validate(value);
}

function isRead(text: string): boolean {
  return "jobs" in jobsIn(text, "/f/j.jsonc", (name) => name === "HOME" ? "/home/ada" : undefined);
}

function withField(field: string): string {
  return `{"jobs": {"a": {"source": "/s", "replica": "/r"${field === "" ? "" : `, ${field}`}}}}`;
}

const GOOD: readonly string[] = [
  withField(""),
  withField(`"watch": true, "interval": 30, // so often\n`),
  withField(`"watch": false, "interval": "1h30m"`),
  withField(`"interval": "30"`),
  withField(`"interval": 0.5, "delay": 0, "for": "8h"`),
  withField(`"interval": null, "exclude": null, "trash": null, "owner": null`),
  withField(`"interval": 30, "passes": 3`),
  withField(`"cron": "0 2 * * mon-fri"`),
  withField(`"max-delete": 10`),
  withField(`"max-delete": "12.5%"`),
  withField(`"trash": true`),
  withField(`"trash": ""`),
  withField(`"trash": "~/t", "trash-keep": "30d", "trash-max": "20 GiB"`),
  withField(`"exclude": "a"`),
  withField(`"exclude": ["a", "!b"], "include": [], "exclude-from": "x"`),
  withField(`"min-size": 5, "max-size": "2GiB"`),
  withField(`"newer-than": "30d"`),
  withField(`"older-than": "2026-01-31T10:00Z"`),
  withField(`"log": "l", "log-max-size": "10MiB", "log-keep": 3`),
  withField(`"log-file": "l"`),
  withField(`"edge": "native", "owner": "never", "threads": 64`),
  withField(`"threads": "2", "xattrs": true, "dry-run": true`),
  withField(`"on-failure": "mail ada"`),
  withField(`"log": "\${HOME}/l"`),
  `{"$schema": "x", "status": "s", "metrics": "m", "report": "r", "defaults": {"interval": 3, "exclude": ["a"]},
    "jobs": {"Фото 1": {"source": "a", "replica": "b",},},}`,
];

const BAD: readonly string[] = [
  "",
  "[]",
  "{}",
  `{"jobs": {}}`,
  `{"jobs": []}`,
  `{"jobs": {"a": {}}}`,
  `{"jobs": {"a": {"source": "/s"}}}`,
  `{"jobs": {"a/b": {"source": "/s", "replica": "/r"}}}`,
  `{"jobs": {"": {"source": "/s", "replica": "/r"}}}`,
  `{"jobs": {"${"a".repeat(65)}": {"source": "/s", "replica": "/r"}}}`,
  `{"jobs": {"a": {"source": "", "replica": "/r"}}}`,
  `{"jobs": {"a": {"source": null, "replica": "/r"}}}`,
  `{"jobs": {"a": {"source": ["/s"], "replica": "/r"}}}`,
  `{"stats": "s", "jobs": {"a": {"source": "/s", "replica": "/r"}}}`,
  `{"status": "", "jobs": {"a": {"source": "/s", "replica": "/r"}}}`,
  `{"$schema": 3, "jobs": {"a": {"source": "/s", "replica": "/r"}}}`,
  `{"defaults": {"source": "/s"}, "jobs": {"a": {"source": "/s", "replica": "/r"}}}`,
  `{"defaults": {"watch": null}, "jobs": {"a": {"source": "/s", "replica": "/r"}}}`,
  withField(`"max-delte": 1`),
  withField(`"password": "x"`),
  withField(`"quiet": true`),
  withField(`"status": "s"`),
  withField(`"watch": "yes"`),
  withField(`"watch": 1`),
  withField(`"interval": "5x!"`),
  withField(`"interval": -1`),
  withField(`"interval": [3]`),
  withField(`"cron": 5`),
  withField(`"cron": ""`),
  withField(`"max-delete": "x"`),
  withField(`"max-delete": -1`),
  withField(`"threads": 0`),
  withField(`"threads": 65`),
  withField(`"threads": 1.5`),
  withField(`"trash": 3`),
  withField(`"trash": true, "trash-keep": 30`),
  withField(`"trash": true, "trash-max": "30"`),
  withField(`"exclude": [3]`),
  withField(`"exclude": ""`),
  withField(`"min-size": 0`),
  withField(`"newer-than": 5`),
  withField(`"owner": "me"`),
  withField(`"edge": "rough"`),
  withField(`"log": "a", "log-file": "b"`),
  withField(`"log": "a", "log-max-size": "1MiB", "log-keep": 101`),
  withField(`"log": 3`),
];

for (const [isGood, texts] of [[true, GOOD], [false, BAD]] as const) {
  for (const text of texts) {
    Deno.test(`the schema and the program ${isGood ? "take" : "refuse"} ${text.slice(0, 120)}`, () => {
      assertEquals([isTaken(text), isRead(text)], [isGood, isGood], JSON.stringify(validate.errors));
    });
  }
}

/** What only the program can tell. */
const ONLY_READ: readonly string[] = [
  withField(`"interval": 5, "cron": "@daily"`),
  withField(`"cron": "61 * * * *"`),
  withField(`"trash-keep": "30d"`),
  withField(`"watch": true, "watch": false`),
  withField(`"log": "\${NOT_SET}/l"`),
  `{"jobs": {"a": {"source": "/s", "replica": "/s"}}}`,
];

for (const text of ONLY_READ) {
  Deno.test(`the program refuses what the schema cannot: ${text.slice(0, 120)}`, () => {
    assertEquals([isTaken(text), isRead(text)], [true, false]);
  });
}

Deno.test("the schema explains each option in the words of the help", () => {
  const { definitions } = schema() as unknown as {
    definitions: { job: { properties: Record<string, { description: string }> } };
  };
  const { properties } = definitions.job;
  const told = OPTIONS.filter(({ name }) => Object.hasOwn(properties, name));
  assert(told.length > 40, `${told.length}`);
  for (const { name, help } of told) assertEquals(properties[name]!.description, help);
});
