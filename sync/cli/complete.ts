/**
 * What may stand at the end of a command line, for a shell that completes it. The shells know nothing of our words: they ask
 * this of the program, so one rule serves all of them and is never older than the program. Pure.
 */
import { COMMAND_TABLE, type Given, MIRROR, optionsOf, type Own, type Word } from "./command_table.ts";

/** A word that may stand there. */
export interface Offer {
  readonly word: string;
  /** A few words on it; "" for none. */
  readonly help: string;
}

export interface Completion {
  readonly offers: readonly Offer[];
  /** Which names of the disk fit besides: the shell knows best how to complete those. */
  readonly names: "none" | "files" | "folders";
}

/** What stands before the word that is completed. */
interface Read {
  readonly given: Given;
  /** Of a command whose verb is still to come. */
  readonly verbs: readonly Given[];
  /** The names of the options. */
  readonly seen: ReadonlySet<string>;
  /** How many words belong to no option, beside the command's own. */
  readonly plain: number;
  /** The option whose value comes next. */
  readonly pending: Own | null;
  /** Whether options have come to their end, by "--". */
  readonly isOver: boolean;
}

const NOTHING: Completion = { offers: [], names: "none" };

/**
 * What the last of the words may become; it is "" where a new one begins. `words` are those behind the program's name.
 */
export function complete(words: readonly string[]): Completion {
  const last = words.at(-1) ?? "";
  const { given, verbs, seen, plain, pending, isOver } = read(words.slice(0, -1));
  const options = optionsOf(given);
  if (pending !== null && !last.startsWith("-")) return valueOf(pending, last, "");
  const [, name, value] = /^--([^=]+)=(.*)$/s.exec(last) ?? [];
  if (!isOver && name !== undefined) {
    const option = options.find((one) => one.name === name && one.value !== undefined);
    return option === undefined ? NOTHING : valueOf(option, value!, `--${name}=`);
  }
  if (!isOver && last.startsWith("-")) {
    const fresh = options.filter(({ name, many }) => many || !seen.has(name));
    return { ...NOTHING, offers: beginningWith(last, fresh.map((one) => offer(`--${one.name}`, one.help))) };
  }
  if (verbs.length > 0) {
    return { ...NOTHING, offers: beginningWith(last, verbs.map(({ name, help }) => offer(name, help))) };
  }
  const word = given.words[plain] ?? given.words.filter(({ many }) => many).at(-1);
  const first = words.length === 1 ? COMMAND_TABLE.map(({ name, help }) => offer(name, help)) : [];
  if (given.name === "help") return { ...NOTHING, offers: plain > 0 ? [] : helped(last) };
  if (word === undefined) return { ...NOTHING, offers: beginningWith(last, first) };
  return { ...placeOf(word), offers: beginningWith(last, [...first, ...choices(word)]) };
}

function read(words: readonly string[]): Read {
  const command = COMMAND_TABLE.find(({ name }) => name === words[0]);
  const verb = command?.verbs?.find(({ name }) => name === words[1]);
  const given = verb ?? command ?? MIRROR;
  const options = optionsOf(given);
  const seen = new Set<string>();
  let plain = 0;
  for (let i = verb ? 2 : command ? 1 : 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") {
      return { given, verbs: [], seen, plain: plain + words.length - i - 1, pending: null, isOver: true };
    }
    if (!/^-./.test(word)) {
      plain++;
      continue;
    }
    const found = named(word, options);
    for (const { name } of found) seen.add(name);
    const option = found.at(-1);
    if (option?.value === undefined || word.includes("=")) continue;
    const next = words[i + 1];
    if (next === undefined) return { given, verbs: [], seen, plain, pending: option, isOver: false };
    if (!next.startsWith("-")) i++;
  }
  const verbs = verb === undefined && plain === 0 ? command?.verbs ?? [] : [];
  return { given, verbs, seen, plain, pending: null, isOver: false };
}

/** The options that a word names: one by its name, or several by their letters. */
function named(word: string, options: readonly Own[]): Own[] {
  const [, name] = /^--([^=]+)/.exec(word) ?? [];
  if (name !== undefined) return options.filter((one) => one.name === name);
  return [...word.slice(1)].flatMap((letter) => options.filter((one) => one.letter === letter));
}

function valueOf({ value, oneOf }: Own, begun: string, front: string): Completion {
  const offers = (oneOf ?? []).map((one) => offer(front + one, ""));
  const names = value === "file" ? "files" : value === "folder" ? "folders" : "none";
  return { offers: beginningWith(front + begun, offers), names };
}

/** Which names fit where a word stands. */
function placeOf({ is }: Word): Omit<Completion, "offers"> {
  const names = is === "file" ? "files" : is === "folder" ? "folders" : "none";
  return { names };
}

function choices({ oneOf = [] }: Word): Offer[] {
  return oneOf.map((word) => offer(word, ""));
}

function helped(begun: string): Offer[] {
  return beginningWith(begun, COMMAND_TABLE.map(({ name, help }) => offer(name, help)));
}

function beginningWith(begun: string, offers: readonly Offer[]): Offer[] {
  return offers.filter(({ word }) => word.startsWith(begun));
}

function offer(word: string, help: string): Offer {
  return { word, help };
}
