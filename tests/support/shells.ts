/** The shells themselves, on a terminal as `script` makes one: what is typed, with the key that completes it. */
import { MAIN } from "./program.ts";
import { plant } from "./tree.ts";

/** How a shell is made to complete: it says READY when it waits for words, and prints the words that it has got in <…>. */
const START: Readonly<
  Record<"bash" | "zsh", (at: string) => { command: string; file: string; text: string }>
> = {
  bash: (at) => ({
    command: `bash --noprofile --rcfile ${at}/rc -i`,
    file: "rc",
    text: `PS1=READY
lockstep() { printf '<%s>' "$@"; echo; }
source <(command lockstep completions bash)
`,
  }),
  zsh: (at) => ({
    command: `env ZDOTDIR=${at} zsh -d -i`,
    file: ".zshrc",
    text: `PS1=READY
unset zle_bracketed_paste
fpath=(${at}/functions $fpath)
autoload -U compinit
compinit -u -D
lockstep() { printf '<%s>' "$@"; echo; }
`,
  }),
};

/** Put a program `lockstep` into a folder, for shells to find it there; returns the PATH that has it. */
export async function plantProgram(at: string): Promise<string> {
  plant(at, { bin: {} });
  Deno.writeTextFileSync(
    `${at}/bin/lockstep`,
    `#!/bin/sh\nexec '${Deno.execPath()}' run -q '${MAIN}' "$@"\n`,
  );
  await Deno.chmod(`${at}/bin/lockstep`, 0o755);
  return `${at}/bin:${Deno.env.get("PATH")}`;
}

/**
 * Type each line in a shell, in the folder `cwd`, and let it run; returns the words that `lockstep` got of each. A tab
 * completes. `at` is an empty folder for the shell's own files, with the program from `plantProgram`.
 */
export async function typedIn(
  shell: "bash" | "zsh",
  lines: readonly string[],
  { at, cwd, PATH, rc = "" }: { at: string; cwd: string; PATH: string; rc?: string },
): Promise<string[][]> {
  const { command, file, text } = START[shell](at);
  Deno.writeTextFileSync(`${at}/${file}`, rc + text);
  const process = new Deno.Command("script", {
    args: ["-qec", command, "/dev/null"],
    cwd,
    env: { PATH, TERM: "dumb", HOME: at, LC_ALL: "C.UTF-8" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  // a shell that waits for more, as for the end of a quotation, would wait for ever
  const end = setTimeout(() => process.kill("SIGKILL"), 120_000);
  const writer = process.stdin.getWriter();
  const type = (typed: string) => writer.write(new TextEncoder().encode(typed)).catch(() => {});
  const got: string[][] = [];
  let [out, prompts] = ["", 0];
  for await (const piece of process.stdout.pipeThrough(new TextDecoderStream())) {
    out += piece;
    const shown = out.split("READY").length - 1;
    if (shown <= prompts) continue;
    prompts = shown;
    await type(prompts <= lines.length ? `${lines[prompts - 1]}\r` : "exit\r");
  }
  await process.status;
  clearTimeout(end);
  await writer.close().catch(() => {});
  for (const [, found] of out.matchAll(/^(<.*>)\r?$/gm)) got.push(found!.slice(1, -1).split("><"));
  return got;
}
