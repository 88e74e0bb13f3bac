/**
 * What is known of file systems by their type, without trying anything: docs/filesystems.md says what was measured. Types are
 * those of /proc/self/mountinfo; those that come as a number are named here. Pure.
 */

/** Numbers of `statfs`, in linux/magic.h. */
const NUMBERS: Readonly<Record<number, string>> = {
  0x4d44: "vfat",
  0x517b: "smb",
  0x6969: "nfs",
  0xef53: "ext4",
  0x01021994: "tmpfs",
  0x01021997: "9p",
  0x2011bab0: "exfat",
  0x2fc12fc1: "zfs",
  0x5346544e: "ntfs",
  0x58465342: "xfs",
  0x65735546: "fuse",
  0x7366746e: "ntfs3",
  0x794c7630: "overlay",
  0x9123683e: "btrfs",
  0xca451a4e: "bcachefs",
  0xf2f52010: "f2fs",
  0xfe534d42: "cifs",
  0xff534d42: "cifs",
};

/** The type that a number of `statfs` means; null when it is not known. */
export function typeOfNumber(number: number): string | null {
  return NUMBERS[number >>> 0] ?? null;
}

export type Family = "unix" | "memory" | "overlay" | "fat" | "exfat" | "ntfs" | "network" | "fuse" | "other";

const UNIX = ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "apfs", "jfs", "reiserfs"];
const NETWORK = [
  "nfs",
  "nfs4",
  "cifs",
  "smb",
  "smb2",
  "smb3",
  "smbfs",
  "afs",
  "ceph",
  "9p",
  "afpfs",
  "davfs",
];
const NETWORK_BY_FUSE = ["sshfs", "rclone", "s3fs", "davfs", "gvfsd-fuse", "glusterfs", "curlftpfs"];

/** What a type is like. */
export function familyOf(type: string): Family {
  const lower = type.toLowerCase();
  if (UNIX.includes(lower)) return "unix";
  if (["tmpfs", "ramfs"].includes(lower)) return "memory";
  if (lower === "overlay") return "overlay";
  if (["vfat", "msdos"].includes(lower)) return "fat";
  if (/exfat/.test(lower)) return "exfat";
  if (/ntfs/.test(lower)) return "ntfs";
  if (NETWORK.includes(lower)) return "network";
  const [fuse, helper] = lower.split(".");
  if (fuse !== "fuse" && fuse !== "fuseblk") return "other";
  return NETWORK_BY_FUSE.includes(helper ?? "") ? "network" : "fuse";
}
