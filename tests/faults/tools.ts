/**
 * The tools that make faults, and tests that need them. Where a tool or a right is missing the test is skipped, and
 * its name says so.
 */
import { assertEquals } from "@std/assert";
import { confinement } from "../../sync/disk/sandbox.ts";
import { hasNative } from "../support/edges.ts";
import { HAS_INOTIFY } from "../support/inotify.ts";
import { command, has, MAIN, type Setting } from "../support/program.ts";
import { HAS_SLURM } from "../support/slurm.ts";
import { inFolder } from "../support/tree.ts";

const isRoot = Deno.uid() === 0;

/** In front of a command that a user with no rights is to run. */
export const STRANGER = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;

/** What a test may need, and whether it is here. */
const HERE = {
  root: isRoot,
  strace: has("strace") && (await command("strace", "-o", "/dev/null", "true"))?.status === 0,
  mount: isRoot && await canMount(),
  bindfs: isRoot && has("bindfs") && (await command("test", "-e", "/dev/fuse"))?.status === 0 &&
    await canMount(),
  cc: (await command("cc", "-x", "c", "-include", "stdio.h", "-fsyntax-only", "/dev/null"))?.status === 0,
  chattr: isRoot && has("chattr") && await canChattr(),
  bash: has("bash"),
  /** Whether threads can be confined. */
  landlock: await confinement() === "here",
  native: hasNative,
  inotify: HAS_INOTIFY,
  /** Whether a user with no rights may read and run the program. */
  stranger: isRoot && (await command(...STRANGER, "head", "-c1", MAIN, Deno.execPath()))?.status === 0,
  rsync: has("rsync"),
  /** The tools of access lists and extended attributes, and of capabilities. */
  attr: ["setfattr", "getfattr", "setfacl", "getfacl"].every(has),
  setcap: has("setcap"),
  slurm: HAS_SLURM,
  munge: has("munged"),
  /** Whether there is a user to whom permission bits apply. */
  ordinary: !isRoot || has("setpriv"),
};

export type Need = keyof typeof HERE;

/** Mount something; the words are those of `mount`, the last one is where. It is taken away after the test. */
export type Mount = (...words: string[]) => Promise<void>;

/** A test in a folder of its own, that is skipped where one of its needs is not met; `lack`: what else is not here. */
export function faultTest(
  name: string,
  needs: readonly Need[],
  test: (at: string, mount: Mount) => void | Promise<void>,
  within: typeof inFolder = inFolder,
  lack: string | null = null,
): void {
  const missing: string[] = needs.filter((need) => !HERE[need]);
  if (lack !== null) missing.push(lack);
  Deno.test({
    name: missing.length === 0 ? name : `${name} (skipped: no ${missing.join(", ")} here)`,
    ignore: missing.length > 0,
    fn: () =>
      within(async (at) => {
        const points: string[] = [];
        try {
          await test(at, async (...words) => {
            const ran = await command("mount", ...words);
            assertEquals(ran?.status, 0, ran?.err);
            points.unshift(words.at(-1)!);
          });
        } finally {
          for (const point of points) await command("umount", "-l", point);
        }
      }),
  });
}

/** `count`, or a multiple of it in a long run: LOCKSTEP_TIMES=20 deno task test tests/faults. */
export function times(count: number): number {
  return Math.ceil(count * Number(Deno.env.get("LOCKSTEP_TIMES") ?? 1));
}

/** Note a number for docs/promises.md, in the file that LOCKSTEP_FIGURES names. */
export function figure(what: string, value: number): void {
  const file = Deno.env.get("LOCKSTEP_FIGURES");
  if (file) Deno.writeTextFileSync(file, `${what}: ${value}\n`, { append: true });
}

/**
 * A content that tells by itself whether it is whole: a version, again and again, as often as that version has it.
 * Different versions have different lengths, unless they differ by a multiple of 97.
 */
export function content(version: number): string {
  return `${version},`.repeat(1 + version % 97 * 41);
}

/** Which version a content is, or null when it is none of them, whole. */
export function versionOf(text: string): number | null {
  const version = Number.parseInt(text, 10);
  return !Number.isNaN(version) && text === content(version) ? version : null;
}

/** What the library of `shim.c` is to do; numbers of errors as on Linux. */
export interface Shim {
  readonly UNDER: string;
  readonly CALL?: string;
  readonly ERROR?: number;
  readonly GATE?: string;
  readonly WHEN?: string;
  readonly SHORT?: number;
  readonly EINTR?: number;
  readonly TELL?: "1";
  readonly DROP?: string;
  readonly TWICE?: "1";
  readonly LOG?: string;
}

let library: Promise<string> | null = null;

/** A setting for the program that loads the library of `shim.c` in front of the system's. */
export async function shimmed(shim: Shim): Promise<Setting> {
  library ??= compile();
  const words = Object.entries(shim).map(([name, value]) => `SHIM_${name}=${value}`);
  return { through: ["env", `LD_PRELOAD=${await library}`, ...words] };
}

async function compile(): Promise<string> {
  const source = new URL("shim.c", import.meta.url).pathname;
  const made = `${Deno.makeTempDirSync({ prefix: "lockstep-shim-" })}/shim.so`;
  const ran = await command("cc", "-shared", "-fPIC", "-O2", "-o", made, source, "-ldl");
  assertEquals(ran?.status, 0, ran?.err);
  globalThis.addEventListener(
    "unload",
    () => Deno.removeSync(made.slice(0, made.lastIndexOf("/")), { recursive: true }),
  );
  return made;
}

/** The paths in a line of `strace -y`, by the call and its arguments: of open files, and of names in open folders. */
export function pathsIn(call: string, rest: string): string[] {
  const paths: string[] = [];
  for (const [, at, name] of rest.matchAll(/(?:<(\/[^">]*)>)?(?:(?:, |^|(?<=[( ]))"([^"]*)")?/g)) {
    if (name?.startsWith("/")) paths.push(name);
    else if (at !== undefined) paths.push(name && /at2?$/.test(call) ? `${at}/${name}` : at);
  }
  return paths;
}

/** Numbers of errors on Linux. */
export const ERRNO = {
  EPERM: 1,
  EIO: 5,
  EACCES: 13,
  EBUSY: 16,
  ENFILE: 23,
  EMFILE: 24,
  ENOSPC: 28,
  EROFS: 30,
  ENAMETOOLONG: 36,
  ETIMEDOUT: 110,
  ESTALE: 116,
  EDQUOT: 122,
} as const;

async function canMount(): Promise<boolean> {
  const folder = Deno.makeTempDirSync({ prefix: "lockstep-test-" });
  const mounted = (await command("mount", "-t", "tmpfs", "tmpfs", folder))?.status === 0;
  if (mounted) await command("umount", folder);
  Deno.removeSync(folder);
  return mounted;
}

async function canChattr(): Promise<boolean> {
  const file = Deno.makeTempFileSync({ prefix: "lockstep-test-" });
  const can = (await command("chattr", "+i", file))?.status === 0;
  if (can) await command("chattr", "-i", file);
  Deno.removeSync(file);
  return can;
}
