/** What the facts mean for a mirror: remarks, in the order of the report. Pure. */
import type { Facts } from "./facts.ts";
import { edgeRemarks } from "./judge_edge.ts";
import { hostRemarks, limitRemarks, programRemarks } from "./judge_host.ts";
import { diskRemarks } from "./judge_disk.ts";
import { grantRemarks, userRemarks } from "./judge_rights.ts";
import { holdRemarks, rootRemarks } from "./judge_roots.ts";
import { type Remark, SECTIONS } from "./remark.ts";

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
  return SECTIONS.flatMap((section) => remarks.filter((one) => one.section === section));
}
