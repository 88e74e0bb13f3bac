/**
 * Lockstep: argv to exit status. Nothing of what a run needs is imported late: Deno would write its cache of compiled code
 * at each start.
 */
import { answer, bugText, complain } from "./sync/cli/answer.ts";
import { withHelp } from "./sync/cli/command_meant.ts";
import { STATUS } from "./sync/cli/exit_status.ts";
import { parse } from "./sync/cli/options.ts";
import { startNoPrograms } from "./sync/cli/permissions.ts";
import { print } from "./sync/cli/print.ts";
import { mayUseLibc } from "./sync/libc.ts";
import { poolOf } from "./sync/pass/pool.ts";
import { COMMANDS } from "./sync/commands/mod.ts";
import { run } from "./sync/run.ts";

/** Run the program; returns its exit status. */
async function main(typed: readonly string[]): Promise<number> {
  const words = withHelp(typed);
  if (typeof words === "string") return complain(words, STATUS.usage);
  if (words[0] === "schedule") return await schedule(words.slice(1));
  const load = Object.hasOwn(COMMANDS, words[0] ?? "") ? COMMANDS[words[0]!] : undefined;
  if (load !== undefined) return await carryOut(load, words.slice(1));
  const command = parse(words);
  switch (command.kind) {
    case "help":
      return answer((await import("./sync/cli/help.ts")).help(command.which));
    case "version":
      if (command.which === "all") {
        return answer(await (await import("./sync/commands/version.ts")).version());
      }
      return answer(`lockstep ${(await import("./sync/build.ts")).VERSION}`);
    case "usage":
      return complain(command.text, STATUS.usage);
    case "mirror":
      startNoPrograms(command.options.observe, mayUseLibc());
      // the first thread loads its modules while this one looks at the folders
      return await run(command.options, poolOf(command.options.threads));
  }
}

/** Manage an entry of the system's scheduler; returns the exit status. */
async function schedule(words: readonly string[]): Promise<number> {
  const { schedule } = await import("./sync/cli/carry_out.ts");
  const { relation } = await import("./sync/disk/relation.ts");
  const { text, status, note } = await schedule(words, import.meta.url, relation);
  if (note !== undefined) print(Deno.stderr, `lockstep: ${note}`);
  return status === STATUS.inSync ? answer(text) : complain(text, status);
}

/** Carry out a command; returns the exit status. */
async function carryOut(load: typeof COMMANDS[string], words: readonly string[]): Promise<number> {
  const { command } = await load();
  const { text, status, note, isReport } = await command(words);
  if (note !== undefined) print(Deno.stderr, `lockstep: ${note}`);
  if (text === "") return status;
  if (isReport) {
    answer(text);
    return status;
  }
  return status === STATUS.inSync ? answer(text) : complain(text, status);
}

/** A bug ends the program, wherever it comes up. */
function bug(error: unknown): never {
  const what = error instanceof Error ? error.stack : error;
  Deno.exit(complain(bugText(what), STATUS.bug));
}

if (import.meta.main) {
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    bug(event.error);
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    bug(event.reason);
  });
  Deno.exit(await main(Deno.args).catch(bug));
}
