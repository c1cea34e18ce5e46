/**
 * The system calls of a lookup, relative to a root's descriptor. So the kernel does not resolve the host path
 * of the root each time, which would take a third of a lookup, and it does not matter if another directory gets
 * the root's name.
 */
import { constants } from "node:os"
import { descriptorPath } from "../constants.js"
import { fsCalls, openDirectory, withFile } from "../procfs/lookupCalls.js"
import type { Calls } from "../walk/lookup.js"
import { canPass } from "./library.js"
import type { Openat2 } from "./openat2.js"
import { mountOf } from "../procfs/mount.js"
import type { PinnedRoot } from "../pinnedRoot.js"

const { ENOENT } = constants.errno

/**
 * The mount that the root is on.
 *
 * @internal
 */
export const mountOfRoot = (root: PinnedRoot, openat2: Openat2): bigint =>
  root.mount((fd) => openat2.mountAt(fd, "") ?? mountOf(fd))

/**
 * A path either starts with `.`, which is the root, or is absolute and goes through an anchor. Rare cases are left to
 * `node:fs`, which throws proper errors: names that cannot be passed, and every errno except ENOENT.
 *
 * @internal
 */
export const nativeCalls = (root: PinnedRoot, openat2: Openat2): Calls => {
  const toHost = (path: string): string => path.startsWith(".") ? descriptorPath(root.fd) + path.slice(1) : path
  return {
    lstat: (path) => {
      const found = canPass(openat2.calls, path) ? openat2.lstat(root.fd, path) : undefined
      if (typeof found === "object") return found
      return found === ENOENT ? undefined : fsCalls.lstat(toHost(path))
    },
    readlink: (path) => {
      const target = canPass(openat2.calls, path) ? openat2.readlink(root.fd, path) : undefined
      return target ?? fsCalls.readlink(toHost(path))
    },
    isProcfs: (path) => fsCalls.isProcfs(toHost(path)),
    forbidsLinks: (path, link) =>
      link.mount === Number(mountOfRoot(root, openat2))
        ? openat2.calls.forbidsLinks(root.fd)
        : withFile(toHost(path), openat2.calls.forbidsLinks),
    mountAt: (path) =>
      (canPass(openat2.calls, path) ? openat2.mountAt(root.fd, path) : undefined) ?? fsCalls.mountAt(toHost(path)),
    openDirectory: (path) => openDirectory(toHost(path))
  }
}
