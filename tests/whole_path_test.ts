/** Absolute paths by the rules of Windows and of a Unix. Each row is checked on every system. */
import { assertEquals } from "@std/assert";
import { systemOf } from "../sync/system.ts";
import {
  hasFolders,
  isSamePath,
  isTopmost,
  isWhole,
  namesIn,
  pathFault,
  pathWithin,
  wholePath,
} from "../sync/whole_path.ts";

const [WINDOWS, UNIX] = [systemOf("windows"), systemOf("linux")];

/** As if C: were the drive at hand. */
const current = (drive: string | null) =>
  drive === null || /^c:$/i.test(drive) ? "C:\\Users\\ann" : `${drive}\\there`;

const WHOLE: readonly (readonly [typed: string, whole: string])[] = [
  ["C:\\x", "C:\\x"],
  ["C:/x/y", "C:\\x\\y"],
  ["C:\\x/y\\", "C:\\x\\y"],
  ["C:\\x\\..\\y\\.\\z", "C:\\y\\z"],
  ["C:\\..\\..", "C:\\"],
  ["D:\\", "D:\\"],
  ["D:/", "D:\\"],
  ["D:", "D:\\there"],
  ["D:x", "D:\\there\\x"],
  ["D:..\\x", "D:\\x"],
  ["c:x/y", "C:\\Users\\ann\\x\\y"],
  ["C:", "C:\\Users\\ann"],
  ["x", "C:\\Users\\ann\\x"],
  [".", "C:\\Users\\ann"],
  ["..\\x\\", "C:\\Users\\x"],
  ["\\x", "C:\\x"],
  ["/x/y", "C:\\x\\y"],
  ["\\", "C:\\"],
  ["\\\\server\\share", "\\\\server\\share\\"],
  ["//server/share/x", "\\\\server\\share\\x"],
  ["\\\\server\\share\\x\\..\\y\\", "\\\\server\\share\\y"],
  ["\\\\server\\share\\..\\..", "\\\\server\\share\\"],
  ["\\\\?\\C:\\x\\y", "C:\\x\\y"],
  ["\\\\?\\C:\\x/y\\", "C:\\x\\y"],
  ["//?/c:/x", "c:\\x"],
  ["\\\\?\\D:", "D:\\"],
  ["\\\\?\\D:\\", "D:\\"],
  ["\\\\?\\UNC\\server\\share\\x", "\\\\server\\share\\x"],
  ["\\\\?\\unc\\server\\share", "\\\\server\\share\\"],
];

for (const [typed, whole] of WHOLE) {
  Deno.test(`wholePath() reads ${typed} as ${whole} on Windows`, () => {
    assertEquals(wholePath(typed, WINDOWS, current), whole);
    assertEquals(wholePath(whole, WINDOWS, current), whole);
  });
}

Deno.test("wholePath() asks for no permission beyond reading for a path on another drive", async () => {
  const script = `import { wholePath } from "${new URL("../sync/whole_path.ts", import.meta.url)}";
    console.log(wholePath("D:x", { separator: "\\\\" }), wholePath("x").length > 1);`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-lock", "--allow-read", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { stdout, stderr, code } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([code, text(stderr).includes("NotCapable")], [0, false], text(stderr));
  assertEquals(text(stdout).trim(), "D:\\x true");
});

const SAME: readonly (readonly [a: string, b: string, same: boolean])[] = [
  ["C:\\Photos", "c:\\photos", true],
  ["C:\\Photos", "C:/PHOTOS/", true],
  ["\\\\Server\\Share\\x", "//server/share/X", true],
  ["\\\\?\\C:\\x", "C:\\X", true],
  ["D:\\", "d:/", true],
  ["C:\\ÄÖ", "c:\\äö", true],
  // letters of which others make two
  ["C:\\straße", "C:\\STRASSE", false],
  ["C:\\İ", "C:\\i", false],
  ["C:\\x", "D:\\x", false],
  ["C:\\x", "C:\\x y", false],
];

for (const [a, b, same] of SAME) {
  Deno.test(`isSamePath() takes ${a} and ${b} for ${same ? "one path" : "two"} on Windows`, () => {
    assertEquals([isSamePath(a, b, WINDOWS), isSamePath(b, a, WINDOWS)], [same, same]);
    assertEquals(isSamePath(a, b, UNIX), false);
  });
}

const WITHIN: readonly (readonly [path: string, folder: string, below: string | null])[] = [
  ["C:\\x\\y", "C:\\x", "y"],
  ["c:/X/Y/z", "C:\\x\\", "Y/z"],
  ["C:\\x", "C:\\X", ""],
  ["C:\\xy", "C:\\x", null],
  ["C:\\x", "C:\\x\\y", null],
  ["D:\\x", "C:\\", null],
  ["C:\\x\\y", "C:\\", "x/y"],
  ["C:\\", "C:\\", ""],
  ["\\\\server\\share\\a\\b", "\\\\SERVER\\share\\", "a/b"],
  ["\\\\server\\share\\a\\b", "\\\\server\\share", "a/b"],
  ["\\\\server\\share2\\a", "\\\\server\\share", null],
  ["\\\\?\\C:\\x\\y", "C:\\x", "y"],
  // as a watch tells them
  ["\\\\?\\C:\\s\\d", "C:\\s", "d"],
  ["C:/s/d", "\\\\?\\C:\\s", "d"],
  ["C:\\s", "C:\\s\\", ""],
  ["\\\\?\\UNC\\H\\x\\a", "\\\\h\\x", "a"],
  ["\\\\h\\y\\a", "\\\\h\\x", null],
];

for (const [path, folder, below] of WITHIN) {
  Deno.test(`pathWithin() finds ${path} ${below === null ? "not " : ""}in ${folder} on Windows`, () => {
    assertEquals(pathWithin(path, folder, WINDOWS), below);
  });
}

Deno.test("pathWithin() knows on a Unix neither cases nor backslashes", () => {
  assertEquals(pathWithin("/a/b/c", "/a", UNIX), "b/c");
  assertEquals(pathWithin("/a", "/a", UNIX), "");
  assertEquals(pathWithin("/a/b", "/", UNIX), "a/b");
  assertEquals(pathWithin("/ab", "/a", UNIX), null);
  assertEquals(pathWithin("/A/b", "/a", UNIX), null);
  assertEquals(pathWithin("/a\\b", "/a", UNIX), null);
  assertEquals(wholePath("/a\\", UNIX), "/a\\");
});

Deno.test("a drive and a share are topmost, and so is the root of a Unix", () => {
  for (const path of ["C:\\", "\\\\server\\share\\"]) assertEquals(isTopmost(path, WINDOWS), true, path);
  for (const path of ["C:\\x", "\\\\server\\share\\x"]) assertEquals(isTopmost(path, WINDOWS), false, path);
  assertEquals([isTopmost("/", UNIX), isTopmost("/x", UNIX)], [true, false]);
});

Deno.test("what is typed is split where the system does", () => {
  assertEquals(namesIn("a\\b/.//c\\", WINDOWS), ["a", "b", "c"]);
  assertEquals(namesIn("a\\b/.//c\\", UNIX), ["a\\b", "c\\"]);
  assertEquals([hasFolders("a\\b", WINDOWS), hasFolders("a/b", WINDOWS)], [true, true]);
  assertEquals([hasFolders("a\\b", UNIX), hasFolders("a/b", UNIX)], [false, true]);
  assertEquals(["C:\\x", "\\x", "//a/b", "C:x", "x"].map((path) => isWhole(path, WINDOWS)), [
    true,
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("pathFault() tells what is no folder on Windows, and nothing on a Unix", () => {
  const faulty = [
    'C:\\My Photos"',
    "C:\\a:b",
    "C:\\a?",
    "C:\\a|b",
    "\\\\.\\PhysicalDrive0",
    "\\\\?\\Volume{4c1b02c1-d990-11dc-99ae-806e6f6e6963}\\",
    "a:b:c",
  ];
  for (const path of faulty) {
    assertEquals(typeof pathFault(path, WINDOWS), "string", path);
    assertEquals(pathFault(path, UNIX), null);
  }
  for (const path of ["C:\\x", "C:x", "C:", "\\\\?\\C:\\x", "\\\\server\\share\\x", "//?/UNC/a/b", "a b"]) {
    assertEquals(pathFault(path, WINDOWS), null, path);
  }
});
