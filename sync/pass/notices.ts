/** What a person should know before a pass: what this replica cannot hold, or that our own log lies in a tree. Pure. */
import type { Capabilities } from "../engine/capabilities.ts";
import type { Config } from "../engine/config.ts";
import type { Missing, Notice } from "../engine/event.ts";
import type { PassConfig } from "./config.ts";

export function noticesOf(asked: Config, config: PassConfig, found: Capabilities | null): Notice[] {
  const notices: Notice[] = found === null && !asked.dryRun
    ? [{ kind: "notice", code: "untried" }]
    : missing(asked, config).map((missing) => ({ kind: "notice", code: "cannot-hold", missing }));
  for (const side of ["source", "replica"] as const) {
    for (const path of config.ownLogs[side]) notices.push({ kind: "notice", code: "own-log", side, path });
  }
  return notices;
}

/** What a source may have and this replica cannot hold. */
function missing(asked: Config, { criteria: { capabilities, owners } }: PassConfig): Missing[] {
  const { modes, links, hardLinks, cases, forms, step, longestName } = capabilities;
  const lacks: readonly (readonly [boolean, Missing])[] = [
    [!owners && asked.owners, { what: "owners" }],
    [!modes, { what: "modes" }],
    [!links, { what: "links" }],
    [!hardLinks, { what: "hard-links" }],
    [!cases, { what: "cases" }],
    [!forms, { what: "forms" }],
    [step > 1, { what: "times", limit: step }],
    [longestName < 255, { what: "names", limit: longestName }],
  ];
  return lacks.filter(([is]) => is).map(([, what]) => what);
}
