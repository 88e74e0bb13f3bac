/** The words of the command `fleet`, by rows. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../sync/build.ts";
import { parseFleet } from "../../sync/cli/fleet.ts";
import { IS_WINDOWS } from "../support/tree.ts";

const DEFAULTS = {
  kind: "show",
  config: "lockstep.jsonc",
  atOnce: null,
  cpus: 2,
  lines: true,
  nice: null,
  time: null,
  claims: [],
  image: `lockstep:${VERSION}`,
};

Deno.test("parseFleet() reads which engine is to be told, and how", () => {
  for (
    const [words, asked] of [
      [["--engine", "slurm"], { engine: "slurm" }],
      [["-e", "parallel", "-c", "a b.jsonc", "--at-once=4"], {
        engine: "parallel",
        config: "a b.jsonc",
        atOnce: 4,
      }],
      [["--engine=slurm", "--cpus=64", "--time=04:00:00"], { engine: "slurm", cpus: 64, time: "04:00:00" }],
      [["--engine=slurm", "--lines=none", "--nice=19"], { engine: "slurm", lines: false, nice: 19 }],
      [["--engine=slurm", "--lines", "all"], { engine: "slurm" }],
      [["--engine=slurm", "--time", "1-12"], { engine: "slurm", time: "1-12" }],
      [["--engine=slurm", "--time", "1-12:30:00"], { engine: "slurm", time: "1-12:30:00" }],
      [["--engine=kubernetes", "--image=r.example:5000/l:1"], {
        engine: "kubernetes",
        image: "r.example:5000/l:1",
      }],
    ] as const
  ) {
    assertEquals<unknown>(parseFleet(["show", ...words]), { ...DEFAULTS, ...asked });
    assertEquals<unknown>(parseFleet([...words, "show"]), { ...DEFAULTS, ...asked });
  }
});

Deno.test({
  name: "parseFleet() reads claims of volumes, in their order, with whole paths",
  ignore: IS_WINDOWS,
  fn: () => {
    const words = [
      "show",
      "-e",
      "kubernetes",
      "--claim=a.b-1=/data/x=y/",
      "--claim",
      "a.b-1=/",
      "--claim=c=/a/../b",
    ];
    const asked = parseFleet(words);
    assertEquals(asked.kind === "show" && asked.claims, [
      { name: "a.b-1", path: "/data/x=y" },
      { name: "a.b-1", path: "/" },
      { name: "c", path: "/b" },
    ]);
  },
});

/** Words, and what is said of them. */
const WRONG: readonly (readonly [words: string, said: string])[] = [
  ["", "Give show"],
  ["shwo --engine slurm", '"fleet" takes show, not "shwo": did you mean show?'],
  ["submit", '"fleet" takes show, not "submit"'],
  ["show", "Give slurm, kubernetes, parallel by --engine"],
  ["show --engine", "--engine needs a value"],
  ["show --engine pbs", '--engine takes slurm, kubernetes, parallel, not "pbs"'],
  ["show -e slurm -e slurm", "--engine is given twice: leave one out"],
  ["show -e slurm jobs.jsonc", '"fleet show" takes no more words, as "jobs.jsonc"'],
  ["show -e slurm --at-onc 3", 'There is no option "--at-onc" of fleet show: did you mean --at-once?'],
  ["show -e slurm --at-once 0", '--at-once takes a whole number from 1 on, not "0"'],
  ["show -e slurm --cpus 65", '--cpus takes a whole number from 1 to 64, not "65"'],
  ["show -e slurm --lines some", '--lines takes all or none, not "some"'],
  ["show -e slurm --lines", "--lines needs a value"],
  ["show -e slurm --nice 20", '--nice takes a whole number from 1 to 19, not "20"'],
  ["show -e slurm --time 4h", '--time takes a time as 04:00:00, or with days as 1-12:00:00, not "4h"'],
  ["show -e slurm --time 1:00:00;id", "--time takes a time"],
  ["show -e slurm --claim a=/a", "--claim goes with kubernetes, not slurm"],
  ["show -e parallel --image a", "--image goes with kubernetes, not parallel"],
  ["show -e kubernetes --time 1:00:00", "--time goes with slurm, not kubernetes"],
  ["show -e kubernetes --claim data", '--claim takes a name and a whole path, as data=/data, not "data"'],
  ["show -e kubernetes --claim data=x", '--claim takes a name and a whole path, as data=/data, not "data=x"'],
  ["show -e kubernetes --claim Data=/x", '"Data" is no name of a claim'],
  ["show -e kubernetes --claim =/x", '"" is no name of a claim'],
];

Deno.test("parseFleet() says in one line what is wrong, and how it is written", () => {
  for (const [typed, said] of WRONG) {
    const asked = parseFleet(typed.split(" ").filter((word) => word !== ""));
    assertEquals([typed, asked.kind], [typed, "usage"]);
    if (asked.kind !== "usage") continue;
    assertStringIncludes(asked.text, said);
    assertStringIncludes(asked.text, "; lockstep fleet show --engine slurm|kubernetes|parallel");
    assertEquals(asked.text.includes("\n"), false);
  }
});

Deno.test("lockstep fleet --help fits 80 columns", () => {
  for (const words of [["--help"], ["help"], ["show", "-h"]]) {
    const asked = parseFleet(words);
    assertEquals(asked.kind, "help");
    if (asked.kind === "help") assertEquals(asked.text.split("\n").filter((line) => line.length > 80), []);
  }
});
