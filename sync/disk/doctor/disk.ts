/** What is told of the disk that a folder lies on, for `lockstep doctor`. Writes nothing. */
import type { Edge } from "../../engine/config.ts";
import type { DiskFacts, TypedSpace } from "../../engine/doctor/facts.ts";
import { typeOfNumber } from "../../engine/doctor/file_systems.ts";
import { isUntold, type Told, UNTOLD, untold } from "../../engine/doctor/told.ts";
import { type Mount, mountOf, mountsIn, mountsOf } from "../mounts.ts";
import { spaceOf } from "../space.ts";
import { systemFile } from "../system_file.ts";

/** Options of a mount that nobody is told: with what somebody logs on to a server. */
const SECRET = /^(pass(word|wd|phrase)?2?|cred(ential)?s?|user(name)?|dom(ain)?|secret|key|token)=/i;

/** Options of a mount, without those. */
export function withoutSecrets(options: readonly string[]): readonly string[] {
  return options.filter((one) => !SECRET.test(one));
}

/** All that is mounted, in the order of the system's list: what comes later lies above. */
export async function mountTable(): Promise<Told<readonly Mount[]>> {
  const text = await systemFile("/proc/self/mountinfo");
  return isUntold(text) ? text : mountsOf(text);
}

/** The disk of a folder: an absolute path with no link in it, that is there, and its device. */
export async function diskFacts(folder: string, device: number, edge: Edge): Promise<DiskFacts> {
  const mounts = await mountTable();
  const mount = isUntold(mounts) ? mounts : mountOf(folder, mounts) ?? UNTOLD;
  const space = await spaceOf(folder, edge);
  const isAsked = Deno.permissions.querySync({ name: "sys", kind: "statfs" }).state === "granted";
  const unasked = edge === "native" || isAsked ? UNTOLD : untold("--allow-sys=statfs");
  return {
    device,
    type: isUntold(mount) ? typeOf(space) ?? unasked : mount.type,
    mount: isUntold(mount) ? mount : {
      point: mount.point,
      depth: depthBelow(mount.point, folder),
      options: withoutSecrets(mount.options),
    },
    inside: isUntold(mounts)
      ? mounts
      : [...mountsIn(folder, mounts.map(({ point }) => point))].filter((path) => path !== ""),
    space: space ?? unasked,
    rotational: isUntold(mount) ? mount : await turns(mount.device),
  };
}

function typeOf(space: TypedSpace | null): string | null {
  return space === null ? null : typeOfNumber(space.type);
}

/** How many names lead from a mount point to a folder. */
function depthBelow(point: string, folder: string): number {
  return folder.slice(point.length).split("/").filter((name) => name !== "").length;
}

/** Whether a device, as "8:1", is a disk that turns; of a part of one, what the whole is. */
async function turns(device: string): Promise<Told<boolean>> {
  for (const queue of ["queue", "../queue"]) {
    const text = await systemFile(`/sys/dev/block/${device}/${queue}/rotational`);
    if (isUntold(text)) {
      if (text.by !== null) return text;
    } else return text.trim() === "1";
  }
  return UNTOLD;
}
