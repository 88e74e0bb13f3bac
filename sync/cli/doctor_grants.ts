/** What Deno was allowed to do, for `lockstep doctor`, and the command that grants what a run needs and no more. */
import { resolve } from "node:path";
import type { GrantFacts } from "../engine/doctor/facts.ts";
import type { Options } from "./options.ts";
import { quoted } from "./paths.ts";
import { mayNotRun, missing, needs } from "./permissions.ts";
import { programOf } from "./schedule.ts";
import { ALL_RIGHTS } from "./schedule_task.ts";
import { isOnNetwork } from "../whole_path.ts";

function isGranted(what: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(what).state === "granted";
}

/** `main`: the address of the main module. `mayNative`: the native edge is made for this system. */
export function grantFacts(options: Options | null, main: string, mayNative: boolean): GrantFacts {
  const source = options === null ? null : resolve(options.source);
  const write = Deno.permissions.querySync({ name: "write" });
  const names = ["read", "write", "net", "env", "sys", "run", "ffi"] as const;
  return {
    all: names.every((name) => isGranted({ name })) && write.partial !== true,
    ffi: isGranted({ name: "ffi" }),
    statfs: isGranted({ name: "sys", kind: "statfs" }),
    uid: isGranted({ name: "sys", kind: "uid" }),
    mkfifo: isGranted({ name: "run", command: "mkfifo" }),
    lack: options === null ? null : lackOf(options),
    writesSource: source === null ? null : isGranted({ name: "write", path: source }),
    denies: write.partial === true,
    ownModules: Deno.build.standalone || isGranted({ name: "read", path: new URL("../", import.meta.url) }),
    command: source === null || Deno.build.standalone
      ? null
      : commandFor(source, resolve(options!.replica), main, mayNative),
  };
}

function lackOf(options: Options): string | null {
  return missing(needs(options, resolve(options.source), resolve(options.replica))) ??
    mayNotRun(options.observe);
}

function commandFor(source: string, replica: string, main: string, mayNative: boolean): string {
  const needsAll = [source, replica].some((path) => isOnNetwork(path));
  const words = programOf(main)(source, mayNative, needsAll ? [ALL_RIGHTS] : []);
  return [...words, source, replica].map((word) => quoted(word)).join(" ");
}
