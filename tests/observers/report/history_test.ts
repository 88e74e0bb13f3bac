/** The file behind a page: what was written is read again, and what is not ours is neither believed nor lost. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readHistory, type Records, writeHistory } from "../../../sync/observers/report/history.ts";
import { inFolder } from "../../support/tree.ts";
import { nightly } from "./samples.ts";

const NOW = new Date(2026, 10, 22, 8).getTime();
const NAMES = ["photos", 'a "b"\n\u2028</style>', "not UTF-8 \udc80\udcff"];

function records(): Records {
  return new Map(
    NAMES.map((name, i) => [
      name,
      nightly(NOW, { outcomes: (ago) => ago % 7 === i ? "failed" : "ok", problems: [name] }),
    ]),
  );
}

async function read(path: string): Promise<Records> {
  const found = await readHistory(path);
  if (typeof found === "string") throw new Error(found);
  return found;
}

Deno.test("a history is read as it was written, whatever the names in it", () =>
  inFolder(async (at) => {
    await writeHistory(`${at}/h`, records());
    assertEquals(await read(`${at}/h`), records());
    // written again and again it does not grow
    const { size } = Deno.statSync(`${at}/h`);
    await writeHistory(`${at}/h`, await read(`${at}/h`));
    assertEquals(Deno.statSync(`${at}/h`).size, size);
    assertEquals(await read(`${at}/missing`), new Map());
  }));

Deno.test("a line of a history that is broken, cut off or not ours costs that line alone", () =>
  inFolder(async (at) => {
    await writeHistory(`${at}/h`, records());
    const lines = Deno.readTextFileSync(`${at}/h`).trimEnd().split("\n");
    const day = lines.findIndex((line) => line.includes('"day":{'));
    const foreign = [
      "",
      "{",
      "null",
      "[]",
      '{"job":7,"day":{}}',
      '{"job":"photos","day":{"day":"2026-99-99","ok":1}}',
      '{"job":"photos","pass":{"began":1e300,"ms":1,"outcome":"ok","changes":0,"bytes":0}}',
      '{"job":"photos","pass":{"began":1,"ms":1,"outcome":"fine","changes":0,"bytes":0}}',
      '{"job":"photos","state":{"outcome":"ok"}}',
      '{"job":"photos","changed":{"folders":[{}]}}',
      '{"job":"photos","large":{"path":5}}',
      '{"job":"__proto__","day":null}',
    ];
    const broken = [
      ...lines.slice(0, day),
      lines[day]!.slice(0, 40),
      ...foreign,
      ...lines.slice(day + 1),
      '{"job":"pho',
    ];
    Deno.writeTextFileSync(`${at}/h`, broken.join("\n"));
    const expected = records();
    expected.get("photos")!.days.shift();
    const found = await read(`${at}/h`);
    found.delete("__proto__");
    assertEquals(found, expected);
  }));

Deno.test("a history of another version, or that cannot be read, is said in one line and not used", () =>
  inFolder(async (at) => {
    Deno.writeTextFileSync(`${at}/h`, '{"lockstep":"report-history","version":2}\n');
    const text = await readHistory(`${at}/h`);
    assert(typeof text === "string");
    assertStringIncludes(text, "another version");
    Deno.mkdirSync(`${at}/folder`);
    const other = await readHistory(`${at}/folder`);
    assert(typeof other === "string");
    assertStringIncludes(other, "Cannot read the history");
  }));

Deno.test("of jobs that are no more, a hundred are remembered: those seen last", () =>
  inFolder(async (at) => {
    const all: Records = new Map();
    for (let i = 0; i < 150; i++) {
      all.set(`job ${i}`, nightly(NOW, { outcomes: (ago) => ago === i % 90 ? "ok" : null }));
    }
    await writeHistory(`${at}/h`, all);
    const found = await read(`${at}/h`);
    assertEquals(found.size, 100);
    for (const i of [0, 1, 90, 91, 40]) assert(found.has(`job ${i}`), `${i}`);
    assertEquals([89, 88, 80].filter((i) => found.has(`job ${i}`)), []);
  }));
