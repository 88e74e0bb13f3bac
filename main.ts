/** Lockstep: argv to exit status. Wires everything together and decides nothing that could be decided elsewhere. */
import { allowFile } from "./sync/cli/allow.ts";
import {
  announce,
  confinedLine,
  startLine,
  stoppedAfter,
  watchedBy,
  watchLine,
} from "./sync/cli/announce.ts";
import { edgeLine } from "./sync/cli/edge.ts";
import { finalStatus, STATUS } from "./sync/cli/exit_status.ts";
import { help, VERSION } from "./sync/cli/help.ts";
import { jsonError } from "./sync/cli/json.ts";
import { listen } from "./sync/cli/listen.ts";
import type { Line } from "./sync/cli/line.ts";
import type { Log } from "./sync/cli/log.ts";
import { reopen } from "./sync/cli/log_file.ts";
import { type Options, parse } from "./sync/cli/options.ts";
import { permits } from "./sync/cli/permit.ts";
import { prepare } from "./sync/cli/prepare.ts";
import { print } from "./sync/cli/print.ts";
import { listenToSignals } from "./sync/cli/signals.ts";
import { rhythmOf, type When } from "./sync/cli/when.ts";
import { chooseEdge } from "./sync/disk/edge.ts";
import { makesFifos } from "./sync/disk/fifo.ts";
import { relation } from "./sync/disk/relation.ts";
import { confinement } from "./sync/disk/sandbox.ts";
import type { Config } from "./sync/engine/config.ts";
import { type Mirror, mirror } from "./sync/mirror.ts";
import { inline, type Pool, threads } from "./sync/pass/pool.ts";
import { type Agenda, agenda } from "./sync/timing/agenda.ts";
import { systemClock } from "./sync/timing/clock.ts";
import { repeat } from "./sync/timing/repeat.ts";

/** Run the program; returns its exit status. */
async function main(words: readonly string[]): Promise<number> {
  if (words[0] === "schedule") {
    // what only some runs need is loaded late: each module takes time at the start
    const { schedule } = await import("./sync/cli/carry_out.ts");
    const { text, status, note } = await schedule(words.slice(1), import.meta.url, relation);
    if (note !== undefined) print(Deno.stderr, `lockstep: ${note}`);
    return status === STATUS.inSync ? answer(text) : complain(text, status);
  }
  const command = parse(words);
  switch (command.kind) {
    case "help":
      return answer(help());
    case "version":
      return answer(`lockstep ${VERSION}`);
    case "usage":
      return complain(command.text, STATUS.usage);
    case "mirror":
      return await run(command.options);
  }
}

/** Run passes until there is no more to do; returns the exit status. */
async function run(options: Options): Promise<number> {
  // the first thread loads its modules while this one looks at the folders
  const pool = poolOf(options.threads ?? navigator.hardwareConcurrency);
  const prepared = await prepare(options, { relation, chooseEdge, makesFifos });
  if ("status" in prepared) {
    pool.close();
    return complain(prepared.text, prepared.status);
  }
  const { config, log: file } = prepared;
  const { when } = options;
  const isLoop = when.rhythm.kind !== "once";
  const allow = isLoop ? allowFile(options.log, [config.source, config.replica]) : null;
  const listeners = listen(options, file, config, allow);
  const { log, emit } = listeners;
  const stop = new AbortController();
  const todo = agenda(when.settle ?? 0);
  const permit = permits(config, { listeners, signal: stop.signal, allow, mayAsk: !options.json });
  const one = mirror(config, {
    pool,
    emit,
    stop,
    logs: () => file?.paths() ?? [],
    now: systemClock.now,
    permit: permit.next,
  });
  const exit = () => {
    listeners.clear();
    Deno.exit(STATUS.interrupted);
  };
  listenToSignals(log, { stop, exit, pass: todo.ask, reopen: () => reopen(file, options.log, log) });
  try {
    log.write(startLine(config, when));
    log.write(edgeLine(config.edge, prepared.why));
    for (const line of threadLines(pool)) log.write(line);
    log.flush();
    if (when.settle !== null) await watchBoth(config, when, log, one, todo, stop.signal);
    const onePass: Parameters<typeof repeat>[1] = async (round) => {
      const passed = await one.pass(round);
      if (round.due === null && one.last()?.ended === "complete") permit.settled();
      log.flush();
      return passed;
    };
    await repeat(rhythmOf(when), onePass, {
      ...announce(when, log),
      clock: systemClock,
      signal: stop.signal,
      agenda: todo,
      sift: one.sift,
    });
    if (isLoop) log.write(stoppedAfter(one.passes()));
  } finally {
    await one.close();
    log.flush();
    pool.close();
  }
  return finalStatus(when, one.passes(), one.last());
}

/** Follow both folders; resolves when they are watched. */
async function watchBoth(
  { source, replica, edge, oneFileSystem }: Config,
  when: When,
  log: Log,
  { ignores }: Mirror,
  agenda: Agenda,
  signal: AbortSignal,
): Promise<void> {
  const { systemWatch } = await import("./sync/timing/system_watch.ts");
  const { watch } = await import("./sync/timing/watch.ts");
  const { by, open } = systemWatch(edge, oneFileSystem);
  log.write(watchedBy(by));
  const watchOne = (root: string, side: "source" | "replica") =>
    watch(root, {
      side,
      clock: systemClock,
      signal,
      agenda,
      open,
      ignores,
      tell(news) {
        log.write(watchLine(news, side, when));
        log.flush();
      },
    });
  await Promise.all([watchOne(source, "source"), watchOne(replica, "replica")]);
}

/** Worker threads, or this thread where Deno may not load the worker's module. */
function poolOf(size: number): Pool {
  return Deno.permissions.querySync({ name: "read", path: SYNC }).state === "granted"
    ? threads(size)
    : inline();
}

const SYNC = new URL("./sync/", import.meta.url);

/** What there is to say of the threads. */
function threadLines({ isThreaded }: Pool): Line[] {
  if (isThreaded) return [confinedLine(confinement())];
  const text = `one thread only: for more, add --allow-read=${SYNC.pathname}`;
  return [confinedLine("inline"), { level: "debug", text }];
}

function answer(text: string): number {
  print(Deno.stdout, text);
  return STATUS.inSync;
}

/** A program that reads JSON gets it there, too. */
function complain(text: string, exit: number): number {
  print(Deno.stderr, `lockstep: ${text}`);
  if (Deno.args.includes("--json")) print(Deno.stdout, jsonError(text, exit, Date.now()).trimEnd());
  return exit;
}

/** A bug ends the program, wherever it comes up. */
function bug(error: unknown): never {
  const what = error instanceof Error ? error.stack : error;
  Deno.exit(complain(`This is a bug in Lockstep:\n${what}`, STATUS.bug));
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
