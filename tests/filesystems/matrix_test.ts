/**
 * The same tree onto every file system that can be had here. What each can hold is the table in docs/filesystems.md:
 * the rows below are its rows.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { mirror } from "../support/mirror.ts";
import { lockstep } from "../support/program.ts";
import { file, files, harvest, type Kept, link, namesIn, plant } from "../support/tree.ts";
import { onKind } from "./kind.ts";

interface Row {
  readonly kind: string;
  /** Parts of what is said at the start. */
  readonly lacks: readonly string[];
  /** Paths that fail, sorted. */
  readonly fails: readonly string[];
  readonly links: boolean;
}

const ROWS: readonly Row[] = [
  { kind: "ext4", lacks: [], fails: [], links: true },
  { kind: "tmpfs", lacks: [], fails: [], links: true },
  { kind: "xfs", lacks: [], fails: [], links: true },
  { kind: "btrfs", lacks: [], fails: [], links: true },
  {
    kind: "vfat",
    lacks: [
      "owners",
      "permission bits",
      "links (",
      "hard links",
      "names that differ only in case",
      "times finer than 2000 ms",
    ],
    fails: ["a", "q?", "x:y"],
    links: false,
  },
  {
    kind: "exfat",
    lacks: [
      "owners",
      "permission bits",
      "links (",
      "hard links",
      "names that differ only in case",
      "times finer than 1000 ms",
    ],
    fails: ["a", "q?", "x:y"],
    links: false,
  },
  {
    kind: "ntfs",
    lacks: ["owners", "permission bits", "names that differ only in case"],
    fails: ["a"],
    links: true,
  },
  { kind: "ntfs-windows", lacks: ["owners", "permission bits"], fails: ["q?", "x:y"], links: true },
];

for (const { kind, lacks, fails, links } of ROWS) {
  // what the file system cannot keep, owners and hard links among it, is not there to be compared
  const kept = {
    owners: !lacks.includes("owners"),
    hardLinks: !lacks.includes("hard links"),
    modes: !lacks.includes("permission bits"),
    links,
  };
  const name = `lockstep mirrors onto ${kind}, says what it cannot keep, and does nothing the second time`;
  await onKind(kind, name, async (at) => {
    plant(`${at}/source`, {
      A: "upper",
      a: "lower",
      d: { f: file("x", 0o640, 1_600_000_001_357), g: "y" },
      l: link("A"),
      "q?": "1",
      "x:y": "1",
      "\u00e9": "nfc",
      "e\u0301": "nfd",
      ["l".repeat(255)]: "1",
    });
    Deno.linkSync(`${at}/source/d/f`, `${at}/source/d/hard-link`);
    const replica = `${at}/mnt/replica`;
    const first = await lockstep([`${at}/source`, replica]);
    assertEquals(first.out.split("The replica cannot hold").length - 1, lacks.length, first.out);
    for (const lack of lacks) assertStringIncludes(first.out, `The replica cannot hold ${lack}`);
    assertEquals(
      [...first.err.matchAll(/Cannot create "([^"]*)"/g)].map(([, path]) => path).sort(),
      fails,
    );
    assertEquals(first.status, fails.length > 0 ? 23 : 0);
    assertEquals(contents(replica, kept), contents(`${at}/source`, kept, fails));
    const second = await lockstep([`${at}/source`, replica]);
    assertStringIncludes(
      second.out + second.err,
      fails.length > 0 ? "nothing was changed" : "nothing to do",
    );
    if (fails.length === 0) assertStringIncludes(second.out, "nothing to do");
    Deno.writeTextFileSync(`${at}/source/d/g`, "another");
    Deno.removeSync(`${at}/source/d/hard-link`);
    Deno.removeSync(`${at}/source/d/f`);
    assertEquals((await lockstep([`${at}/source`, replica])).status, first.status);
    assertEquals(contents(replica, kept), contents(`${at}/source`, kept, fails));
  });
}

// its listings leave out a file that is given another name meanwhile, under both of its names
await onKind(
  "btrfs",
  "btrfs: a file that is replaced again and again while it is listed is never removed",
  async (at) => {
    const [source, replica] = [`${at}/mnt/source`, `${at}/mnt/replica`];
    plant(source, files(600, ""));
    plant(source, { state: "0" });
    const writer = new Deno.Command("perl", {
      cwd: source,
      args: ["-e", 'while (open(F, ">", "new")) { print F rand; close F; rename "new", "state"; }'],
    }).spawn();
    try {
      for (let i = 0; i < 100; i++) {
        const { changes } = await mirror(source, replica);
        assertEquals(changes.filter((change) => change === "remove file state"), []);
      }
    } finally {
      writer.kill("SIGTERM");
      await writer.status;
    }
  },
);

await onKind(
  "exfat",
  "exfat: an edit of the same size is not missed, however soon it comes after a pass",
  async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
    plant(source, { a: "0000" });
    for (const content of ["1111", "2222"]) {
      await mirror(source, replica);
      Deno.writeTextFileSync(`${source}/a`, content);
    }
    await mirror(source, replica);
    assertEquals(Deno.readTextFileSync(`${replica}/a`), "2222");
  },
);

await onKind(
  "exfat",
  "exfat: a pass over a folder whose name collides with another's leaves both alone",
  async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
    plant(source, { Dir: { precious: "1" }, dir: { other: "1" } });
    const scope = { folders: ["dir"], known: { source: 4, replica: 2 } };
    for (const more of [{}, { scope }]) {
      const { report } = await mirror(source, replica, more);
      assertEquals(report.failed, 1);
      assertEquals(namesIn(`${replica}/Dir`), ["precious"]);
    }
  },
);

await onKind(
  "exfat",
  "exfat: a name with characters that it has not is a failure that says so",
  async (at) => {
    plant(`${at}/source`, { "Paris: Tour.JPG": "1", 'Oma "90"': {}, plain: "1" });
    const ran = await lockstep([`${at}/source`, `${at}/mnt/replica`]);
    assertEquals(ran.status, 23);
    assertStringIncludes(ran.err, "may not have characters like :");
    assertEquals(ran.err.match(/may not have characters/g)?.length, 2, ran.err);
    assertEquals(namesIn(`${at}/mnt/replica`), ["plain"]);
  },
);

for (const kind of ["exfat", "ntfs"]) {
  await onKind(kind, `${kind}: letters that become two as capitals are no collision`, async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/mnt/replica`];
    plant(source, { "stra\u00dfe": "1", strasse: "2" });
    assertEquals((await mirror(source, replica)).report.failed, 0);
    Deno.removeSync(`${source}/strasse`);
    assertEquals((await mirror(source, replica)).changes.filter((change) => change.startsWith("remove")), [
      "remove file strasse",
    ]);
  });
}

/** Names with their contents, without what the file system cannot keep: exact times, what fails, and what is not `kept`. */
function contents(
  root: string,
  kept: Kept & { readonly modes: boolean; readonly links: boolean },
  without: readonly string[] = [],
): string[] {
  // holes: each file system has its own idea of what it allocates
  const lines = harvest(root, { ...kept, holes: false }).map((line) =>
    line.replace(
      / (file|folder) (\d+)( \d+:\d+)? -?\d+/,
      (_, kind, mode, owner) => ` ${kind}${kept.modes ? ` ${mode}` : ""}${owner ?? ""}`,
    )
      .replace(/ link( \d+:\d+)? -?\d+/, " link$1")
  );
  return lines
    .filter((line) =>
      !without.some((name) => line.startsWith(`./${name} `)) && (kept.links || !/ link( \S+)? ->/.test(line))
    )
    // names come back in the spelling of the replica
    .map((line) => line.startsWith("./A ") || line.startsWith("./a ") ? line.toLowerCase() : line)
    .sort();
}
