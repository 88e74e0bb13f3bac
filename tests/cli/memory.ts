/** A console or a log file that only remembers. */
import type { Target } from "../../sync/cli/print.ts";

/** A target that remembers, or fails. */
export function memory(fails = false): Target & { text: string } {
  return {
    text: "",
    writeSync(bytes) {
      if (fails) throw new Deno.errors.BrokenPipe("nobody reads");
      this.text += new TextDecoder().decode(bytes);
      return bytes.length;
    },
  };
}
