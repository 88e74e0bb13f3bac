/** Which calls are used, to what the threads are confined, and how changes are followed. Pure. */
import type { EdgeFacts, Facts, LimitFacts } from "./facts.ts";
import { type Remark, remark } from "./remark.ts";
import { isUntold, type Told } from "./told.ts";

export function edgeRemarks(
  found: Told<EdgeFacts>,
  { threads }: LimitFacts,
  { pair, host: { cores, os } }: Pick<Facts, "pair" | "host">,
): Remark[] {
  if (isUntold(found)) return [{ ...remark("edge", "edge", "unknown"), by: found.by }];
  const { edge, why, sandbox, landlock, watch } = found;
  const isAvoidable = why === "not-allowed" || (edge === "portable" && why === null && os === "linux");
  return [
    remark("edge", "edge", isAvoidable ? "slow" : edge === "native" ? "ok" : "note", { edge, why }),
    ...os === "linux"
      ? [remark("edge", "sandbox", sandbox === "here" ? "ok" : "note", { state: sandbox, landlock })]
      : [],
    remark("edge", "threads", threads === 1 && cores > 1 ? "slow" : "ok", { threads, cores }, {
      kind: "count",
    }),
    watchRemark(edge, watch, { os, asked: pair?.asked.watch === true }),
    ...pair?.asked.checksum ? [remark("edge", "asked-checksum", "slow")] : [],
  ];
}

function watchRemark(
  edge: EdgeFacts["edge"],
  by: EdgeFacts["watch"],
  { os, asked }: { readonly os: string; readonly asked: boolean },
): Remark {
  // on macOS there is no other watch
  if (by !== "Deno" || (os !== "linux" && os !== "windows")) return remark("edge", "watch", "ok", { by });
  if (edge === "native") return remark("edge", "watch", "note", { by }, { kind: "no-queue" });
  return remark("edge", "watch", asked ? "slow" : "ok", { by });
}
