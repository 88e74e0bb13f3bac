/** What goes wrong in the trash, told from what goes wrong in the replica: neither is ever taken for the other. */
import { Fault } from "../disk/fault.ts";

/** Something went wrong in the trash. Does not leave this room. */
export class OfTrash extends Error {
  override readonly name = "OfTrash";
  readonly code: string;
  constructor(why: Fault | string) {
    super("trash");
    this.code = typeof why === "string" ? why : why.reason.code;
  }
}

/** Do something that touches nothing but the trash, and reads the replica. */
export function inTrash<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof Fault && error.action !== "read" ? new OfTrash(error) : error;
  }
}
