/**
 * Landlock: a thread gives up all of the file system but some folders, for good, and the kernel holds it to that, by
 * whatever link or path it comes. See landlock(7) and linux/landlock.h, where the numbers are from.
 *
 * It covers opening, making, renaming and removing. It does not cover what is told and set by path: `stat`, `readlink`,
 * `chmod`, `chown`, `utime` and extended attributes.
 */
import { libc } from "../../libc.ts";

/** A folder that is still to be reached, if it is the one that it was. */
export interface Opening {
  /** Absolute, links resolved. */
  readonly path: string;
  readonly device: number;
  /** As `Identity` has it. */
  readonly inode: number | string | null;
  readonly access: "read" | "write";
}

const FUNCTIONS = {
  prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  createRuleset: { name: "syscall", parameters: ["i64", "buffer", "u64", "u64"], result: "i64" },
  addRule: { name: "syscall", parameters: ["i64", "i64", "i64", "buffer", "u64"], result: "i64" },
  restrictSelf: { name: "syscall", parameters: ["i64", "i64", "u64"], result: "i64" },
  statx: { name: "syscall", parameters: ["i64", "i64", "buffer", "i64", "u64", "buffer"], result: "i64" },
} as const;
type Calls = Deno.DynamicLibrary<typeof FUNCTIONS>["symbols"];

/** Numbers of system calls; those of Landlock are the same on all processors. */
const CREATE_RULESET = 444n;
const ADD_RULE = 445n;
const RESTRICT_SELF = 446n;
const STATX = Deno.build.arch === "aarch64" ? 291n : 332n;

const PR_SET_NO_NEW_PRIVS = 38;
const RULE_PATH_BENEATH = 1n;
const O_PATH_FOLDER = 0o10000000 | 0o200000 | 0o400000 | 0o2000000; // O_PATH, O_DIRECTORY, O_NOFOLLOW, O_CLOEXEC
const AT_EMPTY_PATH = 0x1000n;

const READ_FILE = 1n << 2n;
const READ_DIR = 1n << 3n;
const READ = READ_FILE | READ_DIR;
/** All but running programs, and making sockets and devices; IOCTL_DEV (bit 15) is for devices, too. */
const WRITE = READ |
  1n << 1n | // WRITE_FILE
  1n << 4n | // REMOVE_DIR
  1n << 5n | // REMOVE_FILE
  1n << 7n | // MAKE_DIR
  1n << 6n | // MAKE_CHAR
  1n << 8n | // MAKE_REG
  1n << 10n | // MAKE_FIFO
  1n << 11n | // MAKE_BLOCK
  1n << 12n | // MAKE_SYM
  1n << 13n | // REFER: links and renames from folder to folder
  1n << 14n; // TRUNCATE

/** The oldest version that lets a file be linked or moved to another folder at all: Linux 5.19. */
const OLDEST = 2;

/** What each version handles: bits of `handled_access_fs`, `handled_access_net` and `scoped`. */
function handled(version: number): BigUint64Array<ArrayBuffer> {
  const bits = version >= 5 ? 16n : version >= 3 ? 15n : 14n;
  const network = version >= 4 ? 0b11n : 0n; // TCP: to bind, to connect
  const scopes = version >= 6 ? 0b1n : 0n; // abstract sockets; not signals: they are between our threads, too
  return BigUint64Array.of((1n << bits) - 1n, network, scopes);
}

let calls: Calls | null | undefined;

function loaded(): Calls | null {
  return calls ??= calls === undefined ? libc(FUNCTIONS) : null;
}

/** The version of Landlock that the kernel has; 0 when it has none or it is turned off, null without FFI. */
export function landlockVersion(): number | null {
  const system = loaded();
  if (system === null) return null;
  return Math.max(Number(system.createRuleset(CREATE_RULESET, null, 0n, 1n)), 0);
}

/** Whether a version of Landlock is there and can do what a mirror needs. */
export function isEnough(version: number | null): version is number {
  return version !== null && version >= OLDEST;
}

/**
 * Leave this thread, and those that it starts from now on, nothing but some folders. A folder that is not there, or not
 * the same, is left out. Throws when the system refuses: the thread is not restricted then.
 */
export function restrict(openings: readonly Opening[]): void {
  const version = landlockVersion();
  const system = loaded();
  if (system === null || !isEnough(version)) throw new Error("There is no Landlock here");
  const all = handled(version);
  const ruleset = Number(system.createRuleset(CREATE_RULESET, all, BigInt(all.byteLength), 0n));
  if (ruleset < 0) throw new Error("Landlock makes no ruleset");
  try {
    for (const opening of openings) addRule(system, ruleset, opening, all[0]!);
    const isBound = system.prctl(PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n) === 0 &&
      system.restrictSelf(RESTRICT_SELF, BigInt(ruleset), 0n) === 0n;
    if (!isBound) throw new Error("Landlock does not restrict this thread");
  } finally {
    system.close(ruleset);
  }
}

function addRule(system: Calls, ruleset: number, opening: Opening, known: bigint): void {
  const folder = system.open(new TextEncoder().encode(`${opening.path}\0`), O_PATH_FOLDER);
  if (folder < 0) return;
  try {
    if (!isSame(system, folder, opening)) return;
    const rule = new DataView(new ArrayBuffer(12));
    rule.setBigUint64(0, (opening.access === "write" ? WRITE : READ) & known, true);
    rule.setInt32(8, folder, true);
    const added = system.addRule(ADD_RULE, BigInt(ruleset), RULE_PATH_BENEATH, rule, 0n);
    if (added !== 0n) throw new Error("Landlock takes no rule");
  } finally {
    system.close(folder);
  }
}

/** Whether an open folder is the one that is meant: its path may lead elsewhere by now. */
function isSame(system: Calls, folder: number, { device, inode }: Opening): boolean {
  const found = new DataView(new ArrayBuffer(256)); // struct statx
  const told = system.statx(STATX, BigInt(folder), Uint8Array.of(0), AT_EMPTY_PATH, 0x100n, found);
  if (told !== 0n) return false;
  const number = deviceNumber(found.getUint32(136, true), found.getUint32(140, true));
  return number === device && (inode === null || found.getBigUint64(32, true) === BigInt(inode));
}

/** Major and minor number in one, as `stat` gives them: glibc's makedev. */
function deviceNumber(major: number, minor: number): number {
  const [a, b] = [BigInt(major), BigInt(minor)];
  return Number((a & ~0xfffn) << 32n | (a & 0xfffn) << 8n | (b & ~0xffn) << 12n | (b & 0xffn));
}
