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
      "disk/portable/look.ts",
      "for await (const { name } of Deno.readDir(placeOf(root, folder)))",
      "for (const { name } of Deno.readDirSync(placeOf(root, folder)))",
    ]],
    tests: ["faults/listing_test.ts"],
  },
  {
    name: "an error of a listing is taken for its end",
    edits: [["disk/portable/look.ts", `throw fault("list", side, error);`, `fault("list", side, error);`]],
    tests: ["faults/listing_test.ts"],
  },
  {
    name: "links are followed when entries are looked at",
    edits: [[
      "disk/portable/look.ts",
      "const found = Deno.lstatSync(path);\n  const { size",
      "const found = Deno.statSync(path);\n  const { size",
    ]],
    tests: ["faults/links_test.ts"],
  },
  {
    name: "nobody looks whether a link has taken a folder's place",
    edits: [
      [
        "pass/write.ts",
        `for (let path = folder; path !== ""; path = parent(path)) {`,
        `for (let path = ""; path !== ""; path = parent(path)) {`,
      ],
      ["disk/portable/look.ts", `if (folder !== "") confirm("list", side, root, folder);`, ""],
    ],
    tests: ["faults/links_test.ts"],
  },
  {
    name: "a short write is taken for a whole one",
    edits: [[
      "disk/portable/content.ts",
      "start += to.writeSync(piece.subarray(start, end));",
      "to.writeSync(piece.subarray(start, end)); start = end;",
    ]],
    tests: ["faults/short_test.ts"],
  },
  {
    name: "an interrupted write is not made again",
    edits: [[
      "disk/portable/content.ts",
      "      if (!isInterrupted(error)) throw error;",
      "      throw error;",
    ]],
    tests: ["faults/short_test.ts"],
  },
  {
    name: "removals come before copies",
    edits: [
      ["pass/apply.ts", "    await make(order.removals);\n", ""],
      [
        "pass/apply.ts",
        "    await run(stack(order.folders.",
        "    await make(order.removals);\n    await run(stack(order.folders.",
      ],
    ],
    tests: ["faults/room_test.ts"],
  },
  {
    name: "what gives way to a folder is removed before the folder's contents are there",
    edits: [
      ["pass/apply.ts", "    await run(stack([...aside].map(clear)));\n", ""],
      [
        "pass/apply.ts",
        "    await make(order.contents);\n",
        "    await run(stack([...aside].map(clear)));\n    await make(order.contents);\n",
      ],
    ],
    tests: ["faults/room_test.ts"],
  },
  {
    name: "what gave way to a folder that stayed empty is not moved back",
    edits: [["pass/apply.ts", "    for (const number of aside) await moveBack(number);\n", ""]],
    tests: ["faults/room_test.ts"],
  },
  {
    name: "the two sides of a name fall in different parts of a large folder",
    edits: [["engine/plan.ts", "short[end]! <= long[to - 1]!", "short[end]! < long[to - 1]!"]],
    tests: ["engine/plan_test.ts", "faults/large_test.ts"],
  },
  {
    name: "a folder that was once seen to be none is trusted to be no link for ever",
    edits: [["pass/write.ts", "if (known > now) {", "if (known > 0) {"]],
    tests: ["faults/links_test.ts"],
  },
  {
    name: "a file is written in its place, and not beside it",
    edits: [
      [
        "pass/write.ts",
        "const beside = temporary(job, number, change.path);",
        "const beside = place;\n      disk.remove(place);",
      ],
    ],
    tests: ["faults/kill_test.ts", "faults/reader_test.ts"],
  },
  {
    name: "the roots are not looked at again before the judgement",
    edits: [["pass/safety.ts", "root && !await isStill(root)", "root && await isStill(root) === null"]],
    tests: ["faults/gone_test.ts"],
  },
  {
    name: "the roots are not looked at again before removals",
    edits: [
      [
        "pass/apply.ts",
        "    if (removes) await lookAtRoots();",
        "    if (removes && total.entries < 0) await lookAtRoots();",
      ],
    ],
    tests: ["faults/gone_test.ts"],
  },
  {
    name: "the guard is left out",
    edits: [[
      "pass/safety.ts",
      "    return guard(",
      "    if (removed >= 0) return null;\n    return guard(",
    ]],
    tests: ["faults/known_faults_test.ts"],
  },
  {
    name: "another folder in the place of a root is worked with",
    edits: [[
      "disk/root.ts",
      "before.id !== root.id && !acceptNewRoot",
      "before.id !== root.id && !acceptNewRoot && false",
    ]],
    tests: ["faults/gone_test.ts"],
  },
  {
    name: "a file that is edited in the tick of its copy is not looked at again",
    edits: [[
      "disk/portable/content.ts",
      "racy: isRacy(now.mtime, began,",
      "racy: false && isRacy(now.mtime, began,",
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
    edits: [["pass/apply.ts", " || touched.has(change.path)", ""]],
    tests: ["pass/racy_test.ts"],
  },
  {
    name: "a replica's coarse clock is taken for an exact one",
    edits: [["engine/racy.ts", "step > 1 ? 2 * step : 0", "0 * step"]],
    tests: ["filesystems/matrix_test.ts", "pass/racy_test.ts"],
  },
  {
    name: "what a listing of the source left out is removed",
    edits: [["pass/look.ts", `if (pair.sides === "both") {`, `if (pair.sides === "both" && false) {`]],
    tests: ["filesystems/matrix_test.ts"],
  },
  {
    name: "nobody looks whether a folder that an event named leads into the other tree",
    edits: [["pass/look.ts", "if (isNested(", "if (false && isNested("]],
    tests: ["faults/mounts_test.ts"],
  },
  {
    name: "a folder that an event named is compared although another one has its name in the replica",
    edits: [["pass/look.ts", "if (tellsApart(holds)) return true;", "return true;"]],
    tests: ["filesystems/matrix_test.ts"],
  },
  {
    name: "a file that changed while it was copied is taken as it is",
    edits: [[
      "disk/portable/content.ts",
      "if (now === expected && length === expected.size) {",
      "if (now || length) {",
    ]],
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
    edits: [[
      "disk/portable/content.ts",
      "      discard(temporary);\n      throw error;",
      "      throw error;",
    ]],
    tests: ["disk/content_test.ts"],
  },
  {
    name: "a full disk does not end the pass",
    edits: [["disk/fault.ts", `new Set(["ENOSPC", "EDQUOT", "EROFS"])`, "new Set<string>()"]],
    tests: ["faults/room_test.ts"],
  },
  {
    name: "a disk in trouble is taken for one that cannot hold links or modes",
    edits: [["disk/probe.ts", "TROUBLE.has(code) || FULL.has(code)", "FULL.has(code)"]],
    tests: ["faults/errors_test.ts"],
  },
  {
    name: "the replica is not held against other runs",
    edits: [[
      "disk/root.ts",
      "if (await file.tryLock(true)) return file;",
      "if (await file.tryLock(true) || file) return file;",
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
    edits: [["disk/portable/content.ts", "if (set.durable) to.syncSync();", ""]],
    tests: ["faults/durable_test.ts"],
  },
  {
    name: "an inode that a snapshot shares is written in place",
    edits: [[
      "engine/hard_links.ts",
      "if (taken.has(node) || (hasOthers && planned.has(one.path))) continue;",
      "if (taken.has(node) || (hasOthers && false)) continue;",
    ]],
    tests: ["faults/reader_test.ts"],
  },
  {
    name: "a FIFO in the place of a file is waited for",
    edits: [["disk/portable/content.ts", " | (constants.O_NONBLOCK ?? 0)", ""]],
    tests: ["disk/content_test.ts", "faults/writers_test.ts"],
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
];
