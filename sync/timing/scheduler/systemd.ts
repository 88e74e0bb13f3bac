/** Units for systemd: a service that keeps running, or a service for one pass with a timer that starts it. Pure. */
import { type Fields, type Task, valuesOf } from "./task.ts";

/** A unit file. `enabled` is whether it is to be enabled: the timer of a service, or the service alone. */
export interface Unit {
  readonly name: string;
  readonly text: string;
  readonly enabled: boolean;
}

export function unitName(id: string): string {
  return `lockstep-${id}`;
}

export function units(task: Task): Unit[] {
  const { id, title, once, always, when } = task;
  const name = unitName(id);
  const description = `Description=Lockstep: ${title.replaceAll("%", "%%")}`;
  if (when.kind === "always") {
    return [{
      name: `${name}.service`,
      enabled: true,
      text: `[Unit]
${description}

[Service]
ExecStart=${always.map(quoted).join(" ")}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=30
# wrong usage stays wrong
RestartPreventExitStatus=1

[Install]
WantedBy=default.target
`,
    }];
  }
  return [{
    name: `${name}.service`,
    enabled: false,
    text: `[Unit]
${description}

[Service]
Type=oneshot
ExecStart=${once.map(quoted).join(" ")}
`,
  }, {
    name: `${name}.timer`,
    enabled: true,
    text: `[Unit]
${description}

[Timer]
${onCalendar(when.fields).map((time) => `OnCalendar=${time}`).join("\n")}
Persistent=true

[Install]
WantedBy=timers.target
`,
  }];
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** A day of the month and a day of the week: in a crontab either is enough, in systemd both must fit. */
function onCalendar(fields: Fields): string[] {
  const [minute, hour, day, month, weekday] = [0, 1, 2, 3, 4].map((index) => valuesOf(fields, index));
  const list = (values: number[] | null | undefined) => values ? values.join(",") : "*";
  const time = `${list(hour)}:${list(minute)}:00`;
  const ofWeek = weekday ? `${weekday.map((value) => DAYS[value]).join(",")} ` : "";
  const all = `*-${list(month)}-*`;
  if (day && weekday) return [`*-${list(month)}-${list(day)} ${time}`, `${ofWeek}${all} ${time}`];
  return [`${ofWeek}*-${list(month)}-${list(day)} ${time}`];
}

/** A word, quoted for systemd. */
function quoted(word: string): string {
  const safe = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll(
    "%",
    "%%",
  )
    .replaceAll("$", "$$$$");
  return /^[\w@+=:,./-]+$/.test(word) ? safe : `"${safe}"`;
}
