/** Reading the ignore file of a folder, by descriptors and over no link, and without a trace in its time of access. */
import { bytesOfName } from "../../names.ts";
import { below, type Path } from "../../engine/entry.ts";
import { IGNORE_FILE, MOST_BYTES } from "../../engine/filter.ts";
import { close, read } from "./calls.ts";
import { fileSize, openFile, openFolder, openRoot } from "./opened.ts";

const NAME = bytesOfName(IGNORE_FILE);

/** The text of the ignore file in an open folder; null when there is none that a pass would read. */
export function ignoreFileIn(fd: number): string | null {
  // what is no file is not opened: a device might mind
  if (!isReadable(fileSize(fd, NAME))) return null;
  const file = openFile(fd, NAME);
  if (file < 0) return null;
  try {
    return isReadable(fileSize(file)) ? textOf(file) : null;
  } finally {
    close(file);
  }
}

/** The same of a folder by its path below an open one. Where there is none, it takes a single call. */
export function ignoreFileAt(root: number, path: Path): string | null {
  if (fileSize(root, bytesOfName(below(path, IGNORE_FILE))) === "none") return null;
  const fd = openFolder(root, path);
  if (fd < 0) return null;
  try {
    return ignoreFileIn(fd);
  } finally {
    close(fd);
  }
}

/** The same of a folder by its path below the root at an absolute path. */
export function ignoreFileBelow(root: string, path: Path): string | null {
  const fd = openRoot(root);
  if (fd < 0) return null;
  try {
    return ignoreFileAt(fd, path);
  } finally {
    close(fd);
  }
}

function isReadable(size: ReturnType<typeof fileSize>): boolean {
  return typeof size === "number" && size <= MOST_BYTES;
}

function textOf(file: number): string | null {
  const bytes = new Uint8Array(MOST_BYTES + 1);
  let length = 0;
  while (length <= MOST_BYTES) {
    const count = read(file, bytes.subarray(length));
    if (count < 0) return null;
    if (count === 0) return new TextDecoder().decode(bytes.subarray(0, length));
    length += count;
  }
  return null;
}
