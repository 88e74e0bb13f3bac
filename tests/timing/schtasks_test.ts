/** Windows' task scheduler: its XML by rows, held against the structure of Microsoft's schema, and Wine's schtasks. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseSchedule } from "../../sync/cli/schedule.ts";
import { taskFile, taskName, taskXml } from "../../sync/timing/scheduler/schtasks.ts";
import { fieldsOf, type Task, Unsayable } from "../../sync/timing/scheduler/task.ts";
import { command } from "../support/program.ts";
import { inFolder } from "../support/tree.ts";

const isWindows = Deno.build.os === "windows";

function task(when: Task["when"], paths: readonly string[] = ["C:\\a", "D:\\b"], isSystem = false): Task {
  const words = ["C:\\Program Files\\Lockstep\\lockstep.exe", ...paths];
  return { id: "0badcafe", title: "a to b", once: [...words, "--once"], always: words, when, isSystem };
}

const every = (ms: number | null) => ({ kind: "always", ms } as const);
const at = (text: string) => ({ kind: "calendar", fields: fieldsOf(text) } as const);

/** An element of XML: its children, or its text where it has none. */
interface Element {
  readonly name: string;
  readonly attributes: string;
  readonly children: Element[];
  text: string;
}

/** Read XML as simple as ours. Throws when it is not well-formed. */
function parsed(xml: string): Element {
  const top: Element = { name: "", attributes: "", children: [], text: "" };
  const open = [top];
  const rest = xml.replace(/^<\?xml version="1.0"\?>\n<!--(?:(?!--)[^])*-->\n/, "");
  for (
    const [, end, name, attributes, alone, text] of rest.matchAll(/<(\/?)(\w+)([^>]*?)( ?\/)?>|([^<]+)/g)
  ) {
    const last = open.at(-1)!;
    if (text !== undefined) last.text += text;
    else if (end) assertEquals(open.pop()!.name, name);
    else {
      const element = { name: name!, attributes: attributes!.trim(), children: [], text: "" };
      last.children.push(element);
      if (!alone) open.push(element);
    }
  }
  assertEquals([open.length, top.children.length], [1, 1]);
  return top.children[0]!;
}

function textOf(xml: string, name: string): string {
  const [, text = ""] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

const BOOLEAN = /^(true|false)$/;
const DURATION = /^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/;
const TIME = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
const NAMES = /^$/;
const MONTHS = Object.fromEntries(
  "January February March April May June July August September October November December".split(" ")
    .map((name) => [name, NAMES]),
);
const DAYS = Object.fromEntries(
  "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ").map((name) => [name, NAMES]),
);
const TRIGGER = {
  Enabled: BOOLEAN,
  StartBoundary: TIME,
  EndBoundary: TIME,
  Repetition: { Interval: DURATION, Duration: DURATION, StopAtDurationEnd: BOOLEAN },
  ExecutionTimeLimit: DURATION,
};
type Schema = RegExp | { readonly [name: string]: Schema };

/**
 * What Microsoft's "Task Scheduler Schema" lets an element have, as far as we write it: its children in their order. The
 * order counts in triggers alone (`xs:sequence`); elsewhere (`xs:all`) it is the one in which the scheduler writes them.
 */
const SCHEMA: Schema = {
  RegistrationInfo: { Author: /./, Description: /./, URI: /^\\/ },
  Triggers: {
    BootTrigger: { ...TRIGGER, Delay: DURATION },
    RegistrationTrigger: { ...TRIGGER, Delay: DURATION },
    TimeTrigger: { ...TRIGGER, RandomDelay: DURATION },
    CalendarTrigger: {
      ...TRIGGER,
      RandomDelay: DURATION,
      ScheduleByDay: { DaysInterval: /^\d+$/ },
      ScheduleByWeek: { WeeksInterval: /^\d+$/, DaysOfWeek: DAYS },
      ScheduleByMonth: { DaysOfMonth: { Day: /^([1-9]|[12]\d|3[01]|Last)$/ }, Months: MONTHS },
      ScheduleByMonthDayOfWeek: { Weeks: { Week: /^([1-4]|Last)$/ }, DaysOfWeek: DAYS, Months: MONTHS },
    },
  },
  Principals: {
    Principal: {
      UserId: /./,
      LogonType: /^(S4U|Password|InteractiveToken|InteractiveTokenOrPassword)$/,
      RunLevel: /^(LeastPrivilege|HighestAvailable)$/,
    },
  },
  Settings: {
    MultipleInstancesPolicy: /^(Parallel|Queue|IgnoreNew|StopExisting)$/,
    DisallowStartIfOnBatteries: BOOLEAN,
    StopIfGoingOnBatteries: BOOLEAN,
    AllowHardTerminate: BOOLEAN,
    StartWhenAvailable: BOOLEAN,
    RunOnlyIfNetworkAvailable: BOOLEAN,
    IdleSettings: { StopOnIdleEnd: BOOLEAN, RestartOnIdle: BOOLEAN },
    AllowStartOnDemand: BOOLEAN,
    Enabled: BOOLEAN,
    Hidden: BOOLEAN,
    RunOnlyIfIdle: BOOLEAN,
    WakeToRun: BOOLEAN,
    ExecutionTimeLimit: DURATION,
    Priority: /^([0-9]|10)$/,
  },
  Actions: { Exec: { Command: /./, Arguments: /^/, WorkingDirectory: /./ } },
};

function assertFits(element: Element, schema: Schema): void {
  if (schema instanceof RegExp) {
    assert(element.children.length === 0 && schema.test(element.text), `${element.name}: ${element.text}`);
    return;
  }
  const order = Object.keys(schema);
  let last = 0;
  for (const child of element.children) {
    const index = order.indexOf(child.name);
    assert(index >= 0, `${element.name} has no ${child.name}`);
    assert(element.name === "Triggers" || index >= last, `${child.name} comes too late in ${element.name}`);
    last = index;
    assertFits(child, schema[child.name]!);
  }
}

/** All triggers, each in one line. */
function triggers(when: Task["when"], isSystem = false): string[] {
  const xml = taskXml(task(when, [], isSystem));
  const root = parsed(xml);
  assertEquals(root.attributes.split(" ").sort(), [
    'version="1.2"',
    'xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"',
  ]);
  assertFits(root, SCHEMA);
  const [, inside = ""] = /<Triggers>\n([^]*)\n {2}<\/Triggers>/.exec(xml) ?? [];
  return inside.split("\n").map((line) => line.trim());
}

Deno.test("taskXml() has the structure of Microsoft's schema, and triggers that mean what was asked for", () => {
  const day = "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>";
  const calendar = (time: string, days: string, repetition = "") =>
    `<CalendarTrigger><StartBoundary>2020-01-01T${time}:00</StartBoundary>${repetition}${days}</CalendarTrigger>`;
  const repetition = (interval: string, duration: string) =>
    `<Repetition><Interval>${interval}</Interval><Duration>${duration}</Duration></Repetition>`;
  const week = (...names: string[]) =>
    `<ScheduleByWeek><WeeksInterval>1</WeeksInterval><DaysOfWeek>${
      names.map((name) => `<${name} />`).join("")
    }</DaysOfWeek></ScheduleByWeek>`;
  const all = `<Months>${Object.keys(MONTHS).map((name) => `<${name} />`).join("")}</Months>`;
  const rows: [string, string[]][] = [
    ["@daily", [calendar("00:00", day)]],
    ["30 2 * * mon,fri", [calendar("02:30", week("Monday", "Friday"))]],
    ["0 2,14 * * *", [calendar("02:00", day, repetition("PT720M", "P1D"))]],
    ["0 2,3,14 * * *", [calendar("02:00", day), calendar("03:00", day), calendar("14:00", day)]],
    ["* * * * *", [calendar("00:00", day, repetition("PT1M", "P1D"))]],
    ["*/15 * * * *", [calendar("00:00", day, repetition("PT15M", "P1D"))]],
    ["*/15 9-17 * * mon", [calendar("09:00", week("Monday"), repetition("PT15M", "PT525M30S"))]],
    ["0 3 15 * *", [
      calendar("03:00", `<ScheduleByMonth><DaysOfMonth><Day>15</Day></DaysOfMonth>${all}</ScheduleByMonth>`),
    ]],
    ["0 3 1 * sun", [
      calendar("03:00", week("Sunday")),
      calendar("03:00", `<ScheduleByMonth><DaysOfMonth><Day>1</Day></DaysOfMonth>${all}</ScheduleByMonth>`),
    ]],
    ["0 3 * jun sun", [
      calendar(
        "03:00",
        "<ScheduleByMonthDayOfWeek><Weeks><Week>1</Week><Week>2</Week><Week>3</Week><Week>4</Week><Week>Last</Week>" +
          "</Weeks><DaysOfWeek><Sunday /></DaysOfWeek><Months><June /></Months></ScheduleByMonthDayOfWeek>",
      ),
    ]],
  ];
  for (const [text, expected] of rows) assertEquals([text, triggers(at(text))], [text, expected]);
  assertEquals(triggers(at("0 3 * 2 *"))[0]!.match(/<Day>/g)?.length, 31);
  const repeated = (interval: string) =>
    "<TimeTrigger><StartBoundary>2020-01-01T00:00:00</StartBoundary><Repetition>" +
    `<Interval>${interval}</Interval></Repetition></TimeTrigger>`;
  assertEquals(triggers(every(7 * 60_000)), [repeated("PT7M")]);
  // what keeps running is started again when it has ended
  const kept = ["<RegistrationTrigger />", repeated("PT5M")];
  for (const ms of [null, 500, 90_500, 32 * 86_400_000]) assertEquals(triggers(every(ms)), kept);
  assertEquals(triggers(every(null), true), ["<BootTrigger />", ...kept]);
});

Deno.test("taskXml() runs one pass at each time, or the program that keeps running, and lets nothing stop it", () => {
  for (const [when, has] of [[at("@daily"), true], [every(60_000), true], [every(null), false]] as const) {
    const xml = taskXml(task(when));
    assertEquals(textOf(xml, "Arguments").includes("--once"), has);
    for (
      const line of [
        "<MultipleInstancesPolicy>IgnoreNew<",
        "<ExecutionTimeLimit>PT0S<",
        "<StartWhenAvailable>true<",
        "<DisallowStartIfOnBatteries>false<",
        "<StopIfGoingOnBatteries>false<",
        "<LogonType>InteractiveToken<",
      ]
    ) assertStringIncludes(xml, line);
  }
  const xml = taskXml(task(at("@daily"), [], true));
  assertStringIncludes(xml, "<UserId>S-1-5-18</UserId>");
  assertEquals(xml.includes("InteractiveToken"), false);
});

Deno.test("taskXml() says what a task cannot", () => {
  const rows: [Task["when"], string[], string][] = [
    [at("0 2 */15 * sun"), [], "both"],
    [at("0,1,3 1,2,4,8,16 1 * sun"), [], ""],
    [at("0,1,3 0-20 * * *"), [], "63 triggers"],
    [at("0 2 L * *"), [], `does not know "L"`],
    [at("@daily"), ["C:\\%TEMP%\\a"], `in the place of "%TEMP%"`],
    [at("@daily"), ["C:\\50% done"], ""],
    [at("@daily"), ["C:\\$(Arg0)"], `in the place of "$("`],
    [at("@daily"), ["C:\\\ud83d"], "control characters"],
    [at("@daily"), ["C:\\a\tb"], "control characters"],
  ];
  for (const [when, paths, part] of rows) {
    if (part === "") taskXml(task(when, paths));
    else assertThrows(() => taskXml(task(when, paths)), Unsayable, part);
  }
});

/** The words of a command line, as Windows' programs read them. */
function words(line: string): string[] {
  const all: string[] = [];
  let [word, isOpen, isQuoted] = ["", false, false];
  for (let index = 0; index < line.length; index++) {
    const [slashes = ""] = /^\\*(?=")/.exec(line.slice(index)) ?? [];
    if (slashes !== "" || line[index] === '"') {
      word += "\\".repeat(slashes.length >> 1);
      index += slashes.length;
      isOpen = true;
      if (slashes.length % 2 === 1) word += '"';
      else isQuoted = !isQuoted;
    } else if (line[index] === " " && !isQuoted) {
      if (isOpen) all.push(word);
      [word, isOpen] = ["", false];
    } else [word, isOpen] = [word + line[index], true];
  }
  return isOpen ? [...all, word] : all;
}

Deno.test("a task reaches the program with every word as it was, in UTF-16", () => {
  const nasty = [
    "C:\\Bilder & Töne\\目録 😀\\<a>'s",
    "D:\\50% done\\",
    "\\\\server\\share$\\with space\\\\",
    "",
    'a "quoted" word',
    "C:\\^(x)!;,",
  ];
  const one = task(at("@daily"), nasty);
  const bytes = taskFile(one);
  assertEquals([...bytes.subarray(0, 4)], [0xff, 0xfe, 0x3c, 0]);
  const xml = new TextDecoder("utf-16le").decode(bytes);
  assertEquals(xml, taskXml(one));
  assertEquals(textOf(xml, "Command"), "C:\\Program Files\\Lockstep\\lockstep.exe");
  assertEquals(textOf(xml, "WorkingDirectory"), "C:\\Program Files\\Lockstep");
  assertEquals(words(textOf(xml, "Arguments")), [...nasty, "--once"]);
});

Deno.test("a schedule with schtasks is for the one who asks, or with --system for the system", () => {
  const program = () => ["lockstep.exe"];
  const words = ["show", "/s", "/r", "@daily", "/l.log", "--with=schtasks"];
  for (const [more, isSystem] of [[[], false], [["--system"], true]] as const) {
    const asked = parseSchedule([...words, ...more], program);
    if (asked.kind !== "show") throw new Error(JSON.stringify(asked));
    assertEquals([asked.scheduler, asked.task.isSystem], ["schtasks", isSystem]);
  }
});

Deno.test({
  name: `schtasks takes the task, over and over, and removes it${isWindows ? "" : " (skipped: not Windows)"}`,
  ignore: !isWindows,
  fn: () =>
    inFolder(async (folder) => {
      const name = taskName("0badcafe");
      const kinds = [
        task(at("*/15 9-17 * * mon")),
        task(at("0 3 1 * sun"), ["C:\\Bilder & Töne\\目録 😀\\<a>"]),
        task(every(7 * 60_000)),
        task(every(null)),
      ];
      for (const one of kinds) {
        Deno.writeFileSync(`${folder}/task.xml`, taskFile(one));
        const ran = await command("schtasks", "/Create", "/F", "/TN", name, "/XML", `${folder}\\task.xml`);
        assertEquals([ran?.status, ran?.err], [0, ""]);
      }
      assertEquals((await command("schtasks", "/Delete", "/F", "/TN", name))?.status, 0);
      assertEquals((await command("schtasks", "/Delete", "/F", "/TN", name))?.status, 1);
      // no XML
      Deno.writeTextFileSync(`${folder}/task.xml`, "<Task");
      const broken = await command("schtasks", "/Create", "/F", "/TN", name, "/XML", `${folder}\\task.xml`);
      assert(broken?.status !== 0);
    }),
});
