/** What the facts mean for a mirror: remarks, in the order of the report. Pure. */
import type { Facts } from "./facts.ts";
import { edgeRemarks } from "./judge_edge.ts";
import { hostRemarks, limitRemarks, programRemarks } from "./judge_host.ts";
import { diskRemarks } from "./judge_disk.ts";
import { grantRemarks, userRemarks } from "./judge_rights.ts";
import { holdRemarks, rootRemarks } from "./judge_roots.ts";
import { type Code, type Remark, SECTIONS } from "./remark.ts";

/** All remarks on what was found. */
export function judge(facts: Facts): Remark[] {
  const { pair, host, program, grants, user, limits, edge } = facts;
  const remarks = [
    ...hostRemarks(host),
    ...programRemarks(program),
    ...grantRemarks(grants, host),
    ...userRemarks(user),
    ...limitRemarks(limits, pair),
    ...edgeRemarks(edge, limits, facts),
    ...pair === null ? [] : [
      ...rootRemarks(pair, facts),
      ...diskRemarks(pair),
      ...holdRemarks(pair),
    ],
  ];
  const told = host.os === "linux" ? remarks : remarks.filter((one) => !isOfLinux(one));
  return SECTIONS.flatMap((section) => told.filter((one) => one.section === section));
}

/** What only Linux tells. */
const OF_LINUX: readonly Code[] = [
  "capabilities",
  "file-size",
  "instances",
  "mount",
  "open-files",
  "processes",
  "umask",
  "user",
  "watches",
];

/** Whether elsewhere nobody need know that it cannot be told: nothing would tell it. */
function isOfLinux({ verdict, by, code }: Remark): boolean {
  return verdict === "unknown" && (by ?? null) === null && OF_LINUX.includes(code);
}
