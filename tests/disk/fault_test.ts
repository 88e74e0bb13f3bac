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

Deno.test("fault() throws on what is no error of the disk: a bug, or a stop", () => {
  assertThrows(() => fault("read", "source", new TypeError("x is not a function")), TypeError);
  assertThrows(() => fault("read", "source", new Stopped()), Stopped);
  const known = new Fault("copy", "replica", { code: "EIO" });
  assertEquals(fault("read", "source", known), known);
});
