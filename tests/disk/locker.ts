/** A process that locks a folder by a file, again and again, as it is told: "lock" or "close" on each line. */
import { lockByFile } from "../../sync/disk/lock_file.ts";
import type { Lock } from "../../sync/disk/locking.ts";

const [folder] = Deno.args;
const encoder = new TextEncoder();
let lock: Lock | null = null;
let left = "";
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (left + text).split("\n");
  left = lines.pop()!;
  for (const line of lines) {
    if (line === "lock") {
      const locking = await lockByFile(folder!);
      lock = locking.kind === "locked" ? locking.lock : null;
      Deno.stdout.writeSync(encoder.encode(`${locking.kind}\n`));
    } else {
      await lock?.close();
      lock = null;
      Deno.stdout.writeSync(encoder.encode("closed\n"));
    }
  }
}
