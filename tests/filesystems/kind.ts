/** File systems of a kind, made for one test. Where a kind cannot be had, the test is skipped, and its name says so. */
import { assertEquals } from "@std/assert";
import { command, has } from "../support/program.ts";
import { inFolder } from "../support/tree.ts";

const MOUNT = new URL("mount", import.meta.url).pathname;

/** Why a file system of that kind cannot be had here, in words; null when it can. */
async function whyNot(kind: string): Promise<string | null> {
  const at = Deno.makeTempDirSync({ prefix: "lockstep-test-" });
  const mounted = await command(MOUNT, kind, at);
  await command(MOUNT, "--undo", at);
  Deno.removeSync(at, { recursive: true });
  if (mounted?.status === 0) return null;
  return mounted?.err.trim().split("\n")[0]?.replace(/^.*: /, "") || "it cannot be mounted here";
}

/** A test on a file system of a kind, at `at/mnt`; skipped where that, or a tool that it needs, cannot be had. */
export async function onKind(
  kind: string,
  name: string,
  test: (at: string) => Promise<void>,
  tools: readonly string[] = [],
): Promise<void> {
  const tool = tools.find((one) => !has(one));
  const missing = tool === undefined ? await whyNot(kind) : `no ${tool} here`;
  Deno.test({
    name: missing === null ? name : `${name} (skipped: ${missing})`,
    ignore: missing !== null,
    fn: () =>
      inFolder(async (at) => {
        const mounted = await command(MOUNT, kind, at);
        assertEquals(mounted?.status, 0, mounted?.err);
        try {
          await test(at);
        } finally {
          await command(MOUNT, "--undo", at);
        }
      }),
  });
}
