/**
 * Adds our entry to a crontab and removes it: text in, text out, other people's lines unchanged to the byte. Each
 * character of these texts is one byte, since the encoding of a crontab is not known. Pure.
 */
import { type Fields, type Task, Unsayable, valuesOf } from "./task.ts";

/** How our lines end. The shell reads it as a comment. */
function mark(id: string): string {
  return ` # lockstep ${id}`;
}

const MARKED = / # lockstep [0-9a-f]{8}$/;

/** The line for a task. Throws `Unsayable`. */
export function crontabLine({ id, once, when }: Task): string {
  const command = once.map(forShell).join(" ");
  if (/[\n\r\0]/.test(command)) throw new Unsayable("A crontab cannot hold a name with a line break in it");
  const fields = when.kind === "calendar" ? when.fields : everySo(when.ms);
  for (const index of fields.keys()) valuesOf(fields, index);
  // cron ends the command at a % that is not escaped
  return bytesOf(`${fields.join(" ")} ${command.replaceAll("%", "\\%")}${mark(id)}`);
}

/** The crontab with the task in it, exactly once. Throws `Unsayable`. */
export function installed(text: string, task: Task): string {
  const line = crontabLine(task);
  const lines = linesOf(text);
  const index = lines.findIndex((other) => other.endsWith(mark(task.id)));
  if (index < 0) return `${text === "" || text.endsWith("\n") ? text : `${text}\n`}${line}\n`;
  return lines.map((other, at) => at === index ? line : other)
    .filter((other, at) => at <= index || !other.endsWith(mark(task.id))).join("\n");
}

/** The crontab without the task. */
export function removed(text: string, id: string): string {
  return linesOf(text).filter((line) => !line.endsWith(mark(id))).join("\n");
}

/** All our lines, as text. */
export function listed(text: string): string[] {
  return linesOf(text).filter((line) => MARKED.test(line)).map(textOf);
}

/** The lines of a text, which join to the same text: after a final line break there is one more, which is empty. */
function linesOf(text: string): string[] {
  return text.split("\n");
}

/** Fields for an interval in ms. Throws `Unsayable` when it divides neither an hour nor a day. */
function everySo(ms: number | null): Fields {
  const minutes = (ms ?? NaN) / 60_000;
  const hours = minutes / 60;
  if (Number.isInteger(minutes) && 60 % minutes === 0 && minutes < 60) {
    return [step(minutes), "*", "*", "*", "*"];
  }
  if (Number.isInteger(hours) && 24 % hours === 0 && hours < 24) return ["0", step(hours), "*", "*", "*"];
  if (hours === 24) return ["0", "0", "*", "*", "*"];
  throw new Unsayable(
    "A crontab has whole minutes that divide an hour and hours that divide a day, and keeps no program running: " +
      "choose such an interval, or add --with=systemd",
  );
}

function step(every: number): string {
  return every === 1 ? "*" : `*/${every}`;
}

/** A word, quoted for the shell. */
export function forShell(word: string): string {
  return /^[\w@+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The bytes of a text in UTF-8, one byte to a character. */
export function bytesOf(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** The text of bytes in UTF-8, one byte to a character. */
function textOf(bytes: string): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}
