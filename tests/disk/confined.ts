/** A worker that confines itself, tries some things, and says what came of each: "done", or the error's code. */
import { confine } from "../../sync/disk/sandbox.ts";
import type { Bounds } from "../../sync/disk/sandbox.ts";
import { libc } from "../../sync/libc.ts";

/** Things to try, by Deno's own calls and by the C library's. A path that is a folder's ends in a slash. */
const ATTEMPTS = {
  read: (path: string) => void Deno.readTextFileSync(path),
  list: (path: string) => void [...Deno.readDirSync(path)],
  write: (path: string) => Deno.writeTextFileSync(path, "written"),
  truncate: (path: string) => Deno.truncateSync(path),
  makeFolder: (path: string) => Deno.mkdirSync(path),
  makeLink: (path: string) => Deno.symlinkSync("anywhere", path),
  rename: (path: string, to = "") => Deno.renameSync(path, to),
  hardLink: (path: string, to = "") => Deno.linkSync(path, to),
  remove: (path: string) => Deno.removeSync(path),
  run: (path: string) => void new Deno.Command(path).outputSync(),
  openByLibc: (path: string) => openByLibc(path, 0),
  writeByLibc: (path: string) => openByLibc(path, 1),
} as const;

export interface Confined {
  readonly bounds: Bounds;
  readonly attempts: readonly (readonly [what: keyof typeof ATTEMPTS, path: string, to?: string])[];
}

function openByLibc(path: string, flags: number): void {
  const system = libc({
    open: { parameters: ["buffer", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  const file = system!.open(new TextEncoder().encode(`${path}\0`), flags);
  if (file < 0) throw new Error("refused");
  system!.close(file);
}

function outcome([what, path, to]: Confined["attempts"][number]): string {
  try {
    ATTEMPTS[what](path, to);
    return "done";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return (error as { code?: string }).code ?? error.message;
  }
}

const thread = self as unknown as {
  onmessage: (message: MessageEvent<Confined>) => void;
  postMessage: (answer: unknown) => void;
};

if (typeof thread.postMessage === "function") {
  thread.onmessage = async ({ data: { bounds, attempts } }) => {
    const fits = await confine(bounds);
    thread.postMessage({ fits, outcomes: attempts.map(outcome) });
  };
}
