/** What the system would let us do to a folder, without doing it. */
import { access } from "./calls.ts";
import { codeOf } from "./numbers.ts";

/** W_OK and X_OK. */
const TO_CHANGE = 0b011;

/** Why no entry can be made in a folder (an absolute path), as a code; null when one can. */
export function whyNotWritable(folder: string): string | null {
  const told = access(folder, TO_CHANGE);
  return told < 0 ? codeOf(-told) : null;
}
