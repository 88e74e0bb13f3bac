/**
 * Forces many files to the disk at once, by `syncfs`: one commit of the journal instead of one for each file. Only on file
 * systems of which we know that it forces the same as `fsync` of each file; a FUSE daemon, for one, is not told of it.
 */
import type { Path, Reason } from "../../engine/entry.ts";
import { Fault } from "../fault.ts";
import type { Together } from "../tree.ts";
import { close, openAt, statFileSystem, syncFileSystem, tellsErrorsOfSync } from "./calls.ts";
import { foundDevice, lookAt } from "./look.ts";
import { codeOf, O_DIRECTORY } from "./numbers.ts";
import type { Ways } from "./ways.ts";

/** What `fstatfs` says of ext4, XFS and Btrfs. From linux/magic.h. */
const KNOWN = new Set([0xef53n, 0x58465342n, 0x9123683en]);

const found = new BigInt64Array(32);
const bytes = new Uint8Array(found.buffer);

let tellsErrors: boolean | null = null;

export class NativeTogether implements Together {
  /** By device, an open folder; less than 0 where files must be forced one after another. */
  private readonly disks = new Map<number, number>();
  private readonly devices = new Map<Path, number>();

  constructor(private readonly ways: Ways) {}

  add(folder: Path): boolean {
    const known = this.devices.get(folder);
    if (known !== undefined) return this.disks.get(known)! >= 0;
    if (!(tellsErrors ??= tellsErrorsOfSync())) return false;
    try {
      return this.addOpen(folder, this.ways.open(folder, "create"));
    } catch (error) {
      // what is wrong is met when something is written there
      if (error instanceof Fault) return false;
      throw error;
    }
  }

  sync(): ReadonlyMap<Path, Reason> {
    const reasons = new Map<number, Reason>();
    for (const [device, disk] of this.disks) {
      const synced = disk < 0 ? 0 : syncFileSystem(disk);
      if (synced < 0) reasons.set(device, { code: codeOf(-synced) });
    }
    const failed = new Map<Path, Reason>();
    if (reasons.size === 0) return failed;
    for (const [folder, device] of this.devices) {
      const reason = reasons.get(device);
      if (reason) failed.set(folder, reason);
    }
    return failed;
  }

  [Symbol.dispose](): void {
    for (const disk of this.disks.values()) if (disk >= 0) close(disk);
    this.disks.clear();
    this.devices.clear();
  }

  private addOpen(folder: Path, open: number): boolean {
    try {
      if (lookAt(open, null) < 0) return false;
      const device = foundDevice();
      // opened before anything is written: the system tells of errors since then
      if (!this.disks.has(device)) this.disks.set(device, openDisk(open));
      this.devices.set(folder, device);
      return this.disks.get(device)! >= 0;
    } finally {
      close(open);
    }
  }
}

/** Open the file system of an open folder to force it to the disk; less than 0 when that is not for us. */
function openDisk(folder: number): number {
  const looked = statFileSystem(folder, bytes);
  return looked < 0 ? looked : KNOWN.has(found[0]!) ? openAt(folder, ".", O_DIRECTORY) : -1;
}
