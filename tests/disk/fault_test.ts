import { assertEquals, assertThrows } from "@std/assert";
import { ABSENT, Fault, fault, FULL, reason, Stopped } from "../../sync/disk/fault.ts";
import { SYSTEM, systemOf } from "../../sync/system.ts";
import { thrown } from "../support/thrown.ts";

Deno.test("reason() knows what the disk says, by code and in its own words", () => {
  assertEquals(reason(thrown(() => Deno.lstatSync("/none")))?.code, "ENOENT");
  if (SYSTEM.errors !== "windows") {
    assertEquals(reason(thrown(() => Deno.lstatSync("/etc/hosts/x")))?.code, "ENOTDIR");
    assertEquals(reason(thrown(() => Deno.lstatSync(`/${"x".repeat(256)}`)))?.code, "ENAMETOOLONG");
  }
  const posix = systemOf("linux");
  assertEquals(reason(new Error("File too large (os error 27): write"), posix), {
    code: "EFBIG",
    detail: "file too large",
  });
  assertEquals(reason(new Error("Some oddity (os error 77): open '/x'"), posix), {
    code: "E77",
    detail: "some oddity",
  });
});

Deno.test("reason() reads the numbers of the system that the program runs on", () => {
  const rows: [number, string, string][] = [
    [1, "EPERM", "EPERM"],
    // the file is with iCloud or another service
    [11, "E11", "CLOUD"],
    [28, "ENOSPC", "ENOSPC"],
    [35, "E35", "EAGAIN"],
    [36, "ENAMETOOLONG", "E36"],
    [45, "E45", "EOPNOTSUPP"],
    [62, "E62", "ELOOP"],
    [63, "E63", "ENAMETOOLONG"],
    [69, "E69", "EDQUOT"],
    [70, "E70", "ESTALE"],
    [78, "E78", "ENOSYS"],
    [122, "EDQUOT", "E122"],
  ];
  for (const [number, ...codes] of rows) {
    const error = new Error(`It went wrong (os error ${number}): open '/x'`);
    const read = (["linux", "darwin"] as const).map((os) => reason(error, systemOf(os))?.code);
    assertEquals([number, ...read], [number, ...codes]);
  }
  const named = Object.assign(new Error("EDEADLK: resource deadlock avoided, read"), { code: "EDEADLK" });
  assertEquals(reason(named, systemOf("darwin"))?.code, "CLOUD");
});

/** What Deno and node:fs throw on Windows: message, Deno's or node's code; the code that it is to us. */
const ON_WINDOWS: readonly (readonly [message: string, code: string | undefined, ours: string])[] = [
  ["Access is denied. (os error 5): remove 'C:\\a'", "EPERM", "EACCES"],
  ["The process cannot access the file. (os error 32): rename 'C:\\a'", "EBUSY", "IN_USE"],
  ["EBUSY: resource busy or locked, open 'C:\\a'", "EBUSY", "IN_USE"],
  ["EPERM: operation not permitted, open 'C:\\a'", "EPERM", "EACCES"],
  ["The media is write protected. (os error 19): mkdir 'E:\\a'", undefined, "EROFS"],
  ["There is not enough space on the disk. (os error 112)", "ENOSPC", "ENOSPC"],
  ["The disk is full. (os error 39)", undefined, "ENOSPC"],
  ["Too many links (os error 1142)", undefined, "EMLINK"],
  ["A required privilege is not held by the client. (os error 1314): symlink", undefined, "NO_RIGHT"],
  ["Invalid name. (os error 123): lstat 'C:\\a*b'", "ENOENT", "EINVAL"],
  ["The directory is not empty. (os error 145)", "ENOTEMPTY", "ENOTEMPTY"],
  ["The filename or extension is too long. (os error 206)", undefined, "ENAMETOOLONG"],
  ["The system cannot move the file to a different disk drive. (os error 17)", undefined, "EXDEV"],
  ["Cannot create a file when that file already exists. (os error 183)", "EEXIST", "EEXIST"],
  ["The system cannot find the path specified. (os error 3)", "ENOENT", "ENOENT"],
  ["The cloud file provider is not running. (os error 362)", undefined, "CLOUD"],
  ["The file cannot be accessed by the system. (os error 1920)", undefined, "REPARSE"],
  ["The file is infected. (os error 225)", undefined, "INFECTED"],
  ["Something new. (os error 9999)", undefined, "E9999"],
  // a code that Unix has under another number must not be read there
  ["The device is not ready. (os error 21)", undefined, "ENOTCONN"],
];

Deno.test("reason() reads the numbers of Windows as those of Windows", () => {
  for (const [message, code, ours] of ON_WINDOWS) {
    const error = Object.assign(new Error(message), code === undefined ? {} : { code });
    assertEquals(reason(error, systemOf("windows"))?.code, ours, message);
  }
  assertEquals(reason(new Error("no number"), systemOf("windows")), null);
  assertEquals(reason(new Deno.errors.NotSupported("not supported"))?.code, "EOPNOTSUPP");
});

Deno.test("a full disk of Windows is a full disk, and a name that nothing can have is absent", () => {
  const codeOf = (number: number) => reason(new Error(`x (os error ${number})`), systemOf("windows"))!.code;
  assertEquals([39, 112, 1295, 19].filter((number) => !FULL.has(codeOf(number))), []);
  assertEquals([2, 3, 123, 206, 267].filter((number) => !ABSENT.has(codeOf(number))), []);
  assertEquals([5, 32, 33, 21, 23, 1117].filter((number) => ABSENT.has(codeOf(number))), []);
});

Deno.test("fault() throws on what is no error of the disk: a bug, or a stop", () => {
  assertThrows(() => fault("read", "source", new TypeError("x is not a function")), TypeError);
  assertThrows(() => fault("read", "source", new Stopped()), Stopped);
  const known = new Fault("copy", "replica", { code: "EIO" });
  assertEquals(fault("read", "source", known), known);
});
