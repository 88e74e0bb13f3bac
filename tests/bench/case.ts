/** The cases: what is measured on which tree, with which programs, and what would be good enough. Values only. */
import type { ProgramName } from "./program.ts";
import type { ShapeName } from "./tree.ts";

/** What would be good enough. */
export type Target =
  /** At most so many times what another program of the same round takes. */
  | { readonly kind: "ratio"; readonly to: ProgramName; readonly most: number; readonly memory?: number }
  /** At most so many ms, whatever others take. */
  | { readonly kind: "wall"; readonly most: number }
  /** Only told. */
  | { readonly kind: "none" };

export interface Case {
  /** The words by which it can be asked for. */
  readonly names: readonly string[];
  readonly title: string;
  readonly shape: ShapeName;
  readonly act: "first" | "unchanged" | "edited";
  /** The first is the one that the target is for. */
  readonly programs: readonly ProgramName[];
  /** `memory` is in MiB. */
  readonly target: Target;
  /** The target for the native edge; the same when left out. */
  readonly native?: Target;
  readonly rounds: number;
  /** On a tmpfs made for it, instead of the folder that was asked for. */
  readonly tmpfs?: true;
  /** Only with --big. */
  readonly big?: true;
}

const PAIR = ["lockstep", "rsync", "before"] as const;

export const CASES: readonly Case[] = [
  {
    names: ["five"],
    title: "five files",
    shape: "five",
    act: "first",
    programs: PAIR,
    target: { kind: "wall", most: 90 },
    native: { kind: "wall", most: 65 },
    rounds: 15,
  },
  {
    names: ["growth"],
    title: "10,000 small files, first copy",
    shape: "tenth",
    act: "first",
    programs: PAIR,
    target: { kind: "none" },
    rounds: 5,
  },
  {
    names: ["growth"],
    title: "10,000 small files, nothing changed",
    shape: "tenth",
    act: "unchanged",
    programs: PAIR,
    target: { kind: "none" },
    native: ratio(1.3),
    rounds: 5,
  },
  {
    names: ["small", "first", "growth"],
    title: "100,000 small files, first copy",
    shape: "small",
    act: "first",
    programs: [...PAIR, "cp", "rclone"],
    target: ratio(0.85),
    native: ratio(0.8),
    rounds: 5,
  },
  {
    names: ["tmpfs", "first", "threads", "logging"],
    title: "100,000 small files, first copy on tmpfs",
    shape: "small",
    act: "first",
    programs: [...PAIR, "oneThread", "twoThreads", "quiet", "logged"],
    target: ratio(1),
    native: ratio(0.6),
    rounds: 5,
    tmpfs: true,
  },
  {
    names: ["large", "first"],
    title: "4 files of 1 GiB, first copy",
    shape: "large",
    act: "first",
    programs: [...PAIR, "cp"],
    target: ratio(0.5),
    native: ratio(0.27),
    rounds: 3,
  },
  {
    names: ["unchanged", "growth", "threads"],
    title: "100,000 small files, nothing changed",
    shape: "small",
    act: "unchanged",
    programs: [...PAIR, "oneThread", "twoThreads", "rclone"],
    target: ratio(1.15),
    native: ratio(0.55),
    rounds: 5,
  },
  {
    names: ["edited"],
    title: "one per cent changed, added, removed",
    shape: "small",
    act: "edited",
    programs: PAIR,
    target: ratio(1.15),
    native: ratio(0.65),
    rounds: 5,
  },
  {
    names: ["flat", "first"],
    title: "one folder of 100,000 files, first copy",
    shape: "flat",
    act: "first",
    programs: [...PAIR, "verbose"],
    target: ratio(1),
    native: ratio(0.8),
    rounds: 5,
  },
  {
    names: ["flat", "unchanged"],
    title: "one folder of 100,000 files, nothing changed",
    shape: "flat",
    act: "unchanged",
    programs: [...PAIR, "verbose"],
    target: ratio(1.3),
    native: ratio(0.85),
    rounds: 5,
  },
  {
    names: ["names"],
    title: "60,000 names of one file, nothing changed",
    shape: "names",
    act: "unchanged",
    programs: [...PAIR, "verbose"],
    target: ratio(3),
    rounds: 3,
  },
  {
    names: ["deep", "first"],
    title: "20,000 folders, 20 deep, a file each, first copy",
    shape: "deep",
    act: "first",
    programs: PAIR,
    target: ratio(1.15),
    native: ratio(0.85),
    rounds: 5,
  },
  {
    names: ["deep", "unchanged"],
    title: "20,000 folders, 20 deep, nothing changed",
    shape: "deep",
    act: "unchanged",
    programs: PAIR,
    target: ratio(1.15),
    native: ratio(0.6),
    rounds: 5,
  },
  {
    names: ["checksum"],
    title: "--checksum, 100,000 small files, nothing changed",
    shape: "small",
    act: "unchanged",
    programs: ["checksum", "rsyncChecksum", "sha256sum", "rcloneCheck"],
    target: ratio(0.6, "sha256sum"),
    native: ratio(0.45, "sha256sum"),
    rounds: 5,
  },
  {
    names: ["checksum", "large"],
    title: "--checksum, 4 files of 1 GiB, nothing changed",
    shape: "large",
    act: "unchanged",
    programs: ["checksum", "rsyncChecksum", "sha256sum", "rcloneCheck"],
    target: ratio(0.6, "sha256sum"),
    rounds: 3,
  },
  {
    names: ["million", "unchanged", "growth"],
    title: "a million files, nothing changed",
    shape: "million",
    act: "unchanged",
    programs: [...PAIR, "verbose"],
    target: { ...ratio(1.15), memory: 250 },
    native: { ...ratio(0.5), memory: 250 },
    rounds: 5,
    big: true,
  },
  {
    names: ["million", "first", "growth"],
    title: "a million files, first copy",
    shape: "million",
    act: "first",
    programs: [...PAIR, "verbose"],
    target: { ...ratio(0.9), memory: 500 },
    native: { ...ratio(0.9), memory: 500 },
    rounds: 5,
    big: true,
  },
];

/**
 * Those that are asked for by name, or all; the large ones only when they are asked for by size as well. With the native
 * edge, that is measured beside the portable one, in the same rounds.
 */
export function chosen(names: readonly string[], big: boolean, edge: "portable" | "native"): Case[] {
  const cases = CASES.filter((one) =>
    (big || !one.big) && (names.length === 0 || one.names.some((name) => names.includes(name)))
  );
  return edge === "native" ? cases.map(overNative) : cases;
}

function overNative(one: Case): Case {
  const first = one.programs.includes("checksum") ? "nativeChecksum" as const : "native" as const;
  return { ...one, programs: [first, ...one.programs], target: one.native ?? one.target };
}

function ratio(most: number, to: ProgramName = "rsync"): Target & { kind: "ratio" } {
  return { kind: "ratio", to, most };
}
