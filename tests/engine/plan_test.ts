import { assert, assertEquals } from "@std/assert";
import type { Entry, Fifo, File, Folder, Link, Listing, Special } from "../../sync/engine/entry.ts";
import fc from "fast-check";
import { EXACTLY, FILE, FOLDER } from "../support/entries.ts";
import { EVERYTHING } from "../../sync/engine/capabilities.ts";
import { bytes, type Change, removals } from "../../sync/engine/change.ts";
import { type Plan, plan, resolve } from "../../sync/engine/plan.ts";
import type { Criteria } from "../../sync/engine/same.ts";

const file = (more: Partial<File> = {}): File => ({ ...FILE, size: 3, mtime: 1000, ...more });
let inode = 100;
const folder = (more: Partial<Folder> = {}): Folder => (
  { ...FOLDER, mtime: 1000, inode: inode++, ...more }
);
const link = (more: Partial<Link> = {}): Link => (
  { kind: "link", target: "t", mtime: 1000, mode: 0o777, uid: 1, gid: 1, nlink: 1, id: null, ...more }
);
const fifo: Fifo = { kind: "fifo", mtime: 1000, mode: 0o644, uid: 1, gid: 1, nlink: 1, id: null };
const socket: Special = { kind: "socket" };
const ROOTS = { source: { device: 1, inode: 1 }, replica: { device: 1, inode: 2 } };
const CRITERIA: Criteria = {
  ...EXACTLY,
  owners: false,
  fifos: false,
  devices: false,
  xattrs: false,
  roots: ROOTS,
};
const unknown: Entry = { kind: "unknown", reason: { code: "EACCES" } };

/** The plan for one name, as words. */
function planned(source: Entry | null, replica: Entry | null, criteria: Partial<Criteria> = {}): string[] {
  const listing = (entry: Entry | null): Listing => new Map(entry ? [["n", entry]] : []);
  return words(plan("f", listing(source), listing(replica), { ...CRITERIA, ...criteria }));
}

function words({ changes, linked, undecided, pairs, failures, unmirrored }: Plan): string[] {
  return [
    ...changes.map((change) =>
      `${change.kind} ${kindOf(change)}${
        "was" in change && change.kind === "create" ? ` for ${change.was.kind}` : ""
      }`
    ),
    ...linked.map(() => "linked"),
    ...undecided.map(() => "undecided"),
    ...pairs.map((pair) => `pair ${pair.sides}`),
    ...failures.map((failure) => `failure ${failure.side}`),
    ...unmirrored.map((one) => `unmirrored ${one.what}`),
  ];
}

function kindOf(change: Change): string {
  return change.kind === "remove" ? change.was.kind : change.entry.kind;
}

const ROWS: readonly (readonly [string, Entry | null, Entry | null, string[]])[] = [
  ["nothing on either side", null, null, []],
  ["a new file", file(), null, ["create file"]],
  ["a new folder", folder(), null, ["create folder", "pair source"]],
  ["a new link", link(), null, ["create link"]],
  ["an extraneous file", null, file(), ["remove file"]],
  ["an extraneous folder", null, folder(), ["remove folder", "pair replica"]],
  ["an extraneous link", null, link(), ["remove link"]],
  ["an extraneous FIFO", null, fifo, ["remove fifo"]],
  ["the same file", file(), file(), []],
  ["another size", file({ size: 4 }), file(), ["update file"]],
  ["another time", file({ mtime: 2000 }), file(), ["undecided"]],
  ["another time by one ms", file({ mtime: 1001 }), file(), ["undecided"]],
  ["another mode", file({ mode: 0o600 }), file(), ["attributes file"]],
  ["another mode on an inode with other names", file({ mode: 0o600 }), file({ nlink: 2, id: "1:5" }), [
    "attributes file",
    "linked",
  ]],
  // which other names it has cannot be told, so none of them may change
  ["another mode on an inode that cannot be told", file({ mode: 0o600 }), file({ nlink: 2 }), [
    "update file",
    "linked",
  ]],
  [
    "a folder whose inode cannot be told in place of both roots",
    folder({ inode: null }),
    folder({ inode: null }),
    [
      "pair both",
    ],
  ],
  ["the same folder", folder(), folder(), ["pair both"]],
  ["a folder of another mode", folder({ mode: 0o700 }), folder(), ["attributes folder", "pair both"]],
  ["a folder of another time", folder({ mtime: 5 }), folder(), ["attributes folder", "pair both"]],
  ["the same link", link(), link(), []],
  ["another target", link({ target: "u" }), link(), ["update link"]],
  ["a link of another time", link({ mtime: 5 }), link(), ["attributes link"]],
  ["a link of another time with other names", link({ mtime: 5 }), link({ nlink: 2, id: "1:5" }), [
    "attributes link",
    "linked",
  ]],
  ["a file for a folder", file(), folder(), ["create file for folder", "pair replica"]],
  ["a folder for a file", folder(), file(), ["create folder for file", "pair source"]],
  ["a link for a file", link(), file(), ["create link for file"]],
  ["a file for a link", file(), link(), ["create file for link"]],
  ["a link for a folder", link(), folder(), ["create link for folder", "pair replica"]],
  ["a folder for a link", folder(), link(), ["create folder for link", "pair source"]],
  ["a file for a FIFO", file(), fifo, ["create file for fifo"]],
  ["a mount point that is extraneous", null, folder({ device: 2 }), ["failure replica"]],
  ["a file for a mount point", file(), folder({ device: 2 }), ["failure replica"]],
  ["a socket in the source", socket, null, ["unmirrored socket"]],
  ["an extraneous socket", null, socket, ["remove socket"]],
  ["a FIFO in the source", fifo, null, ["unmirrored fifo"]],
  ["a FIFO in the source for a file", fifo, file(), ["remove file", "unmirrored fifo"]],
  ["a FIFO in the source for a FIFO", fifo, fifo, ["unmirrored fifo"]],
  ["the replica inside the source", folder({ inode: 2 }), null, ["failure source"]],
  ["the source inside the replica", null, folder({ inode: 1 }), ["failure replica"]],
  ["something unknown in the source", unknown, null, ["failure source"]],
  ["something unknown in the source for a file", unknown, file(), ["failure source"]],
  ["something unknown in the source for a folder", unknown, folder(), ["failure source"]],
  ["something unknown in the replica", null, unknown, ["failure replica"]],
  ["something unknown in the replica for a file", file(), unknown, ["failure replica"]],
];

for (const [name, source, replica, expected] of ROWS) {
  Deno.test(`plan() for ${name}`, () => assertEquals(planned(source, replica), expected));
}

Deno.test("plan() with --checksum doubts every file of the same size", () => {
  assertEquals(planned(file(), file(), { checksum: true }), ["undecided"]);
  assertEquals(planned(file({ size: 4 }), file(), { checksum: true }), ["update file"]);
});

Deno.test("plan() gives paths below the folder it is asked about", () => {
  const made = plan("a/b", new Map([["n", file()]]), new Map([["o", file()]]), CRITERIA);
  assertEquals(made.changes.map((change) => change.path), ["a/b/n", "a/b/o"]);
  assertEquals(plan("", new Map([["n", file()]]), new Map(), CRITERIA).changes[0]?.path, "n");
});

Deno.test("resolve() updates where the contents differ, sets attributes where only the time does, and else leaves alone", () => {
  const undecided = { path: "n", entry: file({ mtime: 2000 }), was: file() };
  assertEquals(resolve(undecided, false, 1, CRITERIA)?.kind, "update");
  assertEquals(resolve(undecided, true, 1, CRITERIA)?.kind, "attributes");
  assertEquals(resolve({ ...undecided, entry: file() }, true, 1, CRITERIA), null);
});

Deno.test("removals() counts what gives way to another kind, and bytes() what is copied", () => {
  const rows: [Change, number, number][] = [
    [{ kind: "create", path: "n", entry: file() }, 0, 3],
    [{ kind: "create", path: "n", entry: file(), was: link() }, 1, 3],
    [{ kind: "update", path: "n", entry: file({ size: 9 }), was: file() }, 0, 9],
    [{ kind: "attributes", path: "n", entry: file(), was: file() }, 0, 0],
    [{ kind: "remove", path: "n", was: file() }, 1, 0],
    [{ kind: "create", path: "n", entry: folder() }, 0, 0],
  ];
  for (const [change, gone, copied] of rows) assertEquals([removals(change), bytes(change)], [gone, copied]);
});

Deno.test("plan() mirrors owners, FIFOs and mount points only when it is asked to", () => {
  assertEquals(planned(file({ uid: 5 }), file()), []);
  assertEquals(planned(file({ uid: 5 }), file(), { owners: true }), ["attributes file"]);
  assertEquals(planned(link({ gid: 5 }), link(), { owners: true }), ["attributes link"]);
  assertEquals(planned(fifo, null, { fifos: true }), ["create fifo"]);
  assertEquals(planned(fifo, { ...fifo, mtime: 5 }, { fifos: true }), ["attributes fifo"]);
  assertEquals(planned(fifo, { ...fifo, mtime: 5, nlink: 2, id: "1:5" }, { fifos: true }), [
    "attributes fifo",
    "linked",
  ]);
  assertEquals(planned(folder({ device: 2 }), folder(), {}), ["pair both"]);
  assertEquals(planned(folder({ device: 2 }), folder(), { oneFileSystem: true }), []);
  assertEquals(planned(folder({ device: 2 }), null, { oneFileSystem: true }), ["create folder"]);
});

Deno.test("plan() asks of a replica only what its file system can keep", () => {
  const capabilities = (less: Partial<Criteria["capabilities"]>): Partial<Criteria> => ({
    capabilities: { ...EVERYTHING, ...less },
  });
  assertEquals(planned(file({ mode: 0o600 }), file(), capabilities({ modes: false })), []);
  assertEquals(planned(file({ mtime: 1357 }), file({ mtime: 0 }), capabilities({ step: 2000 })), []);
  assertEquals(planned(file({ mtime: 2357 }), file({ mtime: 0 }), capabilities({ step: 2000 })), [
    "undecided",
  ]);
  assertEquals(planned(link(), null, capabilities({ links: false })), ["unmirrored link"]);
});

Deno.test("plan() lets the first of two names that the replica cannot tell apart be mirrored, and fails the other", () => {
  const criteria: Criteria = { ...CRITERIA, capabilities: { ...EVERYTHING, cases: false, forms: false } };
  const made = plan(
    "",
    new Map([["b", file()], ["B", file()], ["e\u0301", file()], ["\u00e9", file()]]),
    new Map([["é", file()]]),
    criteria,
  );
  assertEquals(made.changes.map((change) => `${change.kind} ${change.path}`), ["create B"]);
  assertEquals(made.failures.map(({ path, reason }) => `${path} ${reason.code}`), [
    "b COLLISION",
    "\u00e9 COLLISION",
  ]);
});

Deno.test("plan() finds what the replica spells otherwise, and fails names that are too long for it", () => {
  const criteria: Criteria = {
    ...CRITERIA,
    capabilities: { ...EVERYTHING, cases: false, longestName: 3 },
  };
  const made = plan(
    "",
    new Map([["ab", file()], ["äö", file()]]),
    new Map([["AB", file({ size: 9 })]]),
    criteria,
  );
  assertEquals(made.changes.map((change) => `${change.kind} ${change.path}`), ["update ab"]);
  assertEquals(made.failures.map(({ path, reason }) => `${path} ${reason.code}`), ["äö ENAMETOOLONG"]);
});

Deno.test("plan() has nothing to do by what a replica can hold when it has nothing to do for one that holds everything", () => {
  const names = [
    "a",
    "A",
    "a.",
    "._a",
    "._.",
    "\u00e9",
    "e\u0301",
    "stra\u00dfe",
    "STRASSE",
    "long".repeat(50),
  ];
  const entries: Entry[] = [
    file(),
    file({ mtime: 1999 }),
    file({ mtime: 9e15 }),
    folder(),
    link({ uid: 7 }),
    fifo,
  ];
  const found = fc.record({
    modes: fc.boolean(),
    owners: fc.boolean(),
    links: fc.boolean(),
    hardLinks: fc.boolean(),
    hardLinksToLinks: fc.boolean(),
    junctions: fc.boolean(),
    cases: fc.boolean(),
    recase: fc.constantFrom("once", "twice", "never"),
    expands: fc.boolean(),
    forms: fc.boolean(),
    doubles: fc.boolean(),
    dropped: fc.constantFrom("", ".", ". "),
    step: fc.constantFrom(1, 10, 1000, 2000),
    earliest: fc.constantFrom(EVERYTHING.earliest, 0),
    latest: fc.constantFrom(EVERYTHING.latest, 4e12),
    longestName: fc.constantFrom(255, 143, 100),
    devices: fc.boolean(),
    lackedXattrs: fc.constant([]),
  });
  const listing = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...entries)), {
    selector: ([name]) => name,
  });
  let count = 0;
  fc.assert(
    fc.property(
      listing,
      listing,
      fc.integer({ min: 0, max: 3 }),
      found,
      (source, other, kept, capabilities) => {
        // mostly the same on both sides; but a folder that is its own pair would lead into the other tree
        const there = source.map(([name, entry]): [string, Entry] => [
          name,
          entry.kind === "folder" ? folder() : entry,
        ]);
        const replica = new Map<string, Entry>(kept === 0 ? other : there);
        const criteria = { ...CRITERIA, owners: true, fifos: true, capabilities: EVERYTHING };
        const made = plan("", new Map(source), replica, criteria);
        if (made.changes.length + made.undecided.length > 0) return;
        count++;
        const again = plan("", new Map(source), replica, { ...criteria, capabilities });
        assertEquals(again.changes, []);
        assertEquals(again.undecided, []);
      },
    ),
    { numRuns: 2000 },
  );
  assert(count > 500, `${count}`);
});

for (
  const [what, entry, was, expected] of [
    ["a file that is the same", file(), file(), "attributes file spelled N"],
    ["another content", file(), file({ size: 4 }), "update file spelled N"],
    ["a folder", folder(), folder(), "attributes folder spelled N"],
    ["a link in the place of a file", link(), file(), "create link spelled N"],
    ["a folder in the place of a file", folder(), file(), "create folder"],
    ["a file in the place of a folder", file(), folder(), "create file"],
  ] as readonly (readonly [string, Entry, Entry, string])[]
) {
  Deno.test(`plan() of a name in another case: ${what}`, () => {
    const capabilities = { ...EVERYTHING, cases: false, recase: "once" } as const;
    const { changes } = plan("f", new Map([["n", entry]]), new Map([["N", was]]), {
      ...CRITERIA,
      capabilities,
    });
    assertEquals(
      changes.map((change) =>
        `${change.kind} ${kindOf(change)}${"spelled" in change ? ` spelled ${change.spelled}` : ""}`
      ),
      [expected],
    );
  });
}

Deno.test("resolve() has a change for two files of which only the name's case differs", () => {
  const undecided = { path: "n", entry: file(), was: file() };
  assertEquals(resolve(undecided, true, 5, CRITERIA), null);
  const change = { ...undecided, spelled: "N" };
  assertEquals(resolve(change, true, 5, CRITERIA), { kind: "attributes", ...change, comparedAt: 5 });
  assertEquals(resolve(change, false, 5, CRITERIA), { kind: "update", ...change });
});
