/**
 * Finds out what the file system of a replica can hold, by trying it in a folder of its own that is gone afterwards.
 * The time of the folder around it is put back.
 */
import { type Capabilities, EXACT_STEP } from "../engine/capabilities.ts";
import {
  below,
  type Device,
  type Entry,
  type File,
  type Folder as FolderEntry,
  FURTHEST_MS,
  type Path,
  type Timed,
} from "../engine/entry.ts";
import { ACCESS_LIST, packXattrs, unpackXattrs, type XattrKind } from "../engine/xattrs.ts";
import { SYSTEM, type System } from "../system.ts";
import { Fault, FULL } from "./fault.ts";
import { probeName } from "./temporary.ts";
import type { Name, Replica, Which, WritableFolder } from "./tree.ts";

/** Two times that no step above 1 ns divides: how far off they come back shows the step. */
const TIMES: readonly Required<Timed>[] = [
  { mtime: 1_000_000_001_357, nanos: 913_579 },
  { mtime: 1_500_000_003_789, nanos: 246_813 },
];
/** Steps that file systems have, in ms: 0.0001 NTFS, 0.001 UDF, 10 exFAT, 1000 HFS+ and ext3, 2000 FAT. */
const STEPS = [EXACT_STEP, 0.0001, 0.001, 1, 10, 100, 1000, 2000];
/** Two times that hardly a file system has: one that cuts times off makes the same of both. */
const FAR = [FURTHEST_MS, FURTHEST_MS - 1_234_567_000];
/** About where the times of file systems end: XFS, ext4, FAT and exFAT, 32 bits without and with a sign. */
const LATEST = ["2486-07-01", "2446-05-10", "2107-12-30", "2106-02-07", "2038-01-19"].map(Date.parse);
/** And where they begin: NTFS, 32 bits with and without a sign, FAT and exFAT. */
const EARLIEST = ["1601-01-02", "1901-12-14", "1970-01-01", "1980-01-02"].map(Date.parse);
/** Longest names that file systems have, in bytes: nearly all, and the encrypting eCryptfs. */
const NAMES = [255, 143];

/** Codes of a disk in trouble, which do not say what it can hold. */
const TROUBLE = new Set(["EIO", "ESTALE", "ETIMEDOUT", "ENOTCONN", "EMFILE", "ENFILE", "ENOMEM", "EUCLEAN"]);

const NOTHING: Which = { modes: false, owners: false, xattrs: false, durable: false };

/** An attribute of each kind: an access list that lets root read, and the capability to bind low ports. */
const TRIALS: Readonly<Record<XattrKind, readonly [name: string, value: string]>> = {
  user: ["user.lockstep", "1"],
  acls: [
    ACCESS_LIST,
    "\x02\0\0\0" + "\x01\0\x06\0\xff\xff\xff\xff" + "\x02\0\x04\0\0\0\0\0" + "\x04\0\0\0\xff\xff\xff\xff" +
    "\x10\0\x04\0\xff\xff\xff\xff" + "\x20\0\0\0\xff\xff\xff\xff",
  ],
  security: ["security.capability", "\0\0\0\x02" + "\0\x04\0\0" + "\0".repeat(12)],
  trusted: ["trusted.lockstep", "1"],
};
/** A folder that every Windows has. */
const SOME_FOLDER = "C:\\";
/** The null device. */
const NULL: Device = {
  kind: "device",
  type: "character",
  major: 1,
  minor: 3,
  mtime: 0,
  mode: 0o600,
  uid: 0,
  gid: 0,
  nlink: 1,
  id: null,
};

/**
 * What the file system of a folder of the replica can hold; null where nothing can be tried. `entry` is what it is,
 * `asked` what is mirrored beyond the usual, and `meanwhile` is called when the folder is there in which it is tried.
 * Throws a fault when the disk is in trouble: a call that failed for that must not pass for one that it does not have.
 */
export async function probe(
  replica: Replica,
  path: Path,
  entry: FolderEntry,
  passId: string,
  asked: { readonly devices: boolean },
  meanwhile: (name: Name) => void = () => {},
): Promise<Capabilities | null> {
  const name = probeName(passId);
  try {
    using above = replica.open(path, "create");
    above.createFolder(name, 0o700);
    try {
      meanwhile(name);
      using folder = replica.open(below(path, name), "create");
      return await new Probe(folder, asked.devices).all();
    } finally {
      works(() => above.remove(name));
      works(() => above.settle(entry, NOTHING));
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (TROUBLE.has(error.reason.code) || error.reason.code === "RELATED") throw error;
    return null;
  }
}

/** The attempts, in an empty folder that they leave empty. */
class Probe {
  private readonly made: Name[] = [];
  private doubles = false;

  constructor(
    private readonly folder: WritableFolder,
    private readonly devices: boolean,
    private readonly system: System = SYSTEM,
  ) {}

  async all(): Promise<Capabilities> {
    try {
      this.makeFile("a");
      this.doubles = (await this.folder.names()).includes("._a");
      const step = this.step();
      const cases = !this.isThere("A");
      return {
        modes: this.system.hasModes
          ? [0o640, 0o750].every((mode) => this.holdsMode(mode))
          : [0o444, 0o666].every((mode) => this.holdsMode(mode)),
        owners: this.system.hasOwners && this.canGiveAway(),
        links: this.holdsLinks(),
        junctions: this.system.typesLinks && this.holdsJunctions(),
        devices: !this.devices || this.makesDevice(),
        lackedXattrs: this.folder.xattrKinds.filter((kind) => !this.holdsXattr(...TRIALS[kind])),
        hardLinks: this.holdsHardLinks("a"),
        hardLinksToLinks: this.isThere("link") && this.holdsHardLinks("link"),
        cases,
        recase: cases ? "never" : await this.recase(),
        expands: this.makes("\u00df", (name) => this.makeFile(name)) && this.isThere("SS"),
        forms: !this.isSameInOtherForm(),
        doubles: this.doubles,
        dropped: this.system.hasWindowsNames ? ". " : [".", " "].filter((end) => this.drops(end)).join(""),
        step,
        earliest: this.limit(FAR.map((time) => -time), EARLIEST, step),
        latest: this.limit(FAR, LATEST, step),
        longestName: this.longestName(),
      };
    } finally {
      for (const name of this.made) works(() => this.folder.remove(name));
      // in case that the system does not take it along
      if (this.doubles) { for (const name of this.made) works(() => this.folder.remove(`._${name}`)); }
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

  /** What is at a name; null when nothing is. What cannot be told says nothing of what can be held. */
  private at(name: Name): Entry | null {
    const found = this.folder.look(name);
    if (found?.kind === "unknown") throw new Fault("create", "replica", found.reason);
    return found;
  }

  private isThere(name: Name): boolean {
    return this.at(name) !== null;
  }

  /** The file `a` as it is now. */
  private file(): File {
    const found = this.at("a");
    if (found?.kind === "file") return found;
    throw new Fault("create", "replica", { code: "REPLACED" });
  }

  private set(change: Partial<File>, which: Partial<Which> = {}): void {
    this.folder.setAttributes("a", { ...this.file(), ...change }, { ...NOTHING, ...which });
  }

  private holdsMode(mode: number): boolean {
    return works(() => this.set({ mode }, { modes: true })) && this.file().mode === mode;
  }

  /** A call that says it made one is not believed: Wine's does, and makes nothing. */
  private holdsLinks(): boolean {
    const made = this.makes("link", (name) => this.folder.createLink(name, "a", "file"));
    return made && this.at("link")?.kind === "link";
  }

  private holdsJunctions(): boolean {
    const made = this.makes("junction", (name) => this.folder.createLink(name, SOME_FOLDER, "junction"));
    return made && this.at("junction")?.kind === "link";
  }

  /** Where names are not counted in bytes, no name of a source is too long that its own file system takes. */
  private longestName(): number {
    const longest = NAMES.find((length) => this.makes("n".repeat(length), (name) => this.makeFile(name))) ??
      100;
    const { units, of } = this.system.longestName;
    return of === "bytes" || longest < units ? longest : Infinity;
  }

  private makesDevice(): boolean {
    // a file system of FUSE that knows none may make a file of it, for which the system says EIO
    this.made.push("device");
    try {
      this.folder.createDevice("device", NULL);
    } catch (error) {
      if (!(error instanceof Fault) || FULL.has(error.reason.code)) throw error;
      return false;
    }
    return this.at("device")?.kind === "device";
  }

  private holdsXattr(name: string, value: string): boolean {
    const xattrs = packXattrs(new Map([[name, value]]));
    return works(() => this.set({ xattrs }, { xattrs: true })) &&
      unpackXattrs(this.file().xattrs).get(name) === value;
  }

  private canGiveAway(): boolean {
    const { uid, gid } = this.file();
    return works(() => this.set({ uid: uid + 1, gid: gid + 1 }, { owners: true })) &&
      this.file().uid === uid + 1;
  }

  private holdsHardLinks(of: Name): boolean {
    const made = this.makes(`other ${of}`, (name) => this.folder.createHardLink(name, this.folder, of));
    const found = this.at(of);
    return made && found !== null && "nlink" in found && found.nlink === 2;
  }

  private drops(end: string): boolean {
    const name = `end ${end === " " ? "space" : "dot"}`;
    return this.makes(name + end, (name) => this.makeFile(name)) && this.isThere(name);
  }

  private isSameInOtherForm(): boolean {
    return this.makes("\u00e9", (name) => this.makeFile(name)) && this.isThere("e\u0301");
  }

  /** How the case of a name is changed. */
  private async recase(): Promise<Capabilities["recase"]> {
    const [name, wanted, between] = ["case", "CASE", "between"];
    this.makeFile(name);
    this.made.push(between);
    const has = async () => (await this.folder.names()).includes(wanted);
    const rename = (from: Name, to: Name) => works(() => this.folder.rename(from, this.folder, to));
    if (rename(name, wanted) && await has()) return "once";
    return rename(name, between) && rename(between, wanted) && await has() ? "twice" : "never";
  }

  /** The last time that it has in a direction, or one shortly before that. `known` from the furthest to the nearest. */
  private limit(far: readonly number[], known: readonly number[], step: number): number {
    const [found, other] = far.map((time) => this.timeAfter(time));
    if (found === far[0]) return far[0]!;
    // a count that runs over begins again at the other end
    const isBeyond = found !== null && (far[0]! < 0 ? found! <= known.at(-1)! : found! >= known.at(-1)!);
    if (isBeyond && found === other && this.timeAfter(found!) === found) return found!;
    const holds = (time: number) => Math.abs((this.timeAfter(time) ?? Infinity) - time) < step;
    return known.find(holds) ?? known.at(-1)!;
  }

  /** What becomes of a time, in ms; null when it is not taken. */
  private timeAfter(mtime: number): number | null {
    return works(() => this.set({ mtime, nanos: 0 })) ? this.file().mtime : null;
  }

  private step(): number {
    // an edge that counts in ms can tell no finer step
    let finest = 1;
    const errors = TIMES.map((time) => {
      this.set(time);
      const { mtime, nanos } = this.file();
      if (nanos !== undefined) finest = EXACT_STEP;
      return Math.abs(mtime - time.mtime + ((nanos ?? time.nanos) - time.nanos) / 1e6);
    });
    const fits = (step: number) => step >= finest && errors.every((error) => error < step);
    return STEPS.find(fits) ?? STEPS.at(-1)!;
  }
}

/** Whether the disk allows something. Throws a fault when a full disk or one in trouble leaves that open. */
function works(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { reason } = error;
    const code = reason.code === "XATTRS" ? reason.detail ?? "" : reason.code;
    if (TROUBLE.has(code) || FULL.has(code)) throw error;
    return false;
  }
}
