/** What a pass removes or replaces is in the trash afterwards, as it was; inline and in threads. */
import { assert, assertEquals } from "@std/assert";
import { failuresOf, mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import {
  assertInSync,
  file,
  folder,
  hardLink,
  harvest,
  inFolder,
  link,
  namesIn,
  plant,
  temporaryNames,
  type Tree,
} from "../support/tree.ts";
import { lastRun, runsOf } from "../support/trash.ts";

const TIME = 1_600_000_000_000;

const OLD: Tree = {
  same: file("same", 0o644, TIME),
  changed: file("old", 0o640, TIME),
  gone: file("gone", 0o400, TIME),
  l: link("nowhere", TIME),
  "was-file": file("file", 0o600, TIME),
  "was-link": link("somewhere", TIME),
  "was-folder": folder({ inner: file("inner", 0o604, TIME) }, 0o710, TIME),
  deep: folder(
    {
      empty: folder({}, 0o500, TIME),
      d: folder({ f: file("f", 0o644, TIME), a: file("a", 0o644, TIME), b: hardLink("a") }, 0o555, TIME),
    },
    0o750,
    TIME,
  ),
  kept: folder({ x: file("x", 0o644, TIME), y: file("y", 0o644, TIME) }, 0o711, TIME),
};

const NEW: Tree = {
  same: file("same", 0o644, TIME),
  changed: file("new content", 0o644, TIME + 5000),
  "was-file": { inside: "new" },
  "was-link": { inside: "new" },
  "was-folder": "a file now",
  kept: folder({ x: file("x", 0o644, TIME) }, 0o711, TIME),
  fresh: "new",
};

/** What of OLD goes, as it is harvested. */
const GONE = [
  "changed",
  "gone",
  "l",
  "was-file",
  "was-link",
  "was-folder",
  "was-folder/inner",
  "deep",
  "deep/empty",
  "deep/d",
  "deep/d/f",
  "deep/d/a",
  "deep/d/b",
  "kept/y",
];

for (const [how, pool] of poolsOfFile()) {
  Deno.test(`what a pass removes and replaces is in the trash as it was, ${how}`, () =>
    inFolder(async (at) => {
      plant(`${at}/source`, NEW);
      plant(`${at}/replica`, OLD);
      const before = harvest(`${at}/replica`);
      const trash = { folder: `${at}/replica.trash`, keep: null, max: null };
      const options = { trash, pool, limits: UNLIMITED };
      const first = await mirror(`${at}/source`, `${at}/replica`, options);
      assertEquals(failuresOf(first), []);
      assertInSync(`${at}/source`, `${at}/replica`, { hardLinks: false });
      const wanted = before.filter((line) => GONE.includes(line.slice(2).split(" ")[0]!));
      const kept = lastRun(trash.folder).filter((line) => !line.startsWith("./kept folder"));
      assertEquals(kept, wanted);
      assertEquals(temporaryNames(`${at}/replica`), []);
      assertEquals((Deno.statSync(trash.folder).mode ?? 0) & 0o777, 0o700);
      const [run] = runsOf(trash.folder);
      assertEquals(namesIn(trash.folder), [".lockstep-trash", run, `${run}.jsonl`]);
      const lines = Deno.readTextFileSync(`${trash.folder}/${run}.jsonl`).trimEnd().split("\n").map((line) =>
        JSON.parse(line)
      );
      assertEquals(lines[0].replica, `${at}/replica`);
      assertEquals(lines.slice(1, -1).map(({ path }) => path).sort(), GONE.toSorted());
      assertEquals(lines.at(-1).entries, GONE.length);
      const second = await mirror(`${at}/source`, `${at}/replica`, options);
      assertEquals([second.changes, failuresOf(second)], [[], []]);
      assertEquals(runsOf(trash.folder), [run]);
      assert(first.events.some((event) => event.kind === "notice" && event.code === "trash"));
    }));
}
