/** May what was planned be done? Asks the guard, and whoever may be asked; and shows what is planned. Writes nothing. */
import type { Roots } from "../disk/roots.ts";
import type { Change } from "../engine/change.ts";
import { at, type Changes, count } from "../engine/changes.ts";
import type { Config } from "../engine/config.ts";
import type { Emit, Event, Refusal } from "../engine/event.ts";
import type { Consent, Limits, Permit, Planned } from "../engine/guard.ts";
import { forEach } from "../engine/steps.ts";
import type { Comparison } from "./compare.ts";
import type { PassConfig } from "./config.ts";
import { changed } from "./notices.ts";
import { type Judging, type Planned as ToDo, refusalOf } from "./safety.ts";
import { inSlices } from "./slices.ts";

export interface Verdict {
  /** Why nothing may be done; null when it may. */
  readonly refusal: Refusal | null;
  /** Those by which it may be done. */
  readonly limits: Limits;
  readonly consent: Consent;
}

/** What is to be done; `root`: what made the replica itself, null when it was there. */
export interface ToJudge extends ToDo {
  readonly root: Change | null;
}

/** Judge a plan, and once more when it is permitted to go further. A dry run asks nobody: it only shows. */
export async function judge(
  { limits: given, dryRun }: Config,
  compared: Comparison,
  { changes, stages, root }: ToJudge,
  roots: Roots,
  { scope, peak, permit: asked, tell }: Pick<Judging, "scope" | "peak"> & {
    readonly permit: Permit | undefined;
    readonly tell: Emit;
  },
): Promise<Verdict> {
  const { config } = compared.known;
  const permit = dryRun ? undefined : asked;
  const asks = permit?.asks ?? false;
  const judgeBy = async (limits: Limits) => {
    const again = () => refusalOf(compared, { changes, stages }, roots, { scope, limits, asks, peak });
    const refusal = await again();
    if (config.trash === null) return refusal;
    const { makesRoom } = await import("./trash.ts");
    return await makesRoom(config, refusal, tell) ? await again() : refusal;
  };
  const planned: Planned = {
    async each(see) {
      const seeOf = (event: Event) => event.kind === "change" && see(event.change, event.differences ?? []);
      if (root !== null) seeOf(changed(root, config, true));
      await eachInOrder(changes, config, seeOf);
    },
  };
  let limits = given;
  let refusal = await judgeBy(limits);
  if (refusal?.kind === "refused" && permit !== undefined) {
    const further = await permit.limits(refusal, planned);
    if (further !== null) [limits, refusal] = [further, await judgeBy(further)];
  }
  const total = count(changes) + (root === null ? 0 : 1);
  if (refusal !== null || total === 0 || permit?.consent === undefined) {
    return { refusal, limits, consent: "yes" };
  }
  const consent = await permit.consent(planned);
  const declined = { kind: "refused", rule: "declined", changes: total } as const;
  return { refusal: consent === "no" ? declined : null, limits, consent };
}

/** Tell all changes as planned, by path: each folder, at once followed by what is in it. Throws `Stopped`. */
export async function show(changes: Changes, config: PassConfig, tell: Emit): Promise<void> {
  const isAssumed = await eachInOrder(changes, config, tell);
  if (isAssumed) tell({ kind: "notice", code: "assumed" });
}

/** The same. Whether attributes are among them. */
async function eachInOrder(
  changes: Changes,
  config: PassConfig,
  tell: (event: Event) => void,
): Promise<boolean> {
  const { inPathOrder } = await import("../engine/path_order.ts");
  const inOrder = await inSlices(inPathOrder(changes), config.shared);
  let isAny = false;
  const tellOne = (index: number) => {
    const change = at(changes, index);
    isAny ||= change.kind === "attributes";
    tell(changed(change, config, true));
  };
  await inSlices(forEach(inOrder, tellOne), config.shared);
  return isAny;
}
