/** Arguments for Windows' schtasks: a task that starts at logon, or at one time of the day. Pure. */
import { type Task, Unsayable, valuesOf } from "./task.ts";

const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

export function taskName(id: string): string {
  return `Lockstep\\${id}`;
}

/** The arguments that create a task. Throws `Unsayable`. */
export function createWords(task: Task): string[] {
  const { id, once, always, when } = task;
  const run = (
    words: readonly string[],
  ) => ["/Create", "/F", "/TN", taskName(id), "/TR", words.map(quoted).join(" ")];
  if (when.kind === "always") return [...run(always), "/SC", "ONLOGON"];
  const [minute, hour, day, month, weekday] = [0, 1, 2, 3, 4].map((index) => valuesOf(when.fields, index));
  if (minute?.length !== 1 || hour?.length !== 1 || (day && day.length > 1) || month || (day && weekday)) {
    throw new Unsayable(
      "A Windows task has one time of the day, every day, on days of the week, or on one day of the month: " +
        "choose such a time, or an interval",
    );
  }
  const time = `${String(hour[0]).padStart(2, "0")}:${String(minute[0]).padStart(2, "0")}`;
  if (day) return [...run(once), "/SC", "MONTHLY", "/D", String(day[0]), "/ST", time];
  if (weekday) {
    return [...run(once), "/SC", "WEEKLY", "/D", weekday.map((value) => DAYS[value]).join(","), "/ST", time];
  }
  return [...run(once), "/SC", "DAILY", "/ST", time];
}

/** A word, quoted for Windows' programs. */
function quoted(word: string): string {
  if (/^[\w@+=:,./\\-]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
}
