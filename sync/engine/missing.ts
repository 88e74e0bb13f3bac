/** What a replica lacks, out of what it can hold. Pure. */
import { SYSTEM, type System } from "../system.ts";
import type { Capabilities } from "./capabilities.ts";
import type { Missing } from "./event.ts";

/** What a file system will not hold. */
export function missing(
  capabilities: Capabilities,
  mirrorsOwners: boolean,
  { typesLinks, hasWindowsNames }: Pick<System, "typesLinks" | "hasWindowsNames"> = SYSTEM,
): Missing[] {
  const { lackedXattrs, devices } = capabilities;
  const { modes, owners, links, hardLinks, hardLinksToLinks, cases, forms, dropped, step, longestName } =
    capabilities;
  const lacks: readonly (readonly [boolean, Missing])[] = [
    [!owners && mirrorsOwners, { what: "owners" }],
    [!modes, { what: "modes" }],
    [lackedXattrs.length > 0, { what: "xattrs", kinds: lackedXattrs }],
    // where making links is not everybody's right, and few have any, it is said when one is met
    [!links && !typesLinks, { what: "links" }],
    [!devices, { what: "devices" }],
    [!hardLinks, { what: "hard-links" }],
    [hardLinks && links && !hardLinksToLinks, { what: "hard-links-to-links" }],
    [!cases && !hasWindowsNames, { what: "cases" }],
    [!forms, { what: "forms" }],
    [dropped.includes(".") && !hasWindowsNames, { what: "trailing-dots" }],
    [dropped.includes(" ") && !hasWindowsNames, { what: "trailing-spaces" }],
    [step > 1, { what: "times", limit: step }],
    [longestName < 255, { what: "names", limit: longestName }],
  ];
  return lacks.filter(([is]) => is).map(([, what]) => what);
}
