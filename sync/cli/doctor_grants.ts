/** What Deno was allowed to do, for `lockstep doctor`, and the command that grants what a run needs and no more. */
import type { GrantFacts } from "../engine/doctor/facts.ts";
import { wholePath } from "../whole_path.ts";
import { commandFor, type Meant, writesInto } from "./doctor_command.ts";
import type { Options } from "./options.ts";
import { mayNotRun, missing, needs } from "./permissions.ts";

function isGranted(what: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(what).state === "granted";
}

/** `main`: the address of the main module. `masks`: the command names nothing of anybody. */
export function grantFacts(meant: Meant | null, main: string, masks: boolean): GrantFacts {
  const options = meant?.options ?? null;
  const source = options === null || writesInto(options) ? null : wholePath(options.source);
  const write = Deno.permissions.querySync({ name: "write" });
  const names = ["read", "write", "net", "env", "sys", "run", "ffi"] as const;
  const given = {
    ffi: isGranted({ name: "ffi" }),
    statfs: isGranted({ name: "sys", kind: "statfs" }),
    uid: isGranted({ name: "sys", kind: "uid" }),
    mkfifo: isGranted({ name: "run", command: "mkfifo" }),
  };
  return {
    all: names.every((name) => isGranted({ name })) && write.partial !== true,
    ...given,
    lack: options === null ? null : lackOf(options),
    writesSource: source === null ? null : isGranted({ name: "write", path: source }),
    denies: write.partial === true,
    ownModules: Deno.build.standalone || isGranted({ name: "read", path: new URL("../", import.meta.url) }),
    command: meant === null || Deno.build.standalone ? null : commandFor(meant, main, given, masks),
  };
}

function lackOf(options: Options): string | null {
  return missing(needs(options, wholePath(options.source), wholePath(options.replica))) ??
    mayNotRun(options.observe);
}
