/**
 * What the system's headers say, for Linux on x86-64 and arm64: numbers of system calls, flags, and codes of errors.
 * The flags are those that both processors share, unless they stand in the table.
 */

interface Numbers {
  readonly read: number;
  readonly write: number;
  readonly close: number;
  readonly lseek: number;
  readonly fsync: number;
  readonly ftruncate: number;
  readonly getdents64: number;
  readonly fchmod: number;
  readonly openat: number;
  readonly mkdirat: number;
  readonly mknodat: number;
  readonly fchownat: number;
  readonly unlinkat: number;
  readonly renameat: number;
  readonly renameat2: number;
  readonly linkat: number;
  readonly symlinkat: number;
  readonly readlinkat: number;
  readonly fchmodat: number;
  readonly utimensat: number;
  readonly copyFileRange: number;
  readonly statx: number;
  readonly fstatfs: number;
  readonly openat2: number;
  readonly fchmodat2: number;
  readonly listxattrat: number;
  readonly geteuid: number;
  /** Those with an "l" follow no link at the end of a path. */
  readonly setxattr: number;
  readonly lsetxattr: number;
  readonly getxattr: number;
  readonly lgetxattr: number;
  readonly listxattr: number;
  readonly llistxattr: number;
  readonly removexattr: number;
  readonly lremovexattr: number;
  readonly ioctl: number;
  readonly fallocate: number;
  readonly fadvise64: number;
  readonly syncfs: number;
  readonly faccessat2: number;
  /** Flags of `open` that differ. */
  readonly O_DIRECTORY: number;
  readonly O_NOFOLLOW: number;
}

/** By `Deno.build.arch`. From asm/unistd_64.h and asm-generic/unistd.h. */
const NUMBERS: Readonly<Record<string, Numbers>> = {
  x86_64: {
    read: 0,
    write: 1,
    close: 3,
    lseek: 8,
    fsync: 74,
    ftruncate: 77,
    getdents64: 217,
    fchmod: 91,
    openat: 257,
    mkdirat: 258,
    mknodat: 259,
    fchownat: 260,
    unlinkat: 263,
    renameat: 264,
    renameat2: 316,
    linkat: 265,
    symlinkat: 266,
    readlinkat: 267,
    fchmodat: 268,
    utimensat: 280,
    copyFileRange: 326,
    statx: 332,
    fstatfs: 138,
    openat2: 437,
    fchmodat2: 452,
    listxattrat: 465,
    geteuid: 107,
    setxattr: 188,
    lsetxattr: 189,
    getxattr: 191,
    lgetxattr: 192,
    listxattr: 194,
    llistxattr: 195,
    removexattr: 197,
    lremovexattr: 198,
    ioctl: 16,
    fallocate: 285,
    fadvise64: 221,
    syncfs: 306,
    faccessat2: 439,
    O_DIRECTORY: 0o200000,
    O_NOFOLLOW: 0o400000,
  },
  aarch64: {
    read: 63,
    write: 64,
    close: 57,
    lseek: 62,
    fsync: 82,
    ftruncate: 46,
    getdents64: 61,
    fchmod: 52,
    openat: 56,
    mkdirat: 34,
    mknodat: 33,
    fchownat: 54,
    unlinkat: 35,
    renameat: 38,
    renameat2: 276,
    linkat: 37,
    symlinkat: 36,
    readlinkat: 78,
    fchmodat: 53,
    utimensat: 88,
    copyFileRange: 285,
    statx: 291,
    fstatfs: 44,
    openat2: 437,
    fchmodat2: 452,
    listxattrat: 465,
    geteuid: 175,
    setxattr: 5,
    lsetxattr: 6,
    getxattr: 8,
    lgetxattr: 9,
    listxattr: 11,
    llistxattr: 12,
    removexattr: 14,
    lremovexattr: 15,
    ioctl: 29,
    fallocate: 47,
    fadvise64: 223,
    syncfs: 267,
    faccessat2: 439,
    O_DIRECTORY: 0o40000,
    O_NOFOLLOW: 0o100000,
  },
};

/** Whether the numbers of this processor are known. */
export const IS_KNOWN = Deno.build.arch in NUMBERS;
export const CALL: Numbers = NUMBERS[Deno.build.arch] ?? NUMBERS["x86_64"]!;

export const O_WRONLY = 0o1;
export const O_RDWR = 0o2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NONBLOCK = 0o4000;
export const O_NOATIME = 0o1000000;
export const O_CLOEXEC = 0o2000000;
export const O_PATH = 0o10000000;
export const { O_DIRECTORY, O_NOFOLLOW } = CALL;

export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_REMOVEDIR = 0x200;
export const AT_NO_AUTOMOUNT = 0x800;
export const AT_EMPTY_PATH = 0x1000;

export const RESOLVE_NO_SYMLINKS = 0x04;
export const RESOLVE_BENEATH = 0x08;

export const S_IFIFO = 0o010000;
export const S_IFCHR = 0o020000;
export const S_IFBLK = 0o060000;

export const RENAME_NOREPLACE = 0x1;

export const SEEK_SET = 0;
export const SEEK_CUR = 1;
export const SEEK_END = 2;
export const SEEK_DATA = 3;

/** Requests of `ioctl`: let a file share the blocks of another, all of them or a part. From linux/fs.h. */
export const FICLONE = 0x40049409;
export const FICLONERANGE = 0x4020940d;

/** Modes of `fallocate`, from linux/falloc.h. */
export const FALLOC_FL_KEEP_SIZE = 0x01;
export const FALLOC_FL_PUNCH_HOLE = 0x02;

/** From linux/fadvise.h. */
export const POSIX_FADV_DONTNEED = 4;

export const ENOENT = 2;
export const EINTR = 4;
export const ENXIO = 6;
export const EBADF = 9;
export const EACCES = 13;
export const ENOTDIR = 20;
export const EISDIR = 21;
export const EINVAL = 22;
export const ENAMETOOLONG = 36;
export const ENOSYS = 38;
export const EPERM = 1;
export const ELOOP = 40;
export const ENODATA = 61;
export const EILSEQ = 84;
export const EOPNOTSUPP = 95;

/** Codes by number; a number that is not here is told as it is. From asm-generic/errno.h. */
const CODES =
  ("- EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT " +
    "ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE " +
    "EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP").split(" ");
const FURTHER: Readonly<Record<number, string>> = {
  61: "ENODATA",
  71: "EPROTO",
  74: "EBADMSG",
  75: "EOVERFLOW",
  84: "EILSEQ",
  95: "EOPNOTSUPP",
  104: "ECONNRESET",
  107: "ENOTCONN",
  110: "ETIMEDOUT",
  111: "ECONNREFUSED",
  112: "EHOSTDOWN",
  113: "EHOSTUNREACH",
  116: "ESTALE",
  117: "EUCLEAN",
  121: "EREMOTEIO",
  122: "EDQUOT",
  123: "ENOMEDIUM",
  126: "ENOKEY",
};

/** "ENOENT", for 2. */
export function codeOf(errno: number): string {
  return CODES[errno] ?? FURTHER[errno] ?? `E${errno}`;
}
