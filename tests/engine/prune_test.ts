import { assertEquals } from "@std/assert";
import { FILE as file, FOLDER as folder } from "../support/entries.ts";
import { each, listOf } from "../../sync/engine/changes.ts";
import type { Failure } from "../../sync/engine/event.ts";
import type { Change } from "../../sync/engine/change.ts";
import { prune } from "../../sync/engine/prune.ts";
import { finish } from "../../sync/engine/steps.ts";

const remove = (path: string, was: typeof file | typeof folder = file): Change => ({
  kind: "remove",
  path,
  was,
});
const create = (path: string): Change => ({ kind: "create", path, entry: file });
const touch = (path: string): Change => ({ kind: "attributes", path, entry: folder, was: folder });

function failure(path: string, side: Failure["side"], action: Failure["action"] = "list"): Failure {
  return { kind: "failure", action, side, path, reason: { code: "EIO" } };
}

function left(changes: Change[], failures: Failure[], kept: string[] = []): string[] {
  return [...each(finish(prune(listOf(changes), failures, kept)).changes)].map((change) =>
    `${change.kind} ${change.path}`
  );
}

Deno.test("prune() leaves everything when nothing failed", () => {
  assertEquals(left([create("a"), remove("b")], []), ["create a", "remove b"]);
});

Deno.test("prune() protects what lies at or below a failed path, and nothing beside it", () => {
  const changes = [remove("a/x"), remove("a/b/y"), create("a/b"), remove("ab"), touch("a")];
  assertEquals(left(changes, [failure("a", "source")]), ["remove ab"]);
  assertEquals(left(changes, [failure("a/b", "source")]), ["remove a/x", "remove ab", "attributes a"]);
});

Deno.test("prune() keeps the folders above what failed in the replica", () => {
  const changes = [remove("a", folder), remove("a/b", folder), remove("a/b/c", folder), remove("a/x")];
  assertEquals(left(changes, [failure("a/b/c", "replica")]), ["remove a/x"]);
});

Deno.test("prune() keeps the folders above our own log file", () => {
  assertEquals(left([remove("logs", folder), remove("logs/old")], [], ["logs/sync.log"]), [
    "remove logs/old",
  ]);
});

Deno.test("prune() does not replace a folder in which something has to stay", () => {
  const replace: Change = { kind: "create", path: "a", entry: file, was: folder };
  assertEquals(left([replace, remove("a/x"), remove("b")], [failure("a/y", "replica", "read")]), [
    "remove b",
  ]);
});

Deno.test("prune() lets a folder of the replica that cannot be listed have its mode put right", () => {
  assertEquals(left([touch("a"), remove("a/x")], [failure("a", "replica")]), ["attributes a"]);
  assertEquals(left([touch("a")], [failure("a", "source")]), []);
});
