/** What Deno and the system let the program do, and what that means for a mirror. Pure. */
import type { GrantFacts, HostFacts, UserFacts } from "./facts.ts";
import { type Remark, remark, told } from "./remark.ts";

export function grantRemarks(grants: GrantFacts, { os }: HostFacts): Remark[] {
  const { all, ffi, statfs, uid, mkfifo, lack, writesSource, ownModules, command } = grants;
  const isLinux = os === "linux";
  const more = { command };
  return [
    remark("permissions", "grants", lack === null ? "ok" : "fails", { lack }),
    ...all ? [remark("permissions", "all-granted", "note", more)] : [],
    ...writesSource === true && !all
      ? [remark("permissions", "writes-source", "note", { ...more, ffi })]
      : [],
    ...writesSource === false && ffi && isLinux
      ? [remark("permissions", "writes-source", "ok", { ffi })]
      : [],
    ...isLinux ? [remark("permissions", "ffi", ffi ? "ok" : "note", { granted: ffi })] : [],
    // what --allow-ffi includes
    ...ffi && isLinux ? [] : [
      remark("permissions", "statfs", statfs ? "ok" : "note", { granted: statfs }),
      ...os === "windows" ? [] : [
        remark("permissions", "uid", uid ? "ok" : "note", { granted: uid }),
        remark("permissions", "mkfifo", mkfifo ? "ok" : "note", { granted: mkfifo }),
      ],
    ],
    ...ownModules ? [] : [remark("permissions", "threads", "slow", {}, { kind: "own-modules" })],
  ];
}

/** What a user who mirrors files of others needs, by the numbers of the kernel. */
const USEFUL = [
  [0, "CAP_CHOWN"],
  [1, "CAP_DAC_OVERRIDE"],
  [2, "CAP_DAC_READ_SEARCH"],
  [3, "CAP_FOWNER"],
  [4, "CAP_FSETID"],
] as const;

export function userRemarks({ uid, umask, capabilities }: UserFacts): Remark[] {
  return [
    told(
      uid,
      ["permissions", "user"],
      (uid) => remark("permissions", "user", uid === 0 ? "note" : "ok", { uid }),
    ),
    told(capabilities, ["permissions", "capabilities"], (bits) => {
      const has = USEFUL.filter(([bit]) => (bits >> BigInt(bit) & 1n) === 1n).map(([, name]) => name);
      const lacks = USEFUL.map(([, name]) => name).filter((name) => !has.includes(name));
      return remark("permissions", "capabilities", uid === 0 && lacks.length > 0 ? "note" : "ok", {
        has,
        lacks,
      });
    }),
    told(
      umask,
      ["permissions", "umask"],
      (umask) => remark("permissions", "umask", (umask & 0o700) === 0 ? "ok" : "note", { umask }),
    ),
  ];
}
