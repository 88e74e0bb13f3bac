/** All that is remembered of a replica, in memory: little more than the texts of the state file. */
import type { Edit, Memory } from "../engine/edits.ts";
import { type Moved, movedTo } from "../engine/moved_to.ts";
import { EDITED, GONE, intended, type Remembered, row, rowsOf, withNote } from "../engine/remembered.ts";
import { nameOf, parent, type Path } from "../engine/entry.ts";
import type { Steps } from "../engine/steps.ts";
import { inPauses, pauses } from "./pauses.ts";

/** The longest text of one line, in characters, and so of one step. */
const LONGEST = 1 << 15;

/** Rows that are added one after another: those of one folder that come together are one. */
export interface Rows {
  set(folder: Path, name: string, note: string): void;
  add(...rows: Remembered[]): void;
  take(): Remembered[];
}

export function newRows(): Rows {
  const rows: Remembered[] = [];
  let [folder, parts, length] = ["", [] as string[], 0];
  function flush(): void {
    if (parts.length > 0) rows.push({ folder, text: parts.join("") });
    [parts, length] = [[], 0];
  }
  return {
    set(of, name, note) {
      if (of !== folder || length > LONGEST) flush();
      folder = of;
      const one = row(name, note);
      parts.push(one);
      length += one.length;
    },
    add(...more) {
      for (const one of more) rows.push(one);
    },
    take() {
      flush();
      return rows;
    },
  };
}

/** All that is remembered: by folder, the texts in the order in which they came. */
export interface Table {
  add(row: Remembered): void;
  clear(): void;
  recall: Memory["recall"];
  /** What of a listing is not remembered so, and edits of which nothing is. */
  differing(
    listing: readonly Remembered[],
    edits: ReadonlyMap<Path, Edit>,
  ): Steps<Remembered[]>;
  /** What is remembered of what lies in moved folders, where it is by then; once it is `made`, it is gone where it was. */
  moved(moved: Moved, how: "intended" | "made"): Steps<Remembered[]>;
  /** All of it, with one note for each name that is there. */
  compacted(): AsyncGenerator<Remembered>;
}

export function tableOf(): Table {
  const texts = new Map<Path, string[]>();
  function add({ folder, text }: Remembered): void {
    const known = texts.get(folder);
    if (known) known.push(text);
    else texts.set(folder, [text]);
  }
  /** The notes of the names in a folder that are asked for; all when left out. */
  function* notesIn(folder: Path, wanted?: (name: string) => boolean): Steps<Map<string, readonly string[]>> {
    const notes = new Map<string, readonly string[]>();
    for (const text of texts.get(folder) ?? []) {
      for (const [name, note] of rowsOf(text)) {
        if (wanted && !wanted(name)) continue;
        notes.set(name, withNote(notes.get(name) ?? [], note));
      }
      yield;
    }
    return notes;
  }

  return {
    add,
    clear: () => texts.clear(),
    *recall(paths, folded) {
      const found = new Map<Path, readonly string[]>();
      const asked = new Map<Path, Map<string, Path>>();
      const key = folded ? fold : (path: string) => path;
      for (const path of paths) {
        const folder = key(parent(path));
        if (!asked.has(folder)) asked.set(folder, new Map());
        asked.get(folder)!.set(key(nameOf(path)), path);
        if (asked.size % 512 === 0) yield;
      }
      const folders = folded ? texts.keys() : asked.keys();
      for (const folder of folders) {
        const names = asked.get(key(folder));
        if (names === undefined) continue;
        for (const [name, notes] of yield* notesIn(folder, (name) => names.has(key(name)))) {
          const path = names.get(key(name))!;
          found.set(path, [...found.get(path) ?? [], ...notes]);
        }
      }
      return found;
    },
    *differing(listing, edits) {
      const rows = newRows();
      const byFolder = new Map<Path, string[]>();
      for (const { folder, text } of listing) {
        const texts = byFolder.get(folder);
        if (texts) texts.push(text);
        else byFolder.set(folder, [text]);
      }
      for (const [folder, listed] of byFolder) {
        const known = yield* notesIn(folder);
        for (const text of listed) {
          for (const [name, note] of rowsOf(text)) {
            const notes = known.get(name) ?? [];
            const edit = edits.get(folder === "" ? name : `${folder}/${name}`);
            if (edit === "edited" && notes.length === 0) rows.set(folder, name, EDITED);
            else if (edit === undefined && (notes.length !== 1 || notes[0] !== note)) {
              rows.set(folder, name, note);
            }
          }
          yield;
        }
      }
      return rows.take();
    },
    *moved(moved, how) {
      const there: Remembered[] = [];
      const gone: Remembered[] = [];
      for (const folder of texts.keys()) {
        const to = movedTo(folder, moved);
        yield;
        if (to === null) continue;
        const notes = yield* notesIn(folder);
        const rows = [...notes].flatMap(([name, known]) =>
          known.map((note, i) => row(name, how === "made" && i === 0 ? note : intended(note)))
        );
        there.push({ folder: to, text: rows.join("") });
        const names = [...notes.keys()].map((name) => row(name, GONE));
        if (how === "made") gone.push({ folder, text: names.join("") });
      }
      // a folder may have taken the place of another one that was moved
      return [...gone, ...there];
    },
    async *compacted() {
      const pause = pauses();
      for (const folder of [...texts.keys()]) {
        const notes = await inPauses(notesIn(folder), pause);
        const compact: string[] = [];
        let text = "";
        for (const [name, known] of notes) {
          for (const [i, note] of known.entries()) text += row(name, i === 0 ? note : intended(note));
          if (text.length < LONGEST) continue;
          compact.push(text);
          text = "";
          await pause();
        }
        if (text !== "") compact.push(text);
        if (compact.length > 0) texts.set(folder, compact);
        else texts.delete(folder);
        for (const text of compact) yield { folder, text };
        await pause();
      }
    },
  };
}

/** Gives names that a replica may take for one the same key. */
function fold(path: string): string {
  return path.normalize("NFC").toUpperCase();
}
