/*
 * A library that is loaded in front of the system's (LD_PRELOAD) and lets calls on paths below a folder fail, be
 * interrupted or come short. What strace cannot aim at: files whose names are not known beforehand.
 *
 *   SHIM_UNDER   the folder; nothing outside of it is touched
 *   SHIM_CALL    which calls fail: open create read write readdir stat mkdir rename remove symlink link readlink mode
 *                owner time truncate sync; of the native edge also rmdir and fchmodat2 alone, and pass: a folder
 *                on the way; xattr and unxattr: extended attributes, set and removed; listxattrat alone; spoil: nothing
 *                fails, and the last byte that is written is another one
 *   SHIM_ERROR   the error's number
 *   SHIM_GATE    instead of failing, the call waits until there is a file of this name
 *   SHIM_WHEN    which of them, by number from 1: "3" only that, "3+" from there on
 *   SHIM_TELL    nothing fails, and each call that could is appended to the log as a line
 *   SHIM_SHORT   reads and writes take at most so many bytes
 *   SHIM_EINTR   every n-th open, read and write is interrupted first
 *   SHIM_DROP    characters that are dropped from the end of each name, as vfat does it with dots
 *   SHIM_TWICE   a rename of a name to itself in another case does nothing, as Linux has it for vfat and exfat
 *   SHIM_LOG     a file to which each injection is appended as a line
 *
 * Calls by FFI all go through `syscall`: whoever asks for that gets ours.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int count, turns;

static int under(const char *path) {
  const char *folder = getenv("SHIM_UNDER");
  if (!folder || !path) return 0;
  size_t length = strlen(folder);
  return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static int under_fd(int fd, char *path) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  long length = syscall(SYS_readlink, link, path, PATH_MAX - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return under(path);
}

/* A path as the file system takes it: it drops characters from the ends of names. */
static const char *dropped(const char *path, char *to) {
  const char *ends = getenv("SHIM_DROP");
  if (!ends || !under(path)) return path;
  size_t keep = strlen(getenv("SHIM_UNDER")), length = keep;
  memcpy(to, path, keep);
  for (const char *at = path + keep; *at && length < PATH_MAX - 1; at++) {
    if (*at == '/') while (length > keep && strchr(ends, to[length - 1])) length--;
    to[length++] = *at;
  }
  while (length > keep && strchr(ends, to[length - 1])) length--;
  to[length] = 0;
  return to;
}
/* Whether two paths are one for a file system that ignores case, which Linux leaves alone then. */
static int is_itself(const char *from, const char *to) {
  return getenv("SHIM_TWICE") && under(from) && strcasecmp(from, to) == 0;
}

#define DROP(path) char path##_kept[PATH_MAX]; path = dropped(path, path##_kept)

static int log_file = -1;

/* Opened at the start: the thread of a call may be confined to the two trees by then. */
__attribute__((constructor)) static void open_log(void) {
  const char *log = getenv("SHIM_LOG");
  int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
  if (log) log_file = syscall(SYS_openat, AT_FDCWD, log, flags, 0644);
}

static void note(const char *what, const char *path) {
  if (log_file < 0) return;
  char line[PATH_MAX + 64];
  int length = snprintf(line, sizeof line, "%s %s\n", what, path);
  syscall(SYS_write, log_file, line, length);
}

/* 1 when the call is to fail; errno is set then. */
static int fails(const char *call, const char *path) {
  const char *wanted = getenv("SHIM_CALL"), *when = getenv("SHIM_WHEN");
  if (getenv("SHIM_TELL") && under(path)) note(call, path);
  if (!wanted || strcmp(wanted, call) != 0 || !under(path)) return 0;
  int number = atomic_fetch_add(&count, 1) + 1;
  if (when) {
    int nth = atoi(when);
    if (strchr(when, '+') ? number < nth : number != nth) return 0;
  }
  note(call, path);
  const char *gate = getenv("SHIM_GATE");
  if (gate) {
    while (syscall(SYS_access, gate, F_OK) != 0) usleep(2000);
    return 0;
  }
  errno = atoi(getenv("SHIM_ERROR"));
  return 1;
}

static int interrupted(const char *call, const char *path) {
  const char *every = getenv("SHIM_EINTR");
  if (!every || !under(path)) return 0;
  if (atomic_fetch_add(&turns, 1) % atoi(every) != 0) return 0;
  note(call, path);
  errno = EINTR;
  return 1;
}

static size_t shorter(size_t length) {
  const char *most = getenv("SHIM_SHORT");
  return most && length > (size_t)atoi(most) ? (size_t)atoi(most) : length;
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name)

#define OPEN(name, pass, ...) \
  int name(__VA_ARGS__, ...) { \
    REAL(int, name, __VA_ARGS__, ...); \
    DROP(path); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { va_list l; va_start(l, flags); mode = va_arg(l, mode_t); va_end(l); } \
    if (fails(flags & O_CREAT ? "create" : "open", path) || interrupted("open", path)) return -1; \
    return pass; \
  }
OPEN(open, real(path, flags, mode), const char *path, int flags)
OPEN(open64, real(path, flags, mode), const char *path, int flags)
OPEN(openat, real(at, path, flags, mode), int at, const char *path, int flags)
OPEN(openat64, real(at, path, flags, mode), int at, const char *path, int flags)

ssize_t read(int fd, void *to, size_t length) {
  REAL(ssize_t, read, int, void *, size_t);
  char path[PATH_MAX];
  if (!under_fd(fd, path)) return real(fd, to, length);
  if (fails("read", path) || interrupted("read", path)) return -1;
  return real(fd, to, shorter(length));
}

/* Write, with another last byte. */
static long write_spoilt(int fd, const void *from, size_t length) {
  char *other = malloc(length);
  memcpy(other, from, length);
  other[length - 1] ^= 1;
  long written = syscall(SYS_write, fd, other, length);
  free(other);
  return written;
}

/* Let the byte before where a file is be another one. */
static void spoil_last(int fd) {
  off_t at = syscall(SYS_lseek, fd, 0, SEEK_CUR) - 1;
  char byte;
  if (syscall(SYS_pread64, fd, &byte, 1, at) != 1) return;
  byte ^= 1;
  syscall(SYS_pwrite64, fd, &byte, 1, at);
}

ssize_t write(int fd, const void *from, size_t length) {
  REAL(ssize_t, write, int, const void *, size_t);
  char path[PATH_MAX];
  if (!under_fd(fd, path)) return real(fd, from, length);
  if (fails("write", path) || interrupted("write", path)) return -1;
  if (length > 0 && fails("spoil", path)) return write_spoilt(fd, from, length);
  return real(fd, from, shorter(length));
}

#define READDIR(name, type) \
  struct type *name(DIR *folder) { \
    REAL(struct type *, name, DIR *); \
    char path[PATH_MAX]; \
    if (under_fd(dirfd(folder), path) && fails("readdir", path)) return NULL; \
    return real(folder); \
  }
READDIR(readdir, dirent)
READDIR(readdir64, dirent64)

DIR *opendir(const char *path) {
  REAL(DIR *, opendir, const char *);
  DROP(path);
  return fails("open", path) ? NULL : real(path);
}

int statx(int at, const char *path, int flags, unsigned mask, struct statx *to) {
  REAL(int, statx, int, const char *, int, unsigned, struct statx *);
  DROP(path);
  return fails("stat", path) ? -1 : real(at, path, flags, mask, to);
}

int mkdir(const char *path, mode_t mode) {
  REAL(int, mkdir, const char *, mode_t);
  DROP(path);
  return fails("mkdir", path) ? -1 : real(path, mode);
}

int rename(const char *from, const char *to) {
  REAL(int, rename, const char *, const char *);
  DROP(from);
  DROP(to);
  if (fails("rename", to)) return -1;
  return is_itself(from, to) ? 0 : real(from, to);
}

int unlink(const char *path) {
  REAL(int, unlink, const char *);
  DROP(path);
  return fails("remove", path) ? -1 : real(path);
}

int rmdir(const char *path) {
  REAL(int, rmdir, const char *);
  DROP(path);
  return fails("remove", path) ? -1 : real(path);
}

int symlink(const char *target, const char *path) {
  REAL(int, symlink, const char *, const char *);
  DROP(path);
  return fails("symlink", path) ? -1 : real(target, path);
}

int linkat(int from, const char *old, int to, const char *path, int flags) {
  REAL(int, linkat, int, const char *, int, const char *, int);
  DROP(old);
  DROP(path);
  return fails("link", path) ? -1 : real(from, old, to, path, flags);
}

ssize_t readlink(const char *path, char *to, size_t length) {
  REAL(ssize_t, readlink, const char *, char *, size_t);
  DROP(path);
  return fails("readlink", path) ? -1 : real(path, to, length);
}

int chmod(const char *path, mode_t mode) {
  REAL(int, chmod, const char *, mode_t);
  DROP(path);
  return fails("mode", path) ? -1 : real(path, mode);
}

int lchown(const char *path, uid_t uid, gid_t gid) {
  REAL(int, lchown, const char *, uid_t, gid_t);
  DROP(path);
  return fails("owner", path) ? -1 : real(path, uid, gid);
}

int utimensat(int at, const char *path, const struct timespec times[2], int flags) {
  REAL(int, utimensat, int, const char *, const struct timespec *, int);
  DROP(path);
  return fails("time", path) ? -1 : real(at, path, times, flags);
}

int futimens(int fd, const struct timespec times[2]) {
  REAL(int, futimens, int, const struct timespec *);
  char path[PATH_MAX];
  return under_fd(fd, path) && fails("time", path) ? -1 : real(fd, times);
}

int ftruncate64(int fd, off64_t length) {
  REAL(int, ftruncate64, int, off64_t);
  char path[PATH_MAX];
  return under_fd(fd, path) && fails("truncate", path) ? -1 : real(fd, length);
}

#define SYNC(name) \
  int name(int fd) { \
    REAL(int, name, int); \
    char path[PATH_MAX]; \
    return under_fd(fd, path) && fails("sync", path) ? -1 : real(fd); \
  }
SYNC(fsync)
SYNC(fdatasync)

/* The path of a name in an open folder, or of what is open itself. 1 when it is under the folder. */
static int path_at(int at, const char *name, char *path) {
  if (name && name[0] == '/') {
    strncpy(path, name, PATH_MAX - 1);
    path[PATH_MAX - 1] = 0;
    return under(path);
  }
  int is_under = under_fd(at, path);
  if (!name || !*name || strcmp(name, ".") == 0) return is_under;
  size_t length = strlen(path);
  snprintf(path + length, PATH_MAX - length, "/%s", name);
  return under(path);
}

/* The path that leads through an open folder (/proc/self/fd/3/name), without that. */
static const char *through_fd(const char *path) {
  static _Thread_local char real[PATH_MAX];
  int fd, length = 0;
  if (sscanf(path, "/proc/self/fd/%d%n", &fd, &length) != 1) return path;
  under_fd(fd, real);
  strncat(real, path + length, PATH_MAX - 1 - strlen(real));
  return real;
}

/* What a system call is called here, and the arguments that name what it is about; null for one that is left alone. */
static const char *kind_of(long number, const long *a, int *at, const char **name) {
  *at = a[0];
  *name = NULL;
  switch (number) {
    case SYS_read: return "read";
    case SYS_write: return "write";
    case SYS_getdents64: return "readdir";
    case SYS_ftruncate: return "truncate";
    case SYS_fsync: return "sync";
    case SYS_fchmod: return "mode";
    case SYS_copy_file_range: *at = a[2]; return "write";
    case SYS_symlinkat: *at = a[1]; *name = (const char *)a[2]; return "symlink";
    case SYS_renameat: *at = a[2]; *name = (const char *)a[3]; return "rename";
    case SYS_linkat: *at = a[2]; *name = (const char *)a[3]; return "link";
  }
  switch (number) {
    case SYS_setxattr:
    case SYS_lsetxattr: *name = through_fd((const char *)a[0]); return "xattr";
    case SYS_removexattr:
    case SYS_lremovexattr: *name = through_fd((const char *)a[0]); return "unxattr";
  }
  *name = (const char *)a[1];
  switch (number) {
    case 465: return "listxattrat";
    case SYS_openat: return a[2] & O_CREAT ? "create" : a[2] & O_PATH ? "pass" : "open";
    case 437: return *(unsigned long long *)a[2] & O_PATH ? "pass" : "open";
    case SYS_statx: return "stat";
    case SYS_mkdirat: return "mkdir";
    case SYS_mknodat: return "create";
    case SYS_unlinkat: return "remove";
    case SYS_readlinkat: return "readlink";
    case SYS_fchmodat:
    case 452: return "mode";
    case SYS_fchownat: return "owner";
    case SYS_utimensat: return "time";
  }
  return NULL;
}

static long call(long number, long a0, long a1, long a2, long a3, long a4, long a5) {
  long a[] = {a0, a1, a2, a3, a4, a5};
  int at;
  const char *name;
  char path[PATH_MAX], other[PATH_MAX];
  if (number == SYS_copy_file_range && under_fd(a0, path)) {
    if (fails("read", path)) return -1;
    a4 = a[4] = shorter(a4);
  }
  const char *kind = kind_of(number, a, &at, &name);
  if (!kind || !path_at(at, name, path)) return syscall(number, a0, a1, a2, a3, a4, a5);
  if (fails(kind, path)) return -1;
  if (number == SYS_renameat && path_at(a0, (const char *)a1, other) && is_itself(other, path)) return 0;
  if (number == 452 && fails("fchmodat2", path)) return -1;
  if (number == SYS_unlinkat && a2 != 0 && fails("rmdir", path)) return -1;
  int may_be_interrupted = strcmp(kind, "open") == 0 || number == SYS_read || number == SYS_write;
  if (may_be_interrupted && interrupted(kind, path)) return -1;
  if (number == SYS_read || number == SYS_write) a[2] = shorter(a2);
  if (number == SYS_copy_file_range) a[4] = shorter(a4);
  if (number == SYS_write && a2 > 0 && fails("spoil", path)) return write_spoilt(a0, (void *)a1, a2);
  if (number == SYS_copy_file_range && fails("spoil", path)) {
    long copied = syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (copied > 0) spoil_last(a2);
    return copied;
  }
  if (getenv("SHIM_DROP") && name && *name) {
    char kept[PATH_MAX];
    const char *to = dropped(path, kept);
    if (number == 437) {
      unsigned long long *how = (void *)a2;
      return syscall(SYS_openat, AT_FDCWD, to, (int)how[0] | O_NOFOLLOW, 0);
    }
    int place = number == SYS_symlinkat ? 1 : number == SYS_renameat || number == SYS_linkat ? 2 : 0;
    if ((number == SYS_renameat || number == SYS_linkat) && path_at(a0, (const char *)a1, other)) {
      char from[PATH_MAX];
      return syscall(number, AT_FDCWD, dropped(other, from), AT_FDCWD, to, a4);
    }
    a[place] = AT_FDCWD;
    a[place + 1] = (long)to;
  }
  return syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

void *dlsym(void *handle, const char *name) {
  static void *(*real)(void *, const char *);
  const char *versions[] = {"GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5"};
  for (int i = 0; i < 3 && !real; i++) *(void **)&real = dlvsym(RTLD_NEXT, "dlsym", versions[i]);
  return strcmp(name, "syscall") == 0 && handle != RTLD_NEXT ? (void *)call : real(handle, name);
}
