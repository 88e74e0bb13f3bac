/** Entries as values, with nothing particular about them: tests spread them and say what is. */
import type { File, Folder } from "../../sync/engine/entry.ts";

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
