/**
 * A property list for macOS's launchd: a program that is kept running, or one pass at times of the calendar, and the words
 * that make launchd take it. Pure. What the keys mean is in `man launchd.plist`; `docs/macos.md` says why these.
 */
import { isEitherDay } from "../calendar.ts";
import { type Fields, type Task, Unsayable, valuesOf } from "./task.ts";
import { escaped } from "./xml.ts";

export function labelOf(id: string): string {
  return `lockstep.${id}`;
}

export function propertyList({ id, once, always, when }: Task): string {
  const words = when.kind === "always" ? always : once;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${labelOf(id)}</string>
  <key>ProgramArguments</key>
  <array>
${words.map((word) => `    <string>${escaped(word)}</string>`).join("\n")}
  </array>
${
    when.kind === "always"
      ? KEPT_RUNNING
      : `  <key>StartCalendarInterval</key>\n  <array>\n${moments(when.fields).join("\n")}\n  </array>`
  }
${MANNERS}
</dict>
</plist>
`;
}

/** Started at once and at each login, and again when it failed: after half a minute, as with systemd. */
const KEPT_RUNNING = `  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict><key>SuccessfulExit</key><false/></dict>
  <key>ThrottleInterval</key>
  <integer>30</integer>`;

/** A mirror gives way to what its machine is there for. */
const MANNERS = `  <key>ProcessType</key>
  <string>Background</string>
  <key>LowPriorityIO</key>
  <true/>`;

/**
 * The words for `launchctl` that make it take the property list at a path, in order. `user`: the number of the user whose
 * it is. An agent that was disabled once cannot be taken before it is enabled.
 */
export function bootstrapWords(path: string, id: string, user: number): readonly (readonly string[])[] {
  return [["enable", `gui/${user}/${labelOf(id)}`], ["bootstrap", `gui/${user}`, path]];
}

/** The words for `launchctl` that make it stop and forget an agent. */
export function bootoutWords(id: string, user: number): readonly string[] {
  return ["bootout", `gui/${user}/${labelOf(id)}`];
}

const KEYS = ["Minute", "Hour", "Day", "Month", "Weekday"];

/**
 * One entry for each moment, since launchd has no lists. A day of the month and a day of the week mean either of the
 * two to it. Throws `Unsayable` where both must fit.
 */
function moments(fields: Fields): string[] {
  const both = valuesOf(fields, 2) && valuesOf(fields, 4);
  if (both && !isEitherDay(fields[2], fields[4])) {
    throw new Unsayable(
      `launchd cannot say that both "${fields[2]}" and "${
        fields[4]
      }" must fit a day: write one of them as "*"`,
    );
  }
  const ways: Fields[] = both
    ? [
      [fields[0], fields[1], fields[2], fields[3], "*"],
      [fields[0], fields[1], "*", fields[3], fields[4]],
    ]
    : [fields];
  return ways.flatMap((way) => {
    let rows: string[] = [""];
    for (const [index, key] of KEYS.entries()) {
      const values = valuesOf(way, index);
      if (values === null) continue;
      rows = rows.flatMap((row) =>
        values.map((value) => `${row}<key>${key}</key><integer>${value}</integer>`)
      );
    }
    return rows.map((row) => `    <dict>${row}</dict>`);
  });
}
