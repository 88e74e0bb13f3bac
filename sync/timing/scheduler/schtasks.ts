/**
 * The XML of a task for Windows' task scheduler, which schtasks reads, by the schema of version 1.2. It can say more than
 * the options of schtasks can, and holds paths of any length. Pure.
 */
import { isEitherDay } from "../calendar.ts";
import { type Fields, type Task, Unsayable, valuesOf } from "./task.ts";
import { escaped } from "./xml.ts";

export function taskName(id: string): string {
  return `Lockstep\\${id}`;
}

/** The task as a file for `schtasks /XML`: UTF-16 with its mark, as the scheduler writes it itself. */
export function taskFile(task: Task): Uint8Array<ArrayBuffer> {
  const text = `\ufeff${taskXml(task)}`;
  const bytes = new DataView(new ArrayBuffer(text.length * 2));
  for (let index = 0; index < text.length; index++) bytes.setUint16(index * 2, text.charCodeAt(index), true);
  return new Uint8Array(bytes.buffer);
}

/** Throws `Unsayable`. It names no encoding, so that it is right in whichever it is saved. */
export function taskXml(task: Task): string {
  const { id, title, isSystem = false } = task;
  const { triggers, words } = timed(task);
  const [command = "", ...args] = words.map(said);
  return `<?xml version="1.0"?>
<!-- schtasks /Create /TN "${taskName(id)}" /XML <this file> -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>Lockstep</Author>
    <Description>Lockstep: ${escaped(title)}</Description>
    <URI>\\${taskName(id)}</URI>
  </RegistrationInfo>
  <Triggers>
${triggers.join("\n")}
  </Triggers>
  <Principals>
    <Principal id="Author">
${
    isSystem
      ? "      <UserId>S-1-5-18</UserId>\n      <RunLevel>HighestAvailable</RunLevel>"
      : "      <LogonType>InteractiveToken</LogonType>\n      <RunLevel>LeastPrivilege</RunLevel>"
  }
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <IdleSettings>
      <StopOnIdleEnd>false</StopOnIdleEnd>
      <RestartOnIdle>false</RestartOnIdle>
    </IdleSettings>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${escaped(command)}</Command>
      <Arguments>${escaped(args.map(quoted).join(" "))}</Arguments>
      <WorkingDirectory>${escaped(folderOf(command))}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`;
}

/** A day in the past: a trigger counts from there on, in local time. */
const SINCE = "2020-01-01";
/** How often a program that keeps running is started again, when it has ended. */
const RESTART = "PT5M";
/** What a repetition can have, in minutes. */
const LONGEST = 31 * 24 * 60;
/** What a task can have. */
const MOST_TRIGGERS = 48;

/** When the task starts, and what it runs then. */
function timed({ when, once, always, isSystem }: Task): { triggers: string[]; words: readonly string[] } {
  if (when.kind === "calendar") return { triggers: calendar(when.fields), words: once };
  const minutes = (when.ms ?? NaN) / 60_000;
  if (Number.isInteger(minutes) && minutes <= LONGEST) {
    return { triggers: [`    ${repeated(`PT${minutes}M`)}`], words: once };
  }
  // it is started again when it has ended, and while it runs a further start means nothing
  const first = isSystem ? "    <BootTrigger />\n" : "";
  return { triggers: [`${first}    <RegistrationTrigger />\n    ${repeated(RESTART)}`], words: always };
}

function repeated(interval: string): string {
  return `<TimeTrigger><StartBoundary>${SINCE}T00:00:00</StartBoundary>` +
    `<Repetition><Interval>${interval}</Interval></Repetition></TimeTrigger>`;
}

/** A trigger for each time of the day that no repetition covers, on the days of each kind. */
function calendar(fields: Fields): string[] {
  const days = daysOf(fields);
  const triggers = timesOf(fields).flatMap(({ at, repetition }) =>
    days.map((day) => {
      const time = `${twoDigits(at / 60)}:${twoDigits(at % 60)}:00`;
      return `    <CalendarTrigger><StartBoundary>${SINCE}T${time}</StartBoundary>${repetition}${day}</CalendarTrigger>`;
    })
  );
  if (triggers.length <= MOST_TRIGGERS) return triggers;
  throw new Unsayable(
    `"${
      fields.join(" ")
    }" would be ${triggers.length} triggers, and a Windows task has ${MOST_TRIGGERS} at the most: ` +
      "choose times at even distances, or an interval",
  );
}

/** Times of the day, in minutes: one that is repeated at even distances, or each of them. */
function timesOf(fields: Fields): { readonly at: number; readonly repetition: string }[] {
  const [minutes, hours] = [valuesOf(fields, 0) ?? upTo(0, 59), valuesOf(fields, 1) ?? upTo(0, 23)];
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
  const [first, second] = times;
  if (first === undefined || second === undefined) return times.map((at) => ({ at, repetition: "" }));
  const step = second - first;
  if (times.some((time, index) => time !== first + index * step)) {
    return times.map((at) => ({ at, repetition: "" }));
  }
  // beyond the last one, and not as far as one more
  const duration = times.length * step === 24 * 60 ? "P1D" : `PT${(times.length - 1) * step}M30S`;
  return [{
    at: first,
    repetition: `<Repetition><Interval>PT${step}M</Interval><Duration>${duration}</Duration></Repetition>`,
  }];
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** On which days. A day of the month and a day of the week are two kinds of trigger, so that either starts the task. */
function daysOf(fields: Fields): string[] {
  const [day, month, weekday] = [valuesOf(fields, 2), valuesOf(fields, 3), valuesOf(fields, 4)];
  if (day && weekday && !isEitherDay(fields[2], fields[4])) {
    throw new Unsayable(
      `A Windows task cannot say that both "${fields[2]}" and "${fields[4]}" must fit a day: ` +
        'write one of them as "*"',
    );
  }
  const months = tags("Months", (month ?? upTo(1, 12)).map((number) => MONTHS[number - 1]!));
  const all: string[] = [];
  if (weekday) {
    const days = tags("DaysOfWeek", weekday.map((number) => DAYS[number]!));
    all.push(
      month === null
        ? `<ScheduleByWeek><WeeksInterval>1</WeeksInterval>${days}</ScheduleByWeek>`
        : `<ScheduleByMonthDayOfWeek>${
          listed("Weeks", "Week", [1, 2, 3, 4, "Last"])
        }${days}${months}</ScheduleByMonthDayOfWeek>`,
    );
  }
  if (day || (month && !weekday)) {
    all.push(
      `<ScheduleByMonth>${listed("DaysOfMonth", "Day", day ?? upTo(1, 31))}${months}</ScheduleByMonth>`,
    );
  }
  return all.length > 0 ? all : ["<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>"];
}

function upTo(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function tags(name: string, within: readonly string[]): string {
  return `<${name}>${within.map((one) => `<${one} />`).join("")}</${name}>`;
}

function listed(name: string, each: string, values: readonly (number | string)[]): string {
  return `<${name}>${values.map((value) => `<${each}>${value}</${each}>`).join("")}</${name}>`;
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}

/** A word, unless the scheduler would make another one of it. Throws `Unsayable`. */
function said(word: string): string {
  const [variable] = /%[^%]+%|\$\(/.exec(word) ?? [];
  if (variable !== undefined) {
    throw new Unsayable(
      `A Windows task would put something else in the place of "${variable}": choose a path without it`,
    );
  }
  // no character of XML
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\ufffe\uffff]/.test(word) || !word.isWellFormed()) {
    throw new Unsayable("A Windows task cannot hold a name with control characters in it");
  }
  return word;
}

/** The folder of a path of Windows. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/"), 0)) || "\\";
}

/** A word, quoted for Windows' programs. */
function quoted(word: string): string {
  if (/^[\w@+=:,./\\-]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
}
