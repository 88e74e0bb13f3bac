/**
 * Random trees, edits on both sides and faults, drawn and shrunk by fast-check. The model is a value, the program the
 * real one. A failure prints the seed and the path that make it again: LOCKSTEP_SEED, LOCKSTEP_PATH.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ended, killIfRunning, lockstep, start } from "../support/program.ts";
import {
  assertInSync,
  file,
  folder,
  harvest,
  inFolder,
  isThere,
  link,
  plant,
  readIfThere,
  type Tree,
} from "../support/tree.ts";
import { content, ERRNO, faultTest, figure, shimmed, times, versionOf } from "./tools.ts";

type Node =
  | { readonly kind: "file"; readonly version: number; readonly mode: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "folder"; readonly mode: number; readonly nodes: Nodes };
type Nodes = { readonly [name: string]: Node };

/** What happens to a tree between passes: the node at the path of some names becomes another, or goes. */
interface Edit {
  readonly path: readonly string[];
  readonly node: Node | null;
}

type Fault =
  | { readonly kind: "none" }
  | { readonly kind: "kill"; readonly after: number }
  | {
    readonly kind: "call";
    readonly side: "source" | "replica";
    readonly call: string;
    readonly error: keyof typeof ERRNO;
    readonly when: string;
  };

interface Step {
  readonly source: readonly Edit[];
  readonly replica: readonly Edit[];
  readonly fault: Fault;
  readonly threads: number;
}

const names = fc.constantFrom("a", "b", "c", "é", "-x", "n\nl");
const modes = fc.constantFrom(0o755, 0o700, 0o775);
const { nodes, node } = fc.letrec<{ nodes: Nodes; node: Node }>((tie) => ({
  nodes: fc.dictionary(names, tie("node"), { maxKeys: 4, noNullPrototype: true }),
  node: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.record({ kind: fc.constant("file" as const), version: fc.integer({ min: 1, max: 60 }), mode: modes }),
    fc.record({
      kind: fc.constant("link" as const),
      target: fc.constantFrom("a", "..", "/none", "../outside"),
    }),
    fc.record({ kind: fc.constant("folder" as const), mode: modes, nodes: tie("nodes") }),
  ),
}));
const edit = fc.record({
  path: fc.array(names, { minLength: 1, maxLength: 3 }),
  node: fc.option(node, { freq: 3 }),
});
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constant({ kind: "none" as const }),
  fc.record({ kind: fc.constant("kill" as const), after: fc.integer({ min: 40, max: 140 }) }),
  fc.record({
    kind: fc.constant("call" as const),
    side: fc.constantFrom("source" as const, "replica" as const),
    call: fc.constantFrom(
      "open",
      "read",
      "write",
      "readdir",
      "stat",
      "mkdir",
      "rename",
      "remove",
      "time",
      "create",
    ),
    error: fc.constantFrom("EIO" as const, "ESTALE" as const, "ENOSPC" as const, "EACCES" as const),
    when: fc.constantFrom("1", "2", "3", "5", "8", "13", "21", "1+", "5+"),
  }),
);
const step = fc.record({
  source: fc.array(edit, { maxLength: 4 }),
  replica: fc.array(edit, { maxLength: 3 }),
  fault,
  threads: fc.constantFrom(1, 2, 8),
});

/** The nodes after an edit; where a folder on the way is none, nothing happens. */
function edited(nodes: Nodes, { path: [name, ...rest], node }: Edit): Nodes {
  if (name === undefined) return nodes;
  if (rest.length > 0) {
    const inner = nodes[name];
    if (inner?.kind !== "folder") return nodes;
    return { ...nodes, [name]: { ...inner, nodes: edited(inner.nodes, { path: rest, node }) } };
  }
  const { [name]: _, ...others } = nodes;
  return node === null ? others : { ...others, [name]: node };
}

/** Times follow from what they are of: files of one size and time have one content. */
function treeOf(nodes: Nodes): Tree {
  return Object.fromEntries(
    Object.entries(nodes).map(([name, node]) => [
      name,
      node.kind === "file"
        ? file(content(node.version), node.mode, 1e12 + node.version)
        : node.kind === "link"
        ? link(node.target, 1e12)
        : folder(treeOf(node.nodes), node.mode, 1e12),
    ]),
  );
}

/** The kind and version of each path. */
function pathsOf(nodes: Nodes, above = ""): Map<string, string> {
  const paths = new Map<string, string>();
  for (const [name, node] of Object.entries(nodes)) {
    const path = above + name;
    paths.set(path, node.kind === "file" ? `file ${node.version}` : node.kind);
    if (node.kind === "folder") {
      for (const [inner, what] of pathsOf(node.nodes, `${path}/`)) paths.set(inner, what);
    }
  }
  return paths;
}

/** The same from the disk; a file that is no version, whole, is "torn". */
function found(root: string, above = ""): Map<string, string> {
  const paths = new Map<string, string>();
  for (const entry of Deno.readDirSync(`${root}/${above}`)) {
    const path = above + entry.name;
    if (entry.isSymlink) paths.set(path, "link");
    else if (entry.isDirectory) {
      paths.set(path, "folder");
      for (const [inner, what] of found(root, `${path}/`)) paths.set(inner, what);
    } else paths.set(path, `file ${versionOf(Deno.readTextFileSync(`${root}/${path}`)) ?? "torn"}`);
  }
  return paths;
}

/** Make a folder anew from a value. */
function replant(root: string, nodes: Nodes): void {
  if (isThere(root)) Deno.removeSync(root, { recursive: true });
  plant(root, treeOf(nodes));
}

/** Do to the disk what an edit says, where the way to it is one of folders. */
function vandalize(root: string, { path, node }: Edit): void {
  let above = root;
  for (const name of path.slice(0, -1)) {
    above += `/${name}`;
    if (!isThere(above) || !Deno.lstatSync(above).isDirectory) return;
  }
  const place = `${above}/${path.at(-1)}`;
  if (isThere(place)) Deno.removeSync(place, { recursive: true });
  if (node) plant(above, treeOf({ [path.at(-1)!]: node }));
}

const PARAMETERS = {
  ...Deno.env.get("LOCKSTEP_SEED") && { seed: Number(Deno.env.get("LOCKSTEP_SEED")) },
  ...Deno.env.get("LOCKSTEP_PATH") && { path: Deno.env.get("LOCKSTEP_PATH")! },
  interruptAfterTimeLimit: times(60_000),
};
const WORDS = ["--max-delete", "100%", "--allow-empty-source"];

let passes = 0;
let faults = 0;

faultTest(
  "model: whatever is edited and whatever fails, each pass is honest, harms nothing, and a last one converges",
  ["cc"],
  async () => {
    await fc.assert(
      fc.asyncProperty(
        nodes,
        nodes,
        fc.array(step, { minLength: 1, maxLength: 3 }),
        (first, there, steps) =>
          inFolder(async (at) => {
            plant(`${at}/outside`, { precious: "1" });
            const outside = harvest(`${at}/outside`);
            let model = first;
            plant(`${at}/replica`, treeOf(there));
            for (const one of steps) {
              model = one.source.reduce(edited, model);
              replant(`${at}/source`, model);
              for (const vandalism of one.replica) {
                vandalize(`${at}/replica`, vandalism);
              }
              await onePass(at, model, one);
            }
            replant(`${at}/source`, model);
            const last = await lockstep([`${at}/source`, `${at}/replica`, ...WORDS]);
            assertEquals([last.status, last.err], [0, ""]);
            assertInSync(`${at}/source`, `${at}/replica`);
            const second = await lockstep([`${at}/source`, `${at}/replica`, ...WORDS]);
            assert(second.status === 0 && second.out.includes("nothing to do"), second.out);
            assertEquals(harvest(`${at}/outside`), outside);
          }),
      ),
      { numRuns: times(12), ...PARAMETERS },
    );
    if (!("path" in PARAMETERS)) assert(faults > 0, `no fault met one of ${passes} passes`);
    figure("passes in random trees", passes);
    figure("of them with a fault that met its call, or killed", faults);
  },
);

async function onePass(at: string, model: Nodes, { fault, threads }: Step): Promise<void> {
  const source = harvest(`${at}/source`);
  const before = found(`${at}/replica`);
  const wanted = pathsOf(model);
  const log = `${at}/shim.log`;
  if (isThere(log)) Deno.removeSync(log);
  const setting = fault.kind === "call"
    ? await shimmed({
      UNDER: `${at}/${fault.side}`,
      CALL: fault.call,
      ERROR: ERRNO[fault.error],
      WHEN: fault.when,
      LOG: log,
    })
    : {};
  const process = start([`${at}/source`, `${at}/replica`, ...WORDS, "--threads", `${threads}`], setting);
  const timer = setTimeout(
    () => fault.kind === "kill" && killIfRunning(process),
    fault.kind === "kill" ? fault.after : 0,
  );
  const ran = await ended(process);
  clearTimeout(timer);
  passes++;
  const isKilled = ran.status === 137;
  const isHit = readIfThere(log) !== "";
  if (isKilled || isHit) faults++;
  assertEquals(harvest(`${at}/source`), source, "the source is as it was");
  const after = found(`${at}/replica`);
  if (ran.status === 0 && !ran.out.includes("The replica c")) assertInSync(`${at}/source`, `${at}/replica`);
  if (!isHit && !isKilled) assertEquals([ran.status, ran.err], [0, ""]);
  if (ran.status !== 0 && !isKilled) assert(ran.err !== "", "what is not done is told");
  for (const [path, what] of after) {
    if (path.includes(".lockstep-")) continue;
    if (what.startsWith("file")) {
      assert(
        what === before.get(path) || what === wanted.get(path),
        `${path} is ${what}, neither old nor new`,
      );
    }
  }
  for (const [path, what] of before) {
    if (path.includes(".lockstep-")) continue;
    if (wanted.get(path)?.split(" ")[0] === what.split(" ")[0]) {
      assert(after.has(path), `${path} is in both and has gone`);
    }
  }
}

faultTest("model: the same trees come to the same with 1, 2 and 8 threads", [], async () => {
  await fc.assert(
    fc.asyncProperty(nodes, nodes, (given, there) =>
      inFolder(async (at) => {
        plant(`${at}/source`, treeOf(given));
        const outcomes: unknown[] = [];
        for (const threads of [1, 2, 8]) {
          plant(`${at}/replica${threads}`, treeOf(there));
          const ran = await lockstep([
            `${at}/source`,
            `${at}/replica${threads}`,
            ...WORDS,
            "--threads",
            `${threads}`,
            "--json",
          ]);
          const events = ran.out.trimEnd().split("\n").map((line) => JSON.parse(line));
          outcomes.push({
            status: ran.status,
            tree: harvest(`${at}/replica${threads}`),
            changes: events.filter(({ kind, path }) =>
              // the roots were made at different times
              kind === "change" && path !== ""
            ).map(({ action, path }) => `${action} ${path}`).sort(),
          });
          assertInSync(`${at}/source`, `${at}/replica${threads}`);
        }
        assertEquals(outcomes[1], outcomes[0]);
        assertEquals(outcomes[2], outcomes[0]);
      })),
    { numRuns: times(5), ...PARAMETERS },
  );
});
