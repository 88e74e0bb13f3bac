/**
 * Who may let a plan through that the guard refuses: whoever sits at the terminal, until a first pass was complete, when
 * nothing of what the replica holds would be kept; in a loop, whoever writes the file for it. With --ask, whoever sits at
 * the terminal decides about every pass.
 */
import type { Config } from "../engine/config.ts";
import { shown } from "../engine/entry.ts";
import type { Consent, Limits, Permit, Planned, Refused } from "../engine/guard.ts";
import { takeAllowed } from "./allow.ts";
import { ask, canAsk } from "./ask.ts";
import type { Listeners } from "./listen.ts";
import { entries } from "./quantity.ts";
import { namesText } from "./refusal.ts";

export interface Permits {
  /** For the next pass. */
  next(): Permit;
  /**
   * A whole pass was complete, so nothing is refused any more: what is written for an old refusal is not taken for the
   * next, and the replica is one by now.
   */
  settled(): void;
}

export interface PermitOptions {
  readonly listeners: Listeners;
  readonly signal: AbortSignal;
  /** The file that lets a plan through; null for none. */
  readonly allow: string | null;
  /** Whether a question may be asked when a plan is refused. */
  readonly mayAsk: boolean;
  /** Whether one is asked before anything is done. */
  readonly asks: boolean;
}

export function permits(
  config: Config,
  { listeners, signal, allow, mayAsk, asks: asksAlways }: PermitOptions,
): Permits {
  /** When a plan was refused first, in ms since 1970; null while none is. */
  let since: number | null = null;
  /** No pass was complete yet. */
  let isNew = true;
  /** The answer was no, and it stays one. */
  let isDeclined = false;

  function allowed(): Limits | null {
    if (allow === null) return null;
    if (since === null) {
      since = Date.now();
      return null;
    }
    const taken = takeAllowed(allow, since, config.limits);
    if (taken === null) return null;
    since = null;
    listeners.log.write({ level: "info", text: `Let through once by ${shown(allow)}: ${taken.words}` });
    return taken.limits;
  }

  async function askFor(planned: Planned, question: string): Promise<Consent> {
    listeners.clear();
    if (!asksAlways) return await ask(question, signal) ? "yes" : "no";
    const { askAbout } = await import("./ask_about.ts");
    return await askAbout(planned, question, signal);
  }

  return {
    next() {
      const asks = isNew && mayAsk && canAsk();
      /** What was answered in this pass already. */
      let answered: Consent | null = null;
      return {
        asks,
        async limits(refused, planned) {
          if (!asks || isDeclined || refused.rule !== "nothing-kept") return allowed();
          answered = await askFor(planned, questionOf(refused, config.replica));
          if (answered !== "no") return agreedTo(config.limits, refused);
          // whoever is asked each time may answer otherwise the next time
          isDeclined = !asksAlways;
          return allowed();
        },
        ...(asksAlways && { consent: async (planned) => answered ?? await askFor(planned, "Do it?") }),
      };
    },
    settled() {
      since = null;
      isNew = false;
    },
  };
}

type Strange = Extract<Refused, { rule: "nothing-kept" }>;

/** As much as was asked for, and no more. */
function agreedTo(limits: Limits, { removals }: Strange): Limits {
  return { ...limits, maxDelete: { unit: "entries", value: removals } };
}

function questionOf(refused: Strange, replica: string): string {
  const { removals } = refused;
  return `Nothing that ${shown(replica)} holds would be kept: ${
    entries(removals)
  } would be deleted from it, ` +
    `${namesText(refused)}. Look first: --dry-run.\nDelete ${removals === 1 ? "it" : "them"} and go on?`;
}
