import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { isThere } from "../sync/cli/paths.ts";
import { print } from "../sync/cli/print.ts";
import { isSystemError, orElse, systemText } from "../sync/system_error.ts";
import { inFolder, link, plant } from "./support/tree.ts";
import { memory } from "./cli/memory.ts";
import { thrown } from "./support/thrown.ts";

Deno.test("isSystemError() tells errors of the system, whatever their class, from bugs", () => {
  for (
    const call of [
      () => Deno.lstatSync("/not/there"),
      () => Deno.lstatSync(`/${"x".repeat(300)}`),
      () => Deno.readTextFileSync("/"),
      () => {
        throw new Deno.errors.NotCapable("Requires read access");
      },
    ]
  ) assertEquals(isSystemError(thrown(call)), true);
  assertEquals(isSystemError(new Error("Stale file handle (os error 116): stat '/a'")), true);
  for (const bug of [new TypeError("b"), new RangeError("c"), "ENOENT", null]) {
    assertEquals(isSystemError(bug), false);
  }
});

Deno.test("orElse(), systemText() and print() throw a bug on", () => {
  const fail = (): number => {
    throw new TypeError("a bug");
  };
  assertThrows(() => orElse(fail, 0), TypeError);
  assertThrows(() => systemText(new TypeError("a bug")), TypeError);
  assertThrows(() => print({ writeSync: fail }, "x"), TypeError);
  assertEquals(orElse(() => Deno.lstatSync("/not/there").size, -1), -1);
  assertMatch(
    systemText(thrown(() => Deno.lstatSync("/not/there"))),
    /^(no such file or directory|path not found\.|the system cannot find the path specified\.)$/,
  );
  print(memory(true), "nobody reads it");
});

Deno.test("isThere() knows a link that leads nowhere", () =>
  inFolder((at) => {
    plant(at, { l: link("nowhere") });
    assertEquals([isThere(`${at}/l`), isThere(`${at}/nowhere`), isThere(`${at}/l/x`)], [true, false, false]);
  }));
