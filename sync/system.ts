/**
 * What the systems have in common and what not, in one table. Who needs to know asks a field of it, never for a system's
 * name: so a system that is added later is a row. `docs/windows.md` and `docs/macos.md` say where each
 * value comes from.
 */

/** What differs between systems, as far as the work depends on it. */
export interface System {
  /**
   * Files have permission bits. Where they have none, the read-only attribute of a file stands for them: 0o444 with it,
   * 0o666 without. A folder has none that means anything there.
   */
  readonly hasModes: boolean;
  /** Files have an owner and a group that are numbers. Where they have none, the same. */
  readonly hasOwners: boolean;
  /** A folder can be opened and locked. Where it cannot, a file in it is locked instead. */
  readonly locksFolders: boolean;
  /** A link says whether it leads to a file or to a folder, and the right to make one is not everybody's. */
  readonly typesLinks: boolean;
  /**
   * Names are those of Windows: two that differ only in case are one, and some are none (`engine/windows_names.ts`). Its
   * people know, and it is not said of each replica.
   */
  readonly hasWindowsNames: boolean;
  /** How many characters a name may have, in the unit that the system counts in. */
  readonly longestName: { readonly units: number; readonly of: "bytes" | "UTF-16" };
  /** Whose numbers stand in "(os error 5)". */
  readonly errors: "posix" | "windows";
  /**
   * A new folder may get the number of one that is gone, so that its time of birth is part of what it is. NTFS and ReFS count
   * how often a number was given, and that count is in it; what network file systems there tell of births, Samba's and
   * Wine's, changes with other times.
   */
  readonly reusesFileNumbers: boolean;
  /** What stands between the names of a path; "/" is understood everywhere. */
  readonly separator: "/" | "\\";
}

const UNIX: System = {
  hasModes: true,
  hasOwners: true,
  locksFolders: true,
  typesLinks: false,
  hasWindowsNames: false,
  longestName: { units: 255, of: "bytes" },
  errors: "posix",
  reusesFileNumbers: true,
  separator: "/",
};

const WINDOWS: System = {
  hasModes: false,
  hasOwners: false,
  locksFolders: false,
  typesLinks: true,
  hasWindowsNames: true,
  longestName: { units: 255, of: "UTF-16" },
  errors: "windows",
  reusesFileNumbers: false,
  separator: "\\",
};

/** The row of a system, by the name that Deno gives it. Whatever is not Windows is taken for a Unix. */
export function systemOf(os: typeof Deno.build.os): System {
  return os === "windows" ? WINDOWS : UNIX;
}

/** The system that the program runs on. */
export const SYSTEM: System = systemOf(Deno.build.os);
