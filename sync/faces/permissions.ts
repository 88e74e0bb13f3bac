/** Deno's permissions, asked for before they are needed: a missing one is one line with the flag to add, never a prompt. */

export interface Need {
  readonly name: "read" | "write";
  /** Absolute. */
  readonly path: string;
}

/** What is missing, as a line for a person; null when nothing is. */
export function missing(needs: readonly Need[]): string | null {
  const lacking = needs.filter(({ name, path }) =>
    Deno.permissions.querySync({ name, path }).state !== "granted"
  );
  const [first] = lacking;
  if (first === undefined) return null;
  const flags = new Set(lacking.map(({ name }) => `--allow-${name}`));
  const denied = Deno.permissions.querySync(first).state === "denied";
  return `Deno may not ${first.name} "${first.path}": ` +
    (denied ? `take it out of --deny-${first.name}, or ` : "") +
    `run with ${[...flags].join(" and ")}, as in "deno run --allow-read --allow-write main.ts …"`;
}
