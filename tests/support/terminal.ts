/** The real program on a terminal, as `script` makes one. */
import { MAIN } from "./program.ts";

export interface Terminal {
  /** Type only when this is shown. */
  readonly after?: string;
  /** Words of the shell behind the program's: "> file". */
  readonly redirection?: string;
  /** Words in front of it: "NO_COLOR=1". */
  readonly before?: string;
}

/** Run the program on a terminal, with something typed. */
export async function onTerminal(
  words: readonly string[],
  typed: string,
  { after = "", redirection = "", before = "" }: Terminal = {},
): Promise<{ status: number; out: string }> {
  const line = [Deno.execPath(), "run", "-RW", MAIN, ...words].map((word) => `'${word}'`).join(" ");
  const process = new Deno.Command("script", {
    // the shell must not be there to end by the signals that are typed
    args: ["-qec", `exec env ${before} ${line} ${redirection}`, "/dev/null"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = process.stdin.getWriter();
  const type = () => writer.write(new TextEncoder().encode(typed)).catch(() => {});
  let out = "";
  let isTyped = false;
  if (after === "") await type();
  for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
    out += text;
    if (after === "" || isTyped || !out.includes(after)) continue;
    isTyped = true;
    await type();
  }
  const { code } = await process.status;
  await writer.close().catch(() => {});
  return { status: code, out };
}
