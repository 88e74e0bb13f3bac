/**
 * Finds out what the file system of a replica can hold, by trying it in a temporary folder. The folder is removed
 * afterwards, and the replica's own time is put back.
 */
import type { Capabilities } from "../engine/capabilities.ts";
import type { File, Folder as FolderEntry } from "../engine/entry.ts";
import { Fault, FULL } from "./fault.ts";
import { probeName } from "./temporary.ts";
import type { Name, Replica, Which, WritableFolder } from "./tree.ts";

/** Two times, in ms since 1970, that no step above 1 ms divides: how far off they come back shows the step. */
const TIMES = [1_000_000_001_357, 1_500_000_003_789];
/** Steps that file systems have, in ms: 1 is exact, 10 exFAT, 1000 HFS+ and ext3, 2000 FAT. */
const STEPS = [1, 10, 100, 1000, 2000];
/** The longest names that file systems have, in bytes: 255 nearly all, 143 the encrypting eCryptfs. */
const NAMES = [255, 143];

/** Codes of a disk in trouble, which do not say what it can hold. */
const TROUBLE = new Set(["EIO", "ESTALE", "ETIMEDOUT", "ENOTCONN", "EMFILE", "ENFILE", "ENOMEM", "EUCLEAN"]);

const NOTHING: Which = { modes: false, owners: false, durable: false };

/**
 * What the file system of the replica can hold; null when nothing can be tried. `root` is the replica's own folder.
 * Throws a fault when the disk is in trouble: a call that fails because of that does not show that a capability is
 * missing.
 */
export function probe(replica: Replica, root: FolderEntry, passId: string): Capabilities | null {
  const name = probeName(passId);
  try {
    using above = replica.open("", "create");
    above.createFolder(name, 0o700);
    try {
      using folder = replica.open(name, "create");
      return new Probe(folder).all();
    } finally {
      works(() => above.remove(name));
      works(() => above.settle(root, NOTHING));
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (TROUBLE.has(error.reason.code)) throw error;
    return null;
  }
}

/** The attempts, in an empty folder that they leave empty. */
class Probe {
  private readonly made: Name[] = [];

  constructor(private readonly folder: WritableFolder) {}

  all(): Capabilities {
    try {
      this.makeFile("a");
      return {
        modes: [0o640, 0o750].every((mode) => this.holdsMode(mode)),
        owners: this.canGiveAway(),
        links: this.makes("link", (name) => this.folder.createLink(name, "a")),
        hardLinks: this.holdsHardLinks(),
        cases: !this.isThere("A"),
        expands: this.makes("\u00df", (name) => this.makeFile(name)) && this.isThere("SS"),
        forms: !this.isSameInOtherForm(),
        step: this.step(),
        longestName: NAMES.find((length) => this.makes("n".repeat(length), (name) => this.makeFile(name))) ??
          100,
      };
    } finally {
      for (const name of this.made) works(() => this.folder.remove(name));
    }
  }

  private makeFile(name: Name): void {
    this.folder.createFile(name, 0o600)[Symbol.dispose]();
    this.made.push(name);
  }

  private makes(name: Name, make: (name: Name) => void): boolean {
    if (!works(() => make(name))) return false;
    this.made.push(name);
    return true;
  }

  private isThere(name: Name): boolean {
    const found = this.folder.look(name);
    if (found?.kind === "unknown") throw new Fault("create", "replica", found.reason);
    return found !== null;
  }

  /** The file `a` as it is now. */
  private file(): File {
    const found = this.folder.look("a");
    if (found?.kind === "file") return found;
    throw new Fault("create", "replica", found?.kind === "unknown" ? found.reason : { code: "REPLACED" });
  }

  private set(change: Partial<File>, which: Partial<Which> = {}): void {
    this.folder.setAttributes("a", { ...this.file(), ...change }, { ...NOTHING, ...which });
  }

  private holdsMode(mode: number): boolean {
    return works(() => this.set({ mode }, { modes: true })) && this.file().mode === mode;
  }

  private canGiveAway(): boolean {
    const { uid, gid } = this.file();
    return works(() => this.set({ uid: uid + 1, gid: gid + 1 }, { owners: true })) &&
      this.file().uid === uid + 1;
  }

  private holdsHardLinks(): boolean {
    const made = this.makes("other", (name) => this.folder.createHardLink(name, this.folder, "a"));
    return made && this.file().nlink === 2;
  }

  private isSameInOtherForm(): boolean {
    return this.makes("\u00e9", (name) => this.makeFile(name)) && this.isThere("e\u0301");
  }

  private step(): number {
    const errors = TIMES.map((mtime) => {
      this.set({ mtime });
      return Math.abs(this.file().mtime - mtime);
    });
    return STEPS.find((step) => errors.every((error) => error < step)) ?? STEPS.at(-1)!;
  }
}

/** Whether the disk allows something. Throws a fault when a full disk or one in trouble leaves that open. */
function works(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code } = error.reason;
    if (TROUBLE.has(code) || FULL.has(code)) throw error;
    return false;
  }
}
