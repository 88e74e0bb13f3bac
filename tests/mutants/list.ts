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
  /** The edge that the tests use, where it is not the one that was asked for. */
  readonly edge?: "native";
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: "the synchronous listing, which hides errors, is trusted",
    edits: [[
      "disk/portable/folder.ts",
      "for await (const { name, isDirectory } of Deno.readDir(absolute(this.root, this.path)))",
      "for (const { name, isDirectory } of Deno.readDirSync(absolute(this.root, this.path)))",
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
        "  for (const wave of stages.folders) await",
        "  await make(stages.removals);\n  for (const wave of stages.folders) await",
      ],
    ],
    tests: ["faults/free_space_test.ts"],
  },
  {
    name: "what gives way to a folder is removed before the folder's contents are there",
    edits: [
      [
        "pass/apply.ts",
        `  await runAll(ledger.aside, (number) => kept(number, ledger, "removeAside"));\n`,
        "",
      ],
      [
        "pass/apply.ts",
        "  await make(stages.contents);\n",
        `  await runAll(ledger.aside, (number) => kept(number, ledger, "removeAside"));\n  await make(stages.contents);\n`,
      ],
    ],
    tests: ["faults/free_space_test.ts"],
  },
  {
    name: "what gave way to a folder that stayed empty is not moved back",
    edits: [["pass/apply.ts", `stackOf(aside, (number)`, "stackOf([], (number: number)"]],
    tests: ["faults/free_space_test.ts"],
  },
  {
    name: "the two sides of a name fall in different parts of a large folder",
    edits: [["engine/names.ts", "short[end]! <= long[to - 1]!", "short[end]! < long[to - 1]!"]],
    tests: ["engine/names_test.ts", "faults/large_test.ts"],
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
    edits: [[
      "pass/safety.ts",
      "if (!await isRootStill(roots, side))",
      "if (await isRootStill(roots, side) === null)",
    ]],
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
      "racy: racy && !unsteady,",
      "racy: racy && unsteady,",
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
    edits: [["pass/recheck.ts", " || alone.has(change.path)", ""]],
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
    edits: [["pass/find.ts", "if (isNested(", "if (false && isNested("]],
    tests: ["faults/mounts_test.ts"],
  },
  {
    name: "a folder that an event named is compared although another one has its name in the replica",
    edits: [["pass/find.ts", "if (tellsApart(capabilities)) return true;", "return true;"]],
    tests: ["filesystems/matrix_test.ts"],
  },
  {
    name: "a file that changed while it was copied is taken as it is",
    edits: [[
      "pass/copy.ts",
      "if ((same && length === expected.size) || unsteady) {",
      "if (same || length >= 0) {",
    ]],
    tests: ["faults/writers_test.ts"],
  },
  {
    name: "what is below a path that failed is not protected",
    edits: [[
      "engine/prune.ts",
      "const isProtected = within(change.path, failed) ||",
      "const isProtected =",
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
    name: "what macOS keeps beside a file is taken for an entry of the replica",
    edits: [["engine/capabilities.ts", `return name === "._." || inSource(name.slice(2));`, "return false;"]],
    tests: ["engine/capabilities_test.ts"],
  },
  {
    name: "errors of macOS are read by the numbers of Linux",
    edits: [["disk/fault.ts", "codeOnPosix(error, DARWIN)", "codeOnPosix(error, LINUX)"]],
    tests: ["disk/fault_test.ts"],
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
      "if (taken.has(id) || (hasOthers && planned.has(one.path))) return;",
      "if (taken.has(id) || (hasOthers && false)) return;",
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
      `if (run === null) return void ("bug" in data && (bug = data.bug));`,
      "if (run === null) return;",
    ]],
    tests: ["faults/bug_test.ts"],
  },
  {
    name: "inode numbers that fall together are taken for one inode",
    edits: [["identity.ts", "Number.isSafeInteger(ino)", "!Number.isNaN(ino)"]],
    tests: ["faults/mounts_test.ts"],
  },
  {
    name: "nobody tries whether something is mounted on a folder that is to go",
    edits: [[
      "pass/apply.ts",
      "  for (const level of stages.going) await runAll(level, (number) => tryToMove(number, ledger));\n",
      "",
    ]],
    tests: ["faults/mounts_test.ts"],
  },
  {
    name: "file lock: a file is locked without a look whether its name leads to it",
    edits: [["disk/lock_file.ts", 'return await hasMark(path, mark) ? "held" : "again";', 'return "held";']],
    tests: ["disk/lock_file_test.ts"],
  },
  {
    name: "file lock: the name is taken away after the lock was given up",
    edits: [
      [
        "disk/lock_file.ts",
        "      if (await isAt(folder)) await orNull",
        "      file.close();\n      await orNull",
      ],
      ["disk/lock_file.ts", "      file.close();\n      if (times", "      if (times"],
    ],
    tests: ["disk/lock_file_test.ts"],
  },
  {
    name: "file lock: a run works inside another run's replica",
    edits: [["disk/lock_file.ts", "if (!await isLockedIfAllowed(above)) continue;", "if (above) continue;"]],
    tests: ["disk/lock_file_test.ts"],
  },
  {
    name: "file lock: a run works around another run's replica",
    edits: [[
      "pass/locked.ts",
      `if (is === "locked") throw`,
      `if (is === null) throw`,
    ]],
    tests: ["pass/locked_test.ts"],
  },
  {
    name: "file lock: whatever has its name is opened, and locked",
    edits: [[
      "disk/locking.ts",
      "return isFile && size === 0 && (nlink ?? 1) === 1;",
      "return isFile || size === 0 || nlink === 1;",
    ]],
    tests: ["disk/lock_file_test.ts"],
  },
  {
    name: "file lock: a pass over some folders works inside another run's replica",
    edits: [["pass/find.ts", "inside.look(LOCK_NAME) !== null", "inside.look(LOCK_NAME) === null"]],
    tests: ["pass/locked_test.ts"],
  },
  {
    name: "file lock: a pass removes the file by which its replica is locked",
    edits: [["pass/locked.ts", 'path === "" && (is', 'path === "never" && (is']],
    tests: ["pass/locked_test.ts"],
  },
  {
    name: "Windows: a path in other letters is another path",
    edits: [[
      "whole_path.ts",
      "isWindows(rules) ? folded(trimmed(win32.normalize(plain(path)))) : path",
      "path",
    ]],
    tests: ["whole_path_test.ts"],
  },
  {
    name: "Windows: what the system keeps at the top of a drive is removed",
    edits: [["pass/drive.ts", '!== "" || !hasTop(roots, rules)', '!== "" || hasTop(roots, rules)']],
    tests: ["pass/drive_test.ts"],
  },
  {
    name: "Windows: roots with one rounded number are one folder",
    edits: [["disk/root.ts", "a.times === b.times", "b.times !== undefined"]],
    tests: ["disk/root_test.ts"],
  },
  {
    name: "a run does not keep others off the folders above its replica",
    edits: [["disk/lock.ts", '!== "taken") continue;', "!== null) continue;"]],
    tests: ["faults/two_runs_test.ts"],
  },
  {
    name: "an attribute that cannot be set costs the content",
    edits: [["disk/portable/attributes.ts", "if (UNSETTABLE.has(why.reason.code)) return why;", ""]],
    tests: ["faults/attributes_test.ts"],
  },
  {
    name: "a file that lacks an attribute keeps its hard links from being made",
    edits: [["pass/applier.ts", `fail(failure, "unset");`, "fail(failure);"]],
    tests: ["faults/attributes_test.ts"],
  },
  {
    name: "the setuid bit of a stranger's file is given to the one who runs the program",
    edits: [["engine/same.ts", `if (kind !== "file") return mode;`, "if (mode > 0) return mode;"]],
    tests: ["engine/same_test.ts", "faults/attributes_test.ts"],
  },
  {
    name: "an older log is removed",
    edits: [["engine/own_log.ts", "path === log || (", "path === log || (false && "]],
    tests: ["pass/pass_test.ts"],
  },
  {
    name: "what another mirror is about to put in place is copied",
    edits: [["pass/look.ts", "names.filter((name) => !isTemporary(name))", "names"]],
    tests: ["pass/pass_test.ts"],
  },
  {
    name: "a time that the replica does not have is set again in every pass",
    edits: [[
      "engine/same.ts",
      "const held = Math.min(Math.max(wanted.mtime, earliest), latest);",
      "const held = Math.min(Math.max(wanted, -Infinity || earliest), Infinity || latest);",
    ]],
    tests: ["filesystems/times_test.ts", "engine/capabilities_test.ts"],
  },
  {
    name: "a time that JavaScript does not count is no time",
    edits: [["disk/time.ts", "return Number.isNaN(time) ? FURTHEST_MS : time;", "return time;"]],
    tests: ["filesystems/times_test.ts"],
  },
  {
    name: "what is mounted inside the replica is taken for what its root is",
    edits: [[
      "engine/same.ts",
      "return mounted === undefined ? capabilities : mounted.get(device) ?? EVERYTHING;",
      "return mounted === undefined || mounted.size > 0 ? capabilities : EVERYTHING;",
    ]],
    tests: ["filesystems/inside_test.ts"],
  },
  {
    name: "a disk that the source is on is written to, to try it",
    edits: [[
      "pass/try_out.ts",
      "const outcome = isOfSource",
      "const outcome = isOfSource && device < 0",
    ]],
    tests: ["filesystems/inside_test.ts"],
  },
  {
    name: "what the replica made of a name that it cannot have is removed",
    edits: [[
      "engine/capabilities.ts",
      "if (!byKey.has(key(name)) && cut.has(key(name))) continue;",
      "",
    ]],
    tests: ["engine/capabilities_test.ts", "faults/names_test.ts"],
  },
  {
    name: "a name that the replica leads to without listing it is made again",
    edits: [["pass/spelling.ts", "if (entry !== null) met.set(name, entry);", ""]],
    tests: ["faults/names_test.ts"],
  },
  {
    name: "hard links among links are torn apart",
    edits: [["pass/mounts.ts", "hardLinks && (hardLinksToLinks ||", "hardLinks && ("]],
    tests: ["pass/fidelity_test.ts"],
  },
  {
    name: "a small folder of which nothing is kept is wiped",
    edits: [["engine/guard.ts", "source > 0 && kept === 0 &&", "source > 0 && kept < 0 &&"]],
    tests: ["program/refusal_test.ts"],
  },
  {
    name: "what gets another content counts as kept",
    edits: [[
      "engine/change.ts",
      `return change.kind === "attributes" ? null : change.was ?? null;`,
      `return change.kind === "attributes" || change.kind === "update" ? null : change.was ?? null;`,
    ]],
    tests: ["program/refusal_test.ts"],
  },
  {
    name: "an empty file that both have counts as kept",
    edits: [["engine/entry.ts", ` || (entry.kind === "file" && entry.size === 0)`, ""]],
    tests: ["program/refusal_test.ts"],
  },
  {
    name: "whatever is answered is a yes",
    edits: [[
      "cli/ask.ts",
      "return /^y(es)?$/i.test(",
      "return /^/i.test(",
    ]],
    tests: ["program/refusal_test.ts"],
  },
  {
    name: "a no holds for one pass only",
    edits: [["cli/permit.ts", "const asks = isNew && mayAsk", "const asks = isNew && !isDeclined && mayAsk"]],
    tests: ["program/refusal_test.ts"],
  },
  {
    name: "a file from before the refusal lets a plan through",
    edits: [["cli/allow.ts", " || written < Math.floor(since / STEP_MS) * STEP_MS", " || written < 0"]],
    tests: ["program/refusal_test.ts"],
  },
  {
    name: "what lets a plan through is not taken away",
    edits: [["cli/allow.ts", "if (allowed !== null) Deno.removeSync(path);", ""]],
    tests: ["program/refusal_test.ts"],
  },
  {
    name: "a refused plan cannot be looked at",
    edits: [[
      "pass/attempt.ts",
      `const isShown = asked.dryRun && (refusal === null || refusal.kind === "refused");`,
      "const isShown = asked.dryRun && refusal === null;",
    ]],
    tests: ["program/refusal_test.ts"],
  },
  {
    name: "a refusal is said once and for all",
    edits: [["cli/suppress.ts", "return now - said < AGAIN_MS && ", "return "]],
    tests: ["cli/suppress_test.ts"],
  },
  {
    name: "any word behind the folders is a log",
    edits: [["cli/positional.ts", `isLog(word) ? "log" : null;`, `"log";`]],
    tests: ["cli/options_test.ts", "program/program_test.ts"],
  },
  {
    name: "an entry that vanished is a failure",
    edits: [[
      "pass/gone.ts",
      `if (failure.path === "" || !fleeting(failure)) return failure;`,
      "if (1 > 0) return failure;",
    ]],
    tests: ["pass/vanished_test.ts"],
  },
  {
    name: "a file that cannot be read is taken for one that vanished",
    edits: [[
      "pass/gone.ts",
      "return folder.look(nameOf(failure.path)) === null ? { ...failure, gone: true } : failure;",
      "return folder.look(nameOf(failure.path)) === null || true ? { ...failure, gone: true } : failure;",
    ]],
    tests: ["pass/vanished_test.ts"],
  },
  {
    name: "each line wipes the progress",
    edits: [["cli/screen.ts", `(below === null ? "" : fitted(below, columns() - 1))`, `""`]],
    tests: ["cli/progress_test.ts", "program/program_test.ts"],
  },
  {
    name: "what a replica cannot hold is given as a difference",
    edits: [["engine/difference.ts", "if (criteria.capabilities.modes && entry.kind", "if (entry.kind"]],
    tests: ["engine/difference_test.ts"],
  },
  {
    name: "JSON has the engine's insides",
    edits: [["cli/json.ts", '        ...(kind === "file" && { size: entry.size }),', "        ...entry,"]],
    tests: ["cli/json_test.ts"],
  },
  {
    name: "names of one inode are counted anew for each of them",
    edits: [[
      "engine/hard_links.ts",
      "const shared = id === null ? 1 : counts.get(id)!;",
      "const shared = id === null ? 1 : set.filter(({ was }) => was?.id === id).length;",
    ]],
    tests: ["engine/hard_links_test.ts"],
  },
  {
    name: "a wait until a copy is certain does not hear a stop",
    edits: [["pass/recheck.ts", "await delay(ms, { signal });", "await delay(ms);"]],
    tests: ["pass/racy_test.ts"],
  },
  {
    name: "a file that grows and is edited at the same time is taken for one that only grows",
    edits: [[
      "pass/copy.ts",
      "if (piece[i] !== other[i]) return false;",
      "if (other[i] === undefined) return false;",
    ]],
    tests: ["pass/copy_test.ts"],
  },
  {
    name: "a copy of a file that grows has the time of the source's",
    edits: [["pass/copy.ts", "racy || unsteady ?", "racy && !unsteady ?"]],
    tests: ["pass/copy_test.ts"],
  },
  {
    name: "a file that is replaced is taken to give its space before its successor is there",
    edits: [[
      "engine/change.ts",
      "most = Math.max(most, used + bytes(change));",
      "most = Math.max(most, used + bytes(change) - bytesGiven(change));",
    ]],
    tests: ["engine/change_test.ts", "faults/free_space_test.ts"],
  },
  {
    name: "a dry run into a replica that is not there yet does not look at the free space",
    edits: [["pass/safety.ts", "roots.replica?.path ?? roots.above;", "roots.replica?.path;"]],
    tests: ["faults/free_space_test.ts"],
  },
  {
    name: "what a loop removes in slices is measured by what is left",
    edits: [["engine/peak.ts", "return sizes[0]?.entries ?? 0;", "return sizes.at(-1)?.entries ?? 0;"]],
    tests: ["engine/peak_test.ts", "timing/slices_test.ts"],
  },
  {
    name: "a folder that a system makes by itself counts as the source's",
    edits: [["disk/root.ts", "if (!isDirectory || !OF_THE_SYSTEM.some((form) => form.test(name))) ", ""]],
    tests: ["timing/slices_test.ts"],
  },
  {
    name: "a disk in the source that went away is taken for an empty folder",
    edits: [
      [
        "pass/source_mounts.ts",
        "const before = sourceMounts?.get(path);",
        "const before = sourceMounts?.get(`${path}/`);",
      ],
      [
        "pass/source_mounts.ts",
        "if (!compared.has(path) && !await inSlices(touches(changes, path), shared)) continue;",
        "if (!compared.has(path)) continue;",
      ],
    ],
    tests: ["faults/nested_mounts_test.ts"],
  },
  {
    name: "another disk at a mount point is taken for the one that was there",
    edits: [["pass/source_mounts.ts", " && (before === undefined || before.id === now.id)", ""]],
    tests: ["faults/nested_mounts_test.ts"],
  },
  {
    name: "what a pass does itself to the replica brings the next one",
    edits: [["timing/hints.ts", `const isDoubt = side === "replica";`, "const isDoubt = side === null;"]],
    tests: ["timing/backoff_test.ts", "timing/circles_test.ts"],
  },
  {
    name: "what others do to the replica is taken for our own doing",
    edits: [[
      "pass/echo.ts",
      "if (!await isOurs(roots, one, criteria)) left.add(one[0]);",
      "await isOurs(roots, one, criteria);",
    ]],
    tests: ["timing/circles_test.ts"],
  },
  {
    name: "what repeats itself does not wait",
    edits: [["timing/backoff.ts", "return times === 0 ? 0 :", "return times >= 0 ? 0 :"]],
    tests: ["timing/backoff_test.ts", "timing/circles_test.ts"],
  },
  {
    name: "a folder is believed to be where an event says",
    edits: [["timing/spelling.ts", "const real = unaliased(spelled, aliases);", "const real = spelled;"]],
    tests: ["timing/aliases_test.ts"],
  },
  {
    name: "a watch goes on when a link that it followed has gone",
    edits: [["timing/spelling.ts", "isStale ||= isMoved && carries(spelled, aliases);", ""]],
    tests: ["timing/aliases_test.ts"],
  },
  {
    name: "all watches share one queue of the system",
    edits: [[
      "timing/system_watch.ts",
      "const open = canBeat ? threadedEvents : Deno.watchFs;",
      "const open = Deno.watchFs;",
    ]],
    tests: ["timing/aliases_test.ts"],
  },
  {
    name: "a replica inside another one's is only known by its path",
    edits: [[
      "disk/lock.ts",
      "for (const path of [folder, ...await otherPaths(folder)]) {",
      "for (const path of [folder]) {",
    ]],
    tests: ["faults/two_runs_test.ts"],
  },
  {
    name: "a strange folder is a replica when one file in it is like one of the source",
    edits: [["pass/safety.ts", "    if (moved < losses.removals) losses.others += moved;\n", ""]],
    tests: ["program/refusal_test.ts"],
  },
  {
    name: "what is kept of millions moves at once when it grows",
    edits: [["engine/wide.ts", "return (hash ^ (hash >>> 16)) & (PARTS - 1);", "return 0 * hash;"]],
    tests: ["engine/wide_test.ts"],
  },
  {
    name: "two runs write one page",
    edits: [["observers/report/mod.ts", '    if (why === HELD) return heldText("report", path);\n', ""]],
    tests: ["program/report_test.ts"],
  },
  {
    name: "a folder that was moved out of the tree is still watched",
    edits: [["timing/inotify/hear.ts", "    walk.leave(one.node);\n", ""]],
    tests: ["timing/inotify_test.ts"],
  },
  {
    name: "a folder that was moved is believed to be where it was put",
    edits: [[
      "timing/inotify/hear.ts",
      "if (isMoved) walk.add(folders.child(parent, name));",
      "",
    ]],
    tests: ["timing/inotify_test.ts", "timing/inotify_random_test.ts"],
  },
  {
    name: "a day of the month and a day of the week are left to croner",
    edits: [[
      "timing/calendar.ts",
      "return !/^[*?]/.test(day) && !/^[*?]/.test(weekday);",
      "return day === weekday;",
    ]],
    tests: ["timing/calendar_test.ts"],
  },
  {
    name: "an installation that fails leaves its files",
    edits: [["timing/scheduler/scheduler.ts", "await takeBack(scheduler, id, home, before);", ""]],
    tests: ["timing/scheduler_test.ts"],
  },
  {
    name: "an entry with another scheduler stays when one is installed",
    edits: [["cli/carry_out.ts", ".filter((one) => one !== scheduler)", ".slice(9)"]],
    tests: ["timing/scheduler_test.ts"],
  },
  {
    name: "work over all changes is done in one go",
    edits: [[
      "engine/steps.ts",
      "    act(value);\n    if (++count % STEP === 0) yield;",
      "    act(value);\n    ++count;",
    ]],
    tests: ["engine/steps_test.ts"],
  },
  {
    name: "the replica is probed whether or not anything is to be done",
    edits: [[
      "pass/compare.ts",
      "return isInSync ? known : await",
      "return isInSync && made ? known : await",
    ]],
    tests: ["program/program_test.ts", "pass/compare_test.ts"],
  },
  {
    name: "what was compared before the replica was probed is taken as it is",
    edits: [[
      "pass/mounts.ts",
      "if (isDoubtful && !isKnown(device, criteria))",
      "if (isDoubtful && device < 0)",
    ]],
    tests: ["filesystems/matrix_test.ts", "pass/compare_test.ts"],
  },
  {
    name: "parts of a folder go on as they are when the replica is found to take names for one",
    edits: [[
      "pass/rounds.ts",
      "if (scope !== undefined || !tellAllApart(tried))",
      "if (scope !== undefined)",
    ]],
    tests: ["pass/compare_test.ts"],
  },
  {
    name:
      "names of one inode are given to a file system that cannot have them, when nothing else is to be done",
    edits: [[
      "pass/compare.ts",
      "if (linkedOn.size === 0) return known;",
      "if (linkedOn.size >= 0) return known;",
    ]],
    tests: ["pass/compare_test.ts"],
  },
  {
    name: "the replica that a refused first run made stays",
    edits: [["disk/roots.ts", "isUnused = made && replica", "isUnused = !made && replica"]],
    tests: ["disk/roots_test.ts", "faults/free_space_test.ts"],
  },
  {
    name: "whatever stands where a refused first run made the replica is removed",
    edits: [[
      "disk/roots.ts",
      'replica !== null && await isRootStill(roots, "replica");',
      "replica !== null;",
    ]],
    tests: ["disk/roots_test.ts"],
  },
  {
    name: "a thread is not confined to the two trees",
    edits: [["pass/worker.ts", "fits ??= await confine(", "fits ??= true || await confine("]],
    tests: ["faults/confined_test.ts"],
  },
  {
    name: "a thread may write into the source, too",
    edits: [["disk/sandbox.ts", `roots.source, "read")`, `roots.source, "write")`]],
    tests: ["disk/sandbox_test.ts"],
  },
  {
    name: "a thread goes on that is confined to a folder that is gone",
    edits: [["disk/sandbox.ts", " && isOpen(one.path)", ""]],
    tests: ["disk/sandbox_test.ts", "faults/confined_test.ts"],
  },
  {
    name: "what has taken the place of a root is opened to a thread",
    edits: [["disk/native/sandbox.ts", "if (!isSame(system, folder, opening)) return;", ""]],
    tests: ["disk/sandbox_test.ts"],
  },
  {
    name: "a stranger's link on the way to a root is followed",
    edits: [["disk/way.ts", "if (found.owner !== 0 && found.owner !== user) {", "if (found.owner < 0) {"]],
    tests: ["disk/way_test.ts", "faults/confined_test.ts"],
  },
  {
    name: "native: a folder is opened over links",
    edits: [["disk/native/calls.ts", "how[4] = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;", "how[4] = 0;"]],
    tests: ["disk/tree_test.ts", "faults/confined_test.ts"],
    edge: "native",
  },
  {
    name: "native: a name is opened over a link",
    edits: [["disk/native/calls.ts", "flags | O_NOFOLLOW | O_CLOEXEC", "flags | O_CLOEXEC"]],
    tests: ["disk/tree_test.ts"],
    edge: "native",
  },
  {
    name: "native: links are followed when entries are looked at",
    edits: [["disk/native/calls.ts", "path, flags | AT_SYMLINK_NOFOLLOW, mask", "path, flags, mask"]],
    tests: ["disk/tree_test.ts"],
    edge: "native",
  },
  {
    name: "native: an error of a listing is taken for its end",
    edits: [["disk/native/list.ts", "if (length < 0) return length;", "if (length < 0) return names;"]],
    tests: ["faults/listing_test.ts"],
    edge: "native",
  },
  {
    name: "native: a call that a signal cut off is not made again",
    edits: [["disk/native/bind.ts", "if (returned !== -EINTR) return returned;", "return returned;"]],
    tests: ["faults/short_test.ts"],
    edge: "native",
  },
  {
    name: "native: bytes that are not UTF-8 fall together",
    edits: [["names.ts", `fatal: true`, `fatal: false`]],
    tests: ["names_test.ts"],
    edge: "native",
  },
  {
    name: "native: what lies below the ms is not kept",
    edits: [["disk/native/attributes.ts", "* 1e6 + nanos", "* 1e6"]],
    tests: ["pass/native_test.ts"],
    edge: "native",
  },
  {
    name: "a replica whose times are cut to the ms is copied anew",
    edits: [["engine/same.ts", "return found.nanos === 0 && ", "return found.nanos === -1 && "]],
    tests: ["engine/same_test.ts"],
  },
  {
    name: "a tree that is seen in the other one is worked with",
    edits: [["pass/look.ts", `if (how !== "apart") throw`, `if (how === null) throw`]],
    tests: ["faults/mounts_test.ts"],
  },
  {
    name: "every folder on another device than the root's is taken for a mount point",
    edits: [[
      "pass/look.ts",
      "plan(pair.path, source, there, criteria, device)",
      "plan(pair.path, source, there, criteria)",
    ]],
    tests: ["faults/mounts_test.ts"],
  },
  {
    name: "a full disk inside the replica ends the pass",
    edits: [[
      "pass/ending.ts",
      `side === "replica" && !mounted && FULL`,
      `side === "replica" && (mounted || !mounted) && FULL`,
    ]],
    tests: ["faults/mounts_test.ts"],
  },
  {
    name: "another disk at a mount in the replica is taken for the one that was there",
    edits: [["disk/roots.ts", " && now.id === tried.id", ""]],
    tests: ["filesystems/inside_test.ts"],
  },
  {
    name: "a disk may fail as often as it likes",
    edits: [
      ["pass/applier.ts", "++broken > MANY", "++broken < 0"],
      [
        "disk/root.ts",
        "return isSame && await isAlive(root.path);",
        "return isSame || await isAlive(root.path);",
      ],
    ],
    tests: ["faults/mounts_test.ts"],
  },
  {
    name: "what systems put into every folder counts as kept",
    edits: [["engine/entry.ts", " || isOfAnyFolder(name)", " || isOfAnyFolder(entry.kind)"]],
    tests: ["program/refusal_test.ts"],
  },
  {
    name: "native: attributes and access lists that a folder handed on stay",
    edits: [["disk/native/set_xattrs.ts", "if (!after.has(xattr)) attempt", "if (false) attempt"]],
    tests: ["faults/xattrs_test.ts"],
    edge: "native",
  },
  {
    name: "native: attributes are asked of what a link leads to",
    edits: [[
      "disk/native/xattr_calls.ts",
      "CALL.listxattr : CALL.llistxattr",
      "CALL.listxattr : CALL.listxattr",
    ]],
    tests: ["faults/xattrs_test.ts"],
    edge: "native",
  },
  {
    name: "native: attributes are asked of what a link leads to, by folder and name",
    edits: [["disk/native/xattr_calls.ts", "AT_SYMLINK_NOFOLLOW, into", "0, into"]],
    tests: ["faults/xattrs_test.ts"],
    edge: "native",
  },
  {
    name: "native: the mode is left as an access list made it",
    edits: [["disk/native/attributes.ts", " || extended.changesMode", ""]],
    tests: ["faults/xattrs_test.ts"],
    edge: "native",
  },
  {
    name: "native: attributes of what its owner may not write are given up",
    edits: [["disk/native/set_xattrs.ts", "done === -EACCES &&", "false &&"]],
    tests: ["faults/xattrs_test.ts"],
    edge: "native",
  },
  {
    name: "native: no place for attributes is taken for a full disk",
    edits: [[
      "disk/native/attributes.ts",
      "!UNSETTABLE.has(code) && !NO_PLACE.has(code)",
      "!UNSETTABLE.has(code)",
    ]],
    tests: ["faults/xattrs_test.ts"],
    edge: "native",
  },
  {
    name: "native: another version of a file that is copied has no attributes",
    edits: [[
      "disk/native/reader.ts",
      "entryAt(this.folder, this.name, this.view)",
      "entryAt(this.folder, this.name, { ...this.view, xattrs: false })",
    ]],
    tests: ["faults/xattrs_test.ts"],
    edge: "native",
  },
  {
    name: "extended attributes are not compared",
    edits: [["engine/same.ts", "return a.xattrs === b.xattrs || ", "return true || "]],
    tests: ["faults/xattrs_test.ts", "engine/xattrs_test.ts"],
    edge: "native",
  },
  {
    name: "devices with other numbers count as the same",
    edits: [[
      "engine/same.ts",
      "return a.type === b.type && a.major === b.major && a.minor === b.minor;",
      "return a.type === b.type;",
    ]],
    tests: ["faults/xattrs_test.ts"],
    edge: "native",
  },
  {
    name: "a file with an access list is born with the rights of its mask",
    edits: [["engine/xattrs.ts", "mode & ~0o070 : mode", "mode : mode"]],
    tests: ["engine/xattrs_test.ts"],
  },
  {
    name: "native: what is made with --durable gets its name before it is forced to the disk",
    edits: [
      ["pass/batch.ts", "  const failed = together.sync();\n", "  const failed = new Map();\n"],
      ["pass/batch.ts", "  waiting.length = 0;", "  waiting.length = 0;\n  together.sync();"],
    ],
    tests: ["faults/durable_test.ts"],
    edge: "native",
  },
  {
    name: "native: what began as a longer version is not cut to its length",
    edits: [[
      "disk/native/writer.ts",
      "this.revises ? this.size() !== entry.size : entry.holes",
      "entry.holes",
    ]],
    tests: ["filesystems/clones_test.ts"],
    edge: "native",
  },
  {
    name: "native: a block in which little differs is taken for the same",
    edits: [["disk/native/rewrite.ts", "from, to), to - from);", "from, to), (to - from) >> 1);"]],
    tests: ["filesystems/clones_test.ts"],
    edge: "native",
  },
  {
    name: "native: a hole does not become one in what began as the old version",
    edits: [["disk/native/rewrite.ts", "const isHole = data", "const isHole = at >= 0 || data"]],
    tests: ["filesystems/clones_test.ts"],
    edge: "native",
  },
  {
    name: "native: what begins as the old version may be read by more than that",
    edits: [["pass/copy.ts", "expected.mode & was.mode : expected.mode", "expected.mode : expected.mode"]],
    tests: ["filesystems/clones_test.ts"],
    edge: "native",
  },
  {
    name: "native: what waits to be forced to the disk stays beside its place when the pass is stopped",
    edits: [["pass/batch.ts", "\n      discard(folder, beside);", ""]],
    tests: ["faults/durable_test.ts"],
    edge: "native",
  },
  {
    name: "the place of data in a sparse file does not count when contents are compared",
    edits: [["pass/digest.ts", "if (page !== ended) places", "if (page < 0) places"]],
    tests: ["pass/digest_test.ts"],
  },
  {
    name: "a page of a sparse file is taken to begin where a hole ends",
    edits: [["pass/digest.ts", "const lead = at % PAGE_BYTES;", "const lead = 0;"]],
    tests: ["pass/digest_test.ts"],
  },
  {
    name: "native: files whose modes differ are not looked at",
    edits: [["disk/native/look.ts", " && bits16[14] === others16[14]", ""]],
    tests: ["disk/tree_test.ts"],
    edge: "native",
  },
  {
    name: "native: files whose times differ by less than a ms are not looked at",
    edits: [["disk/native/look.ts", " && bits32[30] === others32[30]", ""]],
    tests: ["disk/tree_test.ts"],
    edge: "native",
  },
  {
    name: "native: files with several names are not looked at",
    edits: [["disk/native/look.ts", "bits32[4] === 1 && others32[4] === 1", "bits32[4]! > 0"]],
    tests: ["disk/tree_test.ts"],
    edge: "native",
  },
  {
    name: "native: what is the same by size and time is so with --checksum",
    edits: [["pass/look.ts", " || checksum ||", " ||"]],
    tests: ["pass/pass_test.ts", "program/program_test.ts"],
    edge: "native",
  },
  {
    name: "native: what both sides have of a killed run is the same",
    edits: [["pass/look.ts", "isTemporary(name) || isOfAnyFolder(name)", "isOfAnyFolder(name)"]],
    tests: ["pass/pass_test.ts"],
    edge: "native",
  },
  {
    name: "native: what is the same takes its name from no other, were they one in the replica",
    edits: [["pass/look.ts", " || !tellsApart(capabilities)) return both", ") return both"]],
    tests: ["pass/compare_test.ts"],
    edge: "native",
  },
  {
    name: "choice: what is excluded is removed where only the replica has it",
    edits: [["pass/choose.ts", "without(replica, outOfReplica),", "replica,"]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: a folder goes in which something excluded by its name lies",
    edits: [["pass/choose.ts", "kept: deleteExcluded ? [] : keptOf(pair, outOfReplica),", "kept: [],"]],
    tests: ["pass/choose_test.ts", "pass/choose_random_test.ts"],
  },
  {
    name: "choice: a folder goes in which something excluded by its kind or size lies",
    edits: [["pass/choose.ts", "return keptOf(pair, kept);", "return [];"]],
    tests: ["pass/choose_test.ts", "pass/choose_random_test.ts"],
  },
  {
    name: "choice: an ignore file that cannot be read counts as none",
    edits: [[
      "pass/choose.ts",
      "throw error instanceof Fault ? unreadable(error.reason.code) : error;",
      "return null;",
    ], ["pass/choose.ts", 'if (entry?.kind === "unknown") throw unreadable(entry.reason.code);', ""]],
    tests: ["faults/choose_test.ts"],
  },
  {
    name: "choice: an ignore file that is too large counts as none",
    edits: [[
      "pass/choose.ts",
      'if (entry.size > MOST_BYTES) throw unreadable("EFBIG");',
      "if (entry.size > MOST_BYTES) return null;",
    ]],
    tests: ["faults/choose_test.ts"],
  },
  {
    name: "choice: an ignore file may be a link",
    edits: [[
      "pass/choose.ts",
      'if (entry?.kind !== "file") return null;',
      'if (entry?.kind === "link") return { folder: path, text: "*" };\n  if (entry?.kind !== "file") return null;',
    ]],
    tests: ["faults/choose_test.ts"],
  },
  {
    name: "choice: what a killed run left over is excluded by its name",
    edits: [[
      "pass/choose.ts",
      "!filter.mayExclude(pair.path, name) || isTemporary(name)",
      "!filter.mayExclude(pair.path, name)",
    ], ["pass/choose.ts", "was === undefined || isTemporary(name)", "was === undefined"]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: what lies in what a killed run left over is excluded",
    edits: [["pass/choose.ts", " || isLeftOver(pair.path)) return null", ") return null"]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: what a killed run left over stays when nothing is to be removed",
    edits: [["engine/no_delete.ts", "isOurs(change.path) || !removes(change)", "!removes(change)"]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: a rule is not asked when its text stands elsewhere in a name",
    edits: [[
      "engine/filter.ts",
      'const isWhole = !last.replace(/^\\*+|\\*+$/g, "").includes("*");',
      "const isWhole = true;",
    ]],
    tests: ["engine/filter_test.ts"],
  },
  {
    name: "choice: a rule is not asked when it has brackets",
    edits: [[
      "engine/filter.ts",
      'const inName = isCut ? "" : longestOf(last);',
      "const inName = longestOf(last);",
    ]],
    tests: ["engine/filter_test.ts"],
  },
  {
    name: "choice: a rule of a folder counts beside it",
    edits: [["engine/filter.ts", "return `${not}/${start}/${isAnchored", "return `${not}/${isAnchored"]],
    tests: ["engine/filter_test.ts", "pass/choose_test.ts"],
  },
  {
    name: "choice: something excluded gives way",
    edits: [["pass/choose.ts", "if (isMirrored) replica.set(name, EXCLUDED);", "if (isMirrored) continue;"]],
    tests: ["pass/choose_test.ts", "pass/choose_random_test.ts"],
  },
  {
    name: "choice: ignore files come before the command line",
    edits: [[
      "engine/filter.ts",
      "return [...inWhole.flatMap(rulesIn), ...rules];",
      "return [...rules, ...inWhole.flatMap(rulesIn)];",
    ]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: where the replica takes names for one, what is excluded there is removed",
    edits: [["pass/choose.ts", "const as = spelled(name);", "const as = name;"]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: where the replica takes names for one, a name is excluded before it is known whose it is",
    edits: [[
      "pass/choose.ts",
      "if (!tellsApart(capabilities)) return {",
      "if (capabilities.step < 0) return {",
    ]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: --no-delete removes",
    edits: [[
      "pass/look.ts",
      "const made = config.choice.noDelete",
      "const made = config === null",
    ]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: a folder gives way with --no-delete",
    edits: [[
      "engine/no_delete.ts",
      'change.kind === "remove" || (change.kind === "create" && change.was?.kind === "folder")',
      'change.kind === "remove"',
    ]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: a part of the trees is mirrored although it is excluded",
    edits: [[
      "pass/find.ts",
      '(entry ?? was)?.kind === "folder" && isExcludedFolder(config, folder, ignoreFiles)',
      'folder === "/"',
    ]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: a part of a large folder does not know its ignore file",
    edits: [[
      "pass/look.ts",
      "pair: { ...pair, names: pack(part) }",
      "pair: { ...given, names: pack(part) }",
    ]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: a new ignore file counts for its own folder alone, in a pass over a part",
    edits: [["pass/look.ts", " && !changesIgnoreFile(made, pair.path);", ";"]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: a file is excluded by its size only when it differs",
    edits: [["pass/choose.ts", "unsure: isBounded(bounds) ? null : unsure", "unsure"]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: folders go from a replica of which nothing is known",
    edits: [["pass/compare.ts", "return count(left.changes) > 0;", "return count(left.changes) < 0;"]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "choice: the replica is tried for what stays undone",
    edits: [[
      "pass/look.ts",
      "chosen !== null && strangers.length > 0",
      "chosen !== null && strangers.length < 0",
    ]],
    tests: ["pass/choose_test.ts"],
  },
  {
    name: "excluded folders are watched all the same",
    edits: [[
      "timing/inotify/walk.ts",
      "      if (this.hasRules && this.excludes(node, below(path, name), true)) continue;\n",
      "",
    ]],
    tests: ["timing/inotify_excluded_test.ts"],
  },
  {
    name: "what happens to what is excluded is told",
    edits: [[
      "timing/inotify/hear.ts",
      "  if (walk.hasRules && walk.excludes(folder, entry, isFolder)) return;\n",
      "",
    ]],
    tests: ["timing/inotify_excluded_test.ts"],
  },
  {
    name: "an ignore file that changes is a file like any other to the watch",
    edits: [[
      "timing/inotify/hear.ts",
      '  if (name === IGNORE_FILE && walk.hasOtherRules(folder, path)) return notes.tell({ kind: "rules" });\n',
      "",
    ]],
    tests: ["timing/inotify_excluded_test.ts"],
  },
  {
    name: "a folder that is moved is watched by what was excluded where it came from",
    edits: [[
      "timing/inotify/hear.ts",
      "    if (walk.hasRules) walk.leave(moved.node);\n    else folders.put(",
      "    folders.put(",
    ]],
    tests: ["timing/inotify_excluded_test.ts"],
  },
  {
    name: "the watch of a replica goes by the ignore files in it",
    edits: [["timing/inotify/visit.ts", ": ignoreFileAt(roots.source, path);", ": ignoreFileIn(fd);"]],
    tests: ["timing/inotify_excluded_test.ts"],
  },
  {
    name: "Deno's watch tells of what is excluded",
    edits: [[
      "timing/portable.ts",
      "const ours = left === null ? heard : await left.sift(heard);",
      "const ours = heard;",
    ]],
    tests: ["timing/excluded_test.ts"],
  },
  {
    name: "what Deno's watch cannot give has not happened",
    edits: [["timing/portable.ts", 'return [{ kind: "loss" }];', "return [];"]],
    tests: ["timing/following_test.ts"],
  },
  {
    name: "the two names of a rename are noted apart when a look takes long",
    edits: [["timing/gathered.ts", "told.length < MANY ? ahead.splice(0) : []", "[]"]],
    tests: ["timing/gathered_test.ts"],
  },
  {
    name: "what others did to the replica is compared before the source has told its half",
    edits: [[
      "timing/hints.ts",
      "...one, last: now, isDoubt: false,",
      "...one, last: 0, isDoubt: false,",
    ]],
    tests: ["timing/backoff_test.ts", "timing/repeat_test.ts"],
  },
  {
    name: "what a pass gives itself in the replica is looked into, and then does not wait",
    edits: [["timing/hints.ts", "taken.get(doubt.folder) ?? null", "null"]],
    tests: ["timing/backoff_test.ts"],
  },
  {
    name: "an option behind --trash is taken for its folder",
    edits: [[
      "cli/undo.ts",
      'if (word !== "--trash" || next === undefined || next.startsWith("-")) return null;',
      'if (word !== "--trash" || next === undefined) return null;',
    ]],
    tests: ["jobs/file_test.ts"],
  },
  {
    name: "a file of all jobs may be the file of jobs",
    edits: [["jobs/overlap.ts", '    [pathKey(all.jobs), { job: null, field: "file of jobs" }],\n', ""]],
    tests: ["jobs/overlap_test.ts"],
  },
  {
    name: "an ignore file that changes is a file like any other to Deno's watch",
    edits: [["timing/sieve.ts", '      if (isOther) return "rules";\n', ""]],
    tests: ["timing/excluded_test.ts"],
  },
  {
    name: "all of a replica is not heeded with --delete-excluded",
    edits: [[
      "job.ts",
      'side === "replica" && deleteExcluded ? null : { rules, source }',
      "{ rules, source }",
    ]],
    tests: ["timing/excluded_test.ts"],
  },
  {
    name: "what is the same on both sides and excluded is our own doing with --delete-excluded",
    edits: [["mirror.ts", "config.xattrs || config.choice.deleteExcluded", "config.xattrs"]],
    tests: ["timing/excluded_test.ts"],
  },
  {
    name: "what happened while a watch was opened anew is lost",
    edits: [[
      "timing/watch.ts",
      "      if (found !== first) lost();\n",
      "      if (found !== first && !isStale) lost();\n",
    ]],
    tests: ["timing/following_test.ts"],
  },
  {
    name: "a source that comes back leaves the replica's watch as it is",
    edits: [["timing/watch.ts", "  if (renews) renewal.ask();\n", ""]],
    tests: ["timing/following_test.ts"],
  },
  {
    name: "explain takes a folder to go whatever is in it",
    edits: [["pass/explain.ts", "(isAsked || givesWay)", "givesWay"]],
    tests: ["program/explain_test.ts"],
  },
  {
    name: "explain takes each name of a file for a file of its own",
    edits: [["pass/explain.ts", "one.path === path && one.entry !== null", "one.path === null"]],
    tests: ["program/explain_test.ts"],
  },
  {
    name: "explain does not list the folder that it is asked about",
    edits: [["pass/explain.ts", "await inFolders(context, pair, () => true);", ""]],
    tests: ["program/explain_test.ts"],
  },
  {
    name: "explain says of what lies in an excluded folder that it is nowhere",
    edits: [["pass/explain.ts", "omitted === null ?", "omitted !== undefined ?"]],
    tests: ["program/explain_test.ts"],
  },
  {
    name: "explain says that a rule includes what no other rule excludes",
    edits: [["engine/filter.ts", " || !matches(rules.filter((rule) => !isInclusion(rule)))", ""]],
    tests: ["program/explain_test.ts"],
  },
  {
    name: "trash: what is removed is gone",
    edits: [[
      "pass/losing.ts",
      "  if (trash === null || isHalf(path)) return folder.remove(name);",
      "  return folder.remove(name);",
    ]],
    tests: ["trash/keep_test.ts"],
  },
  {
    name: "trash: what is replaced is gone",
    edits: [[
      "pass/losing.ts",
      "if (trash === null || isOurs) return",
      "if (trash === null || isOurs || true) return",
    ]],
    tests: ["trash/keep_test.ts"],
  },
  {
    name: "trash: what is moved aside for a folder is gone",
    edits: [["pass/losing.ts", "  trash?.keep(", "  false && trash?.keep("]],
    tests: ["trash/keep_test.ts"],
  },
  {
    name: "trash: half copies of a killed pass are kept",
    edits: [["pass/losing.ts", "return isLeftOver(path) && !isMoved(path);", "return false;"]],
    tests: ["trash/keep_test.ts"],
  },
  {
    name: "trash: what a killed pass moved is deleted as a half copy",
    edits: [["pass/losing.ts", "return isLeftOver(path) && !isMoved(path);", "return isLeftOver(path);"]],
    tests: ["trash/keep_test.ts"],
  },
  {
    name: "trash: our own copy of a moment ago is kept",
    edits: [["pass/losing.ts", 'change.kind === "update" && change.again;', "false;"]],
    tests: ["trash/keep_test.ts"],
  },
  {
    name: "trash: a full trash is a full replica",
    edits: [[
      "pass/ending.ts",
      '  if (reason.code === "TRASH") return "trash";',
      '  if (reason.code === "TRASH") return "full";',
    ]],
    tests: ["trash/far_test.ts"],
  },
  {
    name: "trash: on another disk the original goes before the copy",
    edits: [[
      "trash/keep.ts",
      "          copyTo(at, there, leaf);\n          orElse(() => folder.remove",
      "          folder.remove(name);\n          copyTo(at, there, leaf);\n          orElse(() => folder.remove",
    ]],
    tests: ["trash/far_test.ts"],
  },
  {
    name: "trash: a folder has the time at which it became empty",
    edits: [[
      "trash/parents.ts",
      "const { xattrs: _, ...rest } = was;",
      'const { xattrs: _, ...rest } = found?.kind === "folder" ? found : was;',
    ]],
    tests: ["trash/keep_test.ts"],
  },
  {
    name: "trash: hard links on another disk become files",
    edits: [["trash/steps.ts", "return id === null || nlink < 2 ? null", 'return id !== "" ? null']],
    tests: ["trash/far_test.ts"],
  },
  {
    name: "trash: an inode with a name in the trash is changed in place",
    edits: [["engine/hard_links.ts", "if (!keepsLost || (", "if (true || ("]],
    tests: ["trash/keep_test.ts"],
  },
  {
    name: "robocopy: /E is answered by leaving it out, which deletes",
    edits: [[
      "cli/foreign.ts",
      "words.some((one) => DELETING.test(one)) ? MIRRORS",
      "words.length > 0 ? MIRRORS",
    ]],
    tests: ["cli/options_test.ts"],
  },
  {
    name: "trash: a folder that holds other things is used",
    edits: [[
      "disk/trash.ts",
      "if (name !== UNMARKED) return NOT_OURS;",
      "if (name === UNMARKED) return NOT_OURS;",
    ]],
    tests: ["trash/keep_test.ts"],
  },
  {
    name: "trash: it may lie in a tree",
    edits: [[
      "disk/trash.ts",
      'if (await relation(side, root.path) === "apart") continue;',
      'if (side !== "") continue;',
    ]],
    tests: ["trash/keep_test.ts"],
  },
  {
    name: "trash: others may look into it",
    edits: [["disk/trash.ts", "await Deno.mkdir(folder, { mode: 0o700 });", "await Deno.mkdir(folder);"]],
    tests: ["trash/keep_test.ts"],
  },
  {
    name: "trash: a pass that is under way expires",
    edits: [["trash/expire.ts", "if (await isUnderWay(folder, run)) continue;", ""]],
    tests: ["trash/expire_test.ts"],
  },
  {
    name: "trash: the pass just made expires",
    edits: [["trash/expire.ts", ".filter((run) => !isSameRun(run, last))", ""]],
    tests: ["trash/expire_test.ts"],
  },
  {
    name: "trash: passes go for space that would not be enough",
    edits: [[
      "trash/expire.ts",
      'if ("shortage" in bound && total < bound.shortage)',
      'if ("shortage" in bound && total < 0)',
    ]],
    tests: ["trash/expire_test.ts"],
  },
  {
    name: "trash: a full disk deletes passes where nobody asked for it",
    edits: [[
      "pass/trash_here.ts",
      'if (trash === null || "code" in trash || !trash.isBounded) return false;',
      'if (trash === null || "code" in trash) return false;',
    ]],
    tests: ["trash/expire_test.ts"],
  },
  {
    name: "trash: a restore replaces what is newer",
    edits: [["trash/restore.ts", 'return isNewer ? "newer" : null;', "return null;"]],
    tests: ["trash/restore_test.ts"],
  },
  {
    name: "trash: a restore replaces a folder by a file",
    edits: [["trash/restore.ts", 'if (found.kind !== entry.kind) return "other-kind";', ""]],
    tests: ["trash/restore_test.ts"],
  },
  {
    name: "trash: a restore works in a replica that is locked",
    edits: [["commands/trash.ts", 'if (locking?.kind === "taken") {', "if (locking === undefined) {"]],
    tests: ["trash/restore_test.ts"],
  },
  {
    name: "trash: it is emptied without a question",
    edits: [["commands/trash.ts", "if (!yes && !canAsk())", "if (false)"]],
    tests: ["trash/restore_test.ts"],
  },
  {
    name: "trash: what it holds counts as free space",
    edits: [["pass/safety.ts", "bytesNeeded(ofContents, isBeside(config))", "bytesNeeded(ofContents)"]],
    tests: ["trash/expire_test.ts"],
    edge: "native",
  },
  {
    name: "trash: a name that leads to another file by now is taken for a hard link",
    edits: [[
      "trash/keep.ts",
      "        ? isSameEntry(from, name, entry, staging, other!, found)",
      "        ? true",
    ]],
    tests: ["trash/far_test.ts"],
  },
  {
    name: "decided: a step holds whatever has changed since",
    edits: [["engine/step.ts", "if (step === mark(change))", "if (kindIn(step) === change.kind)"]],
    tests: ["engine/decided_test.ts", "pass/decided_test.ts"],
  },
  {
    name: "decided: a folder goes with what is new in it",
    edits: [["engine/decided.ts", "  if (takesFolder && staying.has(change.path)) return true;\n", ""]],
    tests: ["engine/decided_test.ts", "pass/decided_test.ts"],
  },
  {
    name: "decided: steps go on in a folder that is not made",
    edits: [["engine/decided.ts", "  if (within(change.path, around)) return true;\n", ""]],
    tests: ["engine/decided_test.ts", "pass/decided_test.ts"],
  },
  {
    name: "decided: a file is made another name of one that has changed since",
    edits: [["engine/decided.ts", " && dropped.has(change.hardLinkTo);", ' && dropped.has("");']],
    tests: ["engine/decided_test.ts", "pass/decided_test.ts"],
  },
  {
    name: "decided: folders around what is done get attributes that nobody decided on",
    edits: [["engine/decided.ts", "kept.get(path) ?? disturbed.get(path)", "disturbed.get(path)"]],
    tests: ["engine/decided_test.ts", "pass/decided_test.ts"],
  },
  {
    name: "decided: a step that the pass does not come to counts as done",
    edits: [["pass/look_for.ts", "if (!is) result", "if (is === null) result"]],
    tests: ["pass/decided_test.ts"],
  },
  {
    name: "decided: a later version of a file is copied",
    edits: [["pass/copy.ts", "if (now !== expected && options.exact)", "if (now === null)"]],
    tests: ["pass/decided_test.ts"],
  },
  {
    name: "decided: a late yes is taken for what the trees have become",
    edits: [["pass/attempt.ts", 'if (consent === "afresh")', 'if (consent === "no")']],
    tests: ["pass/decided_test.ts"],
  },
  {
    name: "decided: a no is taken for a yes",
    edits: [["pass/judge.ts", 'consent === "no" ? declined : null', "null"]],
    tests: ["pass/decided_test.ts"],
  },
  {
    name: "plan: what was cut off or changed is a plan",
    edits: [["records/plan_file.ts", ", JSON.stringify(counted)) === digest;", ', "") !== "";']],
    tests: ["records/plan_file_test.ts"],
  },
  {
    name: "plan: it is written over a file of others",
    edits: [["records/plan_writer.ts", ' || await isPlan(path) ? "free"', ' || path !== "" ? "free"']],
    tests: ["records/plan_file_test.ts"],
  },
  {
    name: "plan: it is carried out in whatever folder stands at the replica's path",
    edits: [[
      "commands/apply.ts",
      "if (now === replica.id) return roots;",
      "if (now !== null) return roots;",
    ]],
    tests: ["program/plan_test.ts"],
  },
  {
    name: "moves: a time of whole seconds is believed",
    edits: [[
      "engine/evidence.ts",
      "return mtime % 1000 !== 0 || nanos !== 0;",
      "return Number.isFinite(mtime + nanos);",
    ]],
    tests: ["engine/moves_test.ts"],
  },
  {
    name: "moves: a time is believed of a file that was just edited",
    edits: [["engine/evidence.ts", "!isRacy(entry.mtime, began, step);", "began !== step;"]],
    tests: ["engine/moves_test.ts"],
  },
  {
    name: "moves: a folder is moved although a file in it is another one",
    edits: [[
      "engine/moved_inside.ts",
      "return isAlike && !isProven(",
      "return isAlike === null && !isProven(",
    ]],
    tests: ["engine/moves_test.ts", "pass/moves_test.ts"],
  },
  {
    name: "moves: a small folder is moved unread",
    edits: [[
      "engine/moved_inside.ts",
      "if (one.entry.size <= SMALL_BYTES) doubts.push(one);",
      "if (one.entry.size === SMALL_BYTES) doubts.push(one);",
    ]],
    tests: ["engine/moves_test.ts"],
  },
  {
    name: "moves: a small file is moved unread",
    edits: [[
      "engine/moved_files.ts",
      "entry.size > SMALL_BYTES && ",
      "entry.size > SMALL_BYTES - SMALL_BYTES && ",
    ]],
    tests: ["engine/moves_test.ts"],
  },
  {
    name: "moves: of several files that fit, any is moved",
    edits: [[
      "engine/moved_files.ts",
      "isOneInode(old.map(({ was }) => was)) &&",
      "isOneInode(old.map(({ was }) => was)) ||",
    ]],
    tests: ["engine/moves_test.ts"],
  },
  {
    name: "moves: what a killed run left over is moved",
    edits: [["pass/moves.ts", "isOurs: isLeftOver", "isOurs: () => false"]],
    tests: ["pass/moves_test.ts"],
  },
  {
    name: "moves: folders are paired across file systems",
    edits: [[
      "engine/moved_folders.ts",
      "if (placeOf(from, seeking) !== placeOf(parent(path), seeking)) return;",
      "",
    ]],
    tests: ["engine/moves_test.ts"],
  },
  {
    name: "moves: a folder is moved of which little is found",
    edits: [["engine/moved_folders.ts", "going.get(from)!.entries / 2", "going.get(from)!.entries / 9"]],
    tests: ["engine/moves_test.ts"],
  },
  {
    name: "moves: what is to be moved is not looked at",
    edits: [[
      "pass/move.ts",
      "found === null || !isStill(found, was)",
      "found === null && isStill(was, was)",
    ]],
    tests: ["pass/moves_test.ts"],
  },
  {
    name: "moves: something in the way is replaced, by the system's call",
    edits: [["disk/native/calls.ts", "to, as, RENAME_NOREPLACE)", "to, as, RENAME_NOREPLACE - 1)"]],
    tests: ["disk/tree_test.ts"],
  },
  {
    name: "moves: something in the way is replaced, by Deno's call",
    edits: [[
      "disk/portable/writable_folder.ts",
      "if (to.look(as) !== null) throw",
      "if (to.look(as) === undefined) throw",
    ]],
    tests: ["disk/tree_test.ts"],
  },
  {
    name: "moves: what could not be moved is left as it is",
    edits: [["pass/apply.ts", "if (ledger.unmoved && !stopping(config.shared)) return false;", ""]],
    tests: ["pass/moves_test.ts"],
  },
  {
    name: "moves: a folder is moved before the one that it will lie in",
    edits: [["engine/order.ts", "atLeast(path, (nearest(parent(path), turns) ?? -1) + 1);", ""]],
    tests: ["engine/moves_test.ts"],
  },
  {
    name: "moves: a folder is moved before what leaves it",
    edits: [[
      "engine/order.ts",
      "if (outer !== undefined) atLeast(outer, turns.get(path)! + 1);",
      'if (outer === "") atLeast(outer, 1);',
    ]],
    tests: ["engine/moves_test.ts"],
  },
  {
    name: "moves: a name of a moved set of hard links stays where it was",
    edits: [[
      "engine/hard_links.ts",
      "if (isLinked && change && formerPath(change) !== null) add(result, change);",
      "",
    ]],
    tests: ["engine/hard_links_test.ts"],
  },
  {
    name: "moves: what gets another inode than the one that was moved leaves that behind",
    edits: [["engine/hard_links.ts", "    leave(one, planned, result);\n", ""]],
    tests: ["engine/hard_links_test.ts"],
  },
  {
    name: "moves: a folder in a moved one keeps the time of its last change",
    edits: [["engine/moved_inside.ts", "if (entry) disturbed.set(parent(path), entry);", ""]],
    tests: ["engine/moves_test.ts"],
  },
  {
    name: "moves: the folders of moves keep their times when a second plan was needed",
    edits: [[
      "pass/attempt.ts",
      "if (!again.found.disturbed.has(path)) again.found.disturbed.set(path, entry);",
      "",
    ]],
    tests: ["pass/moves_test.ts"],
  },
  {
    name: "edits: an edit is overwritten",
    edits: [["engine/edits.ts", "if (isOneOf(was)) return null;", "return null;"]],
    tests: ["engine/edits_test.ts"],
  },
  {
    name: "edits: a folder goes with an edit in it",
    edits: [["engine/edits.ts", 'change.kind === "remove" && staying.has(change.path);', "false;"]],
    tests: ["engine/edits_test.ts"],
  },
  {
    name: "edits: the replica wins where both sides changed",
    edits: [["engine/edits.ts", 'isChanged && memory?.sourceWins ? "conflict" : "edited"', '"edited"']],
    tests: ["pass/edits_test.ts"],
  },
  {
    name: "edits: what is left is remembered as if a pass had left it",
    edits: [["records/remembered_table.ts", "edit === undefined && (", "("]],
    tests: ["pass/edits_test.ts"],
  },
  {
    name: "edits: a pass that is killed takes its own work for edits",
    edits: [[
      "records/memory.ts",
      "for (const change of each(changes)) noteChange(rows, change, intended);",
      "void changes;",
    ]],
    tests: ["faults/bring_back_test.ts"],
  },
  {
    name: "edits: a state file that lacks lines is used",
    edits: [["records/state_file.ts", "if (value.rows !== rows.length) return damaged(path);", ""]],
    tests: ["records/state_file_test.ts"],
  },
  {
    name: "edits: something of another kind is replaced in the source",
    edits: [["pass/bring_back.ts", " && removals(change) === 0", ""]],
    tests: ["pass/edits_test.ts"],
  },
  {
    name: "edits: folders of the source get the replica's modes and times",
    edits: [[
      "pass/attempt.ts",
      "const settled = keepsFolders\n",
      "const settled = keepsFolders && changes === null\n",
    ]],
    tests: ["pass/edits_test.ts"],
  },
  {
    name: "edits: a replica is not locked while it is brought back",
    edits: [[
      "commands/bring_back.ts",
      "isWanted ? await openRoots(config, null) : looked",
      "looked",
    ]],
    tests: ["program/bring_back_test.ts"],
  },
  {
    name: "a rotten source is taken for an edited one",
    edits: [[
      "engine/checked.ts",
      "return source.sha256 !== noted.sha256 && isSourceOf(noted, source);",
      "return false;",
    ]],
    tests: ["engine/checked_test.ts", "check/keeper_test.ts"],
  },
  {
    name: "a rotten replica is healed whatever the source holds",
    edits: [[
      "engine/checked.ts",
      "if (source.sha256 === noted.sha256) return",
      "if (source.sha256 !== null) return",
    ]],
    tests: ["engine/checked_test.ts"],
  },
  {
    name: "an edit in the replica is taken for rot",
    edits: [["engine/checked.ts", 'if (!isAsNoted(noted, replica)) return { what: "edited" };', ""]],
    tests: ["engine/checked_test.ts"],
  },
  {
    name: "rot of the source is copied by --checksum",
    edits: [[
      "check/screen.ts",
      "      if (!rotten.has(change.path)) kept.push(change);",
      "      kept.push(change);\n      if (!rotten.has(change.path)) return;",
    ]],
    tests: ["check/keeper_test.ts"],
  },
  {
    name: "a manifest takes the digest of what is rotten",
    edits: [[
      "check/keeper.ts",
      "if (noted !== null && isAsNoted(noted, factsAt(there))) yield noted;",
      "if (noted !== null && !isAsNoted(noted, factsAt(there))) yield noted;",
    ]],
    tests: ["check/keeper_test.ts"],
  },
  {
    name: "a digest is noted although the source has another",
    edits: [[
      "check/keeper.ts",
      "if (source.sha256 === replica.sha256) fresh.set",
      "if (source.sha256 !== null) fresh.set",
    ]],
    tests: ["check/keeper_test.ts"],
  },
  {
    name: "a manifest without its end is believed",
    edits: [["records/manifest.ts", '  if (!isWhole) throw new ManifestFault("cut");\n', ""]],
    tests: ["records/manifest_test.ts"],
  },
  {
    name: "a manifest is not held to its own digest",
    edits: [["records/manifest.ts", ' || end[2] !== sum.digest("hex")', ""]],
    tests: ["records/manifest_test.ts"],
  },
  {
    name: "a copy that reads back differently is put in its place",
    edits: [["pass/make.ts", "if (again !== null && !isWhole(", "if (again === undefined && !isWhole("]],
    tests: ["faults/verify_test.ts"],
  },
  {
    name: "copies that are forced to the disk at once are not read back",
    edits: [[
      "pass/batch.ts",
      "if (beside !== null && copied !== null && change.kind",
      "if (beside === undefined && copied !== null && change.kind",
    ]],
    tests: ["faults/verify_test.ts"],
  },
  {
    name: "a copy is read back from the memory of the system",
    edits: [["pass/digest.ts", "  if (fresh) file.forget();\n", ""]],
    tests: ["faults/verify_test.ts"],
  },
  {
    name: "a file that changes while it is read counts as rotten",
    edits: [[
      "pass/check.ts",
      "sha256 === null || now === null || !sameVersion(now, entry)",
      "sha256 === null",
    ]],
    tests: ["pass/check_test.ts"],
  },
  {
    name: "a check believes its first look",
    edits: [[
      "check/verify.ts",
      "if (is === undefined) state.findings.delete(path);",
      "if (is === undefined) return;",
    ]],
    tests: ["check/verify_test.ts"],
  },
  {
    name: "a check in slices passes over what it had begun",
    edits: [["check/read.ts", "while (next < begun && !left.has(next)) next++;", "next = begun;"]],
    tests: ["check/read_test.ts"],
  },
  {
    name: "a check reads as fast as it can",
    edits: [["pass/shared.ts", "return Math.max(begins - now, 0) / 1000;", "return 0;"]],
    tests: ["pass/rate_test.ts"],
  },
  {
    name: "a file is copied as fast as it can, whatever its rate",
    edits: [["pass/copy.ts", "if (pacer === undefined) return copyData", "return copyData"]],
    tests: ["pass/pace_test.ts"],
  },
  {
    name: "who waits for a rate hears no stop",
    edits: [["pass/pace.ts", "    throwIfStopping(shared);\n", ""]],
    tests: ["pass/pace_test.ts"],
  },
  {
    name: "a wait goes on when the timetable has another rate",
    edits: [["pass/pace.ts", "if (!holds() || left", "if (left"]],
    tests: ["pass/pace_test.ts"],
  },
  {
    name: "a failure that lasts is told with each pass",
    edits: [["observers/tell.ts", "return !isKnown;", "return true;"]],
    tests: ["observers/tell_test.ts"],
  },
  {
    name: "two commands of a job and kind run at once",
    edits: [[
      "observers/tell.ts",
      "line.running ??= run(job, why, line);",
      "line.running = run(job, why, line);",
    ]],
    tests: ["observers/tell_test.ts"],
  },
  {
    name: "a run waits for the pipes of a command that has ended",
    edits: [[
      "cli/call.ts",
      "await Promise.race([Promise.all([read, given]), isOver]);",
      "await Promise.all([read, given]);",
    ]],
    tests: ["observers/tell_test.ts"],
  },
  {
    name: "how far a check came is believed for other folders",
    edits: [[
      "records/since.ts",
      "if (JSON.stringify(found.of) !== JSON.stringify(of))",
      "if (found.of === of)",
    ]],
    tests: ["check/verify_test.ts"],
  },
  {
    name: "two jobs work on one replica at once",
    edits: [[
      "jobs/gate.ts",
      "if (overlap(a, b)) return true;",
      "if (overlap(a, b) && !isParallel) return true;",
    ]],
    tests: ["jobs/gate_test.ts"],
  },
  {
    name: "a job copies what another one is about to make",
    edits: [[
      "jobs/gate.ts",
      "waiting.every(({ claim: other }) => other === one.claim || !waitsFor(one, other)) &&",
      "",
    ]],
    tests: ["jobs/gate_test.ts"],
  },
  {
    name: "a job whose disk does not answer keeps all others waiting",
    edits: [[
      "jobs/gate.ts",
      "if (isStalled && working.has(claim)) stalled.add(claim);",
      "if (isStalled) return;",
    ]],
    tests: ["jobs/gate_test.ts"],
  },
  {
    name: "a mirror has no thread while others have all of them",
    edits: [[
      "pass/pool.ts",
      "if (own.length === 0 && waiting.left().entries > 0) own.push(join(run));",
      "if (own.length === 0 && workers.length < size) own.push(join(run));",
    ]],
    tests: ["pass/pool_test.ts"],
  },
  {
    name: "a job waits for ever for those that make what it copies",
    edits: [["jobs/gate.ts", "&& !served.has(keyOf(other));", ";"]],
    tests: ["jobs/gate_test.ts"],
  },
  {
    name: "jobs that go round in a circle delete each other's source",
    edits: [["job_set.ts", "if (clash !== null) return", "if (false) return"]],
    tests: ["jobs/run_test.ts"],
  },
  {
    name: "a status file is written wherever a run is told",
    edits: [["run_jobs.ts", "return fault === null ? file : { faults: [fault] };", "return file;"]],
    tests: ["jobs/run_test.ts"],
  },
  {
    name: "a job that begins anew takes any folder for its replica",
    edits: [["job_set.ts", "...(known && { kept: known }),", ""]],
    tests: ["jobs/run_test.ts"],
  },
  {
    name: "a bug in the work of one mirror ends another's",
    edits: [[
      "pass/pool.ts",
      'if ("bug" in data) thread.isSpent = true;',
      'if ("bug" in data) bug = data.bug;',
    ]],
    tests: ["pass/pool_test.ts"],
  },
  {
    name: "a thread waits for the disks of all mirrors",
    edits: [["disk/sandbox.ts", "return isAnswering ? [bounds] : [];", "return [bounds];"]],
    tests: ["pass/pool_test.ts"],
  },
  {
    name: "a job that did not change begins anew with the file",
    edits: [[
      "job_set.ts",
      "return job !== undefined && JSON.stringify(job.options) === text;",
      "return false;",
    ]],
    tests: ["jobs/run_test.ts"],
  },
  {
    name: "a signal to stop does not end the parts of a split that have not begun",
    edits: [["job_set.ts", "if (signal.aborted) return;\n        left--;", "left--;"]],
    tests: ["jobs/split_run_test.ts"],
  },
  {
    name: "top begins while parts are at work",
    edits: [["job_set.ts", "await eachOf(turn, IN_TURN,", "void eachOf(turn, IN_TURN,"]],
    tests: ["jobs/split_run_test.ts"],
  },
  {
    name: "the log of a part stays open when it is over",
    edits: [["job.ts", "listeners.close();\n      file?.close();", "listeners.close();"]],
    tests: ["jobs/split_run_test.ts"],
  },
  {
    name: "a thread is confined to whatever is around a part by now",
    edits: [["pass/together.ts", "&& absolute(found.path, path) === root ?", "?"]],
    tests: ["pass/together_test.ts"],
  },
  {
    name: "a thread of parts may write to the source, which lies in the whole replica",
    edits: [[
      "pass/together.ts",
      "if (roots.replica !== null && !await areApart(source, replica)) return null;",
      "",
    ]],
    tests: ["pass/together_test.ts"],
  },
  {
    name: "a thread of parts may write to the source, around which their trashes lie",
    edits: [[
      "pass/together.ts",
      "if (!await areApart(source, all) || !await areApart(replica, all)) return null;",
      "",
    ]],
    tests: ["pass/together_test.ts"],
  },
  {
    name: "the folder around any trash is that of all trashes",
    edits: [["jobs/together.ts", "basename(folder) === name ?", "true ?"]],
    tests: ["jobs/split_together_test.ts"],
  },
  {
    name: "the highest status of jobs is that of the last",
    edits: [[
      "job_set.ts",
      "highest = Math.max(highest, status);\n      } catch",
      "highest = status;\n      } catch",
    ]],
    tests: ["jobs/run_test.ts"],
  },
  {
    name: "the status file is written in its place",
    edits: [
      ["records/kept_text.ts", "const beside = `${path}.lockstep-new`;", "const beside = path;"],
      ["records/kept_text.ts", "createNew: true, mode }", "create: true, mode }"],
      ["records/kept_text.ts", "await Deno.rename(beside, path);", ""],
    ],
    tests: ["program/status_test.ts"],
  },
  {
    name: "a run that was killed counts as one that waits",
    edits: [[
      "observers/health.ts",
      "if (file.locked && !isHeld) {\n    const when",
      "if (file.locked && isHeld === null) {\n    const when",
    ]],
    tests: ["observers/health_test.ts"],
  },
  {
    name: "a job of a split that is silent is taken to be at work",
    edits: [[
      "observers/health.ts",
      "} else if (silent > SILENT_MS) {\n    const gone",
      "} else if (false) {\n    const gone",
    ]],
    tests: ["observers/health_test.ts"],
  },
  {
    name: "a pass of a split's job that a bug ended leaves it as well as it was",
    edits: [[
      "observers/health.ts",
      'if (pass !== null) yield { level: "CRITICAL", text: GIVEN_UP };\n  } else',
      "} else",
    ]],
    tests: ["observers/health_test.ts", "observers/status_files_test.ts"],
  },
  {
    name: "a status file of the split before counts for this one",
    edits: [
      [
        "observers/whole.ts",
        "if (split === undefined || split.id !== id) return null;",
        "if (split === undefined) return null;",
      ],
      ["observers/whole.ts", "if (seen.file.split?.id !== id) continue;", ""],
    ],
    tests: ["observers/whole_test.ts"],
  },
  {
    name: "jobs that have not begun since the split are passed over",
    edits: [["observers/whole.ts", "...notBegun === 0 ? [] :", "...notBegun >= 0 ? [] :"]],
    tests: ["observers/whole_test.ts"],
  },
  {
    name: "what was in sync before the split is in sync since it",
    edits: [["observers/status_file.ts", "if (before?.id !== split?.id) {", "if (false) {"]],
    tests: ["observers/status_files_test.ts"],
  },
  {
    name: "what top was before the split says how old the new top is",
    edits: [["observers/status_file.ts", "isSlice || was.source === before?.source", "isSlice"]],
    tests: ["observers/status_files_test.ts"],
  },
  {
    name: "a job of a split under way writes nothing as long as nothing happens",
    edits: [[
      "observers/status.ts",
      "setInterval(() => file.renew(), BEAT_MS)",
      "setInterval(() => {}, BEAT_MS)",
    ]],
    tests: ["observers/status_files_test.ts"],
  },
  {
    name: "a status file that was cut off is passed over in a folder",
    edits: [[
      "records/kept_folder.ts",
      "return start.startsWith(text) ||",
      "return text === start ||",
    ]],
    tests: ["program/split_status_test.ts"],
  },
  {
    name: "two trees of which one folder has files are taken for one",
    edits: [["observers/whole.ts", "others: older.filter(isOther)", "others: []"]],
    tests: ["observers/whole_test.ts"],
  },
  {
    name: "a job of a split keeps its status in a tree",
    edits: [[
      "jobs/places.ts",
      'treeConflict({ what: "folder of status files", path: folder }, split);',
      "null;",
    ]],
    tests: ["program/split_status_test.ts"],
  },
  {
    name: "a pass over some folders makes good what failed elsewhere",
    edits: [["observers/known.ts", "return whole ? failed : failing!.union(failed);", "return failed;"]],
    tests: ["observers/status_test.ts"],
  },
  {
    name: "the counters of metrics begin anew with each run",
    edits: [["observers/metrics.ts", "const before = await textIn(path);", 'const before = "";']],
    tests: ["observers/metrics_test.ts"],
  },
  {
    name: "a mirror's name ends the label that it stands in",
    edits: [["observers/metrics_text.ts", `.replaceAll('"', '\\\\"')`, ""]],
    tests: ["observers/metrics_test.ts"],
  },
  {
    name: "an empty variable makes a path of the root",
    edits: [[
      "jobs/value.ts",
      'return value === "" ? `the variable ${name} is empty` : null;',
      "return null;",
    ]],
    tests: ["jobs/file_test.ts"],
  },
  {
    name: "a relative path of a file of jobs begins where Lockstep was started",
    edits: [["jobs/value.ts", "`${folder}/${path}`", "resolve(path)"]],
    tests: ["jobs/file_test.ts"],
  },
  {
    name: "a job's patterns take the place of the defaults'",
    edits: [["jobs/job.ts", "if (values === null || !rowOf(option).many) replaced", "replaced"]],
    tests: ["jobs/file_test.ts"],
  },
  {
    name: "two jobs may fill one replica",
    edits: [[
      "jobs/overlap.ts",
      "const other = found.get(one.replica);",
      "const other = undefined as Rooted | undefined;",
    ]],
    tests: ["jobs/overlap_test.ts"],
  },
  {
    name: "jobs may go round in a circle",
    edits: [[
      "jobs/overlap.ts",
      'else if (is === "open") {',
      'else if (is === "done" && top.source === to) {',
    ]],
    tests: ["jobs/overlap_test.ts"],
  },
  {
    name: "the name between two cases of a name is one that the next pass deletes",
    edits: [["disk/temporary.ts", "return `lockstep-between-", "return `.lockstep-0badcafe-"]],
    tests: ["disk/temporary_test.ts"],
  },
  {
    name: "a name gets the source's case over something else that has it",
    edits: [[
      "pass/respell.ts",
      "if (other !== null && !isAlike(other, found)) throw new",
      "if (other === found) throw new",
    ]],
    tests: ["pass/respell_test.ts"],
  },
  {
    name: "the case of a name is changed where the file system makes names of its own",
    edits: [["disk/probe.ts", `await has() ? "twice" : "never"`, `await has() ? "twice" : "once"`]],
    tests: ["filesystems/case_test.ts"],
  },
  {
    name: "a folder around a name that changed its case is not settled",
    edits: [[
      "engine/change.ts",
      `return change.kind !== "attributes" || change.spelled !== undefined;`,
      `return change.kind !== "attributes";`,
    ]],
    tests: ["pass/compare_test.ts"],
  },
  {
    name: "the case of another name of a file is forgotten with its attributes",
    edits: [["engine/hard_links.ts", "change && formerPath(change) !== null)", `change?.kind === "move")`]],
    tests: ["engine/hard_links_test.ts"],
  },
  {
    name: "report: a name becomes markup",
    edits: [[
      "observers/report/escape.ts",
      `if (typeof value === "string") return escaped(value);`,
      `if (typeof value === "string") return value;`,
    ]],
    tests: ["observers/report/escape_test.ts"],
  },
  {
    name: "report: days are counted on by 24 hours",
    edits: [["observers/report/days.ts", "Date.parse(`${day}T00:00:00Z`)", "Date.parse(`${day}T00:00:00`)"]],
    tests: ["observers/report/days_test.ts"],
  },
  {
    name: "report: with a clock that was set back, today is let go",
    edits: [["observers/report/record.ts", "record.days.findIndex((row) => row.day !== day)", "0"]],
    tests: ["observers/report/record_test.ts"],
  },
  {
    name: "report: a pass over some folders makes good what one over all of it found",
    edits: [[
      "observers/report/record.ts",
      "before.whole && !isGood(before.outcome)) return before;",
      "before.whole && !isGood(before.outcome)) before = null;",
    ]],
    tests: ["observers/report/record_test.ts"],
  },
  {
    name: "report: a history of another version is written over",
    edits: [["observers/report/mod.ts", "if (isKept) await", "await"]],
    tests: ["observers/report/observer_test.ts"],
  },
  {
    name: "an option that was given is offered again",
    edits: [["cli/complete.ts", "many || !seen.has(name)", "many || name !== last"]],
    tests: ["cli/complete_test.ts"],
  },
  {
    name: "the value of an option is counted as a folder when words are completed",
    edits: [["cli/complete.ts", `if (!next.startsWith("-")) i++;`, `if (next === "-") i++;`]],
    tests: ["cli/complete_test.ts"],
  },
  {
    name: "bash gets the front of a word twice",
    edits: [["cli/shells.ts", 'COMPREPLY+=("\\${line#"$front"}")', 'COMPREPLY+=("$line")']],
    tests: ["program/shells_test.ts"],
  },
  {
    name: "a folder with a name like a command's is not mirrored",
    edits: [["cli/prepare.ts", "&& !isThere(source)", "&& source !== replica"]],
    tests: ["program/program_test.ts"],
  },
  {
    name: "a run that nobody is told of loads who would tell",
    edits: [["run.ts", "import { isObserved }", 'import "./observers/mod.ts";\nimport { isObserved }']],
    tests: ["program/start_test.ts"],
  },
  {
    name: "a thread loads what only a pass with --no-delete needs",
    edits: [["pass/look.ts", "import { isOwnLog }", 'import "../engine/no_delete.ts";\nimport { isOwnLog }']],
    tests: ["program/start_test.ts"],
  },
  {
    name: "on Windows, the end that a call drops is no part of a name",
    edits: [["engine/windows_names.ts", `return END.test(name) ? "end" : null;`, "return null;"]],
    tests: ["engine/windows_names_test.ts"],
  },
  {
    name: "on Windows, a colon is a letter like others, so that a stream is written",
    edits: [["engine/windows_names.ts", "const CHARACTER = /[<>:", "const CHARACTER = /[<>"]],
    tests: ["engine/windows_names_test.ts"],
  },
  {
    name: "on Windows, what a misnamed entry of the source may have become is removed",
    edits: [["engine/capabilities.ts", "cut.add(key(reachedBy(name)));", ""]],
    tests: ["engine/capabilities_test.ts"],
  },
  {
    name: "on Windows, errors are read by the numbers of Linux",
    edits: [["disk/fault.ts", "return codeOnWindows(error)", "return codeOnPosix(error, LINUX)"]],
    tests: ["disk/fault_test.ts"],
  },
  {
    name: "on Windows, a read-only file that could not be replaced is writable afterwards",
    edits: [["disk/portable/windows.ts", "\n    tighten(deno, as);", ""]],
    tests: ["disk/windows_calls_test.ts"],
  },
  {
    name: "on Windows, a read-only file that got a time, or could not be removed, is writable afterwards",
    edits: [["disk/portable/windows.ts", "\n    tighten(deno, path);", ""]],
    tests: ["disk/windows_calls_test.ts"],
  },
  {
    name: "what another program had open is not tried again before the next whole pass",
    edits: [["timing/hints.ts", `notes.add(path, "changed", now, "source", () => false)`, '[""]']],
    tests: ["timing/backoff_test.ts"],
  },
  {
    name: "on Windows, each of many open files is waited for",
    edits: [["disk/portable/windows.ts", "if (waited + ms > MOST_MS) throw error;", ""]],
    tests: ["disk/windows_calls_test.ts"],
  },
  {
    name: "on Windows, a junction that leads elsewhere than the source's is left",
    edits: [[
      "disk/portable/windows.ts",
      "if (plainTarget(readLink(deno, path)) === target) return true;",
      "return true;",
    ]],
    tests: ["disk/windows_calls_test.ts"],
  },
  {
    name: "on Windows, a link to a folder that nothing replaced stays aside",
    edits: [["disk/portable/windows.ts", "    deno.renameSync(aside, as);\n", ""]],
    tests: ["disk/windows_calls_test.ts"],
  },
  {
    name: "a run that tells nobody keeps the right to start programs",
    edits: [["cli/permissions.ts", 'revokeSync({ name: "run" })', 'querySync({ name: "run" })']],
    tests: ["program/install_test.ts"],
  },
  {
    name: "an executable is scheduled with flags of Deno",
    edits: [["cli/schedule.ts", "if (isStandalone)", "if (isStandalone && !isNative)"]],
    tests: ["timing/scheduler_test.ts"],
  },
  {
    name: "on Windows, so many events that some may be lost are taken for all",
    edits: [["timing/flood.ts", "if (bytes < queue / PART) return false;", "if (bytes > 0) return false;"]],
    tests: ["timing/windows_test.ts"],
  },
  {
    name: "on Windows, an event by a short name is one of another entry",
    edits: [["timing/windows/true_names.ts", "if (SHORT.test(name)) {", "if (name === null) {"]],
    tests: ["timing/windows_test.ts"],
  },
  {
    name: "on Windows, an event in other letters is one of another folder",
    edits: [[
      "timing/windows/true_names.ts",
      "above = await listed(folder);",
      "above = await listed(folder) && folder;",
    ]],
    tests: ["timing/windows_test.ts"],
  },
  {
    name: "on Windows, events that make no sense are read as far as they do",
    edits: [[
      "timing/windows/changes.ts",
      "if (at + HEAD > length) return null;",
      "if (at + HEAD > length) return told;",
    ]],
    tests: ["timing/windows_test.ts"],
  },
  {
    name: "on Windows, a log that was renamed is written on",
    edits: [["cli/log_file.ts", "if (!system.hasUserSignals) file.follow();", ""]],
    tests: ["cli/log_file_test.ts"],
  },
  {
    name: "on Windows, a log that others began gets a mark in its middle",
    edits: [["cli/log_file.ts", "headLeft = size === 0 ? head.length : 0;", "headLeft = head.length;"]],
    tests: ["cli/log_file_test.ts"],
  },
  {
    name: "a Windows task starts beside itself",
    edits: [["timing/scheduler/schtasks.ts", "Policy>IgnoreNew<", "Policy>Parallel<"]],
    tests: ["timing/schtasks_test.ts"],
  },
  {
    name: "a Windows task mirrors what a variable of the same name holds",
    edits: [["timing/scheduler/schtasks.ts", "/%[^%]+%|\\$\\(/.exec", "/\\$\\(/.exec"]],
    tests: ["timing/schtasks_test.ts"],
  },
  {
    name: "the doctor looks at what Deno may not read",
    edits: [["disk/doctor/root.ts", "if (!await mayRead(path)) {", "if (await mayRead(path) === null) {"]],
    tests: ["program/doctor_test.ts"],
  },
  {
    name: "the doctor tries a replica on which another run is at work",
    edits: [[
      "disk/doctor/try.ts",
      `if (locking.kind === "taken") return`,
      `if (locking.kind === "none") return`,
    ]],
    tests: ["program/doctor_test.ts"],
  },
  {
    name: "a full disk is nothing to the doctor",
    edits: [[
      "engine/doctor/judge_disk.ts",
      "if (free > 0 || asked.dryRun)",
      "if (free >= 0 || asked.dryRun)",
    ]],
    tests: ["engine/doctor_test.ts"],
  },
  {
    name: "a report for strangers has the names of folders",
    edits: [[
      "cli/doctor_redact.ts",
      "text.replaceAll(name, () => mask)",
      "text.replaceAll(name, () => name)",
    ]],
    tests: ["program/doctor_test.ts"],
  },
  {
    name: "what the doctor says to run instead has lost the options",
    edits: [[
      "cli/doctor_command.ts",
      "fileURLToPath(main), ...words]",
      "fileURLToPath(main), ...words.slice(0, 2)]",
    ]],
    tests: ["program/doctor_test.ts"],
  },
  {
    name: "the lock of a living run is a left-over to the doctor",
    edits: [["disk/doctor/count.ts", "await isLockedByFile(root.path)", "name === root.path"]],
    tests: ["program/doctor_test.ts"],
  },
  {
    name: "what of the source cannot be read is no more than a note of the doctor's",
    edits: [["engine/doctor/judge_roots.ts", 'side === "source" ? "unsafe" : "note"', '"note"']],
    tests: ["engine/doctor_test.ts"],
  },
  {
    name: "what is unsafe ends the doctor with status 0",
    edits: [["commands/doctor.ts", `bad === "unsafe" ? STATUS.unsafe`, `bad === "unsafe" ? STATUS.inSync`]],
    tests: ["program/doctor_test.ts"],
  },
  {
    name: "the version looks at the disk unasked",
    edits: [["commands/here.ts", "mayUseLibc() && !mayLook", "mayUseLibc() && mayLook === null"]],
    tests: ["program/doctor_test.ts"],
  },
  {
    name: "a folder that could not be moved back is taken for gone",
    edits: [["pass/write.ts", "withWritable(folder, () => folder.rename(temporary, folder, name));", ""]],
    tests: ["faults/sweep_test.ts"],
  },
  {
    name: "a split: top removes what other parts have",
    edits: [[
      "pass/others.ts",
      "source.filter((name) => !has(others, name, same));",
      "source.filter((name) => has(others, name, same) || true);",
    ], [
      "pass/others.ts",
      "replica.filter((name) => !has(folded, name, fold));",
      "replica.filter((name) => has(folded, name, fold) || true);",
    ]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: what is above a part that the source has lost goes with it",
    edits: [[
      "pass/look.ts",
      `if (kept !== null && pair.sides === "replica")`,
      `if (kept !== null && pair.path === "")`,
    ]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: a part is looked for behind a link",
    edits: [["disk/whole.ts", "if (!found.isDirectory) return", "if (found.isFile) return"]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: a part does not know the ignore files above it",
    edits: [["disk/whole.ts", "if (bytes !== null) files.push(", "if (bytes !== null) files.includes("]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: a FIFO in the place of an ignore file above a part is waited for",
    edits: [["disk/small_file.ts", " | (constants.O_NONBLOCK ?? 0)", ""]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: an ignore file above a part counts that was replaced while it was read",
    edits: [["disk/small_file.ts", "if (!isSteady) throw", "if (isSteady === null) throw"]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: the note of top takes the place of any file",
    edits: [["disk/whole.ts", "start !== NOTE_START && !/^", "start === null && !/^"]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: a link that comes and goes leads to a part",
    edits: [["disk/roots.ts", `await confirmReached("source", source, config);`, ""]],
    tests: ["disk/roots_test.ts"],
  },
  {
    name: "a split: folders above a part stay that was refused",
    edits: [["disk/roots.ts", "if (isUnused && way)", "if (!isUnused && way)"]],
    tests: ["disk/roots_test.ts"],
  },
  {
    name: "a split: the way to a part is made once, whoever takes it away",
    edits: [["disk/whole.ts", "&& tries < TRIES) continue", "&& tries < 1) continue"]],
    tests: ["disk/roots_test.ts"],
  },
  {
    name: "a split: a pattern of the whole counts from the part on",
    edits: [[
      "engine/filter.ts",
      "filter.ruleFor(below(path, entry), isFolder)",
      "filter.ruleFor(entry, isFolder)",
    ]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: parts that are not there count for the guard",
    edits: [[
      "pass/others.ts",
      "part.seen * Math.min(there / part.names, 1)",
      "part.seen * (there >= 0 ? 1 : 0)",
    ]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: a part that is excluded by now is mirrored",
    edits: [[
      "engine/filter.ts",
      "if (rule !== null) return rule;\n  }",
      "if (rule !== null) return null;\n  }",
    ]],
    tests: ["jobs/split_run_test.ts"],
  },
  {
    name: "a split: a part is locked for its own machine only",
    edits: [[
      "disk/roots.ts",
      "lockOn(replica.path, SYSTEM, part ? besideOf(part) : null)",
      "lockOn(replica.path, SYSTEM)",
    ]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: any folder is known for the replica",
    edits: [["pass/others.ts", "!part.known || ", ""]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: the names of parts are kept entries of top",
    edits: [["pass/safety.ts", "listed.replica - blank - parts;", "listed.replica - blank + 0 * parts;"]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: what is mounted over a part is mirrored with --one-file-system",
    edits: [[
      "disk/whole.ts",
      "root !== null && found.dev !== root.entry.device",
      "root !== null && found.dev === null",
    ]],
    tests: ["jobs/split_run_test.ts"],
  },
  {
    name: "a split: folders that a replica may take for one are parts",
    edits: [["fleet/seen.ts", "else all.add(key);", ""]],
    tests: ["fleet/cut_test.ts"],
  },
  {
    name: "a split: a part that ran after top is fine",
    edits: [["observers/whole.ts", "changesIn(lastPass) > 0", "changesIn(lastPass) < 0"]],
    tests: ["observers/whole_test.ts"],
  },
  {
    name: "a split: top begins beside the parts",
    edits: [[
      "run_jobs.ts",
      "return [jobs.filter((job) => !isTop(job)), jobs.filter(isTop)];",
      "return [jobs.filter(isTop), jobs.filter((job) => !isTop(job))];",
    ]],
    tests: ["jobs/split_run_test.ts"],
  },
  {
    name: "a split: an old one is taken for the new",
    edits: [["jobs/task.ts", "if (split.id === id) return null;", "if (split.id !== id) return null;"]],
    tests: ["jobs/task_test.ts"],
  },
  {
    name: "a split: a job that is nowhere in it has a part",
    edits: [[
      "jobs/split.ts",
      "return inSource === inReplica ? inSource ?? null : null;",
      "return inSource ?? null;",
    ]],
    tests: ["jobs/task_test.ts"],
  },
  {
    name: "a split: a slice sees to the root",
    edits: [["pass/compare.ts", "else if (!hasRoot(config)) return;", ""]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: a slice gives the root its time",
    edits: [["pass/apply.ts", 'if (!hasRoot(config)) settled.delete("");', ""]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: slices of one folder keep each other off",
    edits: [[
      "disk/lock.ts",
      "tryLock(folder, !isShared, files)",
      "tryLock(folder, isShared || true, files)",
    ]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: slices clear up what others are making",
    edits: [[
      "pass/others.ts",
      "const isMade = isLeftOver(name) || isBetween(name);",
      "const isMade = false;",
    ]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: few names of a stranger go with each slice",
    edits: [["pass/safety.ts", "asks || (size.isSlice && updated === 0)", "asks"]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: a slice whose files have all changed is a stranger's",
    edits: [["pass/safety.ts", 'if (change.kind === "update") effect.updated++;', ""]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: a slice of the root is taken for top",
    edits: [["observers/whole.ts", "job.name === TOP_JOB", 'job.source === "/s"']],
    tests: ["observers/whole_test.ts"],
  },
  {
    name: "a split: a slice of few entries may lose all but one",
    edits: [["engine/guard.ts", "(replica <= SMALL && !size.isSlice)", "replica <= SMALL"]],
    tests: ["engine/guard_test.ts"],
  },
  {
    name: "a split: names that a slice had before count for it now",
    edits: [["observers/status_file.ts", "isSlice || was.source", "was.source"]],
    tests: ["observers/status_files_test.ts"],
  },
  {
    name: "a split: a source of which slices have all is empty to top",
    edits: [[
      "pass/safety.ts",
      "Math.max(listed.source, there.source)",
      "Math.max(listed.source, 0 * there.source)",
    ]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: an ignore file holds for the slice alone that has its name",
    edits: [[
      "pass/look.ts",
      "ignoreFileIn(source, given.path, all.source)",
      "ignoreFileIn(source, given.path, inSource)",
    ]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a split: slices have what was cut deeper",
    edits: [["engine/part.ts", "?.ways.add(nameOf(folder))", "?.ways.delete(nameOf(folder))"]],
    tests: ["engine/part_test.ts"],
  },
  {
    name: "a split: names are dealt out by their case",
    edits: [["engine/part.ts", ".toLowerCase().toUpperCase().toLowerCase()", ""]],
    tests: ["engine/part_test.ts"],
  },
  {
    name: "a split: names are dealt out by one of their cases",
    edits: [["engine/part.ts", ".toLowerCase().toUpperCase().toLowerCase()", ".toLowerCase()"]],
    tests: ["engine/part_test.ts"],
  },
  {
    name: "a split: slices wait for each other",
    edits: [["jobs/gate.ts", "if (a.isSlice || b.isSlice) return false;", ""]],
    tests: ["jobs/gate_test.ts"],
  },
  {
    name: "a split: a gap between slices is nobody's",
    edits: [["jobs/split.ts", 'slices[0]!.from !== "" || !isWhole', 'slices[0]!.from !== "" && !isWhole']],
    tests: ["jobs/slices_test.ts"],
  },
  {
    name: "a split: heavy folders lie in slices",
    edits: [["fleet/slices.ts", "const isLight = weights[number]! < light && ", "const isLight = "]],
    tests: ["fleet/slices_test.ts"],
  },
  {
    name: "a split: there are more slices than jobs may be",
    edits: [["fleet/slices.ts", "Math.min(wanted, most - heavy - slices)", "Math.min(wanted, most)"]],
    tests: ["fleet/slices_test.ts"],
  },
  {
    name: "a split: hard links that lead out are not counted",
    edits: [[
      "engine/hard_links.ts",
      "if (set[0]!.entry!.nlink > set.length) count++;",
      "if (set[0]!.entry!.nlink < set.length) count++;",
    ]],
    tests: ["pass/part_test.ts"],
  },
  {
    name: "a path gets out of its quotes in what an engine is told",
    edits: [["fleet/told.ts", `return quoted(word, { separator: "/" });`, "return word;"]],
    tests: ["fleet/slurm_test.ts", "fleet/parallel_test.ts"],
  },
  {
    name: "GNU parallel makes something else of a path with braces",
    edits: [["fleet/parallel.ts", `command.replaceAll("{", "{''")`, "command"]],
    tests: ["fleet/parallel_test.ts"],
  },
  {
    name: "Kubernetes makes something else of a path with a dollar sign",
    edits: [["fleet/kubernetes.ts", `word.replaceAll("$", "$$$$")`, "word"]],
    tests: ["fleet/kubernetes_test.ts"],
  },
  {
    name: "a claim of the source may be written to",
    edits: [["fleet/kubernetes.ts", "place.isWritten && claimOf", "claimOf"]],
    tests: ["fleet/kubernetes_test.ts"],
  },
  {
    name: "top does not wait for the tasks of its array",
    edits: [["fleet/slurm.ts", `    '--dependency=afterany:"$array"',\n`, ""]],
    tests: ["fleet/slurm_test.ts"],
  },
  {
    name: "top is run when GNU parallel was ended by a signal",
    edits: [["fleet/parallel.ts", `if [ "$ended" -ne 0 ] ||`, "if false &&"]],
    tests: ["fleet/parallel_test.ts"],
  },
  {
    name: "an array without its top is told by nobody",
    edits: [["fleet/slurm.ts", '  } >&2",', '  } >/dev/null",']],
    tests: ["fleet/slurm_test.ts"],
  },
  {
    name: "a task of an old split is run",
    edits: [["fleet/told.ts", "`--expect-split=${split.id}`,", ""]],
    tests: ["fleet/slurm_test.ts", "fleet/kubernetes_test.ts", "program/fleet_test.ts"],
  },
  {
    name: "Kubernetes tries again what the guard refused",
    edits: [["fleet/kubernetes.ts", "STATUS.refused, ", ""]],
    tests: ["fleet/kubernetes_test.ts"],
  },
  {
    name: "a part lies in another part",
    edits: [["fleet/cut.ts", "    given += how;\n", "    given += how;\n    whole.push(heaviest);\n"]],
    tests: ["fleet/cut_test.ts"],
  },
  {
    name: "a part may be three times as heavy as the mean",
    edits: [["fleet/cut.ts", "export const HEAVY = 2;", "export const HEAVY = 3;"]],
    tests: ["fleet/cut_test.ts"],
  },
  {
    name: "cutting leaves to top whatever there is",
    edits: [[
      "fleet/cut.ts",
      "given + how > weights[heaviest]! * LEFT",
      "given + how > weights[heaviest]! * 9",
    ]],
    tests: ["fleet/cut_test.ts"],
  },
  {
    name: "what cutting has left to top before counts for nothing",
    edits: [["fleet/cut.ts", "given + how > weights[heaviest]! * LEFT", "how > weights[heaviest]! * LEFT"]],
    tests: ["fleet/cut_test.ts"],
  },
  {
    name: "a folder is cut before it is known what lies in its folders",
    edits: [["fleet/cut.ts", 'if (how === "unlisted") isDeeper = true;', ""]],
    tests: ["fleet/cut_test.ts", "fleet/walk_test.ts"],
  },
  {
    name: "top waits for all light parts",
    edits: [["fleet/cut.ts", "const WAIT = 1 / 10;", "const WAIT = 10;"]],
    tests: ["fleet/cut_test.ts"],
  },
  {
    name: "a folder that could not be listed is a part",
    edits: [["fleet/seen.ts", "one === undefined || one.entries === 0", "one?.entries === 0"]],
    tests: ["fleet/cut_test.ts", "program/split_test.ts"],
  },
  {
    name: "a path that is not UTF-8 is a part",
    edits: [["fleet/seen.ts", "return name.isWellFormed() && ", "return "]],
    tests: ["fleet/cut_test.ts"],
  },
  {
    name: "a part may have its root where the replica has a file",
    edits: [[
      "commands/split_walk.ts",
      "if (found.size === 0) return made;",
      "if (found.size >= 0) return made;",
    ]],
    tests: ["program/split_test.ts"],
  },
  {
    name: "the judge compares deeper than the split before saw",
    edits: [["fleet/judge.ts", "now.seen.slice(0, depth)", "now.seen"]],
    tests: ["fleet/judge_test.ts"],
  },
  {
    name: "the judge lets a source through that has lost just more than the bound",
    edits: [["fleet/judge.ts", "before - now > most", "before - now > most + 1"]],
    tests: ["fleet/judge_test.ts"],
  },
  {
    name: "the judge compares numbers of other trees",
    edits: [["fleet/judge.ts", "if (!isSamePath(was, is)) return", "if (was === is && was === null) return"]],
    tests: ["fleet/judge_test.ts"],
  },
  {
    name: "a split that is refused is written all the same",
    edits: [[
      "commands/split.ts",
      "  if (shrunk !== null) return",
      "  if (shrunk !== null) await write(asked, work, walked);\n  if (shrunk !== null) return",
    ]],
    tests: ["program/split_test.ts"],
  },
  {
    name: "a split overwrites a file that it has not made",
    edits: [[
      "cli/split_places.ts",
      "subarray(0, length)) === start ? null : text",
      "subarray(0, length)) === start ? null : null",
    ]],
    tests: ["program/split_test.ts"],
  },
  {
    name: "a variable in the name of a part is put in",
    edits: [["fleet/jobs_text.ts", 'text.replaceAll("${", () => "$${")', "text"]],
    tests: ["fleet/jobs_text_test.ts"],
  },
  {
    name: "two parts have names that are one on some systems",
    edits: [["fleet/names.ts", "times.size === names.length", "times.size >= 0"]],
    tests: ["fleet/names_test.ts"],
  },
  {
    name: "what is excluded is counted and entered by a split",
    edits: [["pass/children.ts", "areFolders) === null", "areFolders) !== undefined"]],
    tests: ["program/split_test.ts", "fleet/walk_test.ts"],
  },
  {
    name: "a job without a comma behind it is read, and the next one with it",
    edits: [["jobs/lines.ts", 'isLast ? `{${line}\\n}` : `{${line}\\n"":0}`', "`{${line}\\n}`"], [
      "jobs/lines.ts",
      "(isLast ? 1 : 2)",
      "1",
    ]],
    tests: ["fleet/jobs_text_test.ts"],
  },
];
