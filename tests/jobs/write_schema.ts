/** Writes docs/lockstep.schema.json anew, after a change of the options: `deno task schema`. */
import { schema } from "../../sync/jobs/schema.ts";

/** The text of the file. */
export function schemaText(): string {
  return `${JSON.stringify(schema(), null, 2)}\n`;
}

export const SCHEMA = new URL("../../docs/lockstep.schema.json", import.meta.url);

if (import.meta.main) Deno.writeTextFileSync(SCHEMA, schemaText());
