/** What is said about when passes are made: at the start, between passes and at the end. */
import { SYSTEM, type System } from "../system.ts";
import type { Config } from "../engine/config.ts";
import { shown } from "../engine/entry.ts";
import { showDuration } from "../timing/duration.ts";
import type { Limit } from "../timing/limit.ts";
import type { Repeating } from "../timing/repeat.ts";
import type { SystemWatch } from "../timing/system_watch.ts";
import type { News } from "../timing/watch.ts";
import type { Line } from "./line.ts";
import type { Log } from "./log.ts";
import { timeOf } from "./time.ts";
import { printable } from "./reason.ts";
import type { When } from "./when.ts";

/** The first line. */
export function startLine({ source, replica }: Config, when: When): Line {
  return { level: "info", text: `mirror ${shown(source)} to ${shown(replica)}, ${whenText(when)}` };
}

/** Whether the kernel confines the threads to the two trees, and why not. */
export function confinedLine(how: "here" | "inline" | "no-ffi" | "no-landlock" | "old-landlock"): Line {
  const unless = "nothing but Lockstep itself keeps to the two folders";
  switch (how) {
    case "here":
      return debug("confined: the kernel lets the threads read the source, write the replica, and no more");
    case "inline":
      return debug(`not confined: the work is done in the main thread; ${unless}`);
    case "no-ffi":
      return debug(`not confined: that takes --allow-ffi, on Linux; ${unless}`);
    case "no-landlock":
      return debug(`not confined: the kernel has no Landlock, or it is turned off; ${unless}`);
    case "old-landlock":
      return debug(`not confined: the Landlock of kernels before Linux 5.19 does not do; ${unless}`);
  }
}

function debug(text: string): Line {
  return { level: "debug", text };
}

/** The last line of a loop. */
export function stoppedAfter(passes: number): Line {
  return { level: "info", text: `stopped after ${passes} ${passes === 1 ? "pass" : "passes"}` };
}

/**
 * Say in the log that a pass took longer than its interval, and when the calendar's next one comes. `waits`: for others,
 * before each pass.
 */
export function announce(
  { rhythm }: When,
  log: Log,
  waits: boolean,
): Required<Pick<Repeating, "late" | "waiting">> {
  return {
    late(took) {
      if (rhythm.kind !== "interval") return;
      const text = `the pass${waits ? ", and the wait for other jobs," : ""} took ${
        showDuration(took)
      }, longer than the interval: the next one begins at once`;
      log.write({ level: "info", text });
    },
    waiting(until) {
      if (rhythm.kind !== "cron") return;
      log.write({ level: "info", text: `the next pass is at ${timeOf(until)}` });
      log.flush();
    },
  };
}

/** "every 30s", for a person. */
export function whenText({ rhythm, settle }: When): string {
  const words = wholeWords(rhythm);
  return settle === null ? words : `on every change, and all of it ${words}`;
}

function wholeWords(rhythm: When["rhythm"]): string {
  switch (rhythm.kind) {
    case "once":
      return "once";
    case "interval":
      return `every ${showDuration(rhythm.ms)}`;
    case "cron":
      return `at "${rhythm.text}"`;
  }
}

/** How changes are followed, as a line. */
export function watchedBy(by: SystemWatch["by"], { ownWatch }: Pick<System, "ownWatch"> = SYSTEM): Line {
  const better = ownWatch === null ? "" : `: ${ownWatch} comes with --allow-ffi`;
  const how = by === "Deno" ? `Deno's watch${better}` : by;
  return { level: "debug", text: `changes are followed by ${how}` };
}

/** Whether changes are followed, as a line. */
export function watchLine(news: News, side: "source" | "replica", { rhythm }: When): Line {
  if (news.kind === "watched") return { level: "info", text: `The ${side} is watched again` };
  const { limit, root } = news;
  const why = limit === null ? printable(news.text) : limitText(limit);
  const [what, rest] = news.kind === "unwatched"
    ? [`the ${side} ${shown(root)}`, "Until then all is compared"]
    : limit !== null
    ? [`all of the ${side} ${shown(root)}`, "What is not watched is compared"]
    : [`${partText(news)} in the ${side} ${shown(root)}`, "What is in there is compared"];
  return { level: "warning", text: `Cannot watch ${what}: ${why}. ${rest} ${wholeWords(rhythm)}` };
}

function limitText({ name, now, enough }: Limit): string {
  const value = now === undefined ? "" : ` (${now})`;
  return `the system's limit ${name} is reached${value}; raise it, as in "sudo sysctl ${name}=${enough}"`;
}

function partText({ path, others }: { readonly path: string; readonly others: number }): string {
  return shown(path) + (others === 0 ? "" : ` and ${others} more`);
}
