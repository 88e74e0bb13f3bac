/** What is chosen: the two lists, files of patterns in the real program, and what a scheduled entry keeps of it. */
import { COMMANDS } from "../../sync/commands/mod.ts";
import { resolve } from "node:path";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { JUNK, VCS } from "../../sync/cli/choose.ts";
import { parse } from "../../sync/cli/options.ts";
import { readChoice } from "../../sync/cli/patterns.ts";
import { parseSchedule } from "../../sync/cli/schedule.ts";
import { type Filter, filterOf } from "../../sync/engine/filter.ts";
import { show } from "../../sync/timing/scheduler/scheduler.ts";
import { asOrdinary, HAS_ORDINARY } from "../support/limits.ts";
import { lockstep } from "../support/program.ts";
import { harvest, inFolder, IS_WINDOWS, plant } from "../support/tree.ts";

const filterFor = (patterns: readonly string[]): Filter =>
  filterOf(patterns.map((pattern) => ({ pattern, from: "" })));

/** Whether a filter excludes a path, or a folder that it lies in. Those of folders end in "/". */
function excludes(filter: Filter, path: string): boolean {
  const parts = path.replace(/\/$/, "").split("/");
  return parts.some((_, i) => {
    const isFolder = i < parts.length - 1 || path.endsWith("/");
    return filter.ruleFor(parts.slice(0, i + 1).join("/"), isFolder) !== null;
  });
}

/** By pattern: what the programs leave, and what is near to it and somebody's own. */
const ROWS: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  ".git": [[".git/", "a/.git/", "a/module/.git"], [".gitignore", ".github/", "a.git/", "git/"]],
  ".hg/": [[".hg/", "a/.hg/store/"], [".hgignore", ".hg", "hg/"]],
  ".svn/": [["a/.svn/wc.db"], [".svn", "svn/"]],
  ".bzr/": [[".bzr/"], [".bzrignore", ".bzr"]],
  ".jj/": [[".jj/repo/"], [".jj"]],
  ".sl/": [[".sl/"], [".sl", "a.sl/"]],
  ".pijul/": [[".pijul/"], [".ignore"]],
  "_darcs/": [["_darcs/patches/x"], ["_darcs", "darcs/"]],
  ".fslckout": [["a/.fslckout"], [".fslckout.txt"]],
  "_FOSSIL_": [["_FOSSIL_"], ["FOSSIL", "_fossil_"]],
  "**/CVS/Entries": [["CVS/Entries", "a/CVS/Entries"], ["CVS/", "Entries", "CVS/a/Entries"]],
  "**/CVS/Entries.*": [["a/CVS/Entries.Log", "CVS/Entries.Static"], ["CVS/Receipts.pdf"]],
  "**/CVS/Repository": [["a/CVS/Repository"], ["Repository", "CVS/My Repository"]],
  "**/CVS/Root": [["CVS/Root"], ["Root", "CVS/Roots"]],
  "**/CVS/Tag": [["a/CVS/Tag"], ["Tag", "CVS/Tags"]],
  "**/RCS/*,v": [["RCS/main.c,v", "a/RCS/b,v"], ["RCS/", "RCS/car.txt", "main.c,v", "RCS/v"]],
  "**/SCCS/s.*": [["SCCS/s.main.c"], ["SCCS/", "SCCS/notes.txt", "s.main.c"]],
  ".DS_Store": [[".DS_Store", "a/b/.DS_Store"], ["DS_Store", ".DS_Store.txt", "._photo.jpg"]],
  ".Spotlight-V100/": [[".Spotlight-V100/"], [".Spotlight"]],
  ".Trashes/": [[".Trashes/501/x"], [".Trash/", "Trashes/"]],
  ".fseventsd/": [[".fseventsd/"], ["fseventsd/"]],
  ".TemporaryItems/": [[".TemporaryItems/"], ["TemporaryItems/"]],
  ".DocumentRevisions-V100/": [[".DocumentRevisions-V100/"], [".DocumentRevisions/"]],
  "Thumbs.db": [["a/Thumbs.db"], ["thumbs.db", "Thumbs.db.txt", "Thumbs/"]],
  "ehthumbs.db": [["a/ehthumbs.db"], ["thumbs.db"]],
  "ehthumbs_vista.db": [["ehthumbs_vista.db"], ["ehthumbs_xp.db"]],
  "desktop.ini": [["a/desktop.ini"], ["my desktop.ini", "desktop.ini.old"]],
  "Desktop.ini": [["a/Desktop.ini"], ["Desktop/"]],
  "$RECYCLE.BIN/": [["$RECYCLE.BIN/S-1-5-18/x"], ["RECYCLE.BIN/", "$RECYCLE.BIN"]],
  "System Volume Information/": [["System Volume Information/"], ["System Volume/"]],
  ".Trash-[0-9]*/": [[".Trash-1000/", "a/.Trash-0/files/"], [".Trash-old/", ".Trash/", ".Trash-1000"]],
  ".directory": [["a/.directory"], ["directory", ".directory.txt"]],
  [JUNK.find((one) => one.startsWith(".nfs"))!]: [
    [".nfs000000000123abcd00000001", "a/.nfsffffffffffffffff0000002a"],
    [".nfs", ".nfsnotes", ".nfs-my-notes-of-last-summer", ".nfs000000000123abcd000000010"],
  ],
  [JUNK.find((one) => one.startsWith(".fuse_hidden"))!]: [
    [".fuse_hidden000000a100000001", "a/.fuse_hidden0123abcd0000ffff"],
    [".fuse_hidden", ".fuse_hidden-notes", ".fuse_hidden-and-my-own-xyz"],
  ],
  "~$*.doc*": [["~$port.docx", "a/~$letter.doc"], ["~$100.txt", "report.docx", "~$"]],
  "~$*.xls*": [["~$Budget.xlsx"], ["Budget.xlsx", "~Budget.xlsx"]],
  "~$*.ppt*": [["a/~$Talk.pptm"], ["Talk.pptx"]],
  ".~lock.*#": [["a/.~lock.letter.odt#"], [".~lock", "lock.letter.odt#", ".~lock.letter.odt"]],
};

Deno.test("--exclude-vcs and --exclude-junk: each pattern matches what programs leave, and nothing near it", () => {
  assertEquals(Object.keys(ROWS).sort(), [...VCS, ...JUNK].sort());
  const all = filterFor([...VCS, ...JUNK]);
  for (const [pattern, [theirs, own]] of Object.entries(ROWS)) {
    const filter = filterFor([pattern]);
    for (const path of theirs) assertEquals([pattern, path, excludes(filter, path)], [pattern, path, true]);
    for (const path of own) {
      assertEquals([pattern, path, excludes(filter, path)], [pattern, path, false]);
      // neither does another pattern, but for the names of Windows that differ by a letter
      if (path !== "Thumbs.db") assertEquals([path, excludes(all, path)], [path, false]);
    }
  }
  // a text that each match has in it tells most paths, where it stands before any bracket
  for (const pattern of [...VCS, ...JUNK]) assertMatch(pattern.replace(/\[.*/, ""), /[^*?\/]{2}/);
});

Deno.test("the manual names each pattern of --exclude-vcs and --exclude-junk", () => {
  const manual = Deno.readTextFileSync(new URL("../../docs/manual.md", import.meta.url));
  for (const pattern of [...VCS, ...JUNK]) {
    const shown = pattern.replace(/(\[0-9a-f\]){2,}/, (all) => `<${all.length / 8} hexadecimal digits>`);
    assertStringIncludes(manual, `\`${shown}\``);
  }
});

/** The command lines in the blocks of a text. */
function commandsIn(text: string): string[] {
  return [...text.matchAll(/^```\n(.*?)^```/gms)].flatMap(([, block]) => block!.trim().split("\n"));
}

Deno.test("the manual's examples of choosing are command lines that the program takes", () => {
  const whole = Deno.readTextFileSync(new URL("../../docs/manual.md", import.meta.url));
  const begin = whole.indexOf("## Choosing what is mirrored");
  const manual = whole.slice(begin, whole.indexOf("\n## ", begin));
  assertEquals(commandsIn(manual).length > 12, true);
  for (const line of commandsIn(manual)) {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
    // other commands have words of their own
    if (words[1] !== "explain" && Object.hasOwn(COMMANDS, words[1]!)) continue;
    // the path to explain stands in front of what a mirror takes
    const rest = words.slice(words[1] === "explain" ? 3 : 1);
    assertEquals([line, words[0], parse(rest).kind], [line, "lockstep", "mirror"]);
    // every wildcard is quoted
    assertEquals([line, /[*?]/.test(line.replaceAll(/"[^"]*"/g, ""))], [line, false]);
  }
});

/** The paths of the files in a folder, in order. */
function filesIn(root: string): string[] {
  return harvest(root).flatMap((line) => /^\.\/(\S+) file/.exec(line)?.[1] ?? []);
}

function lines(path: string): string[] {
  return Deno.readTextFileSync(path).split("\n");
}

Deno.test("--exclude-from takes comments, CRLF, a byte order mark, and patterns that begin with spaces", () =>
  inFolder((at) => {
    const text = "\ufeff# mine\r\n\r\n*.log\r\n   \r\n!keep.log\r\n\\#x#\r\n a b\\ \r\nlast";
    Deno.writeTextFileSync(`${at}/patterns`, text);
    assertEquals(lines(`${at}/patterns`).length, 8);
    const command = parse(["s", "r", "--exclude", "a", "--exclude-from", `${at}/patterns`, "--include", "b"]);
    const choice = command.kind === "mirror" ? readChoice(command.options.choice) : command.kind;
    if (typeof choice === "string") throw new Error(choice);
    assertEquals(choice.rules.map(({ pattern, from }) => [pattern, from.replace(at, "")]), [
      ["a", "--exclude"],
      ["*.log", "/patterns:3"],
      ["!keep.log", "/patterns:5"],
      ["\\#x#", "/patterns:6"],
      [" a b\\ ", "/patterns:7"],
      ["last", "/patterns:8"],
      ["!b", "--include"],
    ]);
  }));

Deno.test("lockstep leaves out what --exclude-from, --exclude and --include say, the last word deciding", () =>
  inFolder(async (at) => {
    const source = { "a.log": "1", "keep.log": "2", b: { "c.log": "3", "keep.log": "4" }, ".DS_Store": "5" };
    plant(at, { source, "-": "# of mine\r\n*.log\r\n!keep.log\r\n" });
    const words = ["source", "replica", "--exclude-from=./-", "--exclude=/b/keep.log", "--exclude-junk"];
    const ran = await lockstep(words, { cwd: at });
    assertEquals([ran.status, ran.err], [0, ""]);
    assertEquals(filesIn(`${at}/replica`), ["keep.log"]);
    // the other way round, the file decides
    await lockstep(["source", "replica", "--exclude=/b/keep.log", "--exclude-from", "./-"], { cwd: at });
    assertEquals(filesIn(`${at}/replica`), [".DS_Store", "b/keep.log", "keep.log"]);
  }));

Deno.test("lockstep says in one line why it cannot read --exclude-from, and touches nothing", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: { b: "1" }, patterns: "a", folder: {} });
    Deno.writeFileSync(`${at}/utf16`, new Uint8Array([0xff, 0xfe, 0x61, 0x00]));
    const rows: readonly (readonly [string, string])[] = [
      ["absent", `Cannot read the patterns in "absent": it is not there`],
      ["patterns/x", IS_WINDOWS ? "it is not there" : "not a directory"],
      ["folder", "it is a folder"],
      ["utf16", "it is not UTF-8: save it as such"],
      ...(IS_WINDOWS ? [] : [["/dev/null", "it is no ordinary file"]] as const),
      ["-", "does not read standard input"],
    ];
    for (const [file, part] of rows) {
      const ran = await lockstep(["source", "replica", `--exclude-from=${file}`], { cwd: at });
      assertEquals([file, ran.status, ran.out], [file, 1, ""]);
      assertMatch(ran.err, /^lockstep: [^\n]+\n$/);
      assertStringIncludes(ran.err, part);
    }
    const flags = ["--no-prompt", `--allow-read=${at}/source,${at}/replica`, `--allow-write=${at}/replica`];
    const ran = await lockstep(["source", "replica", "--exclude-from=patterns"], { cwd: at, flags });
    assertEquals([ran.status, ran.out], [1, ""]);
    assertMatch(ran.err, /^lockstep: Deno may not read "[^"]*[\\/]patterns": run with --allow-read[^\n]*\n$/);
    assertEquals(filesIn(`${at}/replica`), ["b"]);
  }));

Deno.test({
  name: "lockstep says that the system does not let it read --exclude-from",
  ignore: !HAS_ORDINARY,
  fn: () =>
    inFolder(async (at) => {
      plant(at, { source: {}, patterns: "a" });
      Deno.chmodSync(`${at}/patterns`, 0);
      const ran = await lockstep(["source", "replica", "--exclude-from=patterns"], {
        cwd: at,
        through: asOrdinary(),
      });
      assertEquals(ran.status, 1);
      assertStringIncludes(ran.err, `Cannot read the patterns in "patterns": permission denied`);
    }),
});

const CHOICE = [
  "--exclude",
  "50% $HOME `x` \"y\" 'z'*",
  "--exclude-from",
  "my patterns",
  "--include=*.jpg",
  "--exclude=-x",
  "--exclude-vcs",
  "--min-size",
  "1M",
  "--newer-than=30d",
  "--no-delete",
];

Deno.test("schedule keeps what is chosen, in its order, with the whole path of --exclude-from", () => {
  const asked = parseSchedule(
    ["show", "s", "r", "@daily", "x.log", ...CHOICE],
    () => ["deno"],
  );
  if (asked.kind !== "show") throw new Error(JSON.stringify(asked));
  const kept = [
    "--exclude=50% $HOME `x` \"y\" 'z'*",
    `--exclude-from=${resolve("my patterns")}`,
    "--include=*.jpg",
    "--exclude=-x",
    "--exclude-vcs",
    "--min-size=1M",
    "--newer-than=30d",
    "--no-delete",
  ];
  const { once, always } = asked.task;
  assertEquals(once.slice(4, -2), kept);
  assertEquals(always.slice(4, -1), kept);
  // the entry is read by the program as the words that were typed
  const [typed, entry] = [parse(["s", "r", "@daily.log", ...CHOICE]), parse(once.slice(1))];
  if (typed.kind !== "mirror" || entry.kind !== "mirror") throw new Error("no mirror");
  const absolute = typed.options.choice.chosen.map((one) =>
    one.kind === "file" ? { ...one, path: resolve(one.path) } : one
  );
  assertEquals(entry.options.choice, { ...typed.options.choice, chosen: absolute });
  // in its sandbox a unit of the system reads all that its user may
  for (const line of show("systemd-system", asked.task).split("\n")) {
    assertEquals(
      /^(ProtectHome|PrivateTmp|InaccessiblePaths|TemporaryFileSystem|RootDirectory)=/.test(line),
      false,
    );
  }
});

Deno.test("schedule refuses a file of patterns that cannot be read, or that lies in the replica", () =>
  inFolder(async (at) => {
    plant(at, { s: {}, r: { patterns: "a" }, patterns: "a" });
    const rows: readonly (readonly [string, string])[] = [
      ["patterns", ""],
      ["absent", `Cannot read the patterns in "absent": it is not there`],
      ["s", "it is a folder"],
      ["r/patterns", "lies in the replica"],
    ];
    for (const [file, part] of rows) {
      const words = ["show", "s", "r", "5m", "l.log", "--with=cron", "--exclude-from", file];
      const ran = await lockstep(["schedule", ...words], { cwd: at, flags: ["--allow-read", "--no-prompt"] });
      assertEquals([file, ran.status], [file, part === "" ? 0 : 1]);
      assertStringIncludes(ran.err, part);
      if (part === "") assertStringIncludes(ran.out, `--exclude-from=${resolve(at, "patterns")}`);
    }
    // what Deno may not read is not looked at
    const words = ["show", "s", "r", "5m", "l.log", "--with=cron", "--exclude-from=absent"];
    assertEquals((await lockstep(["schedule", ...words], { cwd: at, flags: ["--no-prompt"] })).status, 0);
  }));
