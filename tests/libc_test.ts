import { assert, assertEquals } from "@std/assert";

/** What a program sees of the C library that runs with some permissions. */
async function pidSeen(...permissions: readonly string[]): Promise<string> {
  const text = `import { libc } from "${new URL("../sync/libc.ts", import.meta.url)}";
    const found = libc({ getpid: { parameters: [], result: "i32" } });
    console.log(found === null ? "none" : found.getpid() === Deno.pid);`;
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, text);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-config", ...permissions, path],
    }).output();
    return new TextDecoder().decode(stdout).trim();
  } finally {
    await Deno.remove(path);
  }
}

const isHere = Deno.build.os === "linux";

Deno.test("the C library is called where --allow-ffi is granted", { ignore: !isHere }, async () => {
  assertEquals(await pidSeen("--allow-ffi"), "true");
});

Deno.test("the C library is called where only its path is granted", { ignore: !isHere }, async () => {
  const paths = [`/lib/${Deno.build.arch}-linux-gnu/libc.so.6`, `/lib/ld-musl-${Deno.build.arch}.so.1`];
  const path = paths.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
  assert(path !== undefined, "this system has its C library elsewhere");
  assertEquals(await pidSeen(`--allow-ffi=${path}`), "true");
});

Deno.test("without --allow-ffi there is no C library, and nobody is asked", { ignore: !isHere }, async () => {
  assertEquals(await pidSeen(), "none");
});
