/** The events of inotify, from the bytes in which the system tells them. Pure. */
import { decodeName } from "../../names.ts";

/** The bits of an event's mask, and of what is asked for. */
export const IN = {
  MODIFY: 0x02,
  ATTRIB: 0x04,
  CLOSE_WRITE: 0x08,
  MOVED_FROM: 0x40,
  MOVED_TO: 0x80,
  CREATE: 0x100,
  DELETE: 0x200,
  DELETE_SELF: 0x400,
  MOVE_SELF: 0x800,
  UNMOUNT: 0x2000,
  Q_OVERFLOW: 0x4000,
  IGNORED: 0x8000,
  ONLYDIR: 0x1000000,
  DONT_FOLLOW: 0x2000000,
  EXCL_UNLINK: 0x4000000,
  ISDIR: 0x40000000,
} as const;

/** What is asked of a folder: all that may change what a copy of it holds. Reading is no event. */
export const ASKED = IN.MODIFY | IN.ATTRIB | IN.CLOSE_WRITE | IN.MOVED_FROM | IN.MOVED_TO | IN.CREATE |
  IN.DELETE | IN.DELETE_SELF | IN.MOVE_SELF | IN.ONLYDIR | IN.DONT_FOLLOW | IN.EXCL_UNLINK;

export interface InotifyEvent {
  /** Which folder; -1 for none. */
  readonly wd: number;
  readonly mask: number;
  /** What the two events of a move have in common. */
  readonly cookie: number;
  /** The name in the folder; "" for the folder itself. */
  readonly name: string;
}

/** Each event in `length` bytes. */
export function* eventsIn(bytes: Uint8Array<ArrayBuffer>, length: number): Generator<InotifyEvent> {
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 16 <= length;) {
    const room = view.getUint32(at + 12, true);
    const padded = bytes.subarray(at + 16, at + 16 + room);
    const end = padded.indexOf(0);
    yield {
      wd: view.getInt32(at, true),
      mask: view.getUint32(at + 4, true),
      cookie: view.getUint32(at + 8, true),
      name: room === 0 ? "" : decodeName(end < 0 ? padded : padded.subarray(0, end)),
    };
    at += 16 + room;
  }
}
