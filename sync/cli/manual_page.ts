/**
 * The manual page in the macros of mdoc(7), made from the tables of options, commands and exit statuses. A line of the source
 * is short, and each sentence begins one, as `mandoc -Tlint` asks for.
 */
import {
  COMMAND_TABLE,
  type CommandRow,
  type Given,
  MIRROR,
  optionsOf,
  type Own,
  type Word,
} from "./command_table.ts";
import { EXIT_STATUSES } from "./exit_status.ts";
import { GROUPS } from "./help.ts";
import { OPTIONS } from "./option_table.ts";

/** When the words of the page were last changed by more than a table. */
const DATE = "November 22, 2026";
/** How long a line of the source may be. */
const WIDTH = 78;

/** The whole page, without the last end of line. */
export function manualPage(): string {
  return [
    `.Dd ${DATE}`,
    ".Dt LOCKSTEP 1",
    ".Os",
    ".Sh NAME",
    ".Nm lockstep",
    ".Nd keep a folder an exact one-way copy of another",
    ".Sh SYNOPSIS",
    ...synopsisOf("", MIRROR),
    ...COMMAND_TABLE.flatMap((row) => (row.verbs ?? [row]).flatMap((given) => synopsisOf(row.name, given))),
    ".Sh DESCRIPTION",
    ...DESCRIPTION,
    ".Sh OPTIONS",
    ...text("An option that takes a value takes the next word, or what stands behind an equals sign."),
    ...GROUPS.flatMap(([group, heading]) => [
      `.Ss ${heading}`,
      ...list(OPTIONS.filter((row) => row.group === group)),
    ]),
    ".Sh COMMANDS",
    ...text(
      "A source with the name of a command is written with a path, as in ./plan. " +
        "Each command shows its own words with --help.",
    ),
    ...COMMAND_TABLE.flatMap(commandLines),
    ".Sh FILES",
    ".Bl -tag -width Ds",
    ...FILES.flatMap(([name, meaning]) => [`.It Pa ${name}`, ...text(meaning)]),
    ".El",
    ".Sh EXIT STATUS",
    ".Bl -tag -width Ds -compact",
    ...EXIT_STATUSES.flatMap(({ number, meaning }) => [`.It ${number}`, ...text(`${meaning}.`)]),
    ".El",
    ".Sh SIGNALS",
    ".Bl -tag -width Ds",
    ...SIGNALS.flatMap(([names, meaning]) => [
      `.It ${names.map((name) => `Dv ${name}`).join(" , ")}`,
      ...text(meaning),
    ]),
    ".El",
    ".Sh EXAMPLES",
    ...EXAMPLES.flatMap(([what, line]) => [
      ...text(what),
      `.Dl ${escaped(line)}`,
      ".Pp",
    ]).slice(0, -1),
    ".Sh SEE ALSO",
    ...text("The manual and the other documents are in the folder docs of the repository."),
  ].join("\n");
}

const DESCRIPTION = [
  ".Nm",
  ...text(
    "makes the folder replica an exact copy of the folder source: once, at an interval, at times of the " +
      "calendar, or on every change. " +
      "What is not in the source is deleted from the replica. " +
      "Nothing is written to the source, but by bring-back.",
  ),
  ".Pp",
  ...text(
    "A pass compares both folders, and decides on everything before it changes anything. " +
      "What looks like an accident is refused, with the numbers and the option that lets it through. " +
      "Look first with --dry-run.",
  ),
  ".Pp",
  ...text(
    "The interval is a number of seconds or a time like 5m; without it there is one pass. " +
      "The log is a file with an extension, like sync.log, to which every operation is appended. " +
      "The two may come in either order. " +
      "The replica is made if it is not there; the folder around it must exist.",
  ),
];

const FILES: readonly (readonly [string, string])[] = [
  [".lockstepignore", "In any folder of the source: patterns for that folder, as in a .gitignore."],
  [
    "replica.trash",
    "Beside the replica: what passes with --trash removed or replaced, in a folder for each pass.",
  ],
  [
    "log.allow",
    "Beside the log of a loop: the option that a refusal names, to let that plan through once.",
  ],
  [
    ".lockstep-*",
    "In the replica: temporary names of a pass that is under way. What a crash leaves is removed by the next.",
  ],
];

const SIGNALS: readonly (readonly [readonly string[], string])[] = [
  [
    ["SIGINT", "SIGTERM"],
    "End in good order: the file that is being copied is finished or thrown away. A second one ends at once.",
  ],
  [["SIGHUP"], "Begin the log file anew. On a terminal, which was closed then, end in good order."],
  [["SIGUSR2"], "Make a pass now."],
];

const EXAMPLES: readonly (readonly [string, string])[] = [
  ["Show what a pass would do:", "lockstep --dry-run ./photos /mnt/nas/photos"],
  ["Make one pass:", "lockstep ./photos /mnt/nas/photos"],
  ["Make one every five minutes, with a log:", "lockstep ./photos /mnt/nas/photos 5m sync.log"],
  ["Follow every change, and keep what goes:", "lockstep ./photos /mnt/nas/photos -w sync.log --trash"],
  [
    "Put back what the last pass removed, and into the source:",
    "lockstep trash restore /mnt/nas/photos latest lake.jpg --to ./photos",
  ],
  ["Say why a path is not copied:", "lockstep explain src/main.o ./work /mnt/work --exclude '*.o'"],
  [
    "Let the system run it each night:",
    "lockstep schedule install ./photos /mnt/nas/photos '0 2 * * *' sync.log",
  ],
];

/** One line of the synopsis, in macros. */
function synopsisOf(command: string, given: Given): string[] {
  const verb = given.name === command ? [] : [given.name];
  const hasOptions = optionsOf(given).some(({ name }) => name !== "help");
  return [
    ".Nm",
    ...[command, ...verb].filter((name) => name !== "").map((name) => `.Cm ${name}`),
    ...hasOptions ? [".Op Ar options"] : [],
    ...given.words.map(wordLine),
    ...given.own.filter(({ isNeeded }) => isNeeded).map(({ name, letter, value }) =>
      `.Fl ${letter ?? `-${name}`} Ar ${value}`
    ),
  ];
}

function wordLine({ name, oneOf, optional, many }: Word): string {
  const what = oneOf === undefined ? `Ar ${name}${many ? " ..." : ""}` : `Cm ${oneOf.join(" | ")}`;
  return optional ? `.Op ${what}` : `.${what}`;
}

function commandLines(row: CommandRow): string[] {
  return (row.verbs ?? [row]).flatMap((given) => {
    const name = given === row ? row.name : `${row.name} ${given.name}`;
    return [
      `.Ss ${name}`,
      ...text(`${given.help[0]!.toUpperCase()}${given.help.slice(1)}.`),
      ...text(takenText(given)),
      ...list(given.own),
    ];
  });
}

/** Which of a mirror's options a command takes; "" when it has none but --help. */
function takenText({ own, mirror }: Given): string {
  if (mirror === "all") return "It takes the options of a mirror.";
  const names = mirror.filter((name) => name !== "help" && !own.some((one) => one.name === name));
  return names.length === 0
    ? ""
    : `Of a mirror's options it takes ${names.map((name) => `--${name}`).join(", ")}.`;
}

function list(options: readonly Own[]): string[] {
  if (options.length === 0) return [];
  return [
    ".Bl -tag -width Ds",
    ...options.flatMap((option) => [`.It ${flags(option)}`, ...text(sentence(option.help))]),
    ".El",
  ];
}

function flags({ name, letter, value, oneOf }: Own): string {
  const names = `${letter === undefined ? "" : `Fl ${letter} , `}Fl -${name}`;
  if (value === undefined) return names;
  if (oneOf !== undefined) return `${names} Cm ${oneOf.join(" | ")}`;
  return `${names} ${value.split("|").map((one) => `Ar ${one}`).join(" | ")}`;
}

function sentence(help: string): string {
  return `${help[0]!.toUpperCase()}${help.slice(1)}.`;
}

/** Sentences as lines of the source. */
function text(sentences: string): string[] {
  if (sentences === "") return [];
  return sentences.split(/(?<=[.:]) (?=[A-Z])/).flatMap((sentence) => {
    const lines: string[] = [];
    for (const word of sentence.split(" ")) {
      const last = lines.at(-1);
      if (last !== undefined && escaped(`${last} ${word}`).length <= WIDTH) {
        lines[lines.length - 1] = `${last} ${word}`;
      } else lines.push(word);
    }
    return lines.map((line) => escaped(line).replace(/^[.']/, "\\&$&"));
  });
}

/** What mdoc takes as it stands: a hyphen of an option is no hyphen of a word. */
function escaped(line: string): string {
  return line.replaceAll("\\", "\\e").replace(/(?<![\w-])-(?=[\w-])|(?<=-)-(?=\w)|(?<=--[\w-]*)-/g, "\\-");
}
