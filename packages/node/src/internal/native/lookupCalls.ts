/**
 * The system calls of a lookup from a root's descriptor. The kernel does not walk the host's path to the root each time,
 * which is a third of a lookup, and needs no name of the root that might be another directory's a moment later.
 */
import { constants } from "node:os"
import { descriptorPath } from "../constants.js"
import { fsCalls, openDirectory } from "../procfs/lookupCalls.js"
import type { Calls } from "../walk/lookup.js"
import type { Openat2 } from "./openat2.js"
import type { PinnedRoot } from "../pinnedRoot.js"

const { ENOENT } = constants.errno

/**
 * Paths begin with `.`, the root itself, or are absolute, behind an anchor. What is rare is left to `node:fs`, which makes
 * an error of it: names that are no UTF-8, and every errno but ENOENT.
 *
 * @internal
 */
export const nativeCalls = (root: PinnedRoot, openat2: Openat2): Calls => {
  const toHost = (path: string): string => path.startsWith(".") ? descriptorPath(root.fd) + path.slice(1) : path
  return {
    lstat: (path) => {
      const found = path.isWellFormed() ? openat2.lstat(root.fd, path) : undefined
      if (typeof found === "object") return found
      return found === ENOENT ? undefined : fsCalls.lstat(toHost(path))
    },
    readlink: (path) => {
      const target = path.isWellFormed() ? openat2.readlink(root.fd, path) : undefined
      return target ?? fsCalls.readlink(toHost(path))
    },
    isProcfs: (path) => fsCalls.isProcfs(toHost(path)),
    openDirectory: (path) => openDirectory(toHost(path))
  }
}
