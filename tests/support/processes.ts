/** Processes as Linux tells of them, to find those that somebody else has started for a test. */

/** Those that have all these words in their environment, such as "NAME=value". */
export function processesWith(...words: readonly string[]): number[] {
  return processes().filter((id) => {
    const environment = ofKernel(`/proc/${id}/environ`).split("\0");
    return words.every((word) => environment.includes(word));
  });
}

/** Those of a program that have one of these files open. */
export function processesOf(program: string, files: readonly string[]): number[] {
  return processes().filter((id) =>
    ofKernel(`/proc/${id}/comm`).trim() === program && filesOf(id).some((path) => files.includes(path))
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

function processes(): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((id) => !Number.isNaN(id));
}

/** What a process has open; nothing when it has ended. */
function filesOf(id: number): string[] {
  try {
    return [...Deno.readDirSync(`/proc/${id}/fd`)].map(({ name }) =>
      Deno.readLinkSync(`/proc/${id}/fd/${name}`)
    );
  } catch {
    return [];
  }
}

/** What the kernel tells of a process; "" when that has ended, or is none of ours. */
function ofKernel(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
