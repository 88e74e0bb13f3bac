/**
 * A terminal: lines scroll by, and the progress line stands below them at all times. Lines are gathered and go out with
 * the progress line in one write, some ten to twenty times a second: a line that is wiped for each operation is hardly
 * ever seen.
 */
import type { Line } from "./line.ts";
import { type Console, LABELS } from "./log.ts";
import { timeOf } from "./time.ts";
import { type Target, writeAll } from "./print.ts";
import { isSystemError } from "../system_error.ts";

export interface Screen extends Omit<Console, "level"> {
  /** Let this stand below the lines; null for nothing. */
  progress(text: string | null): void;
}

/** What a screen is made of. */
export interface ScreenOptions {
  /** How many columns it has. */
  columns(): number;
  /** In ms, of a clock that does not jump. */
  now(): number;
  readonly colors: boolean;
}

/** Drawn at most so often, in ms: some sixteen times a second. */
const REDRAW_MS = 60;
/** The characters to gather before they are drawn earlier. */
const GATHERED = 32 * 1024;

/** To the beginning of the line, and what is right of there wiped. */
const WIPE = "\r\x1b[K";

export function screen(terminal: Target, { columns, now, colors }: ScreenOptions): Screen {
  const encoder = new TextEncoder();
  let lines = "";
  let below: string | null = null;
  let drawn = -Infinity;
  let isBelow = false;

  function draw(): void {
    if (lines === "" && below === null && !isBelow) return;
    const text = (isBelow ? WIPE : "") + lines + (below === null ? "" : fitted(below, columns() - 1));
    isBelow = below !== null;
    lines = "";
    drawn = now();
    try {
      writeAll(terminal, encoder.encode(text));
    } catch (error) {
      // a terminal that has gone needs no lines
      if (!isSystemError(error)) throw error;
    }
  }

  return {
    add(line, time) {
      lines += `${painted(line, time, colors)}\n`;
      if (now() - drawn >= REDRAW_MS || lines.length >= GATHERED) draw();
    },
    progress(text) {
      const isOver = text === null && below !== null;
      below = text;
      if (isOver || (text !== null && now() - drawn >= REDRAW_MS)) draw();
    },
    flush() {
      if (lines !== "") draw();
    },
  };
}

/** A line with the time of day; the log file has the full time. */
function painted(line: Line, time: number, colors: boolean): string {
  const label = line.level === "info" ? "" : `${LABELS[line.level]} `;
  const color = colors ? colorOf(line) : null;
  const text = `${label}${line.text}`;
  return `${timeOf(time).slice(11, 19)} ${color === null ? text : `\x1b[${color}m${text}\x1b[0m`}`;
}

/** Red for an error, yellow for a warning, green for a pass that went well, grey for details. */
function colorOf({ level, mark }: Line): number | null {
  switch (level) {
    case "error":
      return 31;
    case "warning":
      return 33;
    case "info":
      return mark === "summary" ? 32 : null;
    case "debug":
      return 90;
  }
}

/** What takes two columns: the scripts of East Asia, and emoji. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\p{Emoji_Presentation}]/u;
const NO_WIDTH = /[\p{M}\u200b-\u200d\ufe00-\ufe0f]/u;

/** As much of a text as fits into so many columns; a line that is too long would scroll, and could not be wiped. */
export function fitted(text: string, columns: number): string {
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
    if (width > columns) break;
    end += character.length;
  }
  return text.slice(0, end);
}
