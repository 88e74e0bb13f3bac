/**
 * What the numbers of a system's errors mean: the codes of "(os error 5)", by system. The codes of Linux are from
 * `errno(3)`; those of macOS from Darwin's <sys/errno.h> (xnu, bsd/sys/errno.h); those of Windows from Microsoft's "System
 * Error Codes", https://learn.microsoft.com/windows/win32/debug/system-error-codes. What has no name of Unix has a code
 * of our own.
 */

export const LINUX: Readonly<Record<string, string>> = {
  1: "EPERM",
  2: "ENOENT",
  4: "EINTR",
  5: "EIO",
  12: "ENOMEM",
  13: "EACCES",
  17: "EEXIST",
  20: "ENOTDIR",
  23: "ENFILE",
  26: "ETXTBSY",
  27: "EFBIG",
  28: "ENOSPC",
  30: "EROFS",
  36: "ENAMETOOLONG",
  38: "ENOSYS",
  40: "ELOOP",
  75: "EOVERFLOW",
  95: "EOPNOTSUPP",
  103: "ECONNABORTED",
  107: "ENOTCONN",
  110: "ETIMEDOUT",
  116: "ESTALE",
  117: "EUCLEAN",
  122: "EDQUOT",
};

/** Up to 34 they are those of Linux, but for 11; from 35 on hardly one is. */
export const DARWIN: Readonly<Record<string, string>> = {
  1: "EPERM",
  2: "ENOENT",
  4: "EINTR",
  5: "EIO",
  6: "ENXIO",
  9: "EBADF",
  11: "EDEADLK",
  12: "ENOMEM",
  13: "EACCES",
  16: "EBUSY",
  17: "EEXIST",
  18: "EXDEV",
  19: "ENODEV",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  26: "ETXTBSY",
  27: "EFBIG",
  28: "ENOSPC",
  30: "EROFS",
  31: "EMLINK",
  34: "ERANGE",
  35: "EAGAIN",
  45: "ENOTSUP",
  53: "ECONNABORTED",
  57: "ENOTCONN",
  60: "ETIMEDOUT",
  62: "ELOOP",
  63: "ENAMETOOLONG",
  66: "ENOTEMPTY",
  69: "EDQUOT",
  70: "ESTALE",
  77: "ENOLCK",
  78: "ENOSYS",
  84: "EOVERFLOW",
  92: "EILSEQ",
  93: "ENOATTR",
  102: "EOPNOTSUPP",
};

/** Codes that mean something else there than their names: the content of a file is with iCloud or another service. */
export const DARWIN_CODES: Readonly<Record<string, string>> = { EDEADLK: "CLOUD", ENOTSUP: "EOPNOTSUPP" };

/** What Windows means, by the names that Unix has for it. */
const WINDOWS_BY_CODE: Readonly<Record<string, readonly number[]>> = {
  // INVALID_FUNCTION, NOT_SUPPORTED
  EOPNOTSUPP: [1, 50],
  // FILE_, PATH_NOT_FOUND, INVALID_DRIVE, BAD_PATHNAME
  ENOENT: [2, 3, 15, 161],
  EMFILE: [4],
  // ACCESS_DENIED, NETWORK_ACCESS_DENIED, CANNOT_MAKE, FILE_ENCRYPTED
  EACCES: [5, 65, 82, 6002],
  EBADF: [6],
  // NOT_ENOUGH_MEMORY, OUTOFMEMORY, NO_SYSTEM_RESOURCES, NOT_ENOUGH_QUOTA
  ENOMEM: [8, 14, 1450, 1816],
  EXDEV: [17],
  EROFS: [19],
  // BAD_UNIT, NOT_READY, NO_MEDIA_IN_DRIVE, DEVICE_NOT_CONNECTED; a share: REM_NOT_LIST, BAD_NETPATH, DEV_NOT_EXIST,
  // UNEXP_NET_ERR, NETNAME_DELETED, BAD_NET_NAME, NETWORK_UNREACHABLE, CONNECTION_ABORTED
  ENOTCONN: [20, 21, 1112, 1167, 51, 53, 55, 59, 64, 67, 1231, 1236],
  // BAD_COMMAND, CRC, SEEK, SECTOR_NOT_FOUND, WRITE_, READ_FAULT, GEN_FAILURE, IO_DEVICE
  EIO: [22, 23, 25, 27, 29, 30, 31, 1117],
  // SHARING_, LOCK_VIOLATION, DELETE_PENDING, USER_MAPPED_FILE
  IN_USE: [32, 33, 303, 1224],
  // HANDLE_DISK_FULL, DISK_FULL
  ENOSPC: [39, 112],
  // FILE_EXISTS, ALREADY_EXISTS
  EEXIST: [80, 183],
  // INVALID_PARAMETER, INVALID_NAME
  EINVAL: [87, 123],
  // SEM_TIMEOUT, TIMEOUT
  ETIMEDOUT: [121, 1460],
  ENOTEMPTY: [145],
  // BUSY, which a path can be
  EBUSY: [170],
  ENAMETOOLONG: [206],
  // FILE_TOO_LARGE, FILE_SYSTEM_LIMITATION
  EFBIG: [223, 665],
  // VIRUS_INFECTED, VIRUS_DELETED
  INFECTED: [225, 226],
  ENOTDIR: [267],
  // CLOUD_FILE_ errors that a read may give, FILE_OFFLINE, REMOTE_STORAGE_ errors
  CLOUD: [362, 363, 386, 387, 388, 389, 390, 391, 393, 394, 395, 397, 398, 404, 426, 4350, 4351, 4352],
  EMLINK: [1142],
  EDQUOT: [1295],
  // PRIVILEGE_NOT_HELD
  NO_RIGHT: [1314],
  // FILE_CORRUPT, DISK_CORRUPT
  EUCLEAN: [1392, 1393],
  // CANT_ACCESS_FILE, NOT_A_REPARSE_POINT, INVALID_REPARSE_DATA, REPARSE_TAG_INVALID, REPARSE_TAG_MISMATCH
  REPARSE: [1920, 4390, 4392, 4393, 4394],
  ELOOP: [1921],
};

export const WINDOWS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(WINDOWS_BY_CODE).flatMap(([code, numbers]) => numbers.map((number) => [number, code])),
);

/**
 * What Deno and `node:fs` make of those numbers where they do not give them: EBUSY is a sharing or lock violation, and
 * EPERM that access is denied (libuv, `src/win/error.c`).
 */
export const WINDOWS_CODES: Readonly<Record<string, string>> = { EBUSY: "IN_USE", EPERM: "EACCES" };
