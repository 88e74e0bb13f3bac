/** Units for systemd: a service that keeps running, or a service for one pass with a timer that starts it. Pure. */
import { isEitherDay } from "../calendar.ts";
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

/** The units for a task: those of one user, or of the system itself. */
export function units(task: Task, of: "user" | "system" = "user"): Unit[] {
  const { id, title, once, always, when } = task;
  const limits = `${MANNERS}${of === "system" ? hardening(task) : ""}`;
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
${limits}
[Install]
WantedBy=${of === "system" ? "multi-user" : "default"}.target
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
${limits}`,
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

/** A mirror gives way to what its machine is there for. Entries that changed while they were read are no failure. */
const MANNERS = `Nice=10
IOSchedulingClass=idle
SuccessExitStatus=24
`;

/** Nothing can be written to but the replica, its trash and the log, whatever the program does. */
function hardening({ places }: Task): string {
  if (places === undefined) return "";
  const { source, replica, log, trash, kept = [] } = places;
  const others = [...trash === undefined ? [] : [trash], ...kept];
  const folder = log.slice(0, log.lastIndexOf("/"));
  return `NoNewPrivileges=yes
ProtectSystem=strict
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
ReadOnlyPaths=${pathWord(source)}
# the log is renamed in its folder
ReadWritePaths=${pathWord(replica)} ${pathWord(folder === "" ? log : folder)}${
    others.map((path) => ` ${pathWord(path)}`).join("")
  }
`;
}

/** A path for a list of paths, which need not be there. */
function pathWord(path: string): string {
  return `"-${escapedText(path)}"`;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** A day of the month and a day of the week: in systemd both must fit. */
function onCalendar(fields: Fields): string[] {
  const [minute, hour, day, month, weekday] = [0, 1, 2, 3, 4].map((index) => valuesOf(fields, index));
  const list = (values: number[] | null | undefined) => values ? values.join(",") : "*";
  const time = `${list(hour)}:${list(minute)}:00`;
  const ofWeek = weekday ? `${weekday.map((value) => DAYS[value]).join(",")} ` : "";
  const all = `*-${list(month)}-*`;
  if (day && weekday && isEitherDay(fields[2], fields[4])) {
    return [`*-${list(month)}-${list(day)} ${time}`, `${ofWeek}${all} ${time}`];
  }
  return [`${ofWeek}*-${list(month)}-${list(day)} ${time}`];
}

/** A word, quoted for systemd. */
function quoted(word: string): string {
  const safe = escapedText(word).replaceAll("$", "$$$$");
  return /^[\w@+=:,./-]+$/.test(word) ? safe : `"${safe}"`;
}

function escapedText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("%", "%%");
}
