/** Processes as Linux tells of them, to find those that somebody else has started for a test. Deno itself may not read /proc. */

/** Those that have all these words in their environment, such as "NAME=value". */
export function processesWith(...words: readonly string[]): number[] {
  return found(
    `for p in /proc/[0-9]*; do
      all=yes
      for word; do tr '\\0' '\\n' <"$p/environ" | grep -qxF -- "$word" || { all=; break; }; done
      [ -z "$all" ] || echo "\${p#/proc/}"
    done`,
    words,
  );
}

/** Those of a program that have one of these files open. */
export function processesOf(program: string, files: readonly string[]): number[] {
  return found(
    `program=$1
    shift
    for p in /proc/[0-9]*; do
      [ "$(cat "$p/comm")" = "$program" ] || continue
      for file; do
        for fd in "$p"/fd/*; do [ "$(readlink "$fd")" = "$file" ] && echo "\${p#/proc/}"; done
      done
    done | sort -u`,
    [program, ...files],
  );
}

/** Send a signal to processes that may have ended. */
export function signal(ids: readonly number[], what: Deno.Signal = "SIGKILL"): void {
  for (const id of ids) {
    try {
      Deno.kill(id, what);
    } catch { /* it has ended */ }
  }
}

/** The numbers that a script prints; what it says of processes that have ended meanwhile is nothing to us. */
function found(script: string, words: readonly string[]): number[] {
  const { stdout } = new Deno.Command("sh", { args: ["-c", script, "sh", ...words], stderr: "null" })
    .outputSync();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "").map(Number);
}
