/**
 * Files in which the system tells of itself, as those in /proc. Deno lets a program read them with --allow-all only; the C
 * library needs --allow-ffi. Nothing else is read through here: a file of a tree has its edge.
 */
import { type Told, UNTOLD, untold } from "../engine/doctor/told.ts";
import { mayUseLibc } from "../libc.ts";
import { reason } from "./fault.ts";

/** What is in a file of the system (an absolute path), as far as it is told. Nobody is asked for a permission. */
export async function systemFile(path: string): Promise<Told<string>> {
  if (Deno.build.os !== "linux") return UNTOLD;
  const isOfKernel = /^\/(proc|sys|dev)\//.test(path);
  if (isOfKernel && mayUseLibc()) {
    const { canBind } = await import("./native/bind.ts");
    if (canBind()) return (await import("./native/text.ts")).textOf(path) ?? UNTOLD;
  }
  const flag = isOfKernel ? "--allow-ffi" : "--allow-read";
  if ((await Deno.permissions.query({ name: "read", path })).state !== "granted") return untold(flag);
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return why.code === "NOTCAPABLE" ? untold(flag) : UNTOLD;
  }
}
