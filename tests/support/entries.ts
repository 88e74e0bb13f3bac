/** Entries as values, with nothing particular about them: tests spread them and say what is. */
import { EVERYTHING } from "../../sync/engine/capabilities.ts";
import type { File, Folder } from "../../sync/engine/entry.ts";
import type { Criteria } from "../../sync/engine/same.ts";

export const FILE: File = {
  kind: "file",
  size: 1,
  mtime: 0,
  mode: 0o644,
  uid: 1,
  gid: 1,
  nlink: 1,
  id: null,
  holes: false,
};

export const FOLDER: Folder = { kind: "folder", mode: 0o755, mtime: 0, uid: 1, gid: 1, device: 1, inode: 9 };

/** Everything is mirrored to a replica that can hold everything, on another device. */
export const EXACTLY: Criteria = {
  checksum: false,
  owners: true,
  fifos: true,
  devices: true,
  xattrs: true,
  oneFileSystem: false,
  capabilities: EVERYTHING,
  roots: { source: { device: 1, inode: 1 }, replica: { device: 2, inode: 1 } },
  mounts: { source: new Set(), replica: new Set() },
};
