/**
 * A strict reader of Prometheus' text format, by its specification and independent of what writes it: what it takes, any
 * reader takes. Stricter than that: every series has HELP and TYPE above it, all of one metric stand together, none twice.
 */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

/** Read a whole text; throws for the first thing that is wrong. */
export function readExposition(text: string): Family[] {
  if (!text.endsWith("\n")) throw new Error("The last line has no end");
  const families: Family[] = [];
  const seen = new Set<string>();
  let help: { name: string; text: string } | null = null;
  for (const line of text.slice(0, -1).split("\n")) {
    const fail = (what: string): never => {
      throw new Error(`${what}: ${JSON.stringify(line)}`);
    };
    const [, word, name = "", rest = ""] = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line) ?? [];
    if (word === "HELP") {
      if (families.some((one) => one.name === name)) fail("Told twice");
      if (/\\(?![\\n])/.test(rest)) fail("Not an escape");
      help = { name, text: rest };
    } else if (word === "TYPE") {
      if (help?.name !== name) fail("TYPE without HELP");
      if (!["counter", "gauge", "histogram"].includes(rest)) fail("No type");
      families.push({ name, type: rest, help: help!.text, samples: [] });
      help = null;
    } else if (line.startsWith("#")) {
      if (/^#\s*(HELP|TYPE)/.test(line)) fail("Not as it should be");
    } else {
      const sample = sampleOf(line, fail);
      const family = families.at(-1);
      const suffix = family && sample.name.startsWith(family.name)
        ? sample.name.slice(family.name.length)
        : null;
      const suffixes = family?.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      if (suffix === null || !suffixes.includes(suffix)) fail("Under another metric");
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
      if (seen.has(key)) fail("Twice");
      seen.add(key);
      family!.samples.push(sample);
    }
  }
  for (const family of families) {
    if (family.samples.length === 0) throw new Error(`${family.name} has no samples`);
    if (family.type === "histogram") checkHistogram(family);
    if ((family.type === "counter") !== family.name.endsWith("_total")) throw new Error(family.name);
  }
  return families;
}

function sampleOf(line: string, fail: (what: string) => never): Sample {
  const [whole, name = ""] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)/.exec(line) ?? fail("No name");
  const labels: Record<string, string> = {};
  let at = whole!.length;
  if (line[at] === "{") {
    at++;
    while (line[at] !== "}") {
      const [begun, label = ""] = /^([a-zA-Z_][a-zA-Z0-9_]*)="/.exec(line.slice(at)) ?? fail("No label");
      if (label in labels || label.startsWith("__")) fail("A label twice, or reserved");
      at += begun!.length;
      let value = "";
      for (; line[at] !== '"'; at++) {
        if (at >= line.length) fail("A label without an end");
        if (line[at] !== "\\") value += line[at];
        else value += { "\\": "\\", '"': '"', n: "\n" }[line[++at]!] ?? fail("Not an escape");
      }
      labels[label] = value;
      at++;
      if (line[at] === ",") at++;
      else if (line[at] !== "}") fail("No comma");
    }
    at++;
  }
  const [, number = ""] = /^ (\S+)$/.exec(line.slice(at)) ?? fail("No value");
  if (!/^(-?\d+(\.\d+)?(e[+-]?\d+)?|\+Inf|NaN)$/.test(number)) fail("No number");
  return { name, labels, value: Number(number) };
}

/** Buckets grow, the last is +Inf and has the count. */
function checkHistogram({ name, samples }: Family): void {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { le: _, ...rest } = sample.labels;
    const key = JSON.stringify(rest);
    groups.set(key, [...groups.get(key) ?? [], sample]);
  }
  for (const [key, group] of groups) {
    const buckets = group.filter((one) => one.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number(labels.le!.replace("+Inf", "Infinity")));
    const counts = buckets.map(({ value }) => value);
    const count = group.filter((one) => one.name === `${name}_count`);
    const sum = group.filter((one) => one.name === `${name}_sum`);
    const grow = (numbers: number[], most: number) =>
      numbers.every((one, i) => i === 0 || one - numbers[i - 1]! >= most);
    if (
      !grow(bounds, 0.001) || bounds.at(-1) !== Infinity || !grow(counts, 0) || count.length !== 1 ||
      sum.length !== 1 || counts.at(-1) !== count[0]!.value
    ) throw new Error(`${name} ${key} is no histogram`);
  }
}
