/** The table of what differs between systems, and what it makes of words. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { reasonText } from "../sync/cli/reason.ts";
import { systemOf } from "../sync/system.ts";

Deno.test("systemOf() knows macOS and Windows, and takes all else for a Unix", () => {
  assertEquals(systemOf("freebsd"), systemOf("linux"));
  assertEquals(systemOf("darwin"), {
    ...systemOf("linux"),
    guardsFolders: true,
    errors: "darwin",
    ownWatch: null,
  });
  assert(!systemOf("windows").locksFolders);
});

Deno.test("where a system guards folders, EPERM names the right to ask for", () => {
  const text = (os: typeof Deno.build.os, code = "EPERM") => reasonText({ code }, systemOf(os));
  assertEquals(text("linux"), "operation not permitted");
  assertStringIncludes(text("darwin"), "operation not permitted: it is locked, or");
  assertStringIncludes(text("darwin"), "Full Disk Access");
  assertEquals(text("darwin", "EACCES"), text("linux", "EACCES"));
});
