/** Numbers of errors as faults. */
import type { Side } from "../../engine/entry.ts";
import { Fault } from "../fault.ts";
import type { Action } from "../tree.ts";
import { codeOf } from "./numbers.ts";

/** The fault of a call that returned less than 0. */
export function failed(returned: number, action: Action, side: Side): Fault {
  return new Fault(action, side, { code: codeOf(-returned) });
}

/** What a call returned. Throws a fault when that is less than 0. */
export function checked(returned: number, action: Action, side: Side): number {
  if (returned < 0) throw failed(returned, action, side);
  return returned;
}
