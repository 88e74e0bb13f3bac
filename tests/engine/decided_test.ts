/** What holds of what was decided on, by rows. */
import { assertEquals } from "@std/assert";
import type { Change } from "../../sync/engine/change.ts";
import { each, listOf } from "../../sync/engine/changes.ts";
import { decidedBy, disturbedBy, onlyDecided, type SplitOptions } from "../../sync/engine/decided.ts";
import type { Entry, File, Folder, Link } from "../../sync/engine/entry.ts";
import { isDone, mark } from "../../sync/engine/step.ts";
import { finish } from "../../sync/engine/steps.ts";
import { FILE, FOLDER } from "../support/entries.ts";

const LINK: Link = {
  kind: "link",
  target: "t",
  mtime: 5,
  mode: 0o777,
  uid: 1,
  gid: 1,
  nlink: 1,
  id: null,
};
const create = (path: string, entry: File | Folder | Link = FILE, was?: File | Folder): Change => (
  { kind: "create", path, entry, ...(was && { was }) }
);
const update = (path: string, entry: File = FILE, was: File = { ...FILE, size: 2 }): Change => (
  { kind: "update", path, entry, was }
);
const attributes = <T extends File | Folder>(path: string, entry: T, was: T): Change => (
  { kind: "attributes", path, entry, was }
);
const remove = (path: string, was: File | Folder = FILE): Change => ({ kind: "remove", path, was });
const move = (path: string, from: string, entry: File | Folder = FILE, was = entry): Change => (
  { kind: "move", path, from, entry, was }
);
const linkTo = (path: string, hardLinkTo: string, was?: Folder): Change => (
  { kind: "create", path, entry: FILE, hardLinkTo, ...(was && { was }) }
);

const SHARED: File = { ...FILE, mode: 0o600, nlink: 2, id: "1:1" };
const CLOSED: Folder = { ...FOLDER, mode: 0o700 };

/** What was decided on, what is needed now, and what of it is made; what is left; of what nothing is known. */
const ROWS: readonly (readonly [
  name: string,
  decided: readonly Change[],
  needed: readonly Change[],
  made: string,
  left: string,
  open: string,
])[] = [
  ["the same change", [create("a")], [create("a")], "a", "", ""],
  ["a change that nobody decided on", [], [create("a"), remove("b")], "", "", ""],
  ["a step that is needed no more", [create("a")], [], "", "", "a"],
  ["another size", [create("a")], [create("a", { ...FILE, size: 2 })], "", "a", ""],
  ["another time", [create("a")], [create("a", { ...FILE, mtime: 1 })], "", "a", ""],
  [
    "another time by ns",
    [create("a", { ...FILE, nanos: 1 })],
    [create("a", { ...FILE, nanos: 2 })],
    "",
    "a",
    "",
  ],
  ["another mode", [create("a")], [create("a", { ...FILE, mode: 0o600 })], "", "a", ""],
  ["another owner", [create("a")], [create("a", { ...FILE, uid: 2 })], "", "a", ""],
  ["another group", [create("a")], [create("a", { ...FILE, gid: 2 })], "", "a", ""],
  ["other attributes", [create("a")], [create("a", { ...FILE, xattrs: "x" })], "", "a", ""],
  ["another target", [create("a", LINK)], [create("a", { ...LINK, target: "u" })], "", "a", ""],
  [
    "a link with another mode, which means nothing",
    [create("a", LINK)],
    [create("a", { ...LINK, mode: 0 })],
    "a",
    "",
    "",
  ],
  ["another inode", [create("a")], [create("a", { ...FILE, nlink: 2, id: "1:1", holes: true })], "a", "", ""],
  ["another kind", [create("a")], [create("a", LINK)], "", "a", ""],
  ["an update that became a creation", [update("a")], [create("a")], "", "a", ""],
  ["what is replaced, edited since", [update("a")], [update("a", FILE, { ...FILE, size: 3 })], "", "a", ""],
  ["what is removed, edited since", [remove("a")], [remove("a", { ...FILE, mtime: 9 })], "", "a", ""],
  [
    "what stands in the way, edited since",
    [create("a", LINK, FILE)],
    [create("a", LINK, { ...FILE, size: 9 })],
    "",
    "a",
    "",
  ],
  [
    "a folder whose time has changed",
    [attributes("d", FOLDER, CLOSED)],
    [
      attributes("d", { ...FOLDER, mtime: 7 }, { ...CLOSED, mtime: 8 }),
    ],
    "d",
    "",
    "",
  ],
  [
    "a folder whose mode has changed",
    [attributes("d", FOLDER, CLOSED)],
    [
      attributes("d", FOLDER, { ...CLOSED, mode: 0o500 }),
    ],
    "",
    "d",
    "",
  ],
  [
    "a folder that was made meanwhile, and lacks its attributes",
    [create("d", FOLDER), create("d/a")],
    [
      attributes("d", FOLDER, CLOSED),
      create("d/a"),
    ],
    "d d/a",
    "",
    "",
  ],
  [
    "a folder that was made meanwhile, to be another than decided",
    [create("d", FOLDER)],
    [
      attributes("d", { ...FOLDER, mode: 0o711 }, CLOSED),
    ],
    "",
    "d",
    "",
  ],
  [
    "a file that was made meanwhile, with other attributes",
    [create("a")],
    [
      attributes("a", FILE, { ...FILE, mode: 0o600 }),
    ],
    "",
    "a",
    "",
  ],
  [
    "a folder around it that needs attributes, too",
    [create("d/a")],
    [
      attributes("d", FOLDER, CLOSED),
      create("d/a"),
    ],
    "d/a",
    "",
    "",
  ],
  [
    "a folder around it that is to be made, undecided",
    [create("d/e/a")],
    [
      create("d", FOLDER),
      create("d/e", FOLDER),
      create("d/e/a"),
    ],
    "",
    "d/e/a",
    "",
  ],
  [
    "a folder around it that is to be another one",
    [create("d", FOLDER), create("d/a"), create("e")],
    [
      create("d", CLOSED),
      create("d/a"),
      create("e"),
    ],
    "e",
    "d d/a",
    "",
  ],
  [
    "something new in a folder that is to go",
    [remove("d", FOLDER), remove("d/a")],
    [
      remove("d", FOLDER),
      remove("d/a"),
      remove("d/new"),
    ],
    "d/a",
    "d",
    "",
  ],
  [
    "something new far down in folders that are to go",
    [remove("d", FOLDER), remove("d/e", FOLDER), remove("d/f", FOLDER)],
    [
      remove("d", FOLDER),
      remove("d/e", FOLDER),
      remove("d/e/new", FOLDER),
      remove("d/e/new/a"),
      remove("d/f", FOLDER),
    ],
    "d/f",
    "d d/e",
    "",
  ],
  [
    "something edited in a folder that gives way to a file",
    [create("d", FILE, FOLDER), remove("d/a"), remove("d/b")],
    [
      create("d", FILE, FOLDER),
      remove("d/a", { ...FILE, size: 9 }),
      remove("d/b"),
    ],
    "",
    "d d/a d/b",
    "",
  ],
  [
    "a file that gives way to a folder, edited since",
    [create("d", FOLDER, FILE), create("d/a")],
    [
      create("d", FOLDER, { ...FILE, size: 9 }),
      create("d/a"),
    ],
    "",
    "d d/a",
    "",
  ],
  ["another name of a file that is as it was", [linkTo("b", "a")], [linkTo("b", "a")], "b", "", ""],
  ["another name of another file", [linkTo("b", "a")], [linkTo("b", "c")], "", "b", ""],
  ["a name that was to be a copy", [create("b")], [linkTo("b", "a")], "", "b", ""],
  [
    "another name of a file that is to be another one, undecided",
    [linkTo("b", "a")],
    [
      update("a"),
      linkTo("b", "a"),
    ],
    "",
    "b",
    "",
  ],
  [
    "another name of a file in a folder that is not made",
    [linkTo("b", "d/a"), create("d/a")],
    [
      create("d", FOLDER),
      create("d/a"),
      linkTo("b", "d/a"),
    ],
    "",
    "b d/a",
    "",
  ],
  [
    "attributes of a file that has another name, which is left",
    [attributes("a", FILE, SHARED), attributes("b", FILE, SHARED)],
    [attributes("a", FILE, SHARED), remove("b", SHARED), attributes("c", FILE, { ...SHARED, id: "1:2" })],
    "",
    "a b",
    "",
  ],
  [
    "attributes of both names of a file",
    [attributes("a", FILE, SHARED), attributes("b", FILE, SHARED)],
    [attributes("a", FILE, SHARED), attributes("b", FILE, SHARED)],
    "a b",
    "",
    "",
  ],
  ["what is moved", [move("b", "a")], [move("b", "a")], "b", "", ""],
  ["what is moved from elsewhere", [move("b", "a")], [move("b", "c")], "", "b", ""],
  [
    "what is moved, edited since",
    [move("b", "a")],
    [move("b", "a", FILE, { ...FILE, size: 9 })],
    "",
    "b",
    "",
  ],
  ["what is copied instead of moved", [move("b", "a")], [create("b"), remove("a")], "", "b", ""],
  [
    "what takes the place of a file that is not moved",
    [move("b", "a"), create("a"), move("c", "b")],
    [move("b", "a", FILE, { ...FILE, size: 9 }), create("a"), move("c", "b")],
    "",
    "a b c",
    "",
  ],
  [
    "what is in a folder that is not moved, by its old name or the new one",
    [move("e", "d", FOLDER, FOLDER), create("e/new"), move("f", "e/x"), create("d"), remove("d/y")],
    [move("e", "d", CLOSED, FOLDER), create("e/new"), move("f", "e/x"), create("d"), remove("d/y")],
    "",
    "d d/y e e/new f",
    "",
  ],
  [
    "a folder that is to go, and from which something is not moved",
    [move("b", "d/a"), remove("d", FOLDER), remove("d/c")],
    [move("b", "d/a", FILE, { ...FILE, size: 9 }), remove("d", FOLDER), remove("d/c")],
    "d/c",
    "b d",
    "",
  ],
  [
    "a folder that was moved meanwhile, and lacks its attributes",
    [move("e", "d", FOLDER, CLOSED)],
    [attributes("e", FOLDER, CLOSED)],
    "e",
    "",
    "",
  ],
  [
    "a folder that gives way to another name of a file that is not there",
    [
      linkTo("d", "a", FOLDER),
      remove("d/x"),
    ],
    [update("a"), linkTo("d", "a", FOLDER), remove("d/x")],
    "",
    "d d/x",
    "",
  ],
];

function split(decided: readonly Change[], needed: readonly Change[], options?: SplitOptions) {
  const found = finish(onlyDecided(listOf(needed), finish(decidedBy(decided)), options));
  const paths = (list: Iterable<string>) => [...list].sort().join(" ");
  return {
    ...found,
    words: [paths([...each(found.changes)].map(({ path }) => path)), paths(found.left), paths(found.open)],
  };
}

for (const [name, decided, needed, made, left, open] of ROWS) {
  Deno.test(`onlyDecided() of ${name}`, () => {
    assertEquals(split(decided, needed).words, [made, left, open]);
  });
}

Deno.test("onlyDecided() removes what a killed run left over, whoever decided on what", () => {
  const isOurs = (path: string) => path.startsWith("d/.lockstep-");
  const needed = [remove("d", FOLDER), remove("d/.lockstep-1"), remove("d/a")];
  assertEquals(split([remove("d", FOLDER), remove("d/a")], needed, { isOurs }).words, [
    "d d/.lockstep-1 d/a",
    "",
    "",
  ]);
});

Deno.test("onlyDecided() knows of a replica that the pass itself has made", () => {
  const made = create("", FOLDER);
  const all = [made, create("a")];
  const same = split(all, [create("a")], { made });
  assertEquals([same.made, ...same.words], [true, "a", "", ""]);
  const other = split(all, [create("a")], { made: create("", CLOSED) });
  assertEquals([other.made, ...other.words], [false, "", " a", ""]);
  const undecided = split([create("a")], [create("a")], { made });
  assertEquals([undecided.made, ...undecided.words], [false, "", "a", ""]);
});

Deno.test("onlyDecided() counts what is needed beside what was decided on", () => {
  assertEquals(
    split([create("a"), update("b")], [create("a"), create("b"), create("c"), create("d")]).others,
    2,
  );
});

Deno.test("disturbedBy() settles the folders around what is done, and leaves their attributes where nobody decided on them", () => {
  const asSource = { ...FOLDER, mode: 0o711 };
  const disturbed = new Map(["d", "e", "f"].map((path) => [path, asSource]));
  const decided = [create("d/a"), update("e/a"), remove("g/a")];
  const needed = [
    ...decided,
    attributes("e", asSource, CLOSED),
    create("f/a"),
    remove("g", CLOSED),
    remove("g/b"),
  ];
  const settled = finish(disturbedBy(split(decided, needed), disturbed));
  assertEquals([...settled].sort(), [["d", asSource], ["e", CLOSED], ["g", CLOSED]]);
});

Deno.test("isDone() where the replica has what a step was to bring about, and the source still has it", () => {
  const same = () => true;
  const rows: readonly (readonly [Change, Entry | null, Entry | null, boolean])[] = [
    [create("a"), FILE, FILE, true],
    [create("a"), FILE, { ...FILE, nlink: 2 }, true],
    [create("a"), { ...FILE, size: 9 }, { ...FILE, size: 9 }, false],
    [create("a"), FILE, null, false],
    [create("a"), null, null, false],
    [create("a"), FILE, LINK, false],
    [create("a"), FILE, { kind: "unknown", reason: { code: "EACCES" } }, false],
    [update("a"), FILE, FILE, true],
    [attributes("a", FOLDER, CLOSED), { ...FOLDER, mtime: 9 }, FOLDER, true],
    [remove("a"), null, null, true],
    [remove("a"), FILE, null, true],
    [remove("a"), FILE, FILE, false],
    [remove("a"), null, { kind: "socket" }, false],
  ];
  for (const [change, entry, was, is] of rows) assertEquals(isDone(mark(change), entry, was, same), is);
  assertEquals(isDone(mark(create("a")), FILE, FILE, () => false), false);
});

Deno.test("the case of a name is a part of what was decided on, and the folder around it is settled", () => {
  const plain = attributes("d/a", FILE, FILE);
  const respelled = { ...plain, spelled: "A" } as Change;
  const decided = decidedBy([respelled]);
  assertEquals(finish(onlyDecided(listOf([plain]), finish(decided))).left, ["d/a"]);
  const split = finish(onlyDecided(listOf([respelled]), finish(decidedBy([respelled]))));
  assertEquals([...each(split.changes)], [respelled]);
  assertEquals([...finish(disturbedBy(split, new Map([["d", FOLDER]]))).keys()], ["d"]);
  const other = { changes: listOf([plain]), kept: new Map() };
  assertEquals([...finish(disturbedBy(other, new Map([["d", FOLDER]]))).keys()], []);
});
