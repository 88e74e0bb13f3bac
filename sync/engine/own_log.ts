/**
 * Which names are those of our own log file: the one that it has, and those that it gets when it is begun anew, by us or
 * by logrotate, in this run or an earlier one. They are no part of either tree. Pure.
 */

/** "sync.log.1", "sync.log.2.gz", "sync.log-20260131", of "sync.log". */
const RENAMED = /^(?:[.-]\d+)+(?:\.(?:gz|bz2|xz|zst|lz4))?$/;

/** Whether a name or path is that of one of the logs, or of an older one. */
export function isOwnLog(path: string, logs: Iterable<string>): boolean {
  for (const log of logs) {
    if (path === log || (path.startsWith(log) && RENAMED.test(path.slice(log.length)))) return true;
  }
  return false;
}
