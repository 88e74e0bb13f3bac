/**
 * What signals mean: the first that asks to stop ends the pass under way, a second one the program. On Windows Deno makes
 * SIGINT of Ctrl-C, SIGBREAK of Ctrl-Break, SIGHUP of a window that is closed, and SIGTERM of logging off and shutting
 * down. Windows ends the program after the last two, as it is: what is under way is then left as by a kill.
 */
import { close as closeDebugger } from "node:inspector";
import type { Log } from "./log.ts";
import { SYSTEM } from "../system.ts";

/** How long a stop waits, in ms, for work on a file system that does not answer: less than the 5 s of Windows. */
const PATIENCE_MS = 3000;

/**
 * When the port for debuggers is closed after SIGUSR1, in ms. Deno opens it about when it calls our listener, and on a
 * busy machine later.
 */
const CLOSE_MS = [20, 100, 500, 2000, 10_000];

/** What signals bring about. */
export interface Answers {
  /** Aborted when the program is asked to stop. */
  readonly stop: AbortController;
  /** End the program at once. */
  exit(): void;
  /** Whether all passes are over, and only what hears of them is still at work: that takes the time it needs. */
  isDone?(): boolean;
  /** SIGUSR1, SIGUSR2: make a pass now. */
  pass(): void;
  /** SIGHUP, but where it means that the terminal has been closed: begin the log file anew. */
  reopen(): void;
}

export function listenToSignals(log: Log, { stop, exit, isDone = () => false, pass, reopen }: Answers): void {
  const end = () => {
    if (stop.signal.aborted) exit();
    stop.abort();
    log.write({ level: "debug", text: "asked to stop: ending with what is under way" });
    setTimeout(() => {
      if (isDone()) return;
      log.write({
        level: "warning",
        text: "stopped without waiting any longer for a file system that does not answer",
      });
      exit();
    }, PATIENCE_MS);
  };
  for (const signal of SYSTEM.stopSignals) Deno.addSignalListener(signal, end);
  // the closing of a terminal can be told twice, to the leader of its session and to the program in front
  const close = () => {
    if (!stop.signal.aborted) end();
  };
  if (!SYSTEM.hasUserSignals) {
    // the window was closed
    Deno.addSignalListener("SIGHUP", close);
    return;
  }
  Deno.addSignalListener("SIGUSR2", pass);
  Deno.addSignalListener("SIGUSR1", () => {
    // Deno opens a port for debuggers on this signal, to whoever can reach it
    closeDebugger();
    for (const ms of CLOSE_MS) Deno.unrefTimer(setTimeout(closeDebugger, ms));
    pass();
  });
  Deno.addSignalListener("SIGHUP", Deno.stdout.isTerminal() ? close : reopen);
  // a file that grows over a limit of the system is an error of that file, not the end of the program
  Deno.addSignalListener("SIGXFSZ", () => {});
}
