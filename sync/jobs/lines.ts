/**
 * Reads the file of a split, which may have thousands of jobs with long paths, line by line: the parser does not let others
 * in between, and takes a second for the longest. Pure.
 */
import { START } from "./split.ts";
import { isFault, type Json, type Member, readJson } from "./text.ts";

/** What stands before the jobs of a split, and after them. */
const [BEFORE, AFTER] = ['\n  "jobs": {\n', "\n  }"];
/** Characters that are read in a step. */
const STEP = 1 << 16;

/** What `readJson` reads of the text, in steps; null where the lines are not those of a split, or something is wrong. */
export function* readLines(text: string): Generator<void, Json | null> {
  if (!text.startsWith(START)) return null;
  const begin = text.indexOf(BEFORE) + BEFORE.length;
  const end = text.indexOf(AFTER, begin);
  if (begin < BEFORE.length || end < 0) return null;
  const rest = readJson(text.slice(0, begin) + text.slice(end));
  if (rest === null || isFault(rest) || rest.kind !== "object") return null;
  const last = rest.members.at(-1);
  if (last?.name !== "jobs" || last.value.kind !== "object") return null;
  const jobs: Member[] = [];
  let done = begin;
  for (let at = begin; at < end;) {
    const next = text.indexOf("\n", at);
    const member = memberIn(text.slice(at, next), at, next === end);
    if (member === null) return null;
    jobs.push(member);
    at = next + 1;
    if (at - done < STEP) continue;
    done = at;
    yield;
  }
  return {
    ...rest,
    members: [...rest.members.slice(0, -1), { ...last, value: { ...last.value, members: jobs } }],
  };
}

/** The one member in a line that begins at an index of the text; null when there is another number of them. */
function memberIn(line: string, at: number, isLast: boolean): Member | null {
  // without a comma at its end what follows would be wrong
  const read = readJson(isLast ? `{${line}\n}` : `{${line}\n"":0}`);
  if (read === null || isFault(read) || read.kind !== "object") return null;
  const [member] = read.members;
  return member !== undefined && read.members.length === (isLast ? 1 : 2) ? moved(member, at - 1) : null;
}

/** The same, further on in a text. */
function moved({ name, at, value }: Member, by: number): Member {
  return { name, at: at + by, value: movedValue(value, by) };
}

function movedValue(json: Json, by: number): Json {
  const at = json.at + by;
  switch (json.kind) {
    case "object":
      return { ...json, at, members: json.members.map((member) => moved(member, by)) };
    case "array":
      return { ...json, at, items: json.items.map((item) => movedValue(item, by)) };
    default:
      return { ...json, at };
  }
}
