/** Rows of Microsoft's "Naming Files, Paths, and Namespaces". */
import { assertEquals } from "@std/assert";
import { misnamed, reachedBy, whyNoName, whyNoPath } from "../../sync/engine/windows_names.ts";

const DEVICES = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
  .concat(["COM", "LPT"].flatMap((port) => [..."0123456789¹²³"].map((digit) => port + digit)));

Deno.test("misnamed() knows the names of devices, in any case, with an extension and spaces before it", () => {
  for (const device of DEVICES) {
    for (
      const name of [device, device.toLowerCase(), `${device}.txt`, `${device}.tar.gz`, `${device} .txt`]
    ) {
      assertEquals(misnamed(name), "device", name);
    }
    assertEquals(misnamed(`${device} `), "device", device);
    for (const name of [`x${device}`, `${device}x`, `x.${device}`, `${device}_.txt`, ` ${device}`]) {
      assertEquals(misnamed(name), null, name);
    }
  }
  assertEquals(["COM", "COM10", "LPTX", "CONSOLE", "NULL", "com¼"].map(misnamed), Array(6).fill(null));
});

Deno.test("misnamed() knows the characters that mean something else, above all a stream", () => {
  for (const character of [...'<>:"/\\|?*', "\0", "\x01", "\t", "\n", "\x1f"]) {
    assertEquals(misnamed(`a${character}b`), "character", JSON.stringify(character));
  }
  assertEquals(misnamed("a::$DATA"), "character");
  for (const character of "'`~!@#$%^&()[]{}+=,;-_ \x7fé漢\uf03a😀") {
    assertEquals(misnamed(`a${character}b`), null, character);
  }
});

Deno.test("misnamed() knows the ends that the calls drop", () => {
  for (const name of ["a.", "a ", "a. ", "a .", "a...", ".a.", "... "]) {
    assertEquals(misnamed(name), "end", name);
  }
  assertEquals([".a", " a", "a.b", "a b", "..a", ".lockstepignore"].map(misnamed), Array(6).fill(null));
});

Deno.test("reachedBy() gives what a program reaches who does not mind", () => {
  assertEquals(["a. .", "a:b", "a.:b", "a", "a.b", "..."].map(reachedBy), ["a", "a", "a", "a", "a.b", ""]);
});

Deno.test("whyNoName() and whyNoPath() give the reason with what is wrong", () => {
  assertEquals(whyNoName("a:b"), { code: "WINDOWS_NAME", detail: "character" });
  assertEquals(whyNoName("a"), null);
  assertEquals(whyNoPath(""), null);
  assertEquals(whyNoPath("a/b/c"), null);
  assertEquals(whyNoPath("a/nul/c"), { code: "WINDOWS_NAME", detail: "device" });
  assertEquals(whyNoPath("a/b/c."), { code: "WINDOWS_NAME", detail: "end" });
});
