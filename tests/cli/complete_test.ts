/** What a shell offers, by rows: what may stand at the end of a command line. */
import { assertEquals } from "@std/assert";
import { complete } from "../../sync/cli/complete.ts";
import { parseCompletions } from "../../sync/cli/completions.ts";
import { completionText } from "../../sync/cli/shells.ts";

/** What is typed up to the cursor, the names that fit, and the words that are offered; "*" for some. */
const ROWS: readonly (readonly [typed: string, names: string, offers: readonly string[] | "*"])[] = [
  ["", "folders", "*"],
  ["pl", "folders", ["plan"]],
  ["./pl", "folders", []],
  ["a ", "folders", []],
  ["a b ", "files", []],
  ["a b 5m ", "files", []],
  ["a b 5m sync.log ", "none", []],
  ["--dry", "none", ["--dry-run"]],
  // what may be given once, and was, by its name or its letter
  ["--dry-run --dry", "none", []],
  ["-n --dry", "none", []],
  ["-vn --dry", "none", []],
  ["--edge=native --edg", "none", []],
  ["--exclude a --exclude", "none", ["--exclude", "--exclude-from", "--exclude-vcs", "--exclude-junk"]],
  // values
  ["--edge ", "none", ["native", "portable"]],
  ["--edge=p", "none", ["--edge=portable"]],
  ["--owner ne", "none", ["never"]],
  ["--lines=", "none", ["--lines=all", "--lines=none"]],
  ["--log-file ", "files", []],
  ["--log-file=lo", "files", []],
  ["--trash ", "folders", []],
  ["--trash=", "folders", []],
  ["--interval ", "none", []],
  ["--nonsense=", "none", []],
  ["--verbose=", "none", []],
  // a value is no folder, and --trash may have none
  ["--interval 5m a ", "folders", []],
  ["--interval 5m a b ", "files", []],
  ["--trash --dry", "none", ["--dry-run"]],
  ["-- --dry", "folders", []],
  ["-- a ", "folders", []],
  // commands, and what belongs to each
  ["plan a b -", "none", "*"],
  ["plan --outp", "none", ["--output"]],
  ["plan a b -o ", "files", []],
  ["plan a b ", "none", []],
  ["split a ", "folders", []],
  ["split a b --max-s", "none", ["--max-shrink", "--max-size"]],
  ["split a b --logs ", "folders", []],
  ["split a b --status ", "folders", []],
  ["split a b --wat", "none", []],
  ["split a b -o ", "files", []],
  ["a plan", "folders", []],
  ["show ", "files", []],
  ["show --b", "none", ["--by"]],
  ["show --by ", "none", ["folder", "kind"]],
  ["show --int", "none", []],
  ["apply p ", "folders", []],
  ["apply p a b ", "none", []],
  ["apply --exc", "none", []],
  ["trash ", "none", ["list", "show", "restore", "empty"]],
  ["trash re", "none", ["restore"]],
  ["trash restore ", "folders", []],
  ["trash restore a p --to ", "folders", []],
  ["trash list --", "none", ["--help"]],
  ["fleet ", "none", ["show"]],
  ["fleet show ", "none", []],
  ["fleet show --engine ", "none", ["slurm", "kubernetes", "parallel"]],
  ["fleet show -e k", "none", ["kubernetes"]],
  ["fleet show --lines ", "none", ["all", "none"]],
  ["fleet show --config ", "files", []],
  ["fleet show --claim a=b --cl", "none", ["--claim"]],
  ["fleet show --cpus 2 --cp", "none", []],
  ["bring-back a b ", "files", []],
  ["bring-back a b c ", "files", []],
  ["verify --for", "none", ["--for"]],
  ["verify --since ", "files", []],
  ["schedule ", "none", ["install", "remove", "list", "show"]],
  ["schedule list --with=l", "none", ["--with=launchd"]],
  ["schedule install a b 5m ", "files", []],
  ["explain ", "files", []],
  ["explain x ", "folders", []],
  ["completions ", "none", ["bash", "zsh", "fish", "powershell"]],
  ["completions bash ", "none", []],
  ["help ver", "none", ["verify"]],
  ["help verify ", "none", []],
  ["man ", "none", []],
];

Deno.test("complete() offers what may come next, and never what may not", () => {
  for (const [typed, names, offers] of ROWS) {
    const found = complete(typed.split(" "));
    const words = found.offers.map(({ word }) => word);
    assertEquals([typed, found.names], [typed, names]);
    if (offers === "*") assertEquals([typed, words.length > 5], [typed, true]);
    else assertEquals([typed, ...words], [typed, ...offers]);
  }
});

Deno.test("complete() takes a word of any kind", () => {
  for (const word of ["", "-", "--", "---", "=", "--=", "\ufffd", "constructor", "__proto__", " "]) {
    for (const before of [[], ["trash"], ["--edge"], ["-"], ["toString"]]) {
      const { offers } = complete([...before, word]);
      for (const offer of offers) assertEquals(offer.word.startsWith(word), true);
    }
  }
});

Deno.test("an answer to a shell has one line for each word, however few there are", () => {
  assertEquals(completionText({ names: "files", offers: [] }), "files");
  const offers = [{ word: "a", help: "" }, { word: "b", help: "some help" }];
  assertEquals(completionText({ names: "none", offers }), "none\na\nb\tsome help");
  for (const typed of ["", "-", "trash ", "schedule "]) {
    for (const { word, help } of complete(typed.split(" ")).offers) {
      assertEquals(/[\t\n]/.test(word + help), false);
    }
  }
});

Deno.test("parseCompletions() reads what a shell asks, with an empty last word where one begins", () => {
  const asked = (...words: string[]) => {
    const read = parseCompletions(["words", ...words]);
    return read.kind === "words" ? read.words : null;
  };
  assertEquals(asked("--", "a", ""), ["a", ""]);
  assertEquals(asked("--next", "--", "a"), ["a", ""]);
  assertEquals(asked("--"), []);
  assertEquals(asked("--", "--", "--next"), ["--", "--next"]);
});
