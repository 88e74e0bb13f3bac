/** The functions of Windows that a watch needs, bound once in each thread that uses them. */

const FUNCTIONS = {
  CreateFileW: {
    parameters: ["buffer", "u32", "u32", "pointer", "u32", "u32", "pointer"],
    result: "pointer",
  },
  ReadDirectoryChangesW: {
    parameters: ["pointer", "buffer", "u32", "i32", "u32", "pointer", "buffer", "pointer"],
    result: "i32",
  },
  /** In a thread of its own until there is a result: it is the only one that waits. */
  GetOverlappedResult: {
    parameters: ["pointer", "buffer", "buffer", "i32"],
    result: "i32",
    nonblocking: true,
  },
  CancelIoEx: { parameters: ["pointer", "pointer"], result: "i32" },
  CloseHandle: { parameters: ["pointer"], result: "i32" },
  GetLastError: { parameters: [], result: "u32" },
} as const;

type Library = Deno.DynamicLibrary<typeof FUNCTIONS>["symbols"];

let bound: Library | null | undefined;

/** null where Deno may not call it, or the system is another one. */
export function library(): Library | null {
  if (bound === undefined) bound = bind();
  return bound;
}

function bind(): Library | null {
  if (Deno.build.os !== "windows" || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    return null;
  }
  return Deno.dlopen("kernel32.dll", FUNCTIONS).symbols;
}

/** A text as Windows takes it: UTF-16, with a zero at its end. */
export function wide(text: string): Uint8Array<ArrayBuffer> {
  const units = new Uint16Array(text.length + 1);
  for (let index = 0; index < text.length; index++) units[index] = text.charCodeAt(index);
  return new Uint8Array(units.buffer);
}
