import type { Walk } from "@procfsroot/path"

const errnos = {
  Missing: "ENOENT",
  NotADirectory: "ENOTDIR",
  Cycle: "ELOOP",
  TooManySymlinks: "ELOOP",
  SymlinkForbidden: "ELOOP",
  MagicLink: "EXDEV",
  EscapesRoot: "EXDEV",
  CrossesMount: "EXDEV",
  Fault: "EIO"
} as const

/** Returns the errno that the kernel reports for a reason. */
export const errnoOf = (reason: Walk.Reason): string => errnos[reason._tag]
