/**
 * The system's C library by FFI, for what Deno has no call for. It is there when `--allow-ffi` is granted, on Linux. Each
 * user names the functions that it needs, in the thread that needs them.
 */
import { isSystemError } from "./system_error.ts";

/** Where the library is, by system: glibc by its name, then by its usual paths (for a grant of one path), then musl. */
function candidates(): string[] {
  const cpu = Deno.build.arch;
  return [
    "libc.so.6",
    `/lib/${cpu}-linux-gnu/libc.so.6`,
    `/usr/lib/${cpu}-linux-gnu/libc.so.6`,
    "/lib64/libc.so.6",
    "/usr/lib64/libc.so.6",
    `/lib/ld-musl-${cpu}.so.1`,
    `/lib/libc.musl-${cpu}.so.1`,
  ];
}

/** Whether Deno lets us use the C library, wherever it is. */
export function mayUseLibc(): boolean {
  return Deno.build.os === "linux" && candidates().some(isGranted);
}

function isGranted(path: string): boolean {
  return Deno.permissions.querySync({ name: "ffi", path }).state === "granted";
}

/** Functions of the C library; null when the library may not be used or is not there. */
export function libc<const S extends Deno.ForeignLibraryInterface>(
  functions: S,
): Deno.DynamicLibrary<S>["symbols"] | null {
  if (Deno.build.os !== "linux") return null;
  for (const path of candidates()) {
    if (!isGranted(path)) continue;
    try {
      return Deno.dlopen(path, functions).symbols;
    } catch (error) {
      // this one is not there, or, with a grant of its bare name, is looked for in the current folder
      if (!isSystemError(error)) throw error;
    }
  }
  return null;
}
