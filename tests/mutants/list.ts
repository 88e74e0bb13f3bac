/**
 * Faults put into the engine on purpose, each with the tests that should notice it. A mutant that lives shows a hole in
 * the tests.
 */
export interface Mutant {
  /** What is wrong in it. */
  readonly name: string;
  /** In which module of `sync/`, the text that stands there once, and what takes its place. */
  readonly edits: readonly (readonly [module: string, before: string, after: string])[];
  /** Below `tests/`. */
  readonly tests: readonly string[];
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: "the synchronous listing, which hides errors, is trusted",
    edits: [[
      "disk/portable/folder.ts",
      "for await (const { name } of Deno.readDir(absolute(this.root, this.path)))",
      "for (const { name } of Deno.readDirSync(absolute(this.root, this.path)))",
    ]],
    tests: ["faults/listing_test.ts"],
  },
  {
    name: "an error of a listing is taken for its end",
    edits: [[
      "disk/portable/folder.ts",
      `throw fault("list", this.side, error);`,
      `fault("list", this.side, error);`,
    ]],
    tests: ["faults/listing_test.ts"],
  },
  {
    name: "links are followed when entries are looked at",
    edits: [[
      "disk/portable/look.ts",
      "return entryOf(Deno.lstatSync(path), path);",
      "return entryOf(Deno.statSync(path), path);",
    ]],
    tests: ["faults/links_test.ts"],
  },
  {
    name: "nobody looks whether a link has taken a folder's place",
    edits: [
      [
        "disk/portable/tree.ts",
        `for (let folder = path; folder !== ""; folder = parent(folder)) {`,
        `for (let folder = ""; folder !== ""; folder = parent(folder)) {`,
      ],
      [
        "disk/portable/folder.ts",
        `    if (this.path !== "") confirm(`,
        `    if (this.path === "/") confirm(`,
      ],
    ],
    tests: ["faults/links_test.ts"],
  },
  {
    name: "a short write is taken for a whole one",
    edits: [[
      "disk/portable/writer.ts",
      "sent += this.file.writeSync(sent === 0 ? bytes : bytes.subarray(sent));",
      "this.file.writeSync(bytes); sent = bytes.length;",
    ]],
    tests: ["faults/short_test.ts"],
  },
  {
    name: "an interrupted write is not made again",
    edits: [[
      "disk/portable/writer.ts",
      `if (!isInterrupted(error)) throw fault("copy", "replica", error);`,
      `throw fault("copy", "replica", error);`,
    ]],
    tests: ["faults/short_test.ts"],
  },
  {
    name: "removals come before copies",
    edits: [
      ["pass/apply.ts", "  await make(stages.removals);\n", ""],
      [
        "pass/apply.ts",
        "  await run(stack(newFolders(stages, ledger)));",
        "  await make(stages.removals);\n  await run(stack(newFolders(stages, ledger)));",
      ],
    ],
    tests: ["faults/free_space_test.ts"],
  },
  {
    name: "what gives way to a folder is removed before the folder's contents are there",
    edits: [
      ["pass/apply.ts", `  await run(stack(kept(ledger, "removeAside")));\n`, ""],
      [
        "pass/apply.ts",
        "  await make(stages.contents);\n",
        `  await run(stack(kept(ledger, "removeAside")));\n  await make(stages.contents);\n`,
      ],
    ],
    tests: ["faults/free_space_test.ts"],
  },
  {
    name: "what gave way to a folder that stayed empty is not moved back",
    edits: [["pass/apply.ts", `const tasks: Task[] = kept(ledger, "putBack");`, "const tasks: Task[] = [];"]],
    tests: ["faults/free_space_test.ts"],
  },
  {
    name: "the two sides of a name fall in different parts of a large folder",
    edits: [["engine/plan.ts", "short[end]! <= long[to - 1]!", "short[end]! < long[to - 1]!"]],
    tests: ["engine/plan_test.ts", "faults/large_test.ts"],
  },
  {
    name: "a folder that was once seen to be none is trusted to be no link for ever",
    edits: [["disk/portable/tree.ts", "if (known > began) {", "if (known > 0) {"]],
    tests: ["faults/links_test.ts"],
  },
  {
    name: "a file is written in its place, and not beside it",
    edits: [
      [
        "pass/make.ts",
        "const beside = temporaryName(context.config.passId, number);",
        "const beside = name;\n  folder.remove(name);",
      ],
    ],
    tests: ["faults/kill_test.ts", "faults/reader_test.ts"],
  },
  {
    name: "the roots are not looked at again before the judgement",
    edits: [["pass/safety.ts", "!await isRootStill(roots, side)", "await isRootStill(roots, side) === null"]],
    tests: ["faults/gone_test.ts"],
  },
  {
    name: "the roots are not looked at again before removals",
    edits: [[
      "pass/apply.ts",
      "  if (removesAnything(ledger, stages)) await",
      "  if (removesAnything(ledger, stages) && ledger.finished < 0) await",
    ]],
    tests: ["faults/gone_test.ts"],
  },
  {
    name: "the guard is left out",
    edits: [["pass/safety.ts", "    return guard(", "    if (removed >= 0) return null;\n    return guard("]],
    tests: ["faults/known_faults_test.ts"],
  },
  {
    name: "another folder in the place of a root is worked with",
    edits: [[
      "disk/roots.ts",
      "before.source.id !== source.id && !config.acceptNewRoot",
      "before.source.id !== source.id && !config.acceptNewRoot && false",
    ], [
      "disk/roots.ts",
      "!made && !isSame && !config.acceptNewRoot",
      "!made && !isSame && !config.acceptNewRoot && false",
    ]],
    tests: ["faults/gone_test.ts"],
  },
  {
    name: "a file that is edited in the tick of its copy is not looked at again",
    edits: [[
      "pass/copy.ts",
      "if (now === expected) return { entry: expected, racy };",
      "if (now === expected) return { entry: expected, racy: racy && false };",
    ]],
    tests: ["faults/writers_test.ts"],
  },
  {
    name: "a copy that is not certain has the time of the source's",
    edits: [["engine/racy.ts", "return 2 * mtime - certainFrom(mtime, step);", "return mtime;"]],
    tests: ["pass/racy_test.ts"],
  },
  {
    name: "names of one inode are torn apart by an edit in the tick of a touch",
    edits: [["pass/recheck.ts", " || shared.has(change.path)", ""]],
    tests: ["pass/racy_test.ts"],
  },
  {
    name: "a replica's coarse clock is taken for an exact one",
    edits: [["engine/racy.ts", "step > 1 ? 2 * step : 0", "0 * step"]],
    tests: ["filesystems/matrix_test.ts", "pass/racy_test.ts"],
  },
  {
    name: "what a listing of the source left out is removed",
    edits: [[
      "pass/look.ts",
      "const more = source && replica ?",
      "const more = source && replica && false ?",
    ]],
    tests: ["filesystems/matrix_test.ts"],
  },
  {
    name: "nobody looks whether a folder that an event named leads into the other tree",
    edits: [["pass/look.ts", "if (isNested(", "if (false && isNested("]],
    tests: ["faults/mounts_test.ts"],
  },
  {
    name: "a folder that an event named is compared although another one has its name in the replica",
    edits: [["pass/look.ts", "if (tellsApart(capabilities)) return true;", "return true;"]],
    tests: ["filesystems/matrix_test.ts"],
  },
  {
    name: "a file that changed while it was copied is taken as it is",
    edits: [["pass/copy.ts", "if (same && length === expected.size) {", "if (same || length >= 0) {"]],
    tests: ["faults/writers_test.ts"],
  },
  {
    name: "what is below a path that failed is not protected",
    edits: [[
      "engine/prune.ts",
      "if (within(change.path, failed) || within(change.path, blocked)) return false;",
      "if (within(change.path, blocked)) return false;",
    ]],
    tests: ["faults/listing_test.ts"],
  },
  {
    name: "what was begun stays when it fails",
    edits: [["pass/copy.ts", "    discard(to, beside);\n    throw error;", "    throw error;"]],
    tests: ["pass/copy_test.ts"],
  },
  {
    name: "a full disk does not end the pass",
    edits: [["disk/fault.ts", `new Set(["ENOSPC", "EDQUOT", "EROFS"])`, "new Set<string>()"]],
    tests: ["faults/free_space_test.ts"],
  },
  {
    name: "a disk in trouble is taken for one that cannot hold links or modes",
    edits: [["disk/probe.ts", "TROUBLE.has(code) || FULL.has(code)", "FULL.has(code)"]],
    tests: ["faults/errors_test.ts"],
  },
  {
    name: "the replica is not held against other runs",
    edits: [[
      "disk/lock.ts",
      "if (await file.tryLock(exclusive)) {",
      "if (await file.tryLock(exclusive) || file) {",
    ]],
    tests: ["faults/two_runs_test.ts"],
  },
  {
    name: "names are printed as they are",
    edits: [["engine/entry.ts", ".replace(UNSAFE, escaped)", ".replace(UNSAFE, (c) => (escaped(c), c))"]],
    tests: ["faults/names_test.ts"],
  },
  {
    name: "a file's content is not on the disk before its name, with --durable",
    edits: [["disk/portable/writer.ts", "if (which.durable) this.file.syncSync();", ""]],
    tests: ["faults/durable_test.ts"],
  },
  {
    name: "an inode that a snapshot shares is written in place",
    edits: [[
      "engine/hard_links.ts",
      "if (taken.has(id) || (hasOthers && planned.has(one.path))) continue;",
      "if (taken.has(id) || (hasOthers && false)) continue;",
    ]],
    tests: ["faults/reader_test.ts"],
  },
  {
    name: "a FIFO in the place of a file is waited for",
    edits: [["disk/portable/reader.ts", " | (constants.O_NONBLOCK ?? 0)", ""]],
    tests: ["pass/copy_test.ts", "faults/writers_test.ts"],
  },
  {
    name: "a bug in a turn is passed over",
    edits: [[
      "pass/turn.ts",
      `else if (!(error instanceof Fault) || task.kind === "make") throw error;`,
      `else if (!(error instanceof Fault) || task.kind === "make") continue;`,
    ]],
    tests: ["faults/bug_test.ts"],
  },
  {
    name: "a bug that nobody waits for is lost",
    edits: [[
      "pass/pool.ts",
      `    if ("bug" in data) bug = data.bug;\n`,
      `    if ("bug" in data) bug = null;\n`,
    ]],
    tests: ["faults/bug_test.ts"],
  },
  {
    name: "inode numbers that fall together are taken for one inode",
    edits: [["disk/portable/look.ts", "Number.isSafeInteger(ino)", "!Number.isNaN(ino)"]],
    tests: ["faults/mounts_test.ts"],
  },
  {
    name: "nobody tries whether something is mounted on a folder that is to go",
    edits: [[
      "pass/apply.ts",
      "  for (const level of stages.going) await run(stack(attempts(level, ledger)));\n",
      "",
    ]],
    tests: ["faults/mounts_test.ts"],
  },
  {
    name: "a run does not keep others off the folders above its replica",
    edits: [["disk/lock.ts", '!== "taken") continue;', "!== null) continue;"]],
    tests: ["faults/two_runs_test.ts"],
  },
];
