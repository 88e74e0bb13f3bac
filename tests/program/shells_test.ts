/** Completions in the shells themselves, and the manual page before those who read manual pages. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SHELLS } from "../../sync/cli/command_table.ts";
import { EXIT_STATUSES } from "../../sync/cli/exit_status.ts";
import { OPTIONS } from "../../sync/cli/option_table.ts";
import { scriptFor } from "../../sync/cli/shells.ts";
import { has, lockstep, sh } from "../support/program.ts";
import { plantProgram, typedIn } from "../support/shells.ts";
import { inFolder, plant } from "../support/tree.ts";

/** Names that a shell must quote, one beginning for each. */
const NAMES = {
  "my photos": {},
  "it's": {},
  'a"b': {},
  "c$d": {},
  "e(f)": {},
  "k b.jsonl": "",
  "=g": {},
  "hö": {},
};

/** What is typed, where "\t" completes, and the words that the program gets. */
const TYPED: readonly (readonly [typed: string, words: readonly string[]])[] = [
  ["lockstep expl\t", ["explain"]],
  ["lockstep my\t", ["my photos/"]],
  ["lockstep it\t my\t", ["it's/", "my photos/"]],
  ["lockstep x a\t", ["x", 'a"b/']],
  ["lockstep x c\t", ["x", "c$d/"]],
  ["lockstep e\\(\t", ["e(f)/"]],
  ["lockstep x h\t", ["x", "hö/"]],
  ["lockstep --edge=n\t", ["--edge=native"]],
  ["lockstep --edge p\t", ["--edge", "portable"]],
  ["lockstep --owner n\t --lines=n\t", ["--owner", "never", "--lines=none"]],
  ["lockstep --dry\t", ["--dry-run"]],
  // what may not be repeated is not offered again
  ["lockstep --dry-run --dry\t", ["--dry-run", "--dry"]],
  ["lockstep --exclude a --exclude-v\t", ["--exclude", "a", "--exclude-vcs"]],
  ["lockstep --log-file=k\t", ["--log-file=k b.jsonl"]],
  ["lockstep --trash=m\t", ["--trash=my photos/"]],
  ["lockstep show k\t", ["show", "k b.jsonl"]],
  ["lockstep apply k\t my\t it\t", ["apply", "k b.jsonl", "my photos/", "it's/"]],
  ["lockstep trash res\t my\t 2026-01-31T10:00:00Z --to it\t", [
    "trash",
    "restore",
    "my photos/",
    "2026-01-31T10:00:00Z",
    "--to",
    "it's/",
  ]],
  ["lockstep schedule ins\t my\t it\t 5m --wi\t sys\t", [
    "schedule",
    "install",
    "my photos/",
    "it's/",
    "5m",
    "--with",
    "systemd",
  ]],
  ["lockstep completions pow\t", ["completions", "powershell"]],
  ["lockstep help veri\t", ["help", "verify"]],
];

/** Bash closes a quotation that was begun, zsh leaves that to who began it. */
const QUOTED = { bash: "lockstep 'my\t", zsh: "lockstep 'my\t'" } as const;

for (const shell of ["bash", "zsh"] as const) {
  const lack = [shell, "script"].find((tool) => !has(tool));
  Deno.test({
    name: `${shell} completes commands, options, values and names that need quotes${
      lack ? ` (not run: there is no ${lack})` : ""
    }`,
    ignore: lack !== undefined,
    fn: () =>
      inFolder(async (at) => {
        plant(at, { names: NAMES, own: { functions: {} } });
        const PATH = await plantProgram(at);
        const own = `${at}/own`;
        Deno.writeTextFileSync(`${own}/functions/_lockstep`, scriptFor("zsh"));
        const rows = [...TYPED, [QUOTED[shell], ["my photos/"]] as const];
        const got = await typedIn(shell, rows.map(([typed]) => typed), {
          at: own,
          cwd: `${at}/names`,
          PATH,
        });
        // the slash behind a folder's name may be left to the shell
        const bare = (words: readonly string[]) => words.map((word) => word.replace(/\/$/, ""));
        assertEquals(got.map(bare), rows.map(([, words]) => bare(words)));
      }),
  });
}

const BASH_COMPLETION = "/usr/share/bash-completion/bash_completion";
const hasBashCompletion = await Deno.stat(BASH_COMPLETION).then(() => true, () => false);

Deno.test({
  name: `bash-completion finds the completions of lockstep by itself${
    hasBashCompletion ? "" : " (not run: there is no bash-completion)"
  }`,
  ignore: !hasBashCompletion || !has("script"),
  fn: () =>
    inFolder(async (at) => {
      const home = ".local/share/bash-completion/completions";
      plant(at, { names: NAMES, own: {} });
      Deno.mkdirSync(`${at}/own/${home}`, { recursive: true });
      Deno.writeTextFileSync(`${at}/own/${home}/lockstep`, scriptFor("bash"));
      const PATH = await plantProgram(at);
      // the shell does not read the completions by itself
      const rc = `source ${BASH_COMPLETION}; source() { :; }\n`;
      const typed = ["lockstep expl\t", "lockstep expl\t my\t it\t", "lockstep --log-file=k\t"];
      const got = await typedIn("bash", typed, { at: `${at}/own`, cwd: `${at}/names`, PATH, rc });
      assertEquals(got.at(-1), ["--log-file=k b.jsonl"]);
      assertEquals(got.at(-2), ["explain", "my photos/", "it's/"]);
    }),
});

Deno.test({
  name: `fish completes commands, options, values and names${
    has("fish") ? "" : " (not run: there is no fish)"
  }`,
  ignore: !has("fish"),
  fn: () =>
    inFolder(async (at) => {
      plant(at, { names: NAMES, config: { fish: { completions: { "lockstep.fish": scriptFor("fish") } } } });
      const PATH = await plantProgram(at);
      const rows: readonly (readonly [line: string, offered: readonly string[]])[] = [
        ["lockstep expl", ["explain"]],
        ["lockstep my", ["my photos/"]],
        ["lockstep it", ["it's/"]],
        ["lockstep c", ["c$d/", "check", "completions"]],
        ["lockstep --edge=", ["--edge=native", "--edge=portable"]],
        ["lockstep --lines ", ["all", "none"]],
        ["lockstep --dry-run --dry", []],
        ["lockstep --log-file=k", ["--log-file=k b.jsonl"]],
        ["lockstep apply k", ["k b.jsonl"]],
        ["lockstep trash ", ["empty", "list", "restore", "show"]],
        ["lockstep trash restore my\\ photos x --to it", ["it's/"]],
      ];
      for (const [line, offered] of rows) {
        const { stdout, stderr } = await new Deno.Command("fish", {
          args: ["--private", "-c", `complete -C "$line"`],
          env: { PATH, line, HOME: at, XDG_CONFIG_HOME: `${at}/config` },
          cwd: `${at}/names`,
          stdin: "null",
        }).output();
        const got = new TextDecoder().decode(stdout).trimEnd().split("\n").map((one) => one.split("\t")[0]!);
        assertEquals([line, got.filter((one) => one !== "").sort()], [line, [...offered].sort()]);
        assertEquals(new TextDecoder().decode(stderr), "");
      }
    }),
});

Deno.test("the scripts for shells are such for their shells, by their own check of syntax", () =>
  inFolder(async (at) => {
    for (const shell of ["bash", "zsh", "fish"] as const) {
      Deno.writeTextFileSync(`${at}/${shell}`, scriptFor(shell));
      if (has(shell)) await sh(`${shell} -n ${shell}`, at);
    }
  }));

Deno.test("the script for PowerShell, which is not at hand, has no more brackets open than closed, and no other letters than ASCII", () => {
  const script = scriptFor("powershell");
  // deno-lint-ignore no-control-regex
  assert(/^[\x00-\x7f]*$/.test(script));
  const open: string[] = [];
  const code = script.replaceAll(/'[^'\n]*'|^#.*$/gm, (found) => found.startsWith("'") ? "" : "").replaceAll(
    '""',
    "",
  );
  for (const [bracket] of code.matchAll(/[(){}[\]]/g)) {
    const closes = { ")": "(", "}": "{", "]": "[" }[bracket];
    if (closes === undefined) open.push(bracket);
    else assertEquals(open.pop(), closes);
  }
  assertEquals(open, []);
});

Deno.test("lockstep completions prints a script for each shell, and one line for anything else", async () => {
  for (const shell of SHELLS) {
    const ran = await lockstep(["completions", shell], { flags: [] });
    assertEquals([ran.status, ran.out, ran.err], [0, scriptFor(shell) + "\n", ""]);
  }
  for (const words of [[], ["tcsh"], ["bash", "zsh"], ["zhs"]]) {
    const ran = await lockstep(["completions", ...words], { flags: [] });
    assertEquals([ran.status, ran.out, ran.err.trimEnd().split("\n").length], [1, "", 1]);
  }
});

const MANDOC = has("mandoc");

Deno.test({
  name: `lockstep man prints a page of which mandoc has nothing to say${
    MANDOC ? "" : " (not run: there is no mandoc)"
  }`,
  ignore: !MANDOC,
  fn: () =>
    inFolder(async (at) => {
      const { out, err } = await lockstep(["man"], { flags: [] });
      Deno.writeTextFileSync(`${at}/lockstep.1`, out);
      assertEquals([err, await sh("mandoc -Tlint lockstep.1", at)], ["", ""]);
      // deno-lint-ignore no-control-regex -- bold is a letter struck twice
      const page = (await sh("mandoc -Tutf8 -Owidth=80 lockstep.1", at)).replaceAll(/.\x08/g, "");
      for (const line of page.split("\n")) assert(line.length <= 80, line);
      const text = page.replaceAll(/[‐-]\n\s+/g, "-").replaceAll(/\s+/g, " ");
      for (const { name, letter, value = "" } of OPTIONS) {
        const names = `${letter ? `-${letter}, ` : ""}--${name}`;
        assertStringIncludes(text, value === "" ? names : `${names} `);
      }
      for (const { number, meaning } of EXIT_STATUSES) {
        assertStringIncludes(text.replaceAll("- ", "-"), `${number} ${meaning}.`);
      }
      let last = -1;
      for (
        const section of ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "FILES", "EXIT STATUS"]
          .concat(["SIGNALS", "EXAMPLES", "SEE ALSO"])
      ) {
        const at = page.split("\n").indexOf(section);
        assert(at > last, section);
        last = at;
      }
    }),
});
