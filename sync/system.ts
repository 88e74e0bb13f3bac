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
  /** Files have an owner and a group that are numbers. Where they have none, both are 0. */
  readonly hasOwners: boolean;
  /** A folder can be opened and locked. Where it cannot, a file in it is locked instead. */
  readonly locksFolders: boolean;
  /** Who has locked a file keeps others from reading it. Elsewhere a lock is in the way of other locks alone. */
  readonly locksBarReaders: boolean;
  /** Its user is asked which programs may reach certain folders; where nobody can be asked, they get EPERM. */
  readonly guardsFolders: boolean;
  /** A folder's names can be forced to the disk. Where they cannot, the file system's own journal has to do. */
  readonly syncsFolders: boolean;
  /** A link says whether it leads to a file or to a folder, and the right to make one is not everybody's. */
  readonly typesLinks: boolean;
  /**
   * Names follow the rules of Windows: two that differ only in case are the same, and some are not allowed
   * (`engine/windows_names.ts`). Its users know, so it is not said of each replica.
   */
  readonly hasWindowsNames: boolean;
  /** How many characters a name may have, in the unit that the system counts in. */
  readonly longestName: { readonly units: number; readonly of: "bytes" | "UTF-16" };
  /** Whose numbers stand in "(os error 5)". */
  readonly errors: "linux" | "darwin" | "windows";
  /**
   * A new folder may get the number of one that is gone, so that its time of birth is part of what it is. NTFS and ReFS count
   * how often a number was given, and that count is in it; what network file systems there tell of births, Samba's and
   * Wine's, changes with other times.
   */
  readonly reusesFileNumbers: boolean;
  /** What the system keeps at the top of each drive, in small letters: it cannot be read, and must not be removed. */
  readonly ownAtTop: readonly string[];
  /** What stands between the names of a path; "/" is understood everywhere. */
  readonly separator: "/" | "\\";
  /** Signals that ask the program to end: a person's at a terminal, and the system's. SIGHUP is told apart elsewhere. */
  readonly stopSignals: readonly Deno.Signal[];
  /** People can send SIGUSR2, SIGHUP: for a pass now, for a log that is begun anew. Where not, the log looks by itself. */
  readonly hasUserSignals: boolean;
  /** How a text for people begins and how its lines end. */
  readonly text: TextForm;
  /**
   * The events of a watch that wait to be read, in bytes, before the system drops them all and Deno says nothing; null
   * where a loss is told, or there is room for thousands.
   */
  readonly silentQueue: number | null;
  /** The watch that Lockstep has beside Deno's, by `--allow-ffi`; null where there is none. */
  readonly ownWatch: "inotify" | "ReadDirectoryChangesW" | null;
}

/** The form of a text file that others open: a log. */
export interface TextForm {
  /** What stands first in it. */
  readonly head: string;
  readonly lineEnd: "\n" | "\r\n";
}

const UNIX: System = {
  hasModes: true,
  hasOwners: true,
  locksFolders: true,
  locksBarReaders: false,
  guardsFolders: false,
  syncsFolders: true,
  typesLinks: false,
  hasWindowsNames: false,
  longestName: { units: 255, of: "bytes" },
  errors: "linux",
  reusesFileNumbers: true,
  ownAtTop: [],
  separator: "/",
  stopSignals: ["SIGINT", "SIGTERM"],
  hasUserSignals: true,
  text: { head: "", lineEnd: "\n" },
  silentQueue: null,
  ownWatch: "inotify",
};

const MACOS: System = { ...UNIX, guardsFolders: true, errors: "darwin", ownWatch: null };

const WINDOWS: System = {
  hasModes: false,
  hasOwners: false,
  locksFolders: false,
  locksBarReaders: true,
  guardsFolders: false,
  syncsFolders: false,
  typesLinks: true,
  hasWindowsNames: true,
  longestName: { units: 255, of: "UTF-16" },
  errors: "windows",
  reusesFileNumbers: false,
  ownAtTop: [
    "$recycle.bin",
    "$winreagent",
    "dumpstack.log.tmp",
    "hiberfil.sys",
    "pagefile.sys",
    "swapfile.sys",
    "system volume information",
  ],
  separator: "\\",
  stopSignals: ["SIGINT", "SIGBREAK", "SIGTERM"],
  hasUserSignals: false,
  // without the mark, Windows PowerShell 5.1 takes UTF-8 for the code page of the system
  text: { head: "\ufeff", lineEnd: "\r\n" },
  // `BUF_SIZE` of notify 8.2, which Deno 2.9 has
  silentQueue: 16384,
  ownWatch: "ReadDirectoryChangesW",
};

/** The row of a system, by the name that Deno gives it. Whatever is not Windows is taken for a Unix. */
export function systemOf(os: typeof Deno.build.os): System {
  if (os === "windows") return WINDOWS;
  return os === "darwin" ? MACOS : UNIX;
}

/** The system that the program runs on. */
export const SYSTEM: System = systemOf(Deno.build.os);
