import { assertEquals, assertThrows } from "@std/assert";
import { Fault, fault, reason, Stopped } from "../../sync/disk/fault.ts";
import { thrown } from "../support/thrown.ts";

Deno.test("reason() knows what the disk says, by code and in its own words", () => {
  assertEquals(reason(thrown(() => Deno.lstatSync("/none")))?.code, "ENOENT");
  assertEquals(reason(thrown(() => Deno.lstatSync("/etc/hostname/x")))?.code, "ENOTDIR");
  assertEquals(reason(thrown(() => Deno.lstatSync(`/${"x".repeat(256)}`)))?.code, "ENAMETOOLONG");
  assertEquals(reason(new Error("File too large (os error 27): write")), {
    code: "EFBIG",
    detail: "file too large",
  });
  assertEquals(reason(new Error("Some oddity (os error 77): open '/x'")), {
    code: "E77",
    detail: "some oddity",
  });
});

Deno.test("reason() reads the numbers of the system that the program runs on", () => {
  const rows: [number, string, string][] = [
    [1, "EPERM", "EPERM"],
    [11, "E11", "EDEADLK"],
    [28, "ENOSPC", "ENOSPC"],
    [35, "E35", "EAGAIN"],
    [36, "ENAMETOOLONG", "E36"],
    [45, "E45", "ENOTSUP"],
    [62, "E62", "ELOOP"],
    [63, "E63", "ENAMETOOLONG"],
    [69, "E69", "EDQUOT"],
    [70, "E70", "ESTALE"],
    [78, "E78", "ENOSYS"],
    [122, "EDQUOT", "E122"],
  ];
  for (const [number, linux, darwin] of rows) {
    const error = new Error(`It went wrong (os error ${number}): open '/x'`);
    assertEquals([number, reason(error, "linux")?.code, reason(error, "darwin")?.code], [
      number,
      linux,
      darwin,
    ]);
  }
});

Deno.test("fault() throws on what is no error of the disk: a bug, or a stop", () => {
  assertThrows(() => fault("read", "source", new TypeError("x is not a function")), TypeError);
  assertThrows(() => fault("read", "source", new Stopped()), Stopped);
  const known = new Fault("copy", "replica", { code: "EIO" });
  assertEquals(fault("read", "source", known), known);
});
