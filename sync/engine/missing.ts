/** What a replica lacks, out of what it can hold. Pure. */
import type { Capabilities } from "./capabilities.ts";
import type { Missing } from "./event.ts";

/** What a file system will not hold. */
export function missing(capabilities: Capabilities, mirrorsOwners: boolean): Missing[] {
  const { lackedXattrs, devices } = capabilities;
  const { modes, owners, links, hardLinks, hardLinksToLinks, cases, forms, dropped, step, longestName } =
    capabilities;
  const lacks: readonly (readonly [boolean, Missing])[] = [
    [!owners && mirrorsOwners, { what: "owners" }],
    [!modes, { what: "modes" }],
    [lackedXattrs.length > 0, { what: "xattrs", kinds: lackedXattrs }],
    [!links, { what: "links" }],
    [!devices, { what: "devices" }],
    [!hardLinks, { what: "hard-links" }],
    [hardLinks && links && !hardLinksToLinks, { what: "hard-links-to-links" }],
    [!cases, { what: "cases" }],
    [!forms, { what: "forms" }],
    [dropped.includes("."), { what: "trailing-dots" }],
    [dropped.includes(" "), { what: "trailing-spaces" }],
    [step > 1, { what: "times", limit: step }],
    [longestName < 255, { what: "names", limit: longestName }],
  ];
  return lacks.filter(([is]) => is).map(([, what]) => what);
}
