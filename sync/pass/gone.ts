/** Whether what failed is a failure, or an entry of the source that went while it was read. */
import { ABSENT, Fault } from "../disk/fault.ts";
import { nameOf, parent } from "../engine/entry.ts";
import type { Failure } from "../engine/event.ts";
import { fleeting } from "../engine/fleeting.ts";
import type { Context } from "./context.ts";

/** A failure as it is, marked when the source has nothing at its path any more: an error that only says so is none. */
export function orGone({ trees }: Pick<Context, "trees">, failure: Failure): Failure {
  if (failure.path === "" || !fleeting(failure)) return failure;
  try {
    using folder = trees.source.open(parent(failure.path), "read");
    return folder.look(nameOf(failure.path)) === null ? { ...failure, gone: true } : failure;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return ABSENT.has(error.reason.code) ? { ...failure, gone: true } : failure;
  }
}
